package build

import (
	"go/ast"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// checkInitial reports aggregations whose first value is one and the same for all keys,
// while the next function changes it in place: the keys would write into each other's sums.
func (r *reader) checkInitial() {
	for _, n := range r.t.Nodes {
		if n.Init == nil || n.Add == nil || n.Add.Sig == nil {
			continue
		}
		shared, at := r.returnsShared(n.Init)
		if shared == nil {
			continue
		}
		w, ok := r.changesParam(n.Add, -1)
		if !ok {
			continue
		}
		r.diags.Report(diag.SharedInitial, r.span(at), "all keys begin with %s, and the aggregation changes it in place", shared.Name()).
			Note(r.span(w.At), "it is changed here: what one key adds shows in all others").
			Note(r.at(shared.Pos()), "%s is declared here", shared.Name()).
			Note(diag.Span{}, "make a new value for each key: return the composite literal or make(…) in the function itself")
	}
}

// returnsShared finds a variable from outside of a function that the function returns by
// reference, and where.
func (r *reader) returnsShared(fn *topo.Func) (*types.Var, ast.Node) {
	pkg, node := r.source(fn)
	if node == nil {
		return nil, nil
	}
	for _, res := range r.analysis().Returned(pkg, node) {
		if res.Through {
			return res.Var, res.At
		}
	}
	return nil, nil
}
