package reads

import (
	"fmt"
	"go/types"
	"path/filepath"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
	"golang.org/x/tools/go/ssa"
)

// Analysis answers for the topologies of one program. It belongs to one goroutine.
type Analysis struct {
	system
	p         *topo.Program
	code      *code
	cause     string  // why there is no code
	unsafe    *Reason // where a function leaves the type system
	functions map[*ssa.Function]*function
}

// New returns an analysis of a program. Nothing is built before the first question.
func New(p *topo.Program) *Analysis {
	return &Analysis{p: p, functions: map[*ssa.Function]*function{}}
}

// Found is what was found out about a topology.
type Found struct {
	Changed map[Side]*plan.Reads // sinks whose key or value must be written anew, since a function may have changed what it leads to: Why and At
	Sources map[int]*Record      // by step: what is read of the records of a source or repartition topic
	Steps   map[int]*plan.Reads  // by step: what its functions read of values
}

// Side is the key or the value of a step.
type Side struct {
	Step int
	Key  bool
}

// Record is what is read of the key and value of a source's records.
type Record struct{ Key, Val *plan.Reads }

// Find follows the records of each source and repartition topic of a topology. passes is the type of a key or value that a
// sink or repartition can pass as its bytes when no function changes it, nil when it cannot.
func (a *Analysis) Find(t *topo.Topology, r *graph.Resolved, passes func(sink *graph.Step, key bool) types.Type) *Found {
	if a.code == nil && a.cause == "" {
		code, err := newCode(a.p)
		if a.code = code; err != nil {
			a.cause = err.Error()
		}
	}
	c := &chain{a: a, t: t, r: r, takes: map[int][]*node{}, passes: passes}
	out := &Found{Changed: map[Side]*plan.Reads{}, Sources: map[int]*Record{}, Steps: map[int]*plan.Reads{}}
	records := map[int]flow{}
	for _, sub := range r.Subs {
		for _, id := range sub.Sources {
			s := r.Steps[id]
			rec := flow{key: a.fresh(), val: a.fresh()}
			if s.Op != graph.Source && s.Op != graph.Repartition {
				c.everything(rec, "is kept in store "+c.store(s)) // a table is its own source
			}
			c.next(s, rec)
			records[id] = rec
		}
	}
	if a.unsafe != nil {
		for _, rec := range records {
			rec.key.give(*a.unsafe)
			rec.val.give(*a.unsafe)
		}
	}
	for side, why := range c.settle() {
		r := &plan.Reads{Why: why.Text}
		a.locate(r, why)
		out.Changed[side] = r
	}
	for id, rec := range records { // when all functions are known
		s := r.Steps[id]
		out.Sources[id] = &Record{Key: a.tree(rec.key, c.typeOf(s, true)), Val: a.tree(rec.val, c.typeOf(s, false))}
	}
	for id, list := range c.takes {
		if t := t.Nodes[id].InVal; t != nil && fieldsOf(t) != nil {
			both := a.fresh()
			for _, n := range list {
				include(both, n)
			}
			out.Steps[id] = a.tree(both, t)
		}
	}
	return out
}

// tree makes plain data of what is demanded of a node.
func (a *Analysis) tree(n *node, t types.Type) *plan.Reads {
	if n.all != nil {
		if t != nil {
			if _, scalar := t.Underlying().(*types.Basic); scalar {
				return &plan.Reads{All: true}
			}
		}
		r := &plan.Reads{All: true, Why: n.all.Text}
		a.locate(r, n.all)
		return r
	}
	r := &plan.Reads{}
	if t == nil {
		return r
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return a.through(n, deref, u.Elem())
	case *types.Slice:
		return a.through(n, items, u.Elem())
	case *types.Array:
		return a.through(n, items, u.Elem())
	case *types.Struct:
		whole := u.NumFields() > 0
		for i := range u.NumFields() {
			k := n.kids[i]
			if k == nil {
				whole = whole && u.Field(i).Name() == "_"
				continue
			}
			f := u.Field(i)
			if below := a.tree(k, f.Type()); below.All || len(below.Fields) > 0 || k.self {
				if _, pointer := f.Type().Underlying().(*types.Pointer); pointer && f.Embedded() {
					below = &plan.Reads{All: true, Why: "is embedded as a pointer, which is there when one of its fields is", At: below.At}
				}
				r.Fields = append(r.Fields, plan.FieldRead{Name: f.Name(), Reads: below})
				whole = whole && below.All
			} else {
				whole = false
			}
		}
		if whole {
			return &plan.Reads{All: true, Why: "every field is read"}
		}
	}
	return r
}

// locate says where the reason is.
func (a *Analysis) locate(r *plan.Reads, why *Reason) {
	if why.Pos.IsValid() {
		at := a.p.Fset.PositionFor(why.Pos, false)
		r.At = fmt.Sprintf("%s:%d", filepath.Base(at.Filename), at.Line)
	}
}

// through is the tree of what a pointer or list leads to.
func (a *Analysis) through(n *node, edge int, t types.Type) *plan.Reads {
	if k := n.kids[edge]; k != nil {
		return a.tree(k, t)
	}
	return &plan.Reads{}
}
