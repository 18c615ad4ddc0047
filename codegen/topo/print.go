package topo

import (
	"fmt"
	"go/types"
	"strings"
)

// String prints the program in a stable form: each topology's graph, then what was said
// beside it. Equal programs print alike; positions are left out.
func (p *Program) String() string {
	var b strings.Builder
	for _, t := range p.Topologies {
		fmt.Fprintf(&b, "topology %s\n", t.Name)
		for _, q := range t.Params {
			fmt.Fprintf(&b, "param %s %s\n", q.Name, p.typeText(q.Type))
		}
		for i, v := range t.Values {
			fmt.Fprintf(&b, "value %d %s %s", i, v.Name, p.typeText(v.Type))
			if v.Tuple > 1 {
				fmt.Fprintf(&b, " result %d of %d", v.Result, v.Tuple)
			}
			b.WriteString(captureText(v.Expr.Captures) + "\n")
		}
		b.WriteString(t.Graph.String())
		for i, n := range t.Nodes {
			for _, f := range []struct {
				role string
				fn   *Func
			}{{"fn", n.Fn}, {"init", n.Init}, {"add", n.Add}, {"sub", n.Sub}, {"merge", n.Merge}, {"join", n.Join}, {"partitioner", n.Part}, {"timestamp", n.Time}} {
				if f.fn != nil {
					fmt.Fprintf(&b, "node %d %s %s\n", i, f.role, p.funcText(f.fn))
				}
			}
		}
	}
	return b.String()
}

func (p *Program) typeText(t types.Type) string {
	if t == nil {
		return "?"
	}
	return types.TypeString(t, types.RelativeTo(p.Types))
}

func (p *Program) funcText(f *Func) string {
	s := string(f.Kind)
	if f.Obj != nil {
		s += " " + f.Obj.Name()
	}
	for _, a := range f.TypeArgs {
		s += " [" + p.typeText(a) + "]"
	}
	if f.Sig != nil {
		s += " " + strings.TrimPrefix(p.typeText(f.Sig), "func")
	}
	return s + captureText(f.Captures)
}

func captureText(list []Capture) string {
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, " {%s: %s", c.Obj.Name(), c.Kind)
		if c.Kind != RefFunc {
			fmt.Fprintf(&b, " %d", c.Index)
		}
		b.WriteString("}")
	}
	return b.String()
}
