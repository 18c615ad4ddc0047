package pass

import (
	"go/types"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// streamJoin lowers a stream-stream join.
func (k *task) streamJoin(s *graph.Step) {
	n := k.t.Nodes[s.ID]
	left, right := k.t.resolved.Steps[s.In[0]], k.t.resolved.Steps[s.In[1]]
	want := k.hint(s)
	if n.Graph.Name != "" {
		want = camel(strings.TrimSuffix(s.Name, "-merge"))
	}
	p := &plan.StreamJoin{Op: string(s.Op), Node: s.Name, Field: k.names.unique(want), Type: k.l.scope.unique(k.t.plan.App + title(want)),
		Key: k.l.typeText(n.InKey), Left: k.l.typeText(n.InVal), Right: k.l.typeText(k.otherSide(n)), Val: k.l.typeText(n.Val),
		KeyCodec: k.l.codec(k.t, k.t.codec(left.Exec.Key), k.inStore(s.Stores[0], true)), LeftCodec: k.l.codec(k.t, k.t.codec(left.Exec.Val), k.inStore(s.Stores[0], false)),
		RightCodec: k.l.codec(k.t, k.t.codec(right.Exec.Val), k.inStore(s.Stores[1], false)),
		Before:     s.Within.Before, After: s.Within.After, Grace: s.Within.Grace, Join: k.l.function(k.t, n.Join, want)}
	p.Emit = k.names.unique("emit" + title(want))
	if n.Within != nil && !n.Within.Const {
		p.Spec = k.within(n.Within)
	}
	for _, i := range s.Stores {
		p.Stores = append(p.Stores, k.stores[i])
	}
	k.joins[s.ID] = len(k.plan.StreamJoins)
	k.plan.StreamJoins = append(k.plan.StreamJoins, p)
}

// otherSide is the type of a join's right values.
func (k *task) otherSide(n *topo.Node) types.Type { return k.t.Nodes[n.Graph.In[1]].Val }

// side lowers an input of a join.
func (k *task) side(s *graph.Step, p *plan.Step) {
	n := k.t.Nodes[s.Join]
	val := n.InVal
	if s.Right {
		val = k.otherSide(n)
	}
	p.InKey, p.InVal = k.l.typeText(n.InKey), k.l.typeText(val)
	p.StreamJoin, p.RightSide = k.joins[s.Join], s.Right
	p.Label = "left side of " + k.t.resolved.Steps[s.Join].Name
	if s.Right {
		p.Label = "right side of " + k.t.resolved.Steps[s.Join].Name
	}
}

// within is the app's field for a join window that is computed.
func (k *task) within(w *topo.Within) string {
	if name := k.t.withins[w]; name != "" {
		return name
	}
	k.l.plan.Packages["github.com/streamgen/streamgen/runtime/window"] = "window"
	name := k.l.field(k.t, "within", "⟦github.com/streamgen/streamgen/runtime/window⟧.JoinSpec", k.l.expr(k.t, w.Spec), w.Spec)
	k.t.withins[w] = name
	return name
}

// sources are the source numbers of steps.
func (k *task) sources(steps []int) (out []int) {
	for _, s := range steps {
		out = append(out, slices.Index(k.sub.Sources, s))
	}
	return out
}
