package build

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/purity"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// reader reads one topology function and the helpers it calls.
type reader struct {
	loaded *load.Result
	target *topo.Package
	diags  *diag.List
	t      *topo.Topology
	stack  []*types.Func // helpers being followed
	// visited holds the ranges of code that was read; type errors inside them are ours.
	visited []span
	// lost says that a handle could not be followed, so that the graph lacks operators;
	// failed, that something else was reported already.
	lost, failed bool
	// unread is the first expression that no value could be made of; invalid when all were
	// read. Whoever refused it mostly reported why: it matters when nobody did.
	unread  span
	said    map[*topo.Node]*options
	groups  map[*ast.CallExpr]bool // groupings, and whether something aggregates them
	groupOf map[*topo.Node]*ast.CallExpr
	linted  map[ast.Node]bool // functions of operators that were looked at
	purity  *purity.Analysis
	ended   map[*topo.Node]*ast.CallExpr // splits, with the call that ended their branches
}

type span struct{ pos, end token.Pos }

// miss notes an expression that no value could be made of.
func (r *reader) miss(n ast.Node) {
	if !r.unread.pos.IsValid() {
		r.unread = span{n.Pos(), n.End()}
	}
}

// reportMissed reports what was not read when nothing else says that the topology is
// incomplete: without it less would be generated than was said.
func (r *reader) reportMissed() {
	at := spanOf(r.loaded.Fset, r.unread.pos, r.unread.end)
	if !r.unread.pos.IsValid() {
		if !r.lost {
			return
		}
		at = r.span(r.t.Decl.Name)
	}
	r.diags.Report(diag.OpaqueCall, at, "the compiler cannot follow what this stands for, so the topology would be incomplete").
		Note(diag.Span{}, "write it more plainly: one call after the other, each result in a variable of its own, and a return statement that names its results")
}

// span makes a diagnostic's place of a node.
func (r *reader) span(n ast.Node) diag.Span { return spanOf(r.loaded.Fset, n.Pos(), n.End()) }

// at makes a diagnostic's place of a position.
func (r *reader) at(pos token.Pos) diag.Span { return spanOf(r.loaded.Fset, pos, token.NoPos) }

func spanOf(fset *token.FileSet, pos, end token.Pos) diag.Span {
	s := diag.Span{Start: fset.PositionFor(pos, false)}
	if end.IsValid() {
		s.End = fset.PositionFor(end, false)
	}
	return s
}

// add appends a node to the graph as dsl's builder does.
func (r *reader) add(n *topo.Node, o *options, parents ...*topo.Node) *topo.Node {
	g := n.Graph
	for _, p := range parents {
		g.In = append(g.In, p.Graph.ID)
	}
	if len(parents) > 0 {
		n.InKey, n.InVal = parents[0].Key, parents[0].Val
	}
	switch g.Op {
	case graph.JoinGlobal, graph.LeftGlobal, graph.JoinTable, graph.LeftTable:
	default:
		g.Global = -1
	}
	g.Store = -1
	g.KeyType, g.ValType = typeText(n.Key), typeText(n.Val)
	o.give(n)
	r.t.Graph.Add(g)
	r.t.Nodes = append(r.t.Nodes, n)
	return n
}

// addStore appends a store and returns its index.
func (r *reader) addStore(s *topo.Store) int {
	s.Graph.KeyType, s.Graph.ValType = typeText(s.Key), typeText(s.Val)
	r.t.Stores = append(r.t.Stores, s)
	return r.t.Graph.AddStore(s.Graph)
}

// codecText names a codec as recording does.
func codecText(c *topo.Codec) graph.Codec {
	if c == nil || c.Type == nil {
		return ""
	}
	return graph.Codec(typeText(c.Type))
}

// typeText prints a type as recording does, which sees no aliases.
func typeText(t types.Type) string {
	if t == nil {
		return ""
	}
	return graph.TypeName(types.TypeString(rewrite(t, nil), nil))
}
