package state

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/window"
)

// Closing is how far an operator has come with emitting windows or sessions that have closed.
// It belongs to the task's goroutine.
type Closing struct {
	// Emitted is committed with the offsets: windows up to this start, sessions that end before.
	Emitted *int64
	// Kafka gives results the headers of the record that moved stream time (S111).
	Kafka bool
	// Headers are those that results get.
	Headers []serde.Header
}

// Moved notes the headers of a record that moved stream time.
func (c *Closing) Moved(h []serde.Header) {
	if c.Kafka {
		c.Headers = slices.Clone(h)
	}
}

// closedRow is a row that has closed: its key in the arena, and what it is ordered by.
type closedRow struct {
	at, tie  int64
	from, to int
}

// closed visits the rows, of those with times from first to last, that place takes, by at, tie
// and key without its tail. Expired rows count too: a result must not be lost because stream
// time jumps.
func (c *Cache[V]) closed(first, last int64, tail int, place func(row []byte) (at, tie int64, ok bool), visit func(row []byte, e *Entry[V]) error) error {
	v := &View[V]{c: c, min: first, max: last}
	v.capture()
	var rows []closedRow
	var arena []byte
	err := v.Each(func(row []byte, _ V) bool {
		if at, tie, ok := place(row); ok {
			from := len(arena)
			arena = append(arena, row...)
			rows = append(rows, closedRow{at, tie, from, len(arena)})
		}
		return true
	})
	if err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b closedRow) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.tie, b.tie), bytes.Compare(arena[a.from:a.to-tail], arena[b.from:b.to-tail]))
	})
	for _, r := range rows {
		e, err := c.Find(arena[r.from:r.to])
		if err != nil {
			return err
		}
		if !e.present {
			continue
		}
		if err := visit(arena[r.from:r.to], e); err != nil {
			return err
		}
	}
	return nil
}

// Closed visits the windows that start at or before until and after *Emitted, by start, then
// key, and moves *Emitted on. Windows start at multiples of advance; the store is read only
// when until has passed one.
//
//go:noinline
func (w *Windows[V]) Closed(c *Closing, until, advance int64, visit func(key []byte, start int64, e *Entry[V]) error) error {
	if until < 0 {
		return nil
	}
	until -= until % advance
	emitted := c.Emitted
	if until <= *emitted {
		return nil
	}
	err := w.closed(*emitted+1, until, 12, func(row []byte) (at, tie int64, ok bool) {
		_, at, ok = SplitKey(row)
		return at, 0, ok && at > *emitted && at <= until
	}, func(row []byte, e *Entry[V]) error {
		key, start, _ := SplitKey(row)
		return visit(key, start, e)
	})
	if err == nil {
		*emitted = until
	}
	return err
}

// Closed visits the sessions that end before until and at or after *Emitted, where the last
// call came to, by end, start and key, and moves *Emitted on.
//
//go:noinline
func (s *Sessions[A]) Closed(c *Closing, until int64, visit func(key []byte, w window.Session, e *Entry[A]) error) error {
	emitted := c.Emitted
	if until <= 0 || until <= *emitted {
		return nil
	}
	if s.firstOpen >= until {
		*emitted = until
		return nil
	}
	open := int64(math.MaxInt64)
	err := s.closed(max(0, *emitted), math.MaxInt64, 16, func(row []byte) (at, tie int64, ok bool) {
		_, w, ok := SplitSession(row)
		if ok && w.End >= until {
			open = min(open, w.End)
		}
		return w.End, w.Start, ok && w.End >= *emitted && w.End < until
	}, func(row []byte, e *Entry[A]) error {
		key, w, _ := SplitSession(row)
		return visit(key, w, e)
	})
	if err == nil {
		*emitted, s.firstOpen = until, open
	}
	return err
}
