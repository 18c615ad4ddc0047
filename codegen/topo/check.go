package topo

import "fmt"

// Check verifies what the types cannot say; an error is a bug of the compiler.
func (p *Program) Check() error {
	for _, t := range p.Topologies {
		if err := t.check(); err != nil {
			return fmt.Errorf("topology %s: %w", t.Name, err)
		}
	}
	return nil
}

func (t *Topology) check() error {
	if len(t.Nodes) != len(t.Graph.Nodes) || len(t.Stores) != len(t.Graph.Stores) {
		return fmt.Errorf("%d nodes and %d stores beside a graph of %d and %d", len(t.Nodes), len(t.Stores), len(t.Graph.Nodes), len(t.Graph.Stores))
	}
	for i, v := range t.Values {
		if v.Expr == nil || v.Result >= v.Tuple {
			return fmt.Errorf("value %d (%s) has no expression or result %d of %d", i, v.Name, v.Result, v.Tuple)
		}
		if err := t.refs(v.Expr.Captures, i); err != nil {
			return fmt.Errorf("value %d (%s): %w", i, v.Name, err)
		}
	}
	for i, n := range t.Nodes {
		if n.Graph != t.Graph.Nodes[i] || n.Graph.ID != i || n.Key == nil || n.Val == nil || n.Call == nil {
			return fmt.Errorf("node %d is incomplete", i)
		}
		for _, f := range []*Func{n.Fn, n.Init, n.Add, n.Sub, n.Merge, n.Join, n.Part, n.Time} {
			if f == nil {
				continue
			}
			if f.Sig == nil || f.Pkg == nil {
				return fmt.Errorf("node %d: function %s has no signature", i, f.Name)
			}
			if err := t.refs(f.Captures, len(t.Values)); err != nil {
				return fmt.Errorf("node %d: %w", i, err)
			}
		}
	}
	for i, s := range t.Stores {
		if s.Graph != t.Graph.Stores[i] || s.Key == nil || s.Val == nil {
			return fmt.Errorf("store %d is incomplete", i)
		}
	}
	return nil
}

// refs checks that references lead to something that exists, values to earlier ones.
func (t *Topology) refs(list []Capture, values int) error {
	for _, c := range list {
		limit := values
		switch c.Kind {
		case RefParam:
			limit = len(t.Params)
		case RefStore, RefReadOnly:
			limit = len(t.Stores)
		case RefFunc:
			if c.Func == nil {
				return fmt.Errorf("%s refers to no function", c.Obj.Name())
			}
			continue
		}
		if c.Index < 0 || c.Index >= limit {
			return fmt.Errorf("%s refers to %s %d of %d", c.Obj.Name(), c.Kind, c.Index, limit)
		}
	}
	return nil
}
