package build

import (
	"go/ast"
	"strconv"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func split(f *frame, k *call) value {
	in := k.recv.(handle)
	name, ok := f.name(k.args[0])
	if !ok {
		f.r.lost = true
		return bad{}
	}
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.Split}
	n.Key, n.Val = in.key, in.val
	o := &options{name: name, nameAt: k.x}
	f.r.said[n] = o
	f.r.add(n, o, in.node)
	return handle{kind: typeBranches, node: n, key: in.key, val: in.val}
}

func branch(form graph.Form) func(f *frame, k *call) value {
	return func(f *frame, k *call) value {
		name, ok := f.name(k.args[0])
		if !ok {
			f.r.lost = true
			return bad{}
		}
		n := f.node(k)
		n.Graph = &graph.Node{Op: graph.Branch, Form: form}
		n.Fn = f.funcArg(k.args[1])
		return f.branch(k, n, &options{name: name, nameAt: k.x})
	}
}

func defaultBranch(f *frame, k *call) value {
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.Branch, Rest: true}
	out := f.branch(k, n, k.opts.read())
	f.end(k)
	return out
}

func dropRest(f *frame, k *call) value {
	f.open(k)
	f.end(k)
	return tuple{}
}

// branch adds a branch after its split.
func (f *frame) branch(k *call, n *topo.Node, o *options) value {
	in := k.recv.(handle)
	f.open(k)
	n.Key, n.Val = in.key, in.val
	f.r.said[n] = o
	f.r.add(n, o, in.node)
	return handle{kind: typeStream, node: n, key: in.key, val: in.val}
}

func (f *frame) end(k *call) {
	if split := k.recv.(handle).node; f.r.ended[split] == nil {
		f.r.ended[split] = k.x
	}
}

// open reports a call after the branches were ended.
func (f *frame) open(k *call) {
	if end := f.r.ended[k.recv.(handle).node]; end != nil {
		by := topo.CallName(end).(*ast.Ident).Name
		f.r.diags.Report(diag.BranchesEnded, f.r.span(topo.CallName(k.x)), "%s comes after %s has ended the branches", k.method, by).
			Note(f.r.span(topo.CallName(end)), "they end here").
			Note(diag.Span{}, "call %s before %s: the rest is what no branch takes", k.method, by)
	}
}

func filterNot(f *frame, k *call) value {
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.Filter, Not: true}
	n.Fn = f.funcArg(k.args[0])
	return f.derive(k, n, k.recv.(handle))
}

func printTo(f *frame, k *call) value {
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.Print}
	d, ok := f.eval(k.args[0]).(data)
	if !ok {
		f.r.lost = true
		return bad{}
	}
	n.Graph.Label, ok = text(d.konst)
	if !ok {
		f.r.diags.Report(diag.OpaqueOption, f.r.span(k.args[0]), "the label of Print is computed at run time").
			Note(diag.Span{}, "write a string constant, for example %s", strconv.Quote("orders"))
	}
	return f.derive(k, n, k.recv.(handle))
}
