// Package codegen compiles topologies: Generate runs the phases load, build, pass, plan
// and emit in order and returns files and diagnostics. It never touches the disk but for
// reading sources, and never runs user code.
package codegen

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"github.com/streamgen/streamgen/codegen/build"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/plan/lock"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/codegen/view"
)

// Options says what to compile. The zero value compiles the package in the current folder.
type Options struct {
	Dir      string   // where patterns are resolved
	Patterns []string // as for the go command; none means "."
	Env      []string // of the go command; nil means the current environment
	// Accept takes what a release would lose for meant: it is recorded in the lock files and not reported.
	Accept bool
	// Pin, when set, changes what is recorded of a package before its code is generated: it puts in the subjects of a
	// registry.
	Pin func(*Lock) error
}

// File is a generated file.
type File struct {
	Path    string // absolute
	Content []byte
}

// Lock is the lock file of a package.
type Lock struct {
	Path    string // absolute
	Main    bool   // the package is a command
	Before  []byte // what lies there; nil when nothing does
	Old     *lock.File
	Now     *lock.File // what is to lie there
	Package string     // import path
	// Forgotten are the earlier forms that Accept gave up.
	Forgotten []string
}

// Result is what one run gave. Files and Locks are those of the packages without errors.
type Result struct {
	Files       []File
	Locks       []*Lock
	Diagnostics []diag.Diagnostic
	Topologies  []*view.Topology // those of Files, for drawing and explaining
	source      map[string][]byte
}

// Errors counts the diagnostics that stop generation.
func (r Result) Errors() int {
	n := 0
	for _, d := range r.Diagnostics {
		if d.Severity == diag.Error {
			n++
		}
	}
	return n
}

// Source returns the bytes of a file as they were read, for rendering diagnostics.
func (r Result) Source(file string) []byte { return r.source[file] }

// Generate compiles the packages that the patterns match. The error says why nothing could
// be done at all (no such package, no go command); what is wrong with topologies is in the
// diagnostics. A fault of the compiler itself is an *InternalError.
func Generate(ctx context.Context, o Options) (res Result, err error) {
	var diags diag.List
	defer internal(&diags, &err)
	loaded, err := load.Load(ctx, load.Options{Dir: o.Dir, Patterns: o.Patterns, Env: o.Env}, build.Helpers)
	if err != nil {
		return Result{}, err
	}
	res.source = map[string][]byte{}
	for _, p := range loaded.Packages {
		for name, src := range p.Source {
			res.source[name] = src
		}
	}
	topologies := 0
	for _, pkg := range loaded.Roots {
		n, err := res.compile(loaded, pkg, o, &diags)
		if err != nil {
			return Result{}, err
		}
		topologies += n
	}
	if topologies == 0 && diags.Len() == 0 {
		build.ReportNone(loaded, &diags)
	}
	res.Diagnostics = diags.Sorted()
	slices.SortFunc(res.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return res, nil
}

// compile takes one package through all phases and returns the number of topologies found.
// It adds no file when there is none or when one has errors.
func (r *Result) compile(loaded *load.Result, pkg *topo.Package, o Options, diags *diag.List) (int, error) {
	before := diags.Errors()
	prog := build.Program(loaded, pkg, diags)
	if prog.Marked == 0 || diags.Errors() > before {
		return prog.Marked, nil
	}
	diags.Reading(pkg.Fset.Position(prog.Topologies[0].Decl.Name.Pos()))
	if err := prog.Check(); err != nil {
		return prog.Marked, &InternalError{At: diags.LastRead(), Cause: err}
	}
	locked, err := r.lock(prog, o, diags)
	if err != nil || diags.Errors() > before {
		return prog.Marked, err
	}
	p, content, err := lower(prog, diags)
	if err != nil {
		return prog.Marked, &InternalError{At: diags.LastRead(), Cause: err}
	}
	if content == nil {
		return prog.Marked, nil
	}
	views, err := view.New(prog, p, content)
	if err != nil {
		return prog.Marked, &InternalError{At: diags.LastRead(), Cause: err}
	}
	r.Files = append(r.Files, File{Path: filepath.Join(pkg.Dir, prog.Output), Content: content})
	if locked != nil {
		r.Locks = append(r.Locks, locked)
	}
	r.Topologies = append(r.Topologies, views...)
	return prog.Marked, nil
}
