package pass

import (
	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/internal/graph"
)

// view lowers how table s is looked up by key; those that look it up share it.
func (k *task) view(s *graph.Step) *plan.View {
	if v := k.views[s.ID]; v != nil {
		return v
	}
	k.plan.Joins = true
	n := k.t.Nodes[s.ID]
	v := &plan.View{Node: s.Name, Key: k.l.typeText(n.Key), Val: k.l.typeText(n.Val), KeyCodec: k.l.codec(k.t, k.t.codec(s.Exec.Key)), Kernel: -1}
	k.views[s.ID] = v
	if kernel, ok := k.kernels[s.ID]; ok {
		v.Kernel = kernel
	}
	v.Method = k.names.unique("find" + title(k.hint(s)))
	k.plan.Views = append(k.plan.Views, v)
	return v
}
