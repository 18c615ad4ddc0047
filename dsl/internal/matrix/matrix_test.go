package matrix

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// cycles are methods that must not be in the DSL.
var cycles = map[string]string{
	"windowed key":        "func (t WindowTable[K, V]) Keyed() (out Stream[Windowed[K], V]) { return }",
	"list of values":      "func (s Stream[K, V]) Collect() (out Stream[K, []V]) { return }",
	"pair of values":      "func (s Stream[K, V]) Pair[U any](other Stream[K, U]) (out Stream[K, KV[V, U]]) { return }",
	"optional value":      "func (s Stream[K, V]) Optional() (out Stream[K, Opt[V]]) { return }",
	"through a group":     "func (g Grouped[K, V]) Windows() (out Table[Windowed[K], V]) { return }",
	"growth in a body":    "func (t Table[K, V]) Changes() { _ = Stream[K, KV[V, V]]{} }",
	"through a branch":    "func (b Branches[K, V]) Numbered() (out Stream[K, KV[int, V]]) { return }",
	"cogroup over tables": "func (c Cogrouped[K, A]) Nested() (out Cogrouped[K, Table[K, A]]) { return }",
}

// check type-checks the package with one more declaration.
func check(t *testing.T, extra string) error {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for name, src := range sources(t) {
		f, err := parser.ParseFile(fset, name, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	f, err := parser.ParseFile(fset, "extra.go", "package matrix\n"+extra, 0)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil), GoVersion: "go1.27"}
	_, err = conf.Check("matrix", fset, append(files, f), nil)
	return err
}

func sources(t *testing.T) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") {
			continue
		}
		if out[n], err = os.ReadFile(n); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestMatrixHasNoCycle says that the planned DSL compiles and that the same check refuses
// each of the cycles.
func TestMatrixHasNoCycle(t *testing.T) {
	if err := check(t, ""); err != nil {
		t.Fatal(err)
	}
	for name, method := range cycles {
		t.Run(name, func(t *testing.T) {
			if err := check(t, method); err == nil || !strings.Contains(err.Error(), "instantiation cycle") {
				t.Errorf("%s\ncompiles (error %v)", method, err)
			}
		})
	}
}

// TestCompilerRefusesACycle asks the compiler itself, once.
func TestCompilerRefusesACycle(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build := func() (string, error) {
		cmd := exec.Command("go", "build", "./...")
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	write("go.mod", "module matrix\n\ngo 1.27\n")
	for name, src := range sources(t) {
		write(name, string(src))
	}
	if out, err := build(); err != nil {
		t.Fatalf("the matrix does not compile: %v\n%s", err, out)
	}
	write("extra.go", "package matrix\n\n"+cycles["windowed key"]+"\n")
	if out, err := build(); err == nil || !strings.Contains(out, "instantiation cycle") {
		t.Errorf("the compiler accepts a cycle (error %v):\n%s", err, out)
	}
}

// methods lists "Type.Method" of the exported methods in Go files.
func methods(t *testing.T, pattern string) map[string]bool {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatal(pattern, err)
	}
	out := map[string]bool{}
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), n, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || !fn.Name.IsExported() {
				continue
			}
			recv := fn.Recv.List[0].Type
			for {
				switch r := recv.(type) {
				case *ast.StarExpr:
					recv = r.X
					continue
				case *ast.IndexExpr:
					recv = r.X
					continue
				case *ast.IndexListExpr:
					recv = r.X
					continue
				case *ast.Ident:
					out[r.Name+"."+fn.Name.Name] = true
				}
				break
			}
		}
	}
	return out
}

// TestMatrixHoldsTheDSL says that what the dsl package has by now was tried here.
func TestMatrixHoldsTheDSL(t *testing.T) {
	planned := methods(t, "*.go")
	for m := range methods(t, "../../*.go") {
		if !planned[m] {
			t.Errorf("dsl has %s, which is not in the matrix; add it here first", m)
		}
	}
}
