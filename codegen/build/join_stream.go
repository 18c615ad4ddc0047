package build

import (
	"go/ast"
	"go/constant"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func joinStream(op graph.Op) func(f *frame, k *call) value {
	return func(f *frame, k *call) value {
		in := k.recv.(handle)
		other, ok := f.eval(k.args[0]).(handle)
		within := f.withinArg(k.args[1])
		if !ok || within == nil {
			f.r.lost = true
			return bad{}
		}
		n := f.node(k)
		n.Graph = &graph.Node{Op: op}
		n.Within = within
		if within.Const {
			n.Graph.Within = within.Within
		}
		n.Join = f.funcArg(k.args[2])
		out := f.derive(k, n, in)
		n.Graph.In = append(n.Graph.In, other.node.Graph.ID)
		o := f.r.said[n]
		pos := n.Pos
		if at := o.storeNameAt(); at != nil {
			pos = at.Pos()
		}
		for i, st := range graph.NewJoinStores(op, o.storeName(), n.Graph.Within, "", "", "") {
			val := in.val
			if i == 1 {
				val = other.val
			}
			n.Graph.Stores = append(n.Graph.Stores, f.r.addStore(&topo.Store{Graph: o.keep(st), Pkg: f.pkg, Pos: pos, Key: in.key, Val: val,
				Node: n.Graph.ID, Call: k.x}))
		}
		return out
	}
}

// within is a join window as it is taken apart.
type within struct {
	known                    bool
	topo                     graph.Within
	at                       ast.Expr // JoinWithin's argument
	beforeAt, afterAt, grace ast.Expr
	frame                    *frame
}

// withinArg reads the window of a stream-stream join.
func (f *frame) withinArg(x ast.Expr) *topo.Within {
	d, ok := f.eval(x).(data)
	if !ok {
		return nil
	}
	s := d.frame.within(d.x)
	if s == nil || !s.known {
		return &topo.Within{Spec: d.syntax()}
	}
	if !s.check() {
		return nil
	}
	return &topo.Within{Const: true, Within: s.topo}
}

// within takes JoinWithin(…).Before(…).After(…).Grace(…) apart, through variables; nil when the
// expression is something else.
func (f *frame) within(x ast.Expr) *within {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		v := f.lookup(f.pkg.Info.Uses[x])
		if v == nil {
			return nil
		}
		if d, ok := v.val.(data); ok && d.x != nil && d.x != x && d.frame != nil {
			return d.frame.within(d.x)
		}
	case *ast.CallExpr:
		c := f.callee(x)
		if c.fn == nil || c.fn.Pkg() == nil || len(x.Args) != 1 {
			return nil
		}
		path, name := c.fn.Pkg().Path(), c.fn.Name()
		if c.recv == nil && (name == "JoinWithin" && path == dslPath || name == "Within" && path == windowPath) {
			s := &within{known: true, at: x.Args[0], frame: f}
			s.topo.Before = s.number(f, x.Args[0])
			s.topo.After = s.topo.Before
			return s
		}
		if c.recv == nil || path != windowPath || !isJoinSpec(c.recv) {
			return nil
		}
		s := f.within(c.sel.X)
		if s == nil {
			return nil
		}
		switch name {
		case "Before":
			s.topo.Before, s.beforeAt = s.number(f, x.Args[0]), x.Args[0]
		case "After":
			s.topo.After, s.afterAt = s.number(f, x.Args[0]), x.Args[0]
		case "Grace":
			s.topo.Grace, s.grace = s.number(f, x.Args[0]), x.Args[0]
		default:
			return nil
		}
		return s
	}
	return nil
}

func isJoinSpec(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "JoinSpec"
}

func (s *within) number(f *frame, x ast.Expr) int64 {
	var v constant.Value
	if d, ok := f.eval(x).(data); ok {
		v = d.konst
	}
	ms, ok := milliseconds(v)
	s.known = s.known && ok
	return ms
}

// check reports contradictions between constants, as window.JoinSpec.Validate does.
func (s *within) check() bool {
	r := s.frame.r
	w := s.topo
	switch {
	case w.Grace < 0:
		r.diags.Report(diag.WindowGrace, r.span(s.grace), "the join window's grace is %d ms; it must not be negative", w.Grace).
			Note(r.span(s.at), "grace is how long after its end a window still takes records; the window is given here").
			Suggest("no grace", r.replace(s.grace, "0"))
	case w.Before+w.After < 0:
		at := s.at
		if s.beforeAt != nil {
			at = s.beforeAt
		}
		if s.afterAt != nil {
			at = s.afterAt
		}
		r.diags.Report(diag.WindowSize, r.span(at), "the join window ends before it begins: %d ms before and %d ms after", w.Before, w.After).
			Note(r.span(s.at), "their sum must not be negative; a negative side moves the window to the other one")
	default:
		return true
	}
	return false
}
