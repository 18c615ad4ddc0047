package build

import (
	"fmt"
	"go/ast"
	"go/constant"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func (r *reader) missingName(p graph.Problem) {
	if p.Node < 0 {
		return // a declared store: its argument was reported
	}
	n := r.t.Nodes[p.Node]
	name := p.Name
	if name == "" {
		name = strings.ToLower(topo.CallName(n.Call).(*ast.Ident).Name) + "-store"
	}
	d := r.diags.Report(diag.StoreWithoutName, r.nodeSpan(p.Node), "the store of %s has no name", topo.CallName(n.Call).(*ast.Ident).Name)
	d.Note(diag.Span{}, "the name is its identity: changelog topic and state on disk are found by it, and operators may be inserted before it without moving state")
	option := "Name("
	if n.Within != nil {
		option = "Store(" // the operator's name would name its processors and repartition topics too
	}
	r.suggestOption(d, "name it as Kafka Streams would: streamgen fix writes it", n.Call, r.dslName(n)+option+strconv.Quote(name)+")", true)
}

// nameArg is the argument that names a node or its store.
func (r *reader) nameArg(node, store int) ast.Expr {
	if node >= 0 {
		o := r.said[r.t.Nodes[node]]
		if at := o.storeNameAt(); store >= 0 && at != nil {
			return at.Args[0]
		}
		if o.nameAt != nil {
			return o.nameAt.Args[0]
		}
	}
	if store >= 0 && r.t.Stores[store].Node < 0 {
		return r.t.Stores[store].Call.Args[0]
	}
	return nil
}

func (r *reader) storeArg(store int) ast.Expr { return r.nameArg(r.t.Stores[store].Node, store) }

func (r *reader) duplicateStore(p graph.Problem) {
	name := r.t.Stores[p.Store].Graph.Name
	at, first := r.storeArg(p.Store), ast.Expr(nil)
	for i, s := range r.t.Stores {
		if s.Graph.Name == name && i != p.Store {
			first = r.storeArg(i)
			break
		}
	}
	span := r.nodeSpan(p.Node)
	if at != nil {
		span = r.span(at)
	}
	d := r.diags.Report(diag.DuplicateStore, span, "two stores are called %q", name)
	if first != nil {
		d.Note(r.span(first), "the other one is named here")
	}
	d.Note(diag.Span{}, "a store's name is its identity: they would share one changelog topic")
	if at != nil {
		d.Suggest("give it another name", r.replace(at, strconv.Quote(name+"-2")))
	}
}

func (r *reader) duplicateName(p graph.Problem) {
	at := r.nameArg(p.Node, -1)
	span := r.nodeSpan(p.Node)
	if at != nil {
		span = r.span(at)
	}
	d := r.diags.Report(diag.DuplicateOperator, span, "%s", p.Text)
	if other := r.nameArg(p.Other, -1); other != nil {
		d.Note(r.span(other), "the other one is named here")
	} else {
		r.noteOther(d, p.Other, "the other one is here")
	}
	if at != nil {
		if name, ok := text(r.t.Nodes[p.Node].Pkg.Info.Types[at].Value); ok {
			d.Suggest("give it another name", r.replace(at, strconv.Quote(name+"-2")))
		}
	}
}

func (r *reader) badName(p graph.Problem) {
	at := r.nameArg(p.Node, p.Store)
	if at == nil {
		r.diags.Report(diag.BadName, r.nodeSpan(p.Node), "%s", p.Text)
		return
	}
	// A name serves operator and store: one report is enough, Sorted removes equal ones.
	name, _ := text(r.constantAt(p.Node, at))
	why, fix := "has characters that Kafka does not take", "replace them"
	if onlyDots(name) {
		r.diags.Report(diag.BadName, r.span(at), "the name %q is that of a folder: Kafka takes no topic of that name", name).
			Note(diag.Span{}, "names become parts of topic names and of paths: say what the operator makes, for example \"totals\"")
		return
	}
	if len(name) > 249 {
		why, fix = fmt.Sprintf("has %d characters; Kafka takes 249", len(name)), "shorten it"
	}
	r.diags.Report(diag.BadName, r.span(at), "the name %q %s", name, why).
		Note(diag.Span{}, "names become parts of topic names: 1 to 249 of the letters a-z and A-Z, digits, '.', '_' and '-'").
		Suggest(fix, r.replace(at, strconv.Quote(legalName(name))))
}

func (r *reader) constantAt(node int, at ast.Expr) constant.Value {
	pkg := r.target
	if node >= 0 {
		pkg = r.t.Nodes[node].Pkg
	}
	return pkg.Info.Types[at].Value
}

// legalName replaces what Kafka refuses.
func legalName(name string) string {
	name = strings.Map(func(c rune) rune {
		if c < 0x80 && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("._-", c)) {
			return c
		}
		return '-'
	}, name)
	if len(name) > 249 {
		name = name[:249]
	}
	return name
}

// onlyDots reports whether a name of legal characters is refused all the same: brokers keep a
// topic in a folder of its name (org.apache.kafka.common.internals.Topic).
func onlyDots(name string) bool { return name == "." || name == ".." }
