package build

import (
	"go/ast"
	"go/types"
	"strconv"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// topic reads a topic argument: a constant, or a string computed once.
func (f *frame) topic(x ast.Expr, n *topo.Node) {
	d, ok := f.eval(x).(data)
	if !ok {
		return
	}
	n.Graph.Topic, n.Topic = f.topicOf(d)
	n.Graph.TopicDynamic = n.Topic != nil
	if n.Topic == nil {
		f.checkTopic(x, n.Graph.Topic, topo.CallName(n.Call).(*ast.Ident).Name)
	}
}

// checkTopic reports a constant topic that Kafka does not take.
func (f *frame) checkTopic(x ast.Expr, topic, operator string) {
	if topic == "" {
		f.refuseTopic(x, operator)
		return
	}
	if onlyDots(topic) {
		f.r.diags.Report(diag.BadName, f.r.span(x), "the topic %q cannot exist: a broker keeps a topic in a folder of its name", topic).
			Note(diag.Span{}, "name the topic, for example \"orders\"")
		return
	}
	if legal := legalName(topic); legal != topic {
		f.r.diags.Report(diag.BadName, f.r.span(x), "the topic %q cannot exist: Kafka does not take its name", topic).
			Note(diag.Span{}, "names of topics are 1 to 249 of the letters a-z and A-Z, digits, '.', '_' and '-'").
			Suggest("replace the others", f.r.replace(x, strconv.Quote(legal)))
	}
}

// topicOf returns a constant topic, or the expression's text and the expression.
func (f *frame) topicOf(d data) (string, *topo.Syntax) {
	if s, ok := text(d.konst); ok {
		return s, nil
	}
	return types.ExprString(d.x), d.syntax()
}

func (f *frame) refuseTopic(x ast.Expr, operator string) {
	f.r.diags.Report(diag.EmptyTopic, f.r.span(x), "%s has an empty topic", operator).
		Note(diag.Span{}, "name the topic, for example \"orders\"")
}

// syntax is the expression of d; a parameter, or one result of several, stands for itself.
func (d data) syntax() *topo.Syntax {
	if d.expr != nil {
		return d.expr
	}
	obj := d.frame.objectOf(d.x.(*ast.Ident))
	return &topo.Syntax{Pkg: d.frame.pkg, Node: d.x, Captures: []topo.Capture{{Obj: obj, Ref: *d.ref}}, Types: d.frame.subst}
}
