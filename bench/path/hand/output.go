package main

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const slabRecords = 2048

// slab is a piece of memory for records on their way, used again once all of them are acknowledged.
type slab struct {
	recs    []kgo.Record
	buf     []byte
	pending atomic.Int32
	promise func(*kgo.Record, error)
}

// output gathers the records of one thread and hands them to the client.
type output struct {
	cl     *kgo.Client
	pool   sync.Pool
	slab   *slab
	failed atomic.Pointer[error]
}

func newOutput(cl *kgo.Client) *output {
	o := &output{cl: cl}
	o.pool.New = func() any {
		s := &slab{recs: make([]kgo.Record, 0, slabRecords)}
		s.promise = func(_ *kgo.Record, err error) {
			if err != nil {
				o.failed.CompareAndSwap(nil, &err)
			}
			if s.pending.Add(-1) == 0 {
				clear(s.recs)
				s.recs, s.buf = s.recs[:0], s.buf[:0]
				o.pool.Put(s)
			}
		}
		return s
	}
	o.slab = o.pool.Get().(*slab)
	return o
}

// add takes a record; key and value stay as they are until it is acknowledged.
func (o *output) add(topic string, partition int32, ts time.Time, key, value []byte) {
	s := o.slab
	s.recs = append(s.recs, kgo.Record{Topic: topic, Partition: partition, Timestamp: ts, Key: key, Value: value})
	if len(s.recs) == slabRecords {
		o.send()
	}
}

// send hands over what is there.
func (o *output) send() {
	s := o.slab
	if len(s.recs) == 0 {
		return
	}
	o.slab = o.pool.Get().(*slab)
	s.pending.Store(int32(len(s.recs)))
	for i := range s.recs {
		o.cl.Produce(nil, &s.recs[i], s.promise)
	}
}
