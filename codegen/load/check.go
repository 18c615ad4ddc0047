package load

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/streamgen/streamgen/codegen/topo"
	"golang.org/x/tools/go/packages"
)

// checker type-checks packages from their source. go/packages does that too, but asks the go command for
// export data of the very packages that it then reads from source: so each run compiled the code that the
// run before had generated. Here the go command lists the packages, and compiles only what they import.
type checker struct {
	ctx    context.Context
	o      Options
	fset   *token.FileSet
	files  files
	roots  []*packages.Package          // as the patterns matched them, by import path
	source map[string]*packages.Package // by ID: the roots, and what is between them
	syntax map[string][]*ast.File       // by ID of what is in source, as all that follows
	types  map[string]*types.Package
	info   map[string]*types.Info
	errs   map[string][]types.Error
}

const (
	listed   = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule | packages.NeedTypesSizes
	imported = packages.NeedName | packages.NeedTypes
)

func (c *checker) load(patterns []string) error {
	lost, err := c.check(patterns, nil)
	if err == nil && lost != nil {
		_, err = c.check(patterns, lost)
	}
	return err
}

// check reads all anew and returns what to hide from the go command before it is asked again, nil for nothing.
func (c *checker) check(patterns []string, hidden map[string][]byte) (map[string][]byte, error) {
	var err error
	if c.roots, err = packages.Load(c.config(listed, hidden), patterns...); err != nil {
		return nil, err
	}
	slices.SortFunc(c.roots, func(a, b *packages.Package) int { return strings.Compare(a.PkgPath, b.PkgPath) })
	c.source, c.syntax, c.files = map[string]*packages.Package{}, map[string][]*ast.File{}, files{source: map[string][]byte{}}
	c.types, c.info, c.errs = map[string]*types.Package{}, map[string]*types.Info{}, map[string][]types.Error{}
	for _, p := range c.roots {
		c.source[p.ID] = p
	}
	between := map[string]bool{}
	for _, p := range c.roots {
		c.reaches(p, between)
	}
	for _, p := range c.source {
		if err := c.parse(p); err != nil {
			return nil, err
		}
	}
	if err := c.exported(); err != nil {
		return nil, err
	}
	for _, p := range c.roots {
		c.typed(p)
	}
	return c.unreadable(), c.ctx.Err()
}

func (c *checker) config(mode packages.LoadMode, hidden map[string][]byte) *packages.Config {
	return &packages.Config{Context: c.ctx, Dir: c.o.Dir, Env: c.o.Env, Mode: mode, Fset: c.fset, Overlay: hidden}
}

// reaches says whether p leads to a root, and puts what stands between two roots into source: export data
// of such a package would bring the second root along, with objects that are not those of its source.
func (c *checker) reaches(p *packages.Package, seen map[string]bool) bool {
	if r, ok := seen[p.ID]; ok {
		return r
	}
	found := false
	for _, i := range p.Imports {
		found = c.reaches(i, seen) || found
	}
	if found {
		c.source[p.ID] = p
	}
	found = found || c.source[p.ID] != nil
	seen[p.ID] = found
	return found
}

// parse reads a package's files, generated ones masked.
func (c *checker) parse(p *packages.Package) error {
	parsed := make([]*ast.File, len(p.GoFiles))
	failed := make([]error, len(parsed))
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, name := range p.GoFiles {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			src, err := os.ReadFile(name)
			if err == nil {
				parsed[i], _ = c.files.parse(c.fset, name, src) // what is wrong in it is kept there
			}
			failed[i] = err
		})
	}
	wait.Wait()
	c.syntax[p.ID] = slices.DeleteFunc(parsed, func(f *ast.File) bool { return f == nil })
	return errors.Join(failed...)
}

// exported gets the types of what the source imports and is not source itself, as their packages export them.
func (c *checker) exported() error {
	var paths []string
	for id, p := range c.source {
		for _, f := range c.syntax[id] {
			for _, spec := range f.Imports {
				path, err := strconv.Unquote(spec.Path.Value)
				if i := p.Imports[path]; err == nil && i != nil && c.source[i.ID] == nil && i.ID != "unsafe" && i.Name != "" {
					paths = append(paths, i.ID)
				}
			}
		}
	}
	if len(paths) == 0 {
		return nil
	}
	slices.Sort(paths)
	all, err := packages.Load(c.config(imported, nil), slices.Compact(paths)...)
	if err != nil {
		return err
	}
	for _, p := range all {
		c.types[p.ID] = p.Types
	}
	return nil
}

// typed checks a package of source, after those that it imports.
func (c *checker) typed(p *packages.Package) *types.Package {
	if t := c.types[p.ID]; t != nil || c.source[p.ID] == nil {
		return t
	}
	t := types.NewPackage(p.PkgPath, p.Name)
	c.types[p.ID] = t
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{}}
	c.info[p.ID] = info
	cfg := &types.Config{Sizes: p.TypesSizes, FakeImportC: true, Importer: importer(func(path string) (*types.Package, error) { return c.imported(p, path) }),
		Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) {
				c.errs[p.ID] = append(c.errs[p.ID], e)
			}
		}}
	if p.Module != nil && p.Module.GoVersion != "" {
		cfg.GoVersion = "go" + p.Module.GoVersion
	}
	_ = types.NewChecker(cfg, c.fset, t, info).Files(c.syntax[p.ID]) // all errors were told to Error
	return t
}

type importer func(path string) (*types.Package, error)

func (i importer) Import(path string) (*types.Package, error) { return i(path) }

func (c *checker) imported(p *packages.Package, path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	i := p.Imports[path]
	if i == nil {
		return nil, errors.New("no metadata for " + path)
	}
	if t := c.typed(i); t != nil && (t.Complete() || c.source[i.ID] != nil) {
		return t, nil
	}
	for _, e := range i.Errors {
		return nil, errors.New(strings.TrimSpace(e.Msg))
	}
	return nil, fmt.Errorf("package %s has no Go files", path)
}

// unreadable finds packages whose imports are missing because the go command could not
// even read the generated file (it holds NUL bytes, say), and hides that file from it.
// Hiding costs the go command its cache of the package, so it is the exception.
func (c *checker) unreadable() map[string][]byte {
	var overlay map[string][]byte
	for id, p := range c.source {
		lost := slices.ContainsFunc(c.errs[id], func(e types.Error) bool { return strings.HasPrefix(e.Msg, "could not import ") })
		if !lost || len(p.GoFiles) == 0 {
			continue
		}
		dir := filepath.Dir(p.GoFiles[0])
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

// pack is a package as the compiler reads it.
func (c *checker) pack(p *packages.Package) *topo.Package {
	pkg := &topo.Package{Path: p.PkgPath, Name: p.Name, Fset: c.fset, Types: c.types[p.ID], Info: c.info[p.ID], Source: map[string][]byte{}}
	for _, file := range c.syntax[p.ID] {
		name := c.fset.PositionFor(file.Package, false).Filename
		if name == "" || isGenerated(name) {
			continue
		}
		pkg.Dir = filepath.Dir(name)
		pkg.Name = file.Name.Name
		pkg.Files = append(pkg.Files, file)
		pkg.Source[name] = c.files.source[name]
	}
	return pkg
}
