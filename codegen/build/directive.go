package build

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/purity"
	"github.com/streamgen/streamgen/codegen/topo"
)

const (
	prefix    = "//streamgen:"
	directive = "//streamgen:topology"
)

// directives finds the marked functions in order of files and lines, and reports marks
// that are misspelt or in the wrong place.
func directives(r *load.Result, pkg *topo.Package, diags *diag.List) []*ast.FuncDecl {
	var out []*ast.FuncDecl
	files := slices.Clone(pkg.Files)
	slices.SortFunc(files, func(a, b *ast.File) int {
		return strings.Compare(r.Fset.PositionFor(a.Package, false).Filename, r.Fset.PositionFor(b.Package, false).Filename)
	})
	for _, file := range files {
		used := map[*ast.Comment]bool{}
		for _, d := range file.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Doc == nil || fd.Body == nil {
				continue
			}
			for _, c := range fd.Doc.List {
				if text, _, _ := strings.Cut(c.Text, " "); strings.TrimRight(text, "\r") == directive {
					used[c] = true
					out = append(out, fd)
				}
			}
		}
		for _, g := range file.Comments {
			for _, c := range g.List {
				if !used[c] {
					strayDirective(r, file, c, diags)
				}
			}
		}
	}
	return out
}

// strayDirective reports a comment that looks like a directive and is none.
func strayDirective(r *load.Result, file *ast.File, c *ast.Comment, diags *diag.List) {
	at := spanOf(r.Fset, c.Pos(), c.End())
	word, _, _ := strings.Cut(strings.TrimPrefix(c.Text, "//"), " ")
	spaced := strings.TrimSpace(strings.TrimPrefix(c.Text, "//"))
	edit := func(n int) diag.Edit {
		start := r.Fset.PositionFor(c.Pos(), false)
		return diag.Edit{File: start.Filename, Start: start.Offset, End: start.Offset + n, New: directive}
	}
	switch {
	case word == "streamgen:topology" && broken(r, at.Start.Filename, diags):
	case word == "streamgen:topology":
		diags.Report(diag.NotAFunction, at, "%s stands before %s; it marks a function", directive, nextDecl(file, c.End())).
			Note(diag.Span{}, "put it on the line before func, with no blank line between").
			Suggest("remove the directive", diag.Edit{File: at.Start.Filename, Start: at.Start.Offset, End: at.End.Offset})
	case "//"+word == purity.Acknowledgement:
		if _, ok := purity.Reason(c.Text); !ok {
			diags.Report(diag.BadDirective, at, "%s gives no reason", purity.Acknowledgement).
				Note(diag.Span{}, "it stands above code that depends on more than its record, or in the doc comment of a function, and says why that is meant so: %s sampling for the dashboard", purity.Acknowledgement)
		}
	case strings.HasPrefix(word, "streamgen:"):
		d := diags.Report(diag.BadDirective, at, "unknown directive //%s", word)
		switch near := diag.Near(strings.TrimPrefix(word, "streamgen:"), "topology", "nondeterministic"); near {
		case "":
			d.Note(diag.Span{}, "the directives are %s and %s", directive, purity.Acknowledgement)
		default:
			d.Note(diag.Span{}, "did you mean %s?", prefix+near)
			e := edit(len("//") + len(word))
			e.New = prefix + near
			d.Suggest("write "+e.New, e)
			return
		}
		d.Suggest("write "+directive, edit(len("//")+len(word)))
	case strings.HasPrefix(spaced, "streamgen:topology"):
		diags.Report(diag.BadDirective, at, "a directive has no space after //, so this is an ordinary comment").
			Suggest("write "+directive, edit(len(c.Text)))
	}
}

// broken reports the first syntax error of a file, in which declarations may be missing.
func broken(r *load.Result, file string, diags *diag.List) bool {
	for _, p := range r.Problems {
		if at := spanOf(r.Fset, p.Pos, token.NoPos); p.Parse && at.Start.Filename == file {
			diags.Report(diag.Syntax, at, "%s", p.Message)
			return true
		}
	}
	return false
}

// nextDecl names what follows a position.
func nextDecl(file *ast.File, pos token.Pos) string {
	for _, d := range file.Decls {
		if d.End() <= pos {
			continue
		}
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Pos() < pos {
				return "something inside of a declaration"
			}
			return "a " + d.Tok.String() + " declaration"
		case *ast.FuncDecl:
			if d.Pos() < pos {
				return "something inside of " + d.Name.Name
			}
			return "a blank line or comment, apart from " + d.Name.Name
		}
	}
	return "nothing"
}
