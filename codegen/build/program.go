// Package build reads typed syntax into the graph of what was said. User code is never
// executed: a topology function is read call by call, helpers are followed with an
// environment of what their parameters stand for.
package build

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// Output is the name of the generated file of every package.
const Output = "topology" + load.Suffix

// Helpers names the packages whose functions take or return handles, for load.Load.
func Helpers(r *load.Result) []string {
	var out []string
	for _, pkg := range r.Packages {
		out = append(out, load.Wants(pkg, func(fn *types.Func, t types.Type) bool {
			return !isOwn(fn.Pkg().Path()) && mentions(t)
		})...)
	}
	return out
}

// Program reads the topologies of a package. With errors in diags the program must not be
// generated from.
func Program(r *load.Result, pkg *topo.Package, diags *diag.List) *topo.Program {
	p := &topo.Program{Package: pkg, Output: Output, Packages: r.Packages}
	for _, d := range directives(r, pkg, diags) {
		p.Marked++
		before := diags.Errors()
		if t := readTopology(r, pkg, d, diags); t != nil {
			p.Topologies = append(p.Topologies, t)
		} else if diags.Errors() == before {
			diags.Report(diag.Syntax, spanOf(r.Fset, d.Name.Pos(), d.Name.End()), "the topology %s could not be read: the type checker left it out", d.Name.Name).
				Note(diag.Span{}, "go vet tells why; a file of another package in the same folder is a common cause")
		}
	}
	if len(p.Topologies) > 0 {
		reservedNames(r, pkg, diags)
		constraints(r, p, diags)
	}
	return p
}

func readTopology(loaded *load.Result, pkg *topo.Package, decl *ast.FuncDecl, diags *diag.List) *topo.Topology {
	r := &reader{loaded: loaded, target: pkg, diags: diags, said: map[*topo.Node]*options{}, groups: map[*ast.CallExpr]bool{}, groupOf: map[*topo.Node]*ast.CallExpr{}, ended: map[*topo.Node]*ast.CallExpr{}}
	fn, _ := pkg.Info.Defs[decl.Name].(*types.Func)
	if fn == nil {
		return nil
	}
	r.t = &topo.Topology{Name: decl.Name.Name, Doc: docText(decl.Doc), Func: fn, Decl: decl, Graph: &graph.Graph{},
		File: filepath.Base(loaded.Fset.PositionFor(decl.Pos(), false).Filename)}
	r.visited = append(r.visited, span{decl.Pos(), decl.End()})
	before := diags.Errors()
	f := r.newFrame(pkg, fn, decl.Body)
	if !r.signature(f, fn, decl) {
		return nil
	}
	r.stack = []*types.Func{fn}
	done := false
	defer func() {
		// Code that does not type-check may have any shape; what is wrong with it is said.
		if !done && r.typeErrors() {
			_ = recover()
		}
	}()
	f.block(decl.Body.List)
	done = true
	if r.typeErrors() {
		return nil
	}
	if diags.Errors() == before {
		r.reportMissed()
	}
	if diags.Errors() == before && len(r.t.Nodes) == 0 {
		diags.Report(diag.Statement, r.span(decl.Name), "the topology %s has no operators", fn.Name()).
			Note(diag.Span{}, "read a topic with the builder's Stream, or remove the line %s", directive)
	}
	r.failed = diags.Errors() > before
	if !r.lost {
		r.check()
	}
	if diags.Errors() > before {
		return nil
	}
	r.prune()
	if diags.Errors() > before {
		return nil
	}
	return r.t
}

// signature checks the parameters of a topology function and binds them.
func (r *reader) signature(f *frame, fn *types.Func, decl *ast.FuncDecl) bool {
	sig := fn.Signature()
	wrong := func(at ast.Node, format string, args ...any) bool {
		r.diags.Report(diag.BadSignature, r.span(at), format, args...).
			Note(diag.Span{}, "a topology function is written func %s(b *dsl.Builder) or func %s(b *dsl.Builder, cfg Config)", fn.Name(), fn.Name())
		return false
	}
	switch {
	case sig.Recv() != nil:
		return wrong(decl.Name, "the topology %s is a method; it must be a function", fn.Name())
	case fn.Name() == "_":
		r.diags.Report(diag.BadSignature, r.span(decl.Name), "the topology has no name: nothing can call it").
			Note(diag.Span{}, "name the function; New and the name is what constructs the topology")
		return false
	case sig.TypeParams().Len() > 0:
		r.diags.Report(diag.GenericTopo, r.span(decl.Type.TypeParams), "the topology %s has type parameters: nothing says which types to generate code for", fn.Name()).
			Note(diag.Span{}, "write a topology function without type parameters that calls this one with the types: the compiler follows it")
		return false
	case sig.Results().Len() > 0:
		return wrong(decl.Type.Results, "the topology %s returns something; it must return nothing", fn.Name())
	case sig.Variadic():
		return wrong(decl.Type.Params, "the topology %s has a variadic parameter", fn.Name())
	case sig.Params().Len() == 0:
		return wrong(decl.Name, "the topology %s has no parameter; the first must be a *dsl.Builder", fn.Name())
	}
	first := sig.Params().At(0)
	if first.Type() == types.Typ[types.Invalid] {
		return true // the type error says more
	}
	if pkg, name, _ := dslType(first.Type()); pkg != dslPath || name != typeBuilder || elem(first.Type()) == first.Type() {
		return wrong(decl.Type.Params.List[0], "the first parameter of the topology %s is %s; it must be a *dsl.Builder", fn.Name(), types.TypeString(first.Type(), types.RelativeTo(r.target.Types)))
	}
	f.bind(first, decl, builderValue{})
	names := paramNames(decl)
	for i := 1; i < sig.Params().Len(); i++ {
		p := sig.Params().At(i)
		if mentions(p.Type()) {
			return wrong(names[i], "the parameter %s of the topology %s is a handle; parameters are configuration", p.Name(), fn.Name())
		}
		r.t.Params = append(r.t.Params, topo.Param{Name: p.Name(), Type: p.Type(), Obj: p})
		id, _ := names[i].(*ast.Ident)
		f.bind(p, decl, data{typ: p.Type(), ref: &topo.Ref{Kind: topo.RefParam, Index: i - 1}, x: id, frame: f})
	}
	return true
}

// paramNames lists the names of parameters, or their types where they have none.
func paramNames(decl *ast.FuncDecl) []ast.Node {
	var out []ast.Node
	for _, field := range decl.Type.Params.List {
		for _, n := range field.Names {
			out = append(out, n)
		}
		if len(field.Names) == 0 {
			out = append(out, field.Type)
		}
	}
	return out
}

// docText is a doc comment without directives.
func docText(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	return strings.TrimSpace(doc.Text())
}

// typeErrors reports the type checker's errors inside the code that was read.
func (r *reader) typeErrors() bool {
	found := false
	for _, p := range r.loaded.Problems {
		for _, s := range r.visited {
			if s.pos <= p.Pos && p.Pos < s.end {
				r.diags.Report(diag.Syntax, r.at(p.Pos), "%s", p.Message)
				found = true
				break
			}
		}
	}
	return found
}

// ReportNone reports that no package of a load holds a topology.
func ReportNone(r *load.Result, diags *diag.List) {
	for _, pkg := range r.Roots {
		if len(pkg.Files) == 0 {
			continue // all it has is generated
		}
		for _, p := range r.Problems {
			if at := spanOf(r.Fset, p.Pos, token.NoPos); p.Parse && filepath.Dir(at.Start.Filename) == pkg.Dir {
				diags.Report(diag.Syntax, at, "%s", p.Message)
				return
			}
		}
		d := diags.Report(diag.NoTopology, spanOf(r.Fset, pkg.Files[0].Name.Pos(), pkg.Files[0].Name.End()), "package %s has no topology", pkg.Name)
		d.Note(diag.Span{}, "mark a function with the line %s right above it: func Orders(b *dsl.Builder, cfg Config)", directive)
		suggestDirective(r, pkg, d)
		return
	}
}

// suggestDirective marks the first function that looks like a topology.
func suggestDirective(r *load.Result, pkg *topo.Package, d *diag.Diagnostic) {
	for _, file := range pkg.Files {
		for _, decl := range file.Decls {
			fd, ok := decl.(*ast.FuncDecl)
			if !ok || fd.Recv != nil || fd.Body == nil || len(fd.Type.Params.List) == 0 {
				continue
			}
			t := pkg.Info.TypeOf(fd.Type.Params.List[0].Type)
			if path, name, _ := dslType(t); path != dslPath || name != typeBuilder {
				continue
			}
			at := r.Fset.PositionFor(fd.Pos(), false)
			d.Suggest("mark "+fd.Name.Name, diag.Edit{File: at.Filename, Start: at.Offset, End: at.Offset, New: directive + "\n"})
			return
		}
	}
}
