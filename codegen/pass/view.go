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
	v := &plan.View{Node: s.Name, Key: k.l.typeText(n.Key), Val: k.l.typeText(n.Val), KeyCodec: k.l.codec(k.t, k.t.codec(s.Exec.Key), k.atStep(s.ID, true)), Kernel: -1}
	k.views[s.ID] = v
	if kernel, ok := k.kernels[s.ID]; ok {
		v.Kernel = kernel
	} else {
		for _, in := range s.In {
			v.Above = append(v.Above, k.view(k.t.resolved.Steps[in]))
		}
		v.Step = &plan.Step{StreamJoin: -1, Op: string(s.Op), Form: string(s.Form), Node: s.Name, Not: s.Not, Key: v.Key, Val: v.Val,
			Fn: k.l.function(k.t, n.Fn, k.hint(s)), Join: k.l.function(k.t, n.Join, k.hint(s))}
	}
	v.Method = k.names.unique("find" + title(k.hint(s)))
	k.plan.Views = append(k.plan.Views, v)
	return v
}

// entry lowers the i-th step after s. A join of tables has a step for each side; a table
// joined with itself leads to both.
func (k *task) entry(s *graph.Step, i int) *plan.Step {
	r := k.t.resolved
	c := r.Steps[s.Out[i]]
	switch c.Op {
	case graph.TableJoin, graph.TableLeftJoin, graph.TableOuterJoin:
	default:
		return k.step(c)
	}
	right := r.JoinsRight(s.ID, i)
	n := k.t.Nodes[c.ID]
	from, other := k.t.Nodes[c.In[0]], r.Steps[c.In[1]]
	name := c.ThisName
	if right {
		from, other, name = k.t.Nodes[c.In[1]], r.Steps[c.In[0]], c.OtherName
	}
	p := &plan.Step{ID: c.ID, Op: string(c.Op), Node: name, Label: "join with " + other.Name, Sink: -1, Kernel: -1, Processor: -1, StreamJoin: -1,
		Policy: k.l.policy(k.t, c, k.sub), InKey: k.l.typeText(from.Key), InVal: k.l.typeText(from.Val), Key: k.l.typeText(n.Key), Val: k.l.typeText(n.Val),
		Right: right, View: k.view(other), Join: k.l.function(k.t, n.Join, k.hint(c)), SendOld: c.SendOld, TakesOld: s.SendOld,
		Next: []*plan.Step{k.step(c)}}
	k.sides = append(k.sides, p)
	return p
}
