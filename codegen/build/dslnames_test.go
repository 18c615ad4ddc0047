package build

import (
	"context"
	"go/types"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/load"
)

// TestNamesExist looks up every name that the compiler knows in the real packages, and
// every method of a followed type of dsl in the compiler's table.
func TestNamesExist(t *testing.T) {
	r, err := load.Load(context.Background(), load.Options{Dir: "../..", Patterns: []string{"./dsl", "./runtime/serde", "./runtime/window", "./runtime/processor"}},
		func(*load.Result) []string { return nil })
	if err != nil {
		t.Fatal(err)
	}
	scope := func(path string) *types.Scope {
		p := r.Packages[path]
		if p == nil {
			t.Fatalf("%s was not loaded", path)
		}
		return p.Types.Scope()
	}
	for path, names := range followed {
		for name := range names {
			if scope(path).Lookup(name) == nil {
				t.Errorf("%s has no type %s", path, name)
			}
		}
	}
	for name := range codecTypes {
		if scope(serdePath).Lookup(name) == nil {
			t.Errorf("serde has no type %s", name)
		}
	}
	for name := range optionFuncs {
		if _, ok := scope(dslPath).Lookup(name).(*types.Func); !ok {
			t.Errorf("dsl has no function %s", name)
		}
	}
	for _, name := range []string{"Tumbling", "TimeWindowed", "WindowedKey", "Int64"} {
		if _, ok := scope(dslPath).Lookup(name).(*types.Func); !ok {
			t.Errorf("dsl has no function %s", name)
		}
	}
	for op := range operators {
		typ, method, _ := strings.Cut(op, ".")
		obj := scope(dslPath).Lookup(typ)
		if obj == nil {
			t.Errorf("dsl has no type %s", typ)
			continue
		}
		if m, _, _ := types.LookupFieldOrMethod(obj.Type(), true, obj.Pkg(), method); m == nil {
			t.Errorf("dsl has no method %s", op)
		}
	}
	for typ := range followed[dslPath] {
		named := scope(dslPath).Lookup(typ).Type().(*types.Named)
		for m := range named.Methods() {
			if m.Exported() && operators[typ+"."+m.Name()] == nil {
				t.Errorf("the compiler does not know %s.%s", typ, m.Name())
			}
		}
	}
}
