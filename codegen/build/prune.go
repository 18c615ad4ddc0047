package build

import "github.com/streamgen/streamgen/codegen/topo"

// prune drops the values that nothing refers to (constants that were folded, codecs and
// windows that were recognised) and renumbers the others.
func (r *reader) prune() {
	p := pruner{t: r.t, keep: make([]bool, len(r.t.Values)), syntax: map[*topo.Syntax]bool{}, funcs: map[*topo.Func]bool{}}
	p.walk()
	for i, k := range p.keep {
		if k { // results of one call stay together
			v := r.t.Values[i]
			for j := range r.t.Values {
				p.keep[j] = p.keep[j] || r.t.Values[j].Expr == v.Expr
			}
		}
	}
	next := make([]int, len(p.keep))
	var values []*topo.Value
	for i, k := range p.keep {
		next[i] = len(values)
		if k {
			values = append(values, r.t.Values[i])
		}
	}
	for s := range p.syntax {
		for i := range s.Captures {
			if s.Captures[i].Kind == topo.RefValue {
				s.Captures[i].Index = next[s.Captures[i].Index]
			}
		}
	}
	r.t.Values = values
}

type pruner struct {
	t      *topo.Topology
	keep   []bool
	syntax map[*topo.Syntax]bool
	funcs  map[*topo.Func]bool
}

func (p *pruner) walk() {
	for _, n := range p.t.Nodes {
		for _, f := range []*topo.Func{n.Fn, n.Init, n.Add, n.Sub, n.Merge, n.Join, n.Part, n.Time} {
			p.function(f)
		}
		for _, c := range []*topo.Codec{n.KeyCodec, n.ValCodec, n.GroupKeyCodec, n.GroupValCodec} {
			p.codec(c)
		}
		p.window(n.Window)
		if n.Within != nil {
			p.piece(n.Within.Spec)
		}
		p.piece(n.Topic)
		p.piece(n.DeadLetter)
	}
	for _, s := range p.t.Stores {
		p.codec(s.KeyCodec)
		p.codec(s.ValCodec)
		p.window(s.Window)
	}
}

func (p *pruner) function(f *topo.Func) {
	if f != nil && !p.funcs[f] {
		p.funcs[f] = true
		p.piece(&f.Syntax)
	}
}

func (p *pruner) window(w *topo.Window) {
	if w != nil {
		p.piece(w.Spec)
		p.piece(w.Retain)
		p.piece(w.Width)
	}
}

// codec keeps what the codec needs: a known kind is written anew, a custom one is
// computed by its expression.
func (p *pruner) codec(c *topo.Codec) {
	if c == nil {
		return
	}
	p.codec(c.Inner)
	p.piece(c.SizeExpr)
	if c.Kind == topo.Custom {
		p.piece(c.Expr)
		return
	}
	c.Expr = nil
}

func (p *pruner) piece(s *topo.Syntax) {
	if s == nil || p.syntax[s] {
		return
	}
	p.syntax[s] = true
	for _, c := range s.Captures {
		switch c.Kind {
		case topo.RefValue:
			if !p.keep[c.Index] {
				p.keep[c.Index] = true
				p.piece(p.t.Values[c.Index].Expr)
			}
		case topo.RefFunc:
			p.function(c.Func)
		}
	}
}
