package emit

import (
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// source imports packages of the module by type-checking them.
func source(t *testing.T) types.Importer {
	t.Helper()
	return importer.ForCompiler(token.NewFileSet(), "source", nil)
}

func cutMark(t *testing.T, marked string) (path, name string) {
	t.Helper()
	path, name, ok := strings.Cut(strings.TrimPrefix(marked, "⟦"), "⟧.")
	if !ok {
		t.Fatalf("%s is not a marked name", marked)
	}
	return path, name
}

func TestRuntimeHasEveryNameThatIsMentioned(t *testing.T) {
	if testing.Short() {
		t.Skip("type-checks the runtime")
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "rtnames.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{}).Check("emit", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	imp := source(t)
	lookup := func(marked string) types.Object {
		path, name := cutMark(t, marked)
		p, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		return p.Scope().Lookup(name)
	}
	for _, name := range pkg.Scope().Names() {
		c, ok := pkg.Scope().Lookup(name).(*types.Const)
		if !ok || strings.HasSuffix(name, "Pkg") {
			continue
		}
		if text := constant.StringVal(c.Val()); lookup(text) == nil {
			t.Errorf("%s does not exist", text)
		}
	}
	for typ, fields := range runtimeFields {
		obj := lookup(typ)
		if obj == nil {
			continue // reported above
		}
		for _, field := range fields {
			if found, _, _ := types.LookupFieldOrMethod(types.NewPointer(obj.Type()), true, obj.Pkg(), field); found == nil {
				t.Errorf("%s has no %s", typ, field)
			}
		}
	}
}

func TestPredeclaredNamesAreThoseOfGo(t *testing.T) {
	if want := types.Universe.Names(); !slices.Equal(predeclared, want) {
		t.Errorf("predeclared is %v, want %v", predeclared, want)
	}
}
