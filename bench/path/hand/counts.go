package main

import (
	"encoding/binary"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/bench/path/form"
)

// row is a count in memory.
type row struct {
	key       []byte
	start     int64 // of its window
	n         int64
	ts        time.Time
	partition int32
	changed   bool
}

// counts holds the counts of one thread's partitions. Keys of different partitions differ.
type counts struct {
	form.Setting
	changelog string
	rows      map[string]*row
	dirty     []*row
}

func newCounts(s form.Setting) share {
	return &counts{Setting: s, changelog: s.Application + "-counts-changelog", rows: map[string]*row{}}
}

func (c *counts) process(_ string, recs []*kgo.Record, _ *output) error {
	for _, r := range recs {
		if r.Key == nil || r.Value == nil {
			continue
		}
		x := c.rows[string(r.Key)]
		if x == nil {
			x = &row{key: r.Key, partition: r.Partition}
			c.rows[string(r.Key)] = x
		}
		c.add(x, r)
	}
	return nil
}

func (c *counts) add(x *row, r *kgo.Record) {
	x.n++
	if r.Timestamp.After(x.ts) {
		x.ts = r.Timestamp
	}
	if !x.changed {
		x.changed = true
		c.dirty = append(c.dirty, x)
	}
}

func (c *counts) flush(out *output, rows *disk) error {
	for _, x := range c.dirty {
		x.changed = false
		// Timestamp and count: as the changelog's value the count alone, as on the wire of Kafka Streams.
		value := binary.BigEndian.AppendUint64(make([]byte, 0, 16), uint64(x.ts.UnixMilli()))
		value = binary.BigEndian.AppendUint64(value, uint64(x.n))
		out.add(c.Output, x.partition, x.ts, x.key, value[8:])
		out.add(c.changelog, x.partition, x.ts, x.key, value[8:])
		if err := rows.set(x.key, value); err != nil {
			return err
		}
	}
	c.dirty = c.dirty[:0]
	return nil
}

// windows holds the counts of one thread's partitions by window: a map for each, because time moves on and a window is
// forgotten whole.
type windows struct {
	counts
	byStart map[partitionWindow]map[string]*row
	time    map[int32]int64 // stream time
}

type partitionWindow struct {
	partition int32
	start     int64
}

func newWindows(s form.Setting) share {
	return &windows{counts: *newCounts(s).(*counts), byStart: map[partitionWindow]map[string]*row{}, time: map[int32]int64{}}
}

func (w *windows) process(_ string, recs []*kgo.Record, _ *output) error {
	if len(recs) == 0 {
		return nil
	}
	partition := recs[0].Partition
	now := w.time[partition]
	var at partitionWindow
	var rows map[string]*row
	for _, r := range recs {
		if r.Key == nil {
			continue
		}
		ts := r.Timestamp.UnixMilli()
		now = max(now, ts)
		start := ts - ts%form.WindowSize
		if start+form.WindowSize+form.Grace <= now {
			continue
		}
		if here := (partitionWindow{partition, start}); rows == nil || here != at {
			if at, rows = here, w.byStart[here]; rows == nil {
				rows = map[string]*row{}
				w.byStart[at] = rows
			}
		}
		x := rows[string(r.Key)]
		if x == nil {
			x = &row{key: binary.BigEndian.AppendUint64(append(make([]byte, 0, len(r.Key)+8), r.Key...), uint64(start)), start: start, partition: partition}
			rows[string(r.Key)] = x
		}
		w.add(x, r)
	}
	w.time[partition] = now
	return nil
}

// flush also forgets what is past its retention.
func (w *windows) flush(out *output, rows *disk) error {
	if err := w.counts.flush(out, rows); err != nil {
		return err
	}
	for at, old := range w.byStart {
		if at.start+form.Retention > w.time[at.partition] {
			continue
		}
		for _, x := range old {
			if err := rows.delete(x.key); err != nil {
				return err
			}
		}
		delete(w.byStart, at)
	}
	return nil
}
