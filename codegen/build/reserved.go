package build

import (
	"go/token"
	"go/types"
	"slices"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/topo"
)

// unused are the predeclared functions that generated code never calls, so that a package
// may declare its own; a test looks for them in what the generator emits.
var unused = []string{"close", "complex", "delete", "imag", "max", "min", "print", "println", "real", "recover"}

// reservedNames reports names that mean something else to the generated file because its
// package declares them anew.
func reservedNames(r *load.Result, pkg *topo.Package, diags *diag.List) {
	for _, name := range pkg.Types.Scope().Names() {
		if types.Universe.Lookup(name) == nil || slices.Contains(unused, name) {
			continue
		}
		pos := pkg.Types.Scope().Lookup(name).Pos()
		at := spanOf(r.Fset, pos, pos+token.Pos(len(name)))
		diags.Report(diag.Redeclared, at, "package %s declares %s, which generated code needs with its predeclared meaning", pkg.Name, name).
			Note(diag.Span{}, "rename it, or move the topology to a package of its own")
	}
}
