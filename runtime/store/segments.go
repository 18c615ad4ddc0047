package store

import (
	"bytes"
	"encoding/binary"

	"github.com/cockroachdb/pebble/v2"

	"github.com/streamgen/streamgen/runtime/gen"
)

// segmentHead is the length of store number and segment, which a window store's keys
// start with.
const segmentHead = prefixLen + 8

// segmentOf returns the segment of a window store's physical key.
func segmentOf(key []byte) int64 { return int64(binary.BigEndian.Uint64(key[prefixLen:])) }

// scanSegments visits the rows of all live segments in the order of their row keys: one
// iterator per segment, of which there are about retention/interval + 1, normally three;
// the lowest head goes first. A row lies in one segment only, so heads are never equal.
func (b *backend) scanSegments(from, to []byte, first, last int64, visit func(key, value []byte) bool) (err error) {
	if b.tab.time < 0 || last < 0 {
		return nil
	}
	lowest := max(b.tab.low, first/b.tab.interval)
	highest := min(last, b.tab.time) / b.tab.interval
	var heads []*pebble.Iterator
	open := 0
	defer func() {
		for _, it := range heads {
			if derr := b.done(it); err == nil {
				err = derr
			}
		}
	}()
	for seg := lowest; seg <= highest; seg++ {
		lo := b.tab.appendSegment(nil, seg)
		hi := b.tab.appendSegment(nil, seg+1)
		if to != nil {
			hi = append(b.tab.appendSegment(nil, seg), to...)
		}
		it, err := b.iterator(append(lo, from...), hi)
		if err != nil {
			return b.fault("scan", err)
		}
		heads = append(heads, it)
		if it.First() {
			heads[open], heads[len(heads)-1] = heads[len(heads)-1], heads[open]
			open++
		} else if it.Error() != nil {
			return nil // reported by done
		}
	}
	for open > 0 {
		least := 0
		for i := 1; i < open; i++ {
			if bytes.Compare(heads[i].Key()[segmentHead:], heads[least].Key()[segmentHead:]) < 0 {
				least = i
			}
		}
		it := heads[least]
		v, err := it.ValueAndErr()
		if err != nil {
			return b.fault("scan", err)
		}
		if !visit(it.Key()[segmentHead:], v) {
			return nil
		}
		if !it.Next() {
			if it.Error() != nil {
				return nil // reported by done
			}
			open--
			heads[least], heads[open] = heads[open], heads[least]
		}
	}
	return nil
}

// FirstLive is the lowest window start, in epoch milliseconds, of which a window store may still
// hold rows when the highest start put is now.
func FirstLive(s gen.Store, now int64) int64 {
	t := table{spec: s, interval: segmentInterval(s)}
	return t.firstLive(now) * t.interval
}
