package bench

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
)

// fed gives a variant of Stateless its records: they differ, so that the last filter has something to choose.
func fed(v variant) variant {
	return variant{v.name, func(b testing.TB) *task { return feed(v.task(b)) }}
}

func feed(k *task) *task {
	for i := range k.run.Records {
		k.run.Records[i].Key = binary.BigEndian.AppendUint64(nil, uint64(i*7%keys))
		k.run.Records[i].Value = binary.BigEndian.AppendUint64(nil, uint64(i*7919%100_003))
	}
	return k
}

// handStateless is the one function that somebody would write who knows that keys and values may be null.
func handStateless() *task {
	k := feed(environment(&NewStateless().Subtopologies[0]))
	out := k.env.Sinks[0]
	k.Task = loop{flush: func() error { return nil }, process: func(run *gen.Run) (int, error) {
		for i := range run.Records {
			r := &run.Records[i]
			var key int64
			if r.Key != nil {
				var err error
				if key, err = (serde.Int64Codec{}).Decode(r.Key); err != nil {
					return i, err
				}
			}
			if r.Value == nil { // no function sees it
				out.Begin()
				out.Buf = append(out.Buf, r.Key...)
				out.Key(r.Key != nil, 0)
				out.Done(false, r.Timestamp, r.Headers)
				continue
			}
			v, err := serde.Int64Codec{}.Decode(r.Value)
			if err != nil {
				return i, err
			}
			if !most(key, v) {
				continue
			}
			if v = shift(key, v); !small(key, v) {
				continue
			}
			if v = fold(key, v); !rare(key, v) {
				continue
			}
			out.Begin()
			out.Buf = append(out.Buf, r.Key...)
			out.Key(r.Key != nil, 0)
			out.Buf = binary.BigEndian.AppendUint64(out.Buf, uint64(v))
			out.Done(true, r.Timestamp, r.Headers)
		}
		return len(run.Records), nil
	}}
	return k
}

// record and node are what a typed library without a compiler passes on and calls: an interface for each step, generic in
// what it takes, a function inside it, and its name on an error's way back.
type record[K, V any] struct {
	key       K
	value     V
	absent    uint8 // a bit for each of them
	timestamp int64
	headers   []serde.Header
}

const (
	noKey uint8 = 1 << iota
	noValue
)

type node[K, V any] interface {
	process(r record[K, V]) error
}

type filterNode[K, V any] struct {
	name string
	keep func(K, V) bool
	next node[K, V]
}

func (n *filterNode[K, V]) process(r record[K, V]) error {
	if r.absent&noValue == 0 && !n.keep(r.key, r.value) {
		return nil
	}
	if err := n.next.process(r); err != nil {
		return fmt.Errorf("%s: %w", n.name, err)
	}
	return nil
}

type mapNode[K, V, W any] struct {
	name string
	f    func(K, V) W
	next node[K, W]
}

func (n *mapNode[K, V, W]) process(r record[K, V]) error {
	to := record[K, W]{key: r.key, absent: r.absent, timestamp: r.timestamp, headers: r.headers}
	if r.absent&noValue == 0 {
		to.value = n.f(r.key, r.value)
	}
	if err := n.next.process(to); err != nil {
		return fmt.Errorf("%s: %w", n.name, err)
	}
	return nil
}

type sinkNode[K, V any] struct {
	out *gen.Sink
	key serde.Codec[K]
	val serde.Codec[V]
}

func (n *sinkNode[K, V]) process(r record[K, V]) (err error) {
	n.out.Begin()
	if r.absent&noKey == 0 {
		if n.out.Buf, err = n.key.Append(n.out.Buf, r.key); err != nil {
			return err
		}
	}
	n.out.Key(r.absent&noKey == 0, 0)
	if r.absent&noValue == 0 {
		if n.out.Buf, err = n.val.Append(n.out.Buf, r.value); err != nil {
			return err
		}
	}
	n.out.Done(r.absent&noValue == 0, r.timestamp, r.headers)
	return nil
}

type sourceNode[K, V any] struct {
	key  serde.Codec[K]
	val  serde.Codec[V]
	next node[K, V]
}

func (n *sourceNode[K, V]) process(run *gen.Run) (int, error) {
	for i := range run.Records {
		r := &run.Records[i]
		rec := record[K, V]{timestamp: r.Timestamp, headers: r.Headers}
		var err error
		if r.Key == nil {
			rec.absent = noKey
		} else {
			if rec.key, err = n.key.Decode(r.Key); err != nil {
				return i, err
			}
		}
		if r.Value == nil {
			rec.absent |= noValue
		} else {
			if rec.value, err = n.val.Decode(r.Value); err != nil {
				return i, err
			}
		}
		if err := n.next.process(rec); err != nil {
			return i, err
		}
	}
	return len(run.Records), nil
}

// nodesStateless is Stateless as a graph of such nodes.
func nodesStateless() *task {
	k := feed(environment(&NewStateless().Subtopologies[0]))
	sink := &sinkNode[int64, int64]{k.env.Sinks[0], serde.Int64Codec{}, serde.Int64Codec{}}
	last := &filterNode[int64, int64]{"rare", rare, sink}
	folds := &mapNode[int64, int64, int64]{"fold", fold, last}
	smalls := &filterNode[int64, int64]{"small", small, folds}
	shifts := &mapNode[int64, int64, int64]{"shift", shift, smalls}
	first := &filterNode[int64, int64]{"most", most, shifts}
	source := &sourceNode[int64, int64]{serde.Int64Codec{}, serde.Int64Codec{}, first}
	k.Task = loop{process: source.process, flush: func() error { return nil }}
	return k
}
