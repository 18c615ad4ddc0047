package reads

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// chain follows the records of a source through the steps of its sub-topology.
type chain struct {
	a     *Analysis
	t     *topo.Topology
	r     *graph.Resolved
	takes map[int][]*node // by step: the values that its functions take
	// passes is the type of what a sink can pass as its bytes, nil when it cannot.
	passes func(sink *graph.Step, key bool) types.Type
	sent   []sent
}

// flow is a record on its way: the nodes of its key and value.
type flow struct{ key, val *node }

// sent is a key or value that a sink may pass on as its bytes, unless a function has changed what it leads to.
type sent struct {
	side Side
	n    *node
	t    types.Type
	text string
}

// send reads what a sink writes, unless it can pass as its bytes.
func (c *chain) send(s *graph.Step, key bool, n *node, text string) {
	if t := c.passes(s, key); t != nil {
		c.sent = append(c.sent, sent{Side{s.ID, key}, n, t, text})
		return
	}
	n.readAll(Reason{Text: text})
}

// settle decides what passes, when all functions are known: a sink to which several sources lead passes all or none.
func (c *chain) settle() map[Side]*Reason {
	changed := map[Side]*Reason{}
	for _, s := range c.sent {
		if why := s.n.changed(s.t, false); why != nil {
			changed[s.side] = why
		}
	}
	for _, s := range c.sent {
		if changed[s.side] != nil {
			s.n.readAll(Reason{Text: s.text})
		}
	}
	return changed
}

// next hands a record to all steps that follow.
func (c *chain) next(s *graph.Step, f flow) {
	for _, id := range s.Out {
		c.step(c.r.Steps[id], f)
	}
}

// typeOf is the type of the records that leave a source.
func (c *chain) typeOf(s *graph.Step, key bool) types.Type {
	if s.ID < len(c.t.Nodes) {
		if key {
			return c.t.Nodes[s.ID].Key
		}
		return c.t.Nodes[s.ID].Val
	}
	// An inserted repartition carries what entered the operator behind it.
	for _, id := range s.Out {
		if id < len(c.t.Nodes) {
			n := c.t.Nodes[id]
			if key {
				return n.InKey
			}
			return n.InVal
		}
	}
	return nil
}

// step reads of a record what a step does, and follows what it sends on.
func (c *chain) step(s *graph.Step, f flow) {
	fresh := func() *node { return c.a.fresh() }
	var n *topo.Node
	if s.ID < len(c.t.Nodes) {
		n = c.t.Nodes[s.ID]
	}
	switch s.Op {
	case graph.Filter, graph.Branch, graph.Peek, graph.ForEach:
		if n.Fn != nil {
			c.apply(n.Fn, s, f)
		}
		c.next(s, f)
	case graph.Present, graph.Merge, graph.Split:
		c.next(s, f)
	case graph.Map:
		results := c.apply(n.Fn, s, f)
		out := flow{key: fresh(), val: fresh()}
		c.next(s, out)
		switch s.Form {
		case graph.Record:
			include(results.field(0, "Key"), out.key)
			include(results.field(0, "Value"), out.val)
			results.rest(0, "Key", "Value")
		case graph.Opt:
			include(results.field(0, "V"), out.key)
			include(results.field(1, "V"), out.val)
			results.rest(0, "V")
			results.rest(1, "V")
		default:
			include(results.whole(0), out.key)
			include(results.whole(1), out.val)
			results.from(2)
		}
	case graph.MapValues, graph.SelectKey:
		results := c.apply(n.Fn, s, f)
		out, made := f, fresh()
		if s.Op == graph.MapValues {
			out.val = made
		} else {
			out.key = made
		}
		c.next(s, out)
		switch s.Form {
		case graph.Opt, graph.Record:
			include(results.field(0, "V"), made)
			results.rest(0, "V")
		default:
			include(results.whole(0), made)
			results.from(1)
		}
	case graph.FlatMap, graph.FlatMapValues:
		results := c.apply(n.Fn, s, f)
		results.from(0)
		out := flow{key: fresh(), val: fresh()}
		if s.Op == graph.FlatMapValues {
			out.key = f.key
		}
		c.next(s, out)
	case graph.Count:
		f.key.readAll(Reason{Text: "is the key of store " + c.store(s)})
	case graph.Aggregate, graph.Reduce:
		f.key.readAll(Reason{Text: "is the key of store " + c.store(s)})
		if s.Op == graph.Reduce || n.Add == nil {
			f.val.give(Reason{Text: "is kept in store " + c.store(s)})
			break
		}
		results := c.applyTo(n.Add, s, "is passed to the adder", f.key, f.val, fresh())
		results.from(0)
	case graph.JoinGlobal, graph.LeftGlobal, graph.JoinTable, graph.LeftTable:
		if n.Fn != nil {
			c.applyTo(n.Fn, s, "is passed to the key selector", f.key, f.val).from(0)
		} else {
			f.key.readAll(Reason{Text: "is looked up in a table"})
		}
		results := c.applyTo(n.Join, s, "is passed to the joiner", f.key, f.val, fresh())
		out := f
		out.val = fresh()
		c.next(s, out)
		include(results.whole(0), out.val)
		results.from(1)
	case graph.Sink, graph.Repartition:
		what := "is written to " + s.Topic
		if s.Topic == "" {
			what = "is written to the topic that the record chooses"
		}
		c.send(s, true, f.key, what)
		c.send(s, false, f.val, what)
		if n != nil {
			for _, fn := range []*topo.Func{n.Fn, n.Part} {
				if fn != nil {
					c.apply(fn, s, f).from(0)
				}
			}
		}
	case graph.Table, graph.ToTable:
		c.everything(f, "is kept in store "+c.store(s))
	case graph.Print:
		c.everything(f, "is printed")
	case graph.Process, graph.ProcessValues:
		c.process(s, n, f)
	case graph.Side:
		c.everything(f, "is kept for the join "+s.Name)
	default:
		c.everything(f, "is handed to "+string(s.Op)+" "+s.Name)
	}
}

// process hands a record to the method Process of a processor. Its context, its receiver and with it all that is kept are
// what cannot be looked into.
func (c *chain) process(s *graph.Step, n *topo.Node, f flow) {
	var found []*ssa.Function
	if c.a.code != nil && n.Proc != nil {
		obj, _, _ := types.LookupFieldOrMethod(n.Proc, true, c.a.p.Types, "Process")
		if method, ok := obj.(*types.Func); ok {
			found, _ = c.a.code.find(&topo.Func{Kind: topo.Method, Obj: method, Sig: method.Signature()})
		}
	}
	if len(found) == 0 {
		c.everything(f, "is passed to the processor "+s.Name)
		return
	}
	for _, fn := range found {
		in := c.a.function(fn)
		for i, p := range fn.Params {
			if !isNamed(p.Type(), "Record") {
				in.param(i).give(Reason{"is kept or handed on by the processor " + s.Name, fn.Pos()})
			}
		}
		if v := (functionAt{in, len(fn.Params) - 1}).take([]*node{f.key, f.val}); v != nil {
			c.takes[s.ID] = append(c.takes[s.ID], v)
		}
		for _, r := range in.results {
			r.give(Reason{"is returned by the processor " + s.Name, fn.Pos()})
		}
	}
}

// store names the store of a step.
func (c *chain) store(s *graph.Step) string {
	if s.Store >= 0 {
		return c.r.Stores[s.Store].Name
	}
	return "of " + s.Name
}

func (c *chain) everything(f flow, text string) {
	f.key.give(Reason{Text: text})
	f.val.give(Reason{Text: text})
}

// apply hands a record to a function of one of the forms.
func (c *chain) apply(fn *topo.Func, s *graph.Step, f flow) results {
	return c.applyTo(fn, s, "", f.key, f.val)
}

// results are the nodes of what a function returns, by the SSA functions that it may be, with their types.
type results struct {
	nodes [][]*node
	types *types.Tuple
	a     *Analysis
}

// applyTo hands key, value and what else there is to a function; the nodes are those of the record, whatever the form in
// which the function takes it.
func (c *chain) applyTo(fn *topo.Func, s *graph.Step, text string, args ...*node) results {
	out := results{a: c.a, types: fn.Sig.Results()}
	var list []functionAt
	why := c.a.cause
	if c.a.code != nil {
		found, reason := c.a.code.find(fn)
		why = reason
		for _, ssaFn := range found {
			f := c.a.function(ssaFn)
			skip := 0
			if fn.Kind == topo.Method {
				skip = 1
				f.param(0).give(Reason{"is the receiver of an operator's function", ssaFn.Pos()})
			}
			for _, v := range ssaFn.FreeVars {
				f.value(v).give(Reason{"is kept in the captured variable " + v.Name(), ssaFn.Pos()})
			}
			list = append(list, functionAt{f, skip})
			out.nodes = append(out.nodes, f.results)
		}
	}
	if len(list) == 0 {
		if text == "" || why != "" {
			text = why
		}
		for _, arg := range args {
			arg.give(Reason{text, fn.Pos})
		}
		return out
	}
	for _, at := range list {
		if v := at.take(args); v != nil {
			c.takes[s.ID] = append(c.takes[s.ID], v)
		}
	}
	return out
}

// functionAt is a function with the number of parameters that are not a record's.
type functionAt struct {
	*function
	skip int
}

// take joins parameters with what they are given: a record in one parameter, or key, value and further arguments, each
// bare or in an Opt. It returns the node of the value.
func (f functionAt) take(args []*node) (value *node) {
	params := f.fn.Params[f.skip:]
	if len(params) > 0 && isNamed(params[0].Type(), "Record") {
		in := f.value(params[0])
		for i, name := range []string{"Key", "Value"} {
			if k := fieldIndex(params[0].Type(), name); k >= 0 {
				include(args[i], in.field(k))
				value = in.field(k)
			}
		}
		return value
	}
	for i, p := range params {
		if i >= len(args) {
			break
		}
		in := f.value(p)
		if isNamed(p.Type(), "Opt") {
			in = in.field(0)
		}
		include(args[i], in)
		if i == 1 {
			value = in
		}
	}
	return value
}

func fieldIndex(t types.Type, name string) int {
	if s := fieldsOf(t); s != nil {
		for i := range s.NumFields() {
			if s.Field(i).Name() == name {
				return i
			}
		}
	}
	return -1
}

// whole is the node of a result.
func (r results) whole(i int) *node {
	out := r.a.fresh()
	for _, list := range r.nodes {
		if i < len(list) {
			include(list[i], out)
		}
	}
	return out
}

// field is the node of a field of a result.
func (r results) field(i int, name string) *node {
	out := r.a.fresh()
	k := fieldIndex(r.types.At(i).Type(), name)
	for _, list := range r.nodes {
		if i < len(list) && k >= 0 {
			include(list[i].field(k), out)
		}
	}
	return out
}

// rest reads the fields of a result that are not named.
func (r results) rest(i int, names ...string) {
	s := fieldsOf(r.types.At(i).Type())
	if s == nil {
		r.from(i)
		return
	}
	for k := range s.NumFields() {
		named := false
		for _, name := range names {
			named = named || s.Field(k).Name() == name
		}
		for _, list := range r.nodes {
			if !named && i < len(list) {
				list[i].field(k).give(Reason{Text: "is part of the result"})
			}
		}
	}
}

// from reads the results from the given one on.
func (r results) from(first int) {
	for _, list := range r.nodes {
		for i := first; i < len(list); i++ {
			list[i].give(Reason{Text: "is kept or sent by an operator"})
		}
	}
}
