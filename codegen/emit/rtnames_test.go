package emit

import (
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// source imports packages of the module by type-checking them.
func source(t *testing.T) types.Importer {
	t.Helper()
	return importer.ForCompiler(token.NewFileSet(), "source", nil)
}

func split(t *testing.T, marked string) (path, name string) {
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
		path, name := split(t, marked)
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

// TestLenientCheckGivesTheSameBytes specialises each kernel twice: as generation does, with
// empty packages for the imports, and with the real ones.
func TestLenientCheckGivesTheSameBytes(t *testing.T) {
	lenient, err := kernels(emptyImporter{})
	if err != nil {
		t.Fatal(err)
	}
	strict, err := kernels(source(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(lenient) != 6 {
		t.Errorf("%d kernels", len(lenient))
	}
	for name := range lenient {
		for _, every := range []bool{false, true} {
			in := instance{template: name, name: "orders", doc: "is a kernel.",
				types:    map[string]string{"K": "string", "V": "⟦time⟧.Time", "A": "[]end"},
				calls:    map[string]string{"Init": "zero", "Add": "c.task.app.add", "Emit": "c.task.emit", "DecodeKey": "decode"},
				consts:   map[string]constant.Value{"EmitEvery": constant.MakeBool(every), "Size": constant.MakeInt64(5), "Advance": constant.MakeInt64(2), "Grace": constant.MakeInt64(0)},
				constant: map[string]string{"Size": "size", "Advance": "advance", "Grace": "grace"}, cut: map[string]bool{},
				rename: func(local string) string {
					if local == "end" {
						return "end2"
					}
					return local
				}}
			a, b := lenient[name].specialize(in), strict[name].specialize(in)
			if a != b {
				t.Errorf("%s differs:\n%s\n---\n%s", name, a, b)
			}
			for _, left := range []string{"EmitEvery", ".Emit(", ".Add(", "[A]", " A,", "[K"} {
				if strings.Contains(a, left) {
					t.Errorf("%s still has %q:\n%s", name, left, a)
				}
			}
		}
	}
}
