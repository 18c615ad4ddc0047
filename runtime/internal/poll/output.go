package poll

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// output hands sink buffers to the producer. A whole sink goes at once: its bytes become
// the records' bytes, the records lie in one slab, and both are used again when the last
// of them is acknowledged. It belongs to the worker's goroutine; promises run on the client's.
type output struct {
	bytesAtMost int64 // that the client buffers
	cl          *kgo.Client
	ctx         context.Context // of the incarnation: its end lets go of a hand-over that waits
	cancel      func()          // ends it
	timeout     time.Duration   // how long a hand-over waits for the broker
	pool        sync.Pool       // of *slab
	failure     atomic.Pointer[error]
	// produced counts the records handed over since the last reset: a transaction without
	// any is committed as plain offsets.
	produced int
	records  int64 // as produced, for the metrics
	bytes    int64
}

// slab is one sink's worth of records on their way.
type slab struct {
	o       *output
	buf     []byte
	recs    []kgo.Record
	pending atomic.Int32
	promise func(*kgo.Record, error)
	acks    *atomic.Int64 // of a changelog partition: the highest acknowledged offset
}

// maxBufferedRecords is what the client buffers at most, beside Shares.Produce; a hand-over
// waits while it is more.
const maxBufferedRecords = 200_000

func newOutput(w *worker) *output {
	o := &output{cl: w.cl, bytesAtMost: w.g.s.shares.Produce, ctx: w.ctx, cancel: w.cancel, timeout: w.g.s.TaskTimeout}
	o.pool.New = func() any {
		s := &slab{o: o}
		s.promise = s.acked
		return s
	}
	return o
}

// acked is every record's promise. The client commits a transaction even when some of
// its records failed, so the first failure is kept and forces the abort.
func (s *slab) acked(r *kgo.Record, err error) {
	if err != nil {
		e := fmt.Errorf("producing to %s-%d: %w", r.Topic, r.Partition, err)
		switch {
		case is(err, kerr.UnknownTopicOrPartition, kerr.UnknownTopicID):
			e = fmt.Errorf("%w; was the topic deleted while the application runs?", e)
		case is(err, kerr.MessageTooLarge):
			e = fmt.Errorf("%w; the record's key and value have %d bytes: raise producer.max.request.size, and max.message.bytes of the topic", e, len(r.Key)+len(r.Value))
		}
		s.o.failure.CompareAndSwap(nil, &e)
	} else if s.acks != nil { // the client acknowledges a partition's records in order
		s.acks.Store(r.Offset)
	}
	if s.pending.Add(-1) == 0 {
		clear(s.recs)
		s.acks = nil
		s.o.pool.Put(s)
	}
}

// send hands the sink's records over and empties it. It returns when the client has
// buffered them, which waits when too much is on its way.
func (o *output) send(k *gen.Sink) { o.sendTo(k, nil) }

// sendTo is send for a changelog: acks receives the offsets.
func (o *output) sendTo(k *gen.Sink, acks *atomic.Int64) {
	n := len(k.Records)
	if n == 0 {
		return
	}
	s := o.pool.Get().(*slab)
	s.buf, k.Buf = k.Buf, s.buf[:0]
	if s.buf == nil { // all keys and values are empty or null; a part of nil is nil, which the client writes as null
		s.buf = []byte{}
	}
	s.acks = acks
	if cap(s.recs) < n {
		s.recs = make([]kgo.Record, n)
	}
	s.recs = s.recs[:n]
	s.pending.Store(int32(n))
	o.produced += n
	o.records += int64(n)
	o.bytes += int64(len(s.buf))
	for i := range k.Records {
		r := &k.Records[i]
		rec := &s.recs[i]
		if !r.NoKey {
			rec.Key = s.buf[r.Start:r.KeyEnd:r.KeyEnd]
		}
		if !r.NoValue {
			rec.Value = s.buf[r.KeyEnd:r.End:r.End]
		}
		rec.Topic, rec.Partition = k.Topic, r.Partition
		rec.Timestamp = time.UnixMilli(r.Timestamp)
		rec.Headers = clientHeaders(r.Headers)
	}
	k.Reset()
	if o.cl.BufferedProduceRecords()+int64(n) > maxBufferedRecords || o.cl.BufferedProduceBytes()+int64(len(s.buf)) > o.bytesAtMost {
		// The client waits without a limit, in the middle of a record that makes many others:
		// with the broker away nobody would ever look at the task timeout.
		defer time.AfterFunc(o.timeout, o.giveUp).Stop()
	}
	for i := range s.recs {
		o.cl.Produce(o.ctx, &s.recs[i], s.promise)
	}
}

// giveUp ends the incarnation because the broker does not take what is buffered. It runs on
// a timer's goroutine.
func (o *output) giveUp() {
	err := fmt.Errorf("the broker did not acknowledge %d records within %v, and more do not fit into the client's buffer", o.cl.BufferedProduceRecords(), o.timeout)
	o.failure.CompareAndSwap(nil, &err)
	o.cancel()
}

// settle waits until everything handed over is acknowledged and returns the first failure.
func (o *output) settle(ctx context.Context) error {
	if err := o.cl.Flush(ctx); err != nil {
		return err
	}
	return o.failed()
}

// failed returns the first failure since the last reset.
func (o *output) failed() error {
	if e := o.failure.Load(); e != nil {
		return *e
	}
	return nil
}

// reset begins a new transaction, or commit interval.
func (o *output) reset() {
	o.produced, o.records, o.bytes = 0, 0, 0
	o.failure.Store(nil)
}

// The header types of the runtime and of the client have the same fields in the same
// order, which this conversion proves to the compiler; so a slice of one is viewed as the
// other without copying.
var _ = kgo.RecordHeader(serde.Header{})

func clientHeaders(h []serde.Header) []kgo.RecordHeader {
	return unsafe.Slice((*kgo.RecordHeader)(unsafe.Pointer(unsafe.SliceData(h))), len(h))
}

func ourHeaders(h []kgo.RecordHeader) []serde.Header {
	return unsafe.Slice((*serde.Header)(unsafe.Pointer(unsafe.SliceData(h))), len(h))
}
