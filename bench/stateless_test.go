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

// handStateless is the one function that somebody would write.
func handStateless() *task {
	k := feed(environment(&NewStateless().Subtopologies[0]))
	out := k.env.Sinks[0]
	k.Task = loop{flush: func() error { return nil }, process: func(run *gen.Run) (int, error) {
		for i := range run.Records {
			r := &run.Records[i]
			key, err := serde.Int64Codec{}.Decode(r.Key)
			if err != nil {
				return i, err
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
	timestamp int64
	headers   []serde.Header
}

type node[K, V any] interface {
	process(r record[K, V]) error
}

type filterNode[K, V any] struct {
	name string
	keep func(K, V) bool
	next node[K, V]
}

func (n *filterNode[K, V]) process(r record[K, V]) error {
	if !n.keep(r.key, r.value) {
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
	if err := n.next.process(record[K, W]{r.key, n.f(r.key, r.value), r.timestamp, r.headers}); err != nil {
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
	if n.out.Buf, err = n.key.Append(n.out.Buf, r.key); err != nil {
		return err
	}
	n.out.Key(true, 0)
	if n.out.Buf, err = n.val.Append(n.out.Buf, r.value); err != nil {
		return err
	}
	n.out.Done(true, r.timestamp, r.headers)
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
		k, err := n.key.Decode(r.Key)
		if err != nil {
			return i, err
		}
		v, err := n.val.Decode(r.Value)
		if err != nil {
			return i, err
		}
		if err := n.next.process(record[K, V]{k, v, r.Timestamp, r.Headers}); err != nil {
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
