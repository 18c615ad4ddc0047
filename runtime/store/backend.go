package store

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/cockroachdb/pebble/v2"

	"github.com/streamgen/streamgen/runtime/state"
)

var (
	_ state.WindowBackend = (*backend)(nil)
	_ state.WindowBackend = memory{}
)

// backend reads the committed rows of one store on disk. It belongs to the task's
// goroutine.
type backend struct {
	t    *Task
	tab  *table
	key  []byte
	val  []byte
	idle []*pebble.Iterator // positioned anywhere, as of the last write
}

// Get implements state.Backend.
func (b *backend) Get(row []byte) ([]byte, bool, error) {
	key, err := b.tab.appendKey(b.key[:0], row)
	b.key = key
	if err != nil {
		return nil, false, err
	}
	if b.tab.spec.Window && segmentOf(key) < b.tab.low {
		return nil, false, nil
	}
	v, closer, err := b.t.db.Get(key)
	if err != nil {
		if errors.Is(err, pebble.ErrNotFound) {
			return nil, false, nil
		}
		return nil, false, b.fault("read", err)
	}
	b.val = append(b.val[:0], v...)
	if err := closer.Close(); err != nil {
		return nil, false, b.fault("read", err)
	}
	return b.val, true, nil
}

// Scan implements state.Backend.
func (b *backend) Scan(from, to []byte, visit func(key, value []byte) bool) error {
	return b.ScanStarts(from, to, 0, math.MaxInt64, visit)
}

// ScanStarts implements state.WindowBackend: segments that hold none of the starts are not
// read.
func (b *backend) ScanStarts(from, to []byte, first, last int64, visit func(key, value []byte) bool) error {
	if b.tab.spec.Window {
		return b.scanSegments(from, to, first, last, visit)
	}
	lo, hi := b.tab.bounds()
	lo = append(lo, from...)
	if to != nil {
		hi, _ = b.tab.appendKey(nil, to)
	}
	it, err := b.iterator(lo, hi)
	if err != nil {
		return b.fault("scan", err)
	}
	for ok := it.First(); ok; ok = it.Next() {
		v, err := it.ValueAndErr()
		if err != nil {
			return b.fault("scan", errors.Join(err, it.Close()))
		}
		if !visit(it.Key()[prefixLen:], v) {
			break
		}
	}
	return b.done(it)
}

// Time implements state.WindowBackend.
func (b *backend) Time() int64 { return b.tab.time }

// iterator returns one over lo <= key < hi, kept from an earlier scan where possible: a
// new one costs more than a short scan.
func (b *backend) iterator(lo, hi []byte) (*pebble.Iterator, error) {
	if bytes.Compare(lo, hi) > 0 {
		hi = lo
	}
	if n := len(b.idle); n > 0 {
		it := b.idle[n-1]
		b.idle = b.idle[:n-1]
		it.SetBounds(lo, hi)
		return it, nil
	}
	return b.t.db.NewIter(&pebble.IterOptions{LowerBound: lo, UpperBound: hi})
}

// done takes an iterator back.
func (b *backend) done(it *pebble.Iterator) error {
	if err := it.Error(); err != nil {
		return b.fault("scan", errors.Join(err, it.Close()))
	}
	b.idle = append(b.idle, it)
	return nil
}

func (b *backend) release() error {
	var err error
	for _, it := range b.idle {
		err = errors.Join(err, it.Close())
	}
	b.idle = b.idle[:0]
	return err
}

//go:noinline
func (b *backend) fault(verb string, err error) error {
	return fmt.Errorf("task %s: store %s in %s: cannot %s: %w", b.t.id, b.tab.spec.Name, b.t.dir, verb, err)
}
