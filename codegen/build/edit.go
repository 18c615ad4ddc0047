package build

import (
	"go/ast"
	"go/types"
	"strconv"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// suggestOption suggests to add an option to a call. There is no edit where the options
// are a slice made elsewhere.
func (r *reader) suggestOption(d *diag.Diagnostic, message string, c *ast.CallExpr, option string, auto bool) {
	place := c
	if c.Ellipsis.IsValid() {
		lit, ok := ast.Unparen(c.Args[len(c.Args)-1]).(*ast.CompositeLit)
		if !ok {
			d.Note(diag.Span{}, "add %s to the options given here", option)
			return
		}
		place = &ast.CallExpr{Args: lit.Elts, Rparen: lit.Rbrace}
	}
	d.Suggest(message, r.insertOption(place, option))
	d.Fix.Auto = auto
}

// insertOption is the edit that adds an argument to a call.
func (r *reader) insertOption(c *ast.CallExpr, option string) diag.Edit {
	at := r.loaded.Fset.PositionFor(c.Rparen, false)
	text := option
	if len(c.Args) > 0 {
		last := r.loaded.Fset.PositionFor(c.Args[len(c.Args)-1].End(), false)
		text, at = ", "+option, last
	}
	return diag.Edit{File: at.Filename, Start: at.Offset, End: at.Offset, New: text}
}

// replace is the edit that writes text in place of a node.
func (r *reader) replace(n ast.Node, text string) diag.Edit {
	from, to := r.loaded.Fset.PositionFor(n.Pos(), false), r.loaded.Fset.PositionFor(n.End(), false)
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

// qualifierAt names packages by their names, as imports mostly do.
func qualifierAt(pkg *topo.Package) types.Qualifier {
	return func(p *types.Package) string {
		if p == pkg.Types {
			return ""
		}
		return p.Name()
	}
}

func (r *reader) sourceOf(pkg *topo.Package, x ast.Node) string {
	from, to := r.loaded.Fset.PositionFor(x.Pos(), false), r.loaded.Fset.PositionFor(x.End(), false)
	src := pkg.Source[from.Filename]
	if to.Offset > len(src) {
		return ""
	}
	return string(src[from.Offset:to.Offset])
}

// suggestTopic repartitions by hand: through a topic of the user's own.
func (r *reader) suggestTopic(d *diag.Diagnostic, p graph.Problem) {
	n := r.t.Nodes[p.Node]
	sel, ok := ast.Unparen(n.Call.Fun).(*ast.SelectorExpr)
	stmt := r.statementOf(n.Call)
	if !ok || stmt == nil || n.InKey == nil || n.InVal == nil {
		return
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return
	}
	b := r.builderName()
	dsl, rel := r.dslName(n), qualifierAt(n.Pkg)
	codecs := codecFor(n.InKey, dsl, rel) + ", " + codecFor(n.InVal, dsl, rel)
	topic := strconv.Quote(id.Name + "-by-key")
	at := r.loaded.Fset.PositionFor(stmt.Pos(), false)
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
