package build

import (
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/internal/graph"
)

// globalStore fills a declared store from a whole topic; the result reads it.
func globalStore(f *frame, k *call) value {
	n := f.endpoint(k, graph.GlobalStore, 0)
	if len(k.types) < 3 { // the type checker says why
		return bad{}
	}
	n.Key, n.Val = k.types[1], k.types[2]
	f.constructor(n, k, 4)
	n.Graph.Stores, n.Graph.ReadOnly = storesOf(n.Fn)
	store, ok := f.eval(k.args[3]).(storeHandle)
	if !ok || store.readOnly {
		f.r.lost = true
		f.r.diags.Report(diag.OpaqueCall, f.r.span(k.args[3]), "the compiler cannot see which store %s is", types.ExprString(k.args[3])).
			Note(diag.Span{}, "pass the handle that the builder's KeyValueStore or TimestampedKeyValueStore returned")
		return bad{}
	}
	o := k.opts.read()
	f.r.said[n] = o
	f.r.add(n, o)
	n.Graph.Store = store.index
	s := f.r.t.Stores[store.index].Graph
	s.Global, s.NoChangelog = true, true
	return storeHandle{index: store.index, readOnly: true}
}
