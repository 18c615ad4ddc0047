package build

import (
	"go/ast"
	"go/types"
	"strconv"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/jsonshape"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func (r *reader) missingCodec(p graph.Problem) {
	n := r.t.Nodes[p.Node]
	d := r.diags.Report(diag.MissingCodec, r.nodeSpan(p.Node), "%s", p.Text)
	r.noteOther(d, p.Other, "%s", r.lostCodec(p.Other))
	group := r.groupCall(n)
	if group == nil || topo.CallName(group).(*ast.Ident).Name != "GroupByKey" {
		d.Note(diag.Span{}, "%s", p.Fix)
		return
	}
	dsl, rel := dslNameAt(n.Pkg, group), qualifierAt(n.Pkg)
	if n.InKey == nil || n.InVal == nil {
		return
	}
	r.suggestOption(d, "give the grouping its codecs", group, dsl+"Codecs("+codecFor(n.InKey, dsl, rel)+", "+codecFor(n.InVal, dsl, rel)+")", false)
}

// lostCodec says what a node does with the codecs of the records that leave it.
func (r *reader) lostCodec(i int) string {
	if i >= 0 && i < len(r.t.Nodes) {
		switch r.t.Nodes[i].Graph.Op {
		case graph.Filter, graph.Present, graph.Peek, graph.Merge, graph.Split, graph.Branch:
			return "the records come from here; MapValues and its like make values whose codec nobody has named"
		case graph.MapValues, graph.FlatMapValues, graph.ProcessValues, graph.JoinGlobal, graph.LeftGlobal, graph.JoinTable, graph.LeftTable, graph.JoinStream, graph.LeftStream, graph.OuterStream:
			return "the value is made here"
		}
	}
	return "the key changes here"
}

// groupCall is the grouping that an aggregation was called on.
func (r *reader) groupCall(n *topo.Node) *ast.CallExpr { return r.groupOf[n] }

func (r *reader) twoCodecs(p graph.Problem) {
	n := r.t.Nodes[p.Node]
	d := r.diags.Report(diag.TwoCodecs, r.nodeSpan(p.Node), "%s", p.Text)
	r.noteOther(d, p.Other, "the other side is here")
	if p.Kind != graph.TopicCodecs || p.Other < 0 {
		d.Note(diag.Span{}, "%s", p.Fix)
		return
	}
	o := r.t.Nodes[p.Other]
	if !types.Identical(n.Key, o.Key) || !types.Identical(n.Val, o.Val) {
		d.Code = diag.TwoTypes
		d.Note(diag.Span{}, "both ends of a topic carry the same bytes: give one of them another topic, or convert with Map before writing")
		if len(n.Call.Args) > 0 {
			d.Suggest("use another topic here", r.replace(n.Call.Args[0], strconv.Quote(n.Graph.Topic+"-2")))
		}
		return
	}
	var edits []diag.Edit
	for i := 1; i <= 2 && i < len(n.Call.Args) && i < len(o.Call.Args); i++ {
		if was, is := r.sourceOf(o.Pkg, o.Call.Args[i]), r.sourceOf(n.Pkg, n.Call.Args[i]); was != is {
			edits = append(edits, r.replace(n.Call.Args[i], was))
		}
	}
	d.Suggest("use the same codecs as there", edits...)
}

// checkJSON reports types that have no JSON form.
func (r *reader) checkJSON() {
	r.codecs(topo.JSON, func(c *topo.Codec) {
		_, problems := jsonshape.Of(c.Of, r.target.Types)
		for _, p := range problems {
			at, what := r.declared(c.Of), "; the type is declared here"
			if p.Field != nil && p.Field.Pos().IsValid() {
				at, what = r.at(p.Field.Pos()), "; the field is declared here"
			}
			if at == (diag.Span{}) {
				what = ""
			}
			r.diags.Report(diag.NotJSON, r.at(c.Pos), "%s has no JSON form: %s", p.Path, p.Reason).
				Note(at, "%s%s", p.Fix, what)
		}
	})
}

func (r *reader) declared(t types.Type) diag.Span {
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pos().IsValid() {
		return r.at(n.Obj().Pos())
	}
	return diag.Span{}
}

// checkTypes reports types of records that generated code cannot name.
func (r *reader) checkTypes() {
	if r.failed {
		return
	}
	for _, n := range r.t.Nodes {
		for _, t := range []types.Type{n.Key, n.Val} {
			if obj := localType(t); obj != nil {
				r.refuseLocalType(topo.CallName(n.Call), obj)
				return
			}
		}
	}
}

// localType finds a type declared in a function inside t.
func localType(t types.Type) *types.TypeName {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if obj := t.Obj(); obj.Pkg() != nil && obj.Parent() != obj.Pkg().Scope() && obj.Parent() != nil {
			return obj
		}
		for i := range t.TypeArgs().Len() {
			if obj := localType(t.TypeArgs().At(i)); obj != nil {
				return obj
			}
		}
	case *types.Pointer:
		return localType(t.Elem())
	case *types.Slice:
		return localType(t.Elem())
	case *types.Array:
		return localType(t.Elem())
	case *types.Map:
		if obj := localType(t.Key()); obj != nil {
			return obj
		}
		return localType(t.Elem())
	}
	return nil
}
