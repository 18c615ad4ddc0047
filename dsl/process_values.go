package dsl

import (
	"reflect"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/processor"
)

// ProcessValues runs a processor of the user's own that cannot change the key: what it
// forwards keeps that of its record, so that nothing downstream has to repartition. new
// makes one per task, and the processor holds its stores, as with Process. It is called for
// every record, absent keys and values included; what it forwards travels on after it returns.
func (s Stream[K, V]) ProcessValues[P processor.ValueProcessor[K, V, V2], V2 any](new func() P, opts ...Option) Stream[K, V2] {
	b := live(s.b, s.n, "ProcessValues")
	n := &graph.Node{Op: graph.ProcessValues}
	if new == nil {
		b.given("ProcessValues", false)
	} else {
		n.Stores, n.ReadOnly = b.held(reflect.ValueOf(new()))
		n.Exec.NewProcessor = func() graph.BoxedProcessor { return boxValueProcessor[K, V, V2](new()) }
	}
	return derive[K, V2](s, n, opts)
}

func boxValueProcessor[K, V, V2 any](p processor.ValueProcessor[K, V, V2]) graph.BoxedProcessor {
	var ctx *processor.ValueContext[V2]
	var from graph.Rec // the record in progress
	return graph.BoxedProcessor{
		Init: func(env *processor.Env, node int) error {
			ctx = processor.NewValueContext[V2](env, node)
			return p.Init(ctx)
		},
		Process: func(r graph.Rec) error {
			from = r
			ctx.Begin(r.Timestamp, r.Headers)
			err := p.Process(ctx, typed[K, V](r))
			ctx.End()
			return err
		},
		Drain: func() []graph.Rec {
			var out []graph.Rec
			for _, v := range ctx.Drain() {
				r := graph.Rec{Key: from.Key, NoKey: from.NoKey, Timestamp: v.Timestamp, Headers: v.Headers}
				out = append(out, withValue(r, Opt[V2]{V: v.Value, OK: !v.NoValue}))
			}
			return out
		},
		Close: p.Close,
	}
}
