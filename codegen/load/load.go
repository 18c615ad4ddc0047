// Package load reads packages of user code: syntax and types, never execution. It is the
// only importer of go/packages.
package load

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

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

const mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
	packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo

func load(ctx context.Context, o Options, patterns, extra []string) (*Result, error) {
	r := &Result{Fset: token.NewFileSet(), Packages: map[string]*topo.Package{}}
	f := &files{source: map[string][]byte{}}
	cfg := &packages.Config{Context: ctx, Dir: o.Dir, Env: o.Env, Mode: mode, Fset: r.Fset, ParseFile: f.parse}
	all, err := packages.Load(cfg, append(slices.Clone(patterns), extra...)...)
	if err == nil {
		if cfg.Overlay = unreadable(all); cfg.Overlay != nil {
			f.source, f.errs = map[string][]byte{}, nil
			all, err = packages.Load(cfg, append(slices.Clone(patterns), extra...)...)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", strings.Join(patterns, " "), err)
	}
	slices.SortFunc(all, func(a, b *packages.Package) int { return strings.Compare(a.PkgPath, b.PkgPath) })
	for _, p := range all {
		if err := listError(p); err != nil {
			return nil, err
		}
		if p.Types == nil || len(p.Syntax) == 0 {
			continue
		}
		pkg := f.pack(r.Fset, p)
		r.Packages[pkg.Path] = pkg
		if !slices.Contains(extra, pkg.Path) {
			r.Roots = append(r.Roots, pkg)
		}
		for _, e := range p.TypeErrors {
			if !isGenerated(r.Fset.PositionFor(e.Pos, false).Filename) {
				r.Problems = append(r.Problems, Problem{Pos: e.Pos, Message: e.Msg})
			}
		}
	}
	r.Problems = append(r.Problems, f.problems(r.Fset)...)
	if len(r.Roots) == 0 {
		return nil, noPackage(o.Dir, all, patterns)
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

// unreadable finds packages whose imports are missing because the go command could not
// even read the generated file (it holds NUL bytes, say), and hides that file from it.
// Hiding costs the go command its cache of the package, so it is the exception.
func unreadable(all []*packages.Package) map[string][]byte {
	var overlay map[string][]byte
	for _, p := range all {
		lost := slices.ContainsFunc(p.TypeErrors, func(e types.Error) bool { return strings.HasPrefix(e.Msg, "could not import ") })
		if !lost || len(p.GoFiles)+len(p.CompiledGoFiles) == 0 {
			continue
		}
		dir := filepath.Dir(append(slices.Clone(p.GoFiles), p.CompiledGoFiles...)[0])
		generated, err := filepath.Glob(filepath.Join(dir, "*"+Suffix))
		name, nameErr := packageName(dir)
		if err != nil || nameErr != nil {
			continue
		}
		for _, g := range generated {
			if overlay == nil {
				overlay = map[string][]byte{}
			}
			overlay[g] = []byte("package " + name + "\n")
		}
	}
	return overlay
}

// listError returns the error of a package that could not be found at all. Errors about
// files are left to the parser and the type checker: go list also complains of a broken
// generated file, which is none of our business.
func listError(p *packages.Package) error {
	if len(p.Syntax) > 0 {
		return nil
	}
	for _, e := range p.Errors {
		if e.Kind == packages.ListError && !strings.Contains(e.Msg, Suffix) && !strings.Contains(e.Pos, Suffix) {
			return fmt.Errorf("load %s: %s", p.ID, strings.TrimSpace(e.Msg))
		}
	}
	return nil
}

func isGenerated(filename string) bool { return strings.HasSuffix(filename, Suffix) }

// files parses, keeps sources and collects syntax errors; ParseFile is called concurrently.
type files struct {
	mu     sync.Mutex
	source map[string][]byte
	errs   scanner.ErrorList
}

func (f *files) parse(fset *token.FileSet, filename string, src []byte) (*ast.File, error) {
	if isGenerated(filename) {
		name, err := packageName(filepath.Dir(filename))
		if err != nil {
			name = "masked"
		}
		return parser.ParseFile(fset, filename, "package "+name+"\n", parser.PackageClauseOnly)
	}
	// Without AllErrors the parser gives up after ten errors and returns an empty file.
	file, err := parser.ParseFile(fset, filename, src, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.source[filename] = src
	var list scanner.ErrorList
	if errors.As(err, &list) {
		f.errs = append(f.errs, list...)
	}
	return file, err
}

// packageName reads the package clause of the first file of a folder that is neither
// generated nor a test.
func packageName(dir string) (string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return "", err
	}
	for _, n := range names {
		if isGenerated(n) || strings.HasSuffix(n, "_test.go") {
			continue
		}
		if file, err := parser.ParseFile(token.NewFileSet(), n, nil, parser.PackageClauseOnly); err == nil && file.Name.Name != "documentation" {
			return file.Name.Name, nil
		}
	}
	return "", fmt.Errorf("no Go files in %s", dir)
}

func (f *files) problems(fset *token.FileSet) []Problem {
	f.errs.Sort()
	var out []Problem
	for _, e := range f.errs {
		var pos token.Pos
		fset.Iterate(func(t *token.File) bool {
			if t.Name() == e.Pos.Filename && e.Pos.Offset <= t.Size() {
				pos = t.Pos(e.Pos.Offset)
				return false
			}
			return true
		})
		out = append(out, Problem{Pos: pos, Message: e.Msg, Parse: true})
	}
	return out
}

func (f *files) pack(fset *token.FileSet, p *packages.Package) *topo.Package {
	pkg := &topo.Package{Path: p.PkgPath, Name: p.Name, Fset: fset, Types: p.Types, Info: p.TypesInfo, Source: map[string][]byte{}}
	for _, file := range p.Syntax {
		name := fset.PositionFor(file.Package, false).Filename
		if name == "" || isGenerated(name) {
			continue
		}
		pkg.Dir = filepath.Dir(name)
		pkg.Name = file.Name.Name
		pkg.Files = append(pkg.Files, file)
		pkg.Source[name] = f.source[name]
	}
	return pkg
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
