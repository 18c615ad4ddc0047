package build

import (
	"go/ast"
	"go/build/constraint"
	"path/filepath"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/topo"
)

// The names of systems and architectures that the go command recognises at the end of a
// file's name.
var (
	systems = strings.Fields("aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos")
	arches  = strings.Fields("386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm")
)

// constraints gives the program the build constraint of its topologies' files, which the
// generated file must share: on other platforms the functions that it calls are missing.
// There is one generated file, so the files must agree.
func constraints(r *load.Result, p *topo.Program, diags *diag.List) {
	var first *topo.Topology
	for _, t := range p.Topologies {
		text, _ := fileConstraint(r, p.Package, t)
		if first == nil {
			first, p.Constraint = t, text
			continue
		}
		if text == p.Constraint {
			continue
		}
		_, at := fileConstraint(r, p.Package, t)
		_, other := fileConstraint(r, p.Package, first)
		diags.Report(diag.Constraints, spanOf(r.Fset, at.Pos(), at.End()), "%s is built %s, but %s %s", t.File, when(text), first.File, when(p.Constraint)).
			Note(spanOf(r.Fset, other.Pos(), other.End()), "the topology %s is here", first.Name).
			Note(diag.Span{}, "the topologies of a package are compiled into one file, which is built always or never: put those of one platform into a package of their own, or give both files the same //go:build line")
		return
	}
}

func when(text string) string {
	if text == "" {
		return "always"
	}
	return "only for " + text
}

// fileConstraint is the constraint of the file of a topology: its //go:build line together
// with what its name says; and the place of the one or of the package clause.
func fileConstraint(r *load.Result, pkg *topo.Package, t *topo.Topology) (text string, at ast.Node) {
	var file *ast.File
	for _, f := range pkg.Files {
		if f.FileStart <= t.Decl.Pos() && t.Decl.Pos() < f.FileEnd {
			file = f
		}
	}
	at = file.Name
	var parts []string
	for _, g := range file.Comments {
		for _, c := range g.List {
			if c.Pos() > file.Package || !constraint.IsGoBuild(c.Text) {
				continue
			}
			if x, err := constraint.Parse(c.Text); err == nil {
				at = c
				parts = append(parts, x.String())
			}
		}
	}
	words := strings.Split(strings.TrimSuffix(filepath.Base(r.Fset.PositionFor(file.Package, false).Filename), ".go"), "_")[1:]
	if n := len(words); n > 0 {
		switch last := words[n-1]; {
		case slices.Contains(arches, last) && n > 1 && slices.Contains(systems, words[n-2]):
			parts = append(parts, words[n-2], last)
		case slices.Contains(arches, last) || slices.Contains(systems, last):
			parts = append(parts, last)
		}
	}
	if len(parts) > 1 {
		for i, p := range parts {
			if strings.ContainsAny(p, "|") {
				parts[i] = "(" + p + ")"
			}
		}
	}
	return strings.Join(parts, " && "), at
}
