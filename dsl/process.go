package dsl

import (
	"reflect"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/processor"
)

// Process runs a processor of the user's own: new makes one per task. The processor holds
// the stores it uses in fields, as handles of Builder.KeyValueStore and WindowStore that
// new puts there; they are the task's own. It is called for every record, absent keys and
// values included. What it forwards travels on after Process returns, and may have a new
// key, so that a grouping downstream repartitions.
func (s Stream[K, V]) Process[P processor.Processor[K, V, K2, V2], K2, V2 any](new func() P, opts ...Option) Stream[K2, V2] {
	b := live(s.b, s.n, "Process")
	n := &graph.Node{Op: graph.Process}
	if new == nil {
		b.given("Process", false)
	} else {
		n.Stores, n.ReadOnly = b.held(reflect.ValueOf(new()))
		n.Exec.NewProcessor = func() graph.BoxedProcessor { return boxProcessor[K, V, K2, V2](new()) }
	}
	return derive[K2, V2](s, n, opts)
}

func boxProcessor[K, V, K2, V2 any](p processor.Processor[K, V, K2, V2]) graph.BoxedProcessor {
	var ctx *processor.Context[K2, V2]
	return graph.BoxedProcessor{
		Init: func(env *processor.Env, node int) error {
			ctx = processor.NewContext[K2, V2](env, node)
			return p.Init(ctx)
		},
		Process: func(r graph.Rec) error { return p.Process(ctx, typed[K, V](r)) },
		Drain: func() []graph.Rec {
			var out []graph.Rec
			for _, r := range ctx.Drain() {
				out = append(out, boxed(r))
			}
			return out
		},
		Close: p.Close,
	}
}

func address(handle any) uintptr { return reflect.ValueOf(handle).Pointer() }

// held returns the stores whose handles the processor holds, and the global stores whose
// read-only handles it holds, both in the order of their declaration. It looks through fields,
// also unexported ones, and what they point at.
func (b *Builder) held(p reflect.Value) (stores, readOnly []int) {
	found := holding{make([]bool, len(b.g.Stores)), make([]bool, len(b.g.Stores))}
	b.look(p, found, map[uintptr]bool{})
	for i := range found.stores {
		if found.stores[i] {
			stores = append(stores, i)
		}
		if found.readOnly[i] {
			readOnly = append(readOnly, i)
		}
	}
	return stores, readOnly
}

// holding marks stores by their number.
type holding struct{ stores, readOnly []bool }

func (b *Builder) look(v reflect.Value, found holding, seen map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return
		}
		seen[v.Pointer()] = true
		if i, ok := b.handles[v.Pointer()]; ok {
			found.stores[i] = true
			return
		}
		if i, ok := b.readers[v.Pointer()]; ok {
			found.readOnly[i] = true
			return
		}
		b.look(v.Elem(), found, seen)
	case reflect.Interface:
		if !v.IsNil() {
			b.look(v.Elem(), found, seen)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			b.look(v.Field(i), found, seen)
		}
	case reflect.Slice, reflect.Array:
		if !leaf(v.Type().Elem().Kind()) {
			for i := range v.Len() {
				b.look(v.Index(i), found, seen)
			}
		}
	case reflect.Map:
		if !leaf(v.Type().Elem().Kind()) {
			for it := v.MapRange(); it.Next(); {
				b.look(it.Value(), found, seen)
			}
		}
	}
}

// leaf says that values of the kind hold no handle.
func leaf(k reflect.Kind) bool {
	switch k {
	case reflect.Pointer, reflect.Interface, reflect.Struct, reflect.Slice, reflect.Array, reflect.Map:
		return false
	}
	return true
}
