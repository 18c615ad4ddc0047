package build

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/jsonshape"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// check looks at the whole topology once it was read: what internal/graph finds, with
// positions and fixes, and what only types and syntax can tell.
func (r *reader) check() {
	r.checkJSON()
	r.checkTypes()
	r.checkUnused()
	r.checkEffects()
	r.checkWindowCodecs()
	_, err := graph.Resolve(r.t.Graph)
	var problems graph.Problems
	if !errors.As(err, &problems) {
		return
	}
	for _, p := range problems {
		r.problem(p)
	}
}

// problem gives a problem of the graph its place, its notes and its fix.
func (r *reader) problem(p graph.Problem) {
	switch p.Kind {
	case graph.MissingStoreName:
		r.missingName(p)
	case graph.DuplicateStore:
		r.duplicateStore(p)
	case graph.DuplicateName, graph.DuplicateTopic:
		r.duplicateName(p)
	case graph.BadName:
		r.badName(p)
	case graph.MissingCodec:
		r.missingCodec(p)
	case graph.TopicCodecs, graph.GroupCodecs:
		r.twoCodecs(p)
	case graph.IgnoredPolicy:
		n := r.t.Nodes[p.Node]
		r.removeOption(diag.CannotFail, n, r.said[n].onErrorAt, p)
	case graph.IgnoredEmit:
		n := r.t.Nodes[p.Node]
		r.removeOption(diag.NoEffect, n, r.said[n].emitEvery, p)
	case graph.UnusedStore:
		r.unusedStore(p)
	case graph.MissingTopic:
		// Reported where the argument was read.
	default:
		code, ok := map[graph.Kind]diag.Code{graph.SourcePolicy: diag.TwoPolicies, graph.GlobalAndStream: diag.TwoReaders,
			graph.UnpartitionedKey: diag.ProcessAfterKeyChange}[p.Kind]
		if !ok {
			code = diag.Statement
		}
		d := r.diags.Report(code, r.nodeSpan(p.Node), "%s", p.Text)
		r.noteOther(d, p.Other, "the other side is here")
		d.Note(diag.Span{}, "%s", p.Fix)
		if p.Kind == graph.UnpartitionedKey {
			r.suggestTopic(d, p)
		}
	}
}

func (r *reader) nodeSpan(i int) diag.Span {
	if i < 0 || i >= len(r.t.Nodes) {
		return r.span(r.t.Decl.Name)
	}
	return r.span(callName(r.t.Nodes[i].Call))
}

func (r *reader) noteOther(d *diag.Diagnostic, i int, format string, args ...any) {
	if i >= 0 && i < len(r.t.Nodes) {
		d.Note(r.nodeSpan(i), format, args...)
	}
}

// insertOption is the edit that adds an option to a call.
func (r *reader) insertOption(c *ast.CallExpr, option string) diag.Edit {
	at := r.loaded.Fset.Position(c.Rparen)
	text := option
	if len(c.Args) > 0 {
		last := r.loaded.Fset.Position(c.Args[len(c.Args)-1].End())
		text, at = ", "+option, last
	}
	return diag.Edit{File: at.Filename, Start: at.Offset, End: at.Offset, New: text}
}

// replace is the edit that writes text in place of a node.
func (r *reader) replace(n ast.Node, text string) diag.Edit {
	from, to := r.loaded.Fset.Position(n.Pos()), r.loaded.Fset.Position(n.End())
	return diag.Edit{File: from.Filename, Start: from.Offset, End: to.Offset, New: text}
}

// dslName is how the file around a call names the dsl package.
func (r *reader) dslName(n *topo.Node) string { return dslNameAt(n.Pkg, n.Call) }

func dslNameAt(pkg *topo.Package, at ast.Node) string {
	for _, file := range pkg.Files {
		if at.Pos() < file.FileStart || at.Pos() >= file.FileEnd {
			continue
		}
		for _, imp := range file.Imports {
			if path, _ := strconv.Unquote(imp.Path.Value); path == dslPath {
				switch {
				case imp.Name == nil:
					return "dsl."
				case imp.Name.Name == ".":
					return ""
				}
				return imp.Name.Name + "."
			}
		}
	}
	return "dsl."
}

func (r *reader) missingName(p graph.Problem) {
	if p.Node < 0 {
		return // a declared store: its argument was reported
	}
	n := r.t.Nodes[p.Node]
	name := p.Name
	if name == "" {
		name = strings.ToLower(callName(n.Call).(*ast.Ident).Name) + "-store"
	}
	d := r.diags.Report(diag.StoreWithoutName, r.nodeSpan(p.Node), "the store of %s has no name", callName(n.Call).(*ast.Ident).Name)
	d.Note(diag.Span{}, "the name is its identity: changelog topic and state on disk are found by it, and operators may be inserted before it without moving state")
	d.Suggest("name it as Kafka Streams would: streamgen fix writes it", r.insertOption(n.Call, r.dslName(n)+"Name("+strconv.Quote(name)+")"))
	d.Fix.Auto = true
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
	r.diags.Report(diag.BadName, r.span(at), "the name %q has characters that Kafka does not take", name).
		Note(diag.Span{}, "names become parts of topic names: 1 to 249 of the letters a-z and A-Z, digits, '.', '_' and '-'").
		Suggest("replace them", r.replace(at, strconv.Quote(legalName(name))))
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
	if strings.Trim(name, ".") == "" {
		return "store"
	}
	return name
}

// codecText is how a codec for t is written: a guess for the fix, JSON for what is not basic.
func codecFor(t types.Type, dsl string, rel types.Qualifier) string {
	if b, ok := types.Unalias(t).(*types.Basic); ok {
		if name := map[types.BasicKind]string{types.String: "String", types.Int64: "Int64", types.Int32: "Int32", types.Int16: "Int16",
			types.Float64: "Float64", types.Float32: "Float32", types.Bool: "Bool"}[b.Kind()]; name != "" {
			return dsl + name + "()"
		}
	}
	if s, ok := types.Unalias(t).(*types.Slice); ok && types.Identical(s.Elem(), types.Typ[types.Byte]) {
		return dsl + "Bytes()"
	}
	return dsl + "JSON[" + types.TypeString(t, rel) + "]()"
}

func (r *reader) missingCodec(p graph.Problem) {
	n := r.t.Nodes[p.Node]
	d := r.diags.Report(diag.MissingCodec, r.nodeSpan(p.Node), "%s", p.Text)
	r.noteOther(d, p.Other, "the key changes here")
	group := r.groupCall(n)
	if group == nil || callName(group).(*ast.Ident).Name != "GroupByKey" {
		d.Note(diag.Span{}, "%s", p.Fix)
		return
	}
	dsl, rel := dslNameAt(n.Pkg, group), qualifierAt(n.Pkg)
	if n.InKey == nil || n.InVal == nil {
		return
	}
	d.Suggest("give the grouping its codecs", r.insertOption(group, dsl+"Codecs("+codecFor(n.InKey, dsl, rel)+", "+codecFor(n.InVal, dsl, rel)+")"))
}

// qualifierAt names packages by their names, as imports mostly do.
func qualifierAt(pkg *topo.Package) types.Qualifier {
	return func(p *types.Package) string {
		if p == pkg.Types {
			return ""
		}
		return p.Name()
	}
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

func (r *reader) sourceOf(pkg *topo.Package, x ast.Node) string {
	from, to := r.loaded.Fset.Position(x.Pos()), r.loaded.Fset.Position(x.End())
	src := pkg.Source[from.Filename]
	if to.Offset > len(src) {
		return ""
	}
	return string(src[from.Offset:to.Offset])
}

// removeOption reports an option that its operator ignores.
func (r *reader) removeOption(code diag.Code, n *topo.Node, at *ast.CallExpr, p graph.Problem) {
	if at == nil {
		return
	}
	d := r.diags.Report(code, r.span(at), "%s", p.Text)
	for i, a := range n.Call.Args {
		if ast.Unparen(a) == at {
			e := r.replace(a, "")
			if i > 0 {
				e.Start = r.loaded.Fset.Position(n.Call.Args[i-1].End()).Offset
			} else if len(n.Call.Args) > 1 {
				e.End = r.loaded.Fset.Position(n.Call.Args[1].Pos()).Offset
			}
			d.Suggest("remove the option", e)
			return
		}
	}
	d.Note(diag.Span{}, "%s", p.Fix)
}

func (r *reader) unusedStore(p graph.Problem) {
	s := r.t.Stores[p.Store]
	d := r.diags.Report(diag.UnusedStore, r.span(callName(s.Call)), "the store %q is declared but no processor holds it", s.Graph.Name)
	d.Note(diag.Span{}, "it would get a changelog topic and nothing to write there; use the handle in the constructor given to Process")
	if stmt := r.statementOf(s.Call); stmt != nil {
		d.Suggest("remove the declaration", r.removeStatement(stmt)...)
	}
}

// suggestTopic repartitions by hand: through a topic of the user's own.
func (r *reader) suggestTopic(d *diag.Diagnostic, p graph.Problem) {
	n := r.t.Nodes[p.Node]
	sel, ok := ast.Unparen(n.Call.Fun).(*ast.SelectorExpr)
	id, isVar := sel.X.(*ast.Ident)
	stmt := r.statementOf(n.Call)
	if !ok || !isVar || stmt == nil || n.InKey == nil {
		return
	}
	b := r.builderName()
	dsl, rel := r.dslName(n), qualifierAt(n.Pkg)
	codecs := codecFor(n.InKey, dsl, rel) + ", " + codecFor(n.InVal, dsl, rel)
	topic := strconv.Quote(id.Name + "-by-key")
	at := r.loaded.Fset.Position(stmt.Pos())
	d.Suggest("pass the records through a topic",
		diag.Edit{File: at.Filename, Start: at.Offset, End: at.Offset, New: id.Name + ".To(" + topic + ", " + codecs + ")\n\t"},
		r.replace(id, b+".Stream("+topic+", "+codecs+")"))
}

func (r *reader) builderName() string {
	if names := r.t.Decl.Type.Params.List[0].Names; len(names) > 0 {
		return names[0].Name
	}
	return "b"
}

// statementOf finds the statement of the topology function that a call belongs to.
func (r *reader) statementOf(c *ast.CallExpr) ast.Stmt {
	for _, s := range r.t.Decl.Body.List {
		if s.Pos() <= c.Pos() && c.End() <= s.End() {
			return s
		}
	}
	return nil
}

// removeStatement deletes a statement with its line, and `_ = x` of the variable that it
// declares.
func (r *reader) removeStatement(stmt ast.Stmt) []diag.Edit {
	edits := []diag.Edit{r.wholeLine(stmt)}
	a, ok := stmt.(*ast.AssignStmt)
	if !ok {
		return edits
	}
	for _, l := range a.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok {
			continue
		}
		obj := r.target.Info.Defs[id]
		for _, s := range r.t.Decl.Body.List {
			if b, ok := s.(*ast.AssignStmt); ok && b != a && len(b.Rhs) == 1 {
				if use, ok := b.Rhs[0].(*ast.Ident); ok && obj != nil && r.target.Info.Uses[use] == obj {
					edits = append(edits, r.wholeLine(b))
				}
			}
		}
	}
	return edits
}

func (r *reader) wholeLine(s ast.Stmt) diag.Edit {
	e := r.replace(s, "")
	src := r.target.Source[e.File]
	for e.Start > 0 && (src[e.Start-1] == '\t' || src[e.Start-1] == ' ') {
		e.Start--
	}
	if e.End < len(src) && src[e.End] == '\n' {
		e.End++
	}
	return e
}

// checkJSON reports types that have no JSON form.
func (r *reader) checkJSON() {
	seen := map[string]bool{}
	visit := func(c *topo.Codec) {
		for ; c != nil; c = c.Inner {
			if c.Kind != topo.JSON || seen[c.Of.String()] {
				continue
			}
			seen[c.Of.String()] = true
			_, problems := jsonshape.Of(c.Of, r.target.Types)
			for _, p := range problems {
				r.diags.Report(diag.NotJSON, r.at(c.Pos), "%s has no JSON form: %s", p.Path, p.Reason).
					Note(r.declared(c.Of), "%s; the type is declared here", p.Fix)
			}
		}
	}
	for _, n := range r.t.Nodes {
		for _, c := range []*topo.Codec{n.KeyCodec, n.ValCodec, n.GroupKeyCodec, n.GroupValCodec} {
			visit(c)
		}
	}
	for _, s := range r.t.Stores {
		visit(s.KeyCodec)
		visit(s.ValCodec)
	}
}

func (r *reader) declared(t types.Type) diag.Span {
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pos().IsValid() {
		return r.at(n.Obj().Pos())
	}
	return diag.Span{}
}

// checkTypes reports types of records that generated code cannot name.
func (r *reader) checkTypes() {
	for _, n := range r.t.Nodes {
		for _, t := range []types.Type{n.Key, n.Val} {
			if obj := localType(t); obj != nil {
				r.refuseLocalType(callName(n.Call), obj)
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

// checkUnused reports streams that nothing consumes and groupings that nothing aggregates.
func (r *reader) checkUnused() {
	consumed := map[int]bool{}
	for _, n := range r.t.Graph.Nodes {
		for _, in := range n.In {
			consumed[in] = true
		}
		if n.Global >= 0 {
			consumed[n.Global] = true
		}
	}
	for _, n := range r.t.Nodes {
		switch n.Graph.Op {
		case graph.Sink, graph.ForEach, graph.Peek, graph.Process, graph.Count, graph.Reduce, graph.Aggregate, graph.GlobalTable:
			continue
		}
		name := callName(n.Call).(*ast.Ident).Name
		if consumed[n.Graph.ID] || name == "GroupBy" && !r.groups[n.Call] {
			continue
		}
		d := r.diags.Report(diag.UnusedStream, r.nodeSpan(n.Graph.ID), "nothing consumes the stream that %s returns", name).
			Note(diag.Span{}, "handles are values: s.Filter(f) returns a new stream and leaves s as it is; use the result, end it with To or ForEach, or remove it")
		if stmt := r.statementOf(n.Call); stmt != nil && n.Pkg == r.target {
			d.Suggest("remove the statement", r.removeStatement(stmt)...)
		}
	}
	for c, used := range r.groups {
		if used {
			continue
		}
		d := r.diags.Report(diag.Discarded, r.span(callName(c)), "nothing aggregates the groups that %s returns", callName(c).(*ast.Ident).Name).
			Note(diag.Span{}, "call Count, Reduce or Aggregate on them, or remove the grouping")
		if stmt := r.statementOf(c); stmt != nil {
			d.Suggest("remove the statement", r.removeStatement(stmt)...)
		}
	}
}

// checkEffects reports options that their operator ignores and that the graph does not show.
func (r *reader) checkEffects() {
	for _, n := range r.t.Nodes {
		o := r.said[n]
		if o == nil {
			continue
		}
		name := callName(n.Call).(*ast.Ident).Name
		if o.storeAt != nil && n.Graph.Store < 0 {
			r.removeOption(diag.NoEffect, n, o.storeAt, graph.Problem{Text: "dsl.Store on " + name + " has no effect: the operator has no store", Fix: "remove it"})
		}
	}
}

// checkWindowCodecs compares the size in a windowed key's codec with the window's.
func (r *reader) checkWindowCodecs() {
	for _, n := range r.t.Nodes {
		if n.Graph.Op != graph.Sink || n.KeyCodec == nil || n.KeyCodec.Kind != topo.TimeWindowed || n.KeyCodec.SizeExpr != nil {
			continue
		}
		if w := r.windowAbove(n); w != nil && w.Window.Const && w.Window.Size != n.KeyCodec.SizeMs {
			d := r.diags.Report(diag.WindowCodecSize, r.span(n.Call.Args[1]), "the key's codec says windows of %d ms, but they are of %d ms", n.KeyCodec.SizeMs, w.Window.Size).
				Note(r.span(callName(w.Call)), "the windows are aggregated here; readers get a window's end from the codec's size, so it must be the same")
			if c, ok := ast.Unparen(n.Call.Args[1]).(*ast.CallExpr); ok && len(c.Args) == 2 {
				d.Suggest("write the window's size", r.replace(c.Args[1], fmt.Sprintf("%d*time.Millisecond", w.Window.Size)))
			}
		}
	}
}

func (r *reader) windowAbove(n *topo.Node) *topo.Node {
	for len(n.Graph.In) > 0 {
		n = r.t.Nodes[n.Graph.In[0]]
		switch n.Graph.Op {
		case graph.Filter, graph.Peek, graph.Present, graph.MapValues:
		case graph.ToStream:
			if n.Fn == nil || n.Fn.Obj == nil || n.Fn.Obj.Name() != "WindowedKey" {
				return nil
			}
		case graph.Count, graph.Reduce, graph.Aggregate:
			if n.Window != nil {
				return n
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}
