package templates

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
	"testing"
)

// TestKernelsKeepTheRulesOfSpecialisation reads the embedded source; each failure says what
// the specialiser (codegen/emit) could not do with it.
func TestKernelsKeepTheRulesOfSpecialisation(t *testing.T) {
	files, err := fs.Glob(Source, "*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no kernels embedded", err)
	}
	for _, name := range files {
		src, err := fs.ReadFile(Source, name)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, src, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range f.Imports {
			path := strings.Trim(imp.Path.Value, `"`)
			if strings.Contains(path, ".") && !strings.HasPrefix(path, "github.com/streamgen/streamgen/runtime/") {
				t.Errorf("%s imports %s: generated code may link the runtime and the standard library only", name, path)
			}
			if imp.Name != nil {
				t.Errorf("%s renames import %s: the generated file chooses the names of imports", name, path)
			}
		}
		funcs := map[string]bool{}
		types := 0
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.InterfaceType:
				t.Errorf("%s: an interface is declared at %s: calls through it stay indirect when specialised", name, fset.Position(n.Pos()))
			case *ast.TypeSpec:
				types++
				s, ok := n.Type.(*ast.StructType)
				if !ok || n.TypeParams == nil {
					t.Errorf("%s: type %s is not a generic struct: only those are specialised", name, n.Name)
					return true
				}
				for _, field := range s.Fields.List {
					if _, ok := field.Type.(*ast.FuncType); ok {
						if len(field.Names) != 1 {
							t.Errorf("%s: function fields %v share a declaration: each is cut on its own", name, field.Names)
						}
						funcs[field.Names[0].Name] = true
					}
				}
			}
			return true
		})
		if types != 1 {
			t.Errorf("%s declares %d types: one kernel, one file", name, types)
		}
		called := map[*ast.SelectorExpr]bool{}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && (id.Name == "max" || id.Name == "min" || id.Name == "clear") {
					t.Errorf("%s calls %s at %s: a user's package may have a function of that name", name, id.Name, fset.Position(n.Pos()))
				}
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok {
					called[sel] = true
				}
			case *ast.SelectorExpr:
				if funcs[n.Sel.Name] && !called[n] {
					t.Errorf("%s: function field %s is used as a value at %s: it becomes a direct call and must only be called",
						name, n.Sel.Name, fset.Position(n.Pos()))
				}
			}
			return true
		})
	}
}
