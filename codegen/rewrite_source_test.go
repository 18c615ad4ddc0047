package codegen_test

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/topo"
)

// source is one package between two rewrites: the text of its files, parsed and checked.
type source struct {
	text map[string]string // by base name
	name string            // file with the topologies
	fset *token.FileSet
	file *ast.File
	pkg  *types.Package
	info *types.Info
}

// imports finds packages among those that the corpus already loaded.
type imports map[string]*types.Package

func (m imports) Import(path string) (*types.Package, error) {
	if p := m[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("no package %s was loaded", path)
}

func (m imports) add(p *types.Package) {
	if m[p.Path()] == nil {
		m[p.Path()] = p
		for _, q := range p.Imports() {
			m.add(q)
		}
	}
}

// sourceOf is the package as it was loaded, without generated files.
func sourceOf(p *topo.Program) (string, map[string]string) {
	files, name := map[string]string{}, ""
	for path, src := range p.Source {
		base := filepath.Base(path)
		if strings.HasSuffix(base, "_streamgen.go") {
			continue
		}
		// What reads the stores from outside needs the generated file, which is not there.
		if text := string(src); !strings.Contains(text, "\nfunc main() {") && !strings.Contains(text, "Stores(app)") {
			files[base] = strings.Replace(text, "package main\n", "package example\n", 1)
		}
		if strings.Contains(files[base], "\n//streamgen:topology\n") {
			name = base
		}
	}
	return name, files
}

// check parses and type-checks files.
func check(m imports, path, name string, text map[string]string) (*source, error) {
	s := &source{text: text, name: name, fset: token.NewFileSet(), info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}}}
	var files []*ast.File
	for _, base := range sortedKeys(text) {
		f, err := parser.ParseFile(s.fset, base, text[base], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if base == name {
			s.file = f
		}
		files = append(files, f)
	}
	var err error
	s.pkg, err = (&types.Config{Importer: m}).Check(path, s.fset, files, s.info)
	return s, err
}

// change is a new text for a range of the file; an empty range inserts.
type change struct {
	start, end int
	text       func() string // called when the surroundings are rendered
}

// rewriter makes one rewrite of one source.
type rewriter struct {
	*source
	rng     *rand.Rand
	tag     string
	n       int
	changes []change
	tail    strings.Builder // declarations appended to the file
}

func (r *rewriter) fresh(kind string) string {
	r.n++
	return fmt.Sprintf("%s%s%d", kind, r.tag, r.n)
}

func (s *source) offset(p token.Pos) int { return s.fset.Position(p).Offset }

// raw is the text of a node as it was.
func (s *source) raw(n ast.Node) string {
	return s.text[s.name][s.offset(n.Pos()):s.offset(n.End())]
}

// render is the text of a node with all changes inside of it.
func (r *rewriter) render(n ast.Node) string {
	return r.between(r.offset(n.Pos()), r.offset(n.End()))
}

func (r *rewriter) between(start, end int) string {
	inside := slices.DeleteFunc(slices.Clone(r.changes), func(c change) bool {
		return c.start < start || c.end > end
	})
	slices.SortStableFunc(inside, func(a, b change) int {
		if a.start != b.start {
			return a.start - b.start
		}
		if a.start == a.end || b.start == b.end { // insertions stand in front
			return a.end - b.end
		}
		return b.end - a.end
	})
	var b strings.Builder
	for _, c := range inside {
		if c.start < start {
			continue // inside of one that renders it
		}
		b.WriteString(r.text[r.name][start:c.start] + c.text())
		start = c.end
	}
	return b.String() + r.text[r.name][start:end]
}

func (r *rewriter) replace(n ast.Node, text func() string) {
	r.changes = append(r.changes, change{r.offset(n.Pos()), r.offset(n.End()), text})
}

func (r *rewriter) put(n ast.Node, text string) { r.replace(n, func() string { return text }) }

func (r *rewriter) before(s ast.Stmt, text string) {
	at := r.offset(s.Pos())
	r.changes = append(r.changes, change{at, at, func() string { return text + "\n" }})
}

// finish is the file with the changes made.
func (r *rewriter) finish() (string, error) {
	out, err := format.Source([]byte(r.between(0, len(r.text[r.name])) + r.tail.String()))
	return string(out), err
}

// typeText writes a type as the file can; ok is false when it needs an import.
func (s *source) typeText(t types.Type) (text string, ok bool) {
	ok = t != nil
	if !ok {
		return "", false
	}
	text = types.TypeString(types.Default(t), func(p *types.Package) string {
		if p == s.pkg {
			return ""
		}
		for _, i := range s.file.Imports {
			if strings.Trim(i.Path.Value, `"`) == p.Path() && i.Name == nil {
				return p.Name()
			}
		}
		ok = false
		return p.Name()
	})
	return text, ok
}

// local reports whether a node uses names that are declared in a function around it.
func (s *source) local(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(x ast.Node) bool {
		id, ok := x.(*ast.Ident)
		if !ok {
			return true
		}
		obj := s.info.Uses[id]
		if obj == nil || obj.Pkg() != s.pkg || obj.Parent() == nil || obj.Parent() == s.pkg.Scope() {
			return true
		}
		if _, isPkg := obj.(*types.PkgName); !isPkg && (obj.Pos() < n.Pos() || obj.Pos() >= n.End()) {
			found = true
		}
		return true
	})
	return found
}
