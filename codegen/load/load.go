// Package load reads packages of user code: syntax and types, never execution. It is the
// only importer of go/packages.
package load

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/topo"
	"golang.org/x/tools/go/packages"
)

// Suffix ends the names of generated files. They are masked while reading, so that it
// makes no difference whether they are absent, stale or broken.
const Suffix = "_streamgen.go"

// Options says what to load.
type Options struct {
	Dir      string   // where patterns are resolved; "" is the current directory
	Patterns []string // as for the go command; none means "."
	Env      []string // of the go command; nil means the current environment
}

// Result is what was read.
type Result struct {
	Fset     *token.FileSet
	Roots    []*topo.Package          // matched by the patterns, by import path
	Packages map[string]*topo.Package // the roots and the packages of followed helpers
	// Problems are errors of the type checker and the parser outside generated files. Most
	// are the business of go build (main.go calls what is about to be generated): those
	// inside code that the compiler visits are reported.
	Problems []Problem
}

// Problem is an error with its place.
type Problem struct {
	Pos     token.Pos
	Message string
	Parse   bool
}

// Load reads the packages and, as further roots of the same load so that objects are
// identical, those packages whose functions wanted returns: given what has been read it
// names the import paths of helpers that must be followed. It is asked until it names
// nothing new.
func Load(ctx context.Context, o Options, wanted func(*Result) []string) (*Result, error) {
	patterns := slices.Clone(o.Patterns)
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	var extra []string
	for {
		r, err := load(ctx, o, patterns, extra)
		if err != nil {
			return nil, err
		}
		var more []string
		for _, path := range wanted(r) {
			if r.Packages[path] == nil && !slices.Contains(extra, path) {
				more = append(more, path)
			}
		}
		if len(more) == 0 {
			return r, nil
		}
		extra = append(extra, more...)
	}
}

func load(ctx context.Context, o Options, patterns, extra []string) (*Result, error) {
	c := &checker{ctx: ctx, o: o, fset: token.NewFileSet()}
	if err := c.load(append(slices.Clone(patterns), extra...)); err != nil {
		if folder, absErr := filepath.Abs(o.Dir); absErr == nil && !inModule(folder) {
			return nil, noPackage(o.Dir, nil, patterns)
		}
		return nil, fmt.Errorf("load %s: %w", strings.Join(patterns, " "), err)
	}
	r := &Result{Fset: c.fset, Packages: map[string]*topo.Package{}}
	var roots []*packages.Package
	for _, p := range c.roots {
		if err := listError(p, c.syntax[p.ID]); err != nil {
			return nil, err
		}
		roots = append(roots, p)
		if len(c.syntax[p.ID]) == 0 {
			continue
		}
		pkg := c.pack(p)
		r.Packages[pkg.Path] = pkg
		if !slices.Contains(extra, pkg.Path) {
			r.Roots = append(r.Roots, pkg)
		}
		for _, e := range c.errs[p.ID] {
			if !isGenerated(r.Fset.PositionFor(e.Pos, false).Filename) {
				r.Problems = append(r.Problems, Problem{Pos: e.Pos, Message: e.Msg})
			}
		}
	}
	r.Problems = append(r.Problems, c.files.problems(r.Fset)...)
	if len(r.Roots) == 0 {
		return nil, noPackage(o.Dir, roots, patterns)
	}
	return r, nil
}

// noPackage says why the patterns gave nothing to read, with the go command's reason where
// it has one (no module, for example).
func noPackage(dir string, all []*packages.Package, patterns []string) error {
	text := "the pattern matches no package with Go files; test files are not read"
	for _, p := range all {
		for _, e := range p.Errors {
			if !strings.Contains(e.Msg, Suffix) && !strings.Contains(e.Pos, Suffix) {
				text = strings.TrimSpace(e.Msg)
			}
		}
	}
	if folder, err := filepath.Abs(dir); err == nil && len(all) == 0 && !inModule(folder) {
		text = "there is no go.mod in this folder or above: go mod init makes one"
	}
	return fmt.Errorf("load %s: %s", strings.Join(patterns, " "), text)
}

// inModule looks for a go.mod as the go command does.
func inModule(folder string) bool {
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return true
		}
		up := filepath.Dir(folder)
		if up == folder {
			return false
		}
		folder = up
	}
}

// listError returns the error of a package that could not be found at all. Errors about
// files are left to the parser and the type checker: go list also complains of a broken
// generated file, which is none of our business.
func listError(p *packages.Package, syntax []*ast.File) error {
	if len(syntax) > 0 {
		return nil
	}
	for _, e := range p.Errors {
		if e.Kind == packages.ListError && !strings.Contains(e.Msg, Suffix) && !strings.Contains(e.Pos, Suffix) {
			return fmt.Errorf("load %s: %s", p.ID, strings.TrimSpace(e.Msg))
		}
	}
	return nil
}

// Wants returns the import paths of the functions that pkg uses in other packages and that
// want accepts with the type that they have there, type arguments included; sorted.
func Wants(pkg *topo.Package, want func(fn *types.Func, t types.Type) bool) []string {
	var out []string
	for id, obj := range pkg.Info.Uses {
		fn, ok := obj.(*types.Func)
		if !ok || fn.Pkg() == nil || fn.Pkg() == pkg.Types {
			continue
		}
		t := fn.Type()
		if inst, ok := pkg.Info.Instances[id]; ok {
			t = inst.Type
		}
		if want(fn, t) {
			out = append(out, fn.Pkg().Path())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
