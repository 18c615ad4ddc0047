package load_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/load"
)

// TestNothingToLoad wants the reason in the error when the patterns give no package.
func TestNothingToLoad(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want string
		files      map[string]string
	}{
		{"no module", "no go.mod", map[string]string{"topology.go": "package app\n"}},
		{"tests only", "test files are not read", map[string]string{"go.mod": "module example.com/app\n\ngo 1.27\n", "topology_test.go": "package app\n"}},
		{"empty", "no", map[string]string{"go.mod": "module example.com/app\n\ngo 1.27\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range c.files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			_, err := load.Load(context.Background(), load.Options{Dir: dir}, func(*load.Result) []string { return nil })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v; it should say %q", err, c.want)
			}
		})
	}
}

// TestWhatStandsBetweenTwoRootsIsSource: a root imports a package that imports another root; an object of the latter is
// the same by both ways. A package imported twice by different roots is one package as well.
func TestWhatStandsBetweenTwoRootsIsSource(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                  "module example.com/app\n\ngo 1.27\n",
		"low/low.go":              "package low\n\nimport \"time\"\n\ntype Order struct{ At time.Duration }\n",
		"mid/mid.go":              "package mid\n\nimport \"example.com/app/low\"\n\nfunc Make() low.Order { return low.Order{} }\n",
		"top/top.go":              "package top\n\nimport (\n\t\"time\"\n\n\t\"example.com/app/low\"\n\t\"example.com/app/mid\"\n)\n\nvar O low.Order = mid.Make()\nvar D time.Duration = O.At\n",
		"top/x" + "_streamgen.go": "package top\n\nimport \"example.com/app/none\"\n\nvar _ = none.Here(\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := load.Load(context.Background(), load.Options{Dir: dir, Patterns: []string{"./low", "./top"}}, func(*load.Result) []string { return nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Errorf("%s: %s", r.Fset.Position(p.Pos), p.Message)
	}
	if len(r.Roots) != 2 || r.Roots[0].Path != "example.com/app/low" || r.Roots[1].Path != "example.com/app/top" {
		t.Fatalf("roots %v", r.Roots)
	}
	order := r.Roots[0].Types.Scope().Lookup("Order").Type()
	if got := r.Roots[1].Types.Scope().Lookup("O").Type(); got != order {
		t.Errorf("O has the type %v of another load", got)
	}
}
