package codegen_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen"
	"github.com/streamgen/streamgen/codegen/build"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/golden"
)

// corpus is every folder with topologies of this module.
var corpus = []string{"./generated_test/...", "./examples/...", "./codegen/testdata/topologies/broad", "./codegen/testdata/topologies/delays"}

// TestCorpusGraphEqualsRecorded compares the graph read from source with the one that
// running the topology function records, line by line. The functions are run by one program
// that exists in an overlay only, as do applications that can be imported.
func TestCorpusGraphEqualsRecorded(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	programs := readCorpus(t, root)
	overlay := map[string]string{}
	for _, p := range programs {
		if p.Name == "main" {
			makeImportable(t, p, overlay)
		} else if path := filepath.Join(p.Dir, p.Output); exists(path) {
			overlay[path] = "" // what is committed there may be stale; recording does not need it
		}
	}
	overlay[filepath.Join(root, "codegen/testdata/probe/main.go")] = probe(programs)
	cmd := exec.Command("go", "run", "-overlay", writeOverlay(t, overlay), "./codegen/testdata/probe")
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	compare(t, programs, string(out))
}

func readCorpus(t *testing.T, root string) []*topo.Program {
	t.Helper()
	r, err := load.Load(context.Background(), load.Options{Dir: root, Patterns: corpus}, build.Helpers)
	if err != nil {
		t.Fatal(err)
	}
	var out []*topo.Program
	for _, pkg := range r.Roots {
		var diags diag.List
		p := build.Program(r, pkg, &diags)
		for _, d := range diags.Sorted() {
			if d.Severity == diag.Error {
				t.Error(d.Text(root, nil))
			}
		}
		if len(p.Topologies) > 0 {
			out = append(out, p)
		}
	}
	if len(out) < 3 {
		t.Fatalf("the corpus has %d packages with topologies", len(out))
	}
	return out
}

// makeImportable calls an application's package something other than main, and gives it the
// generated file that it calls into.
func makeImportable(t *testing.T, p *topo.Program, overlay map[string]string) {
	t.Helper()
	for _, file := range p.Files {
		pos := p.Fset.Position(file.Name.Pos())
		src := string(p.Source[pos.Filename])
		overlay[pos.Filename] = src[:pos.Offset] + "application" + src[pos.Offset+len("main"):]
	}
	tests, err := filepath.Glob(filepath.Join(p.Dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range tests {
		overlay[path] = "" // its package clause says main
	}
	res, err := codegen.Generate(context.Background(), codegen.Options{Dir: p.Dir})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range res.Files {
		overlay[f.Path] = strings.Replace(string(f.Content), "package main\n", "package application\n", 1)
	}
}

// probe is a program that records topologies and prints them. Parameters get values that
// are not zero, because a window size may come from them.
func probe(programs []*topo.Program) string {
	var b, calls strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"fmt\"\n\t\"reflect\"\n\n\t\"github.com/streamgen/streamgen/dsl\"\n")
	for i, p := range programs {
		fmt.Fprintf(&b, "\tp%d %q\n", i, p.Path)
		for _, top := range p.Topologies {
			fmt.Fprintf(&calls, "\trecord(%q, p%d.%s)\n", p.Path+"."+top.Name, i, top.Name)
		}
	}
	return b.String() + ")\n\nfunc main() {\n" + calls.String() + `}

func record(name string, topology any) {
	f := reflect.ValueOf(topology)
	g, err := dsl.Record(func(b *dsl.Builder) {
		args := []reflect.Value{reflect.ValueOf(b)}
		for i := 1; i < f.Type().NumIn(); i++ {
			v := reflect.New(f.Type().In(i)).Elem()
			fill(v)
			args = append(args, v)
		}
		f.Call(args)
	})
	if err != nil {
		fmt.Printf("topology %s\nerror: %v\n", name, err)
		return
	}
	fmt.Printf("topology %s\n%s", name, g)
	fmt.Printf("structure %s\n%s", name, g.Structure())
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32:
		v.SetInt(7)
	case reflect.Int64:
		v.SetInt(3600e9)
	case reflect.String:
		v.SetString("text")
	case reflect.Func:
		v.Set(reflect.MakeFunc(v.Type(), func([]reflect.Value) []reflect.Value {
			var out []reflect.Value
			for i := range v.Type().NumOut() {
				out = append(out, reflect.Zero(v.Type().Out(i)))
			}
			return out
		}))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range 3 {
			fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i))
			}
		}
	}
}
`
}

func compare(t *testing.T, programs []*topo.Program, out string) {
	t.Helper()
	for _, p := range programs {
		for _, top := range p.Topologies {
			name := p.Path + "." + top.Name
			got, kind := top.Graph.String(), "topology"
			if dynamic(top) {
				got, kind = top.Graph.Structure(), "structure"
			}
			want := section(out, kind+" "+name)
			if want == "" {
				t.Errorf("%s was not recorded: %s", name, section(out, "topology "+name))
				continue
			}
			if got != want {
				t.Errorf("%s: recorded (-) and compiled (+) graphs differ:\n%s", name, golden.Diff(want, got))
			}
		}
	}
}

// dynamic says that option values of a topology are known at run time only.
func dynamic(top *topo.Topology) bool {
	for _, n := range top.Nodes {
		if n.Topic != nil || n.DeadLetter != nil || n.Window != nil && !n.Window.Const || n.Within != nil && !n.Within.Const {
			return true
		}
	}
	return slices.ContainsFunc(top.Stores, func(s *topo.Store) bool { return s.Window != nil && !s.Window.Const })
}

func section(out, title string) string {
	_, rest, ok := strings.Cut(out, title+"\n")
	if !ok {
		return ""
	}
	for _, end := range []string{"topology ", "structure "} {
		if i := strings.Index(rest, "\n"+end); i >= 0 {
			rest = rest[:i+1]
		}
	}
	return rest
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// writeOverlay writes an overlay for the go command: virtual path to content.
func writeOverlay(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	replace := map[string]string{}
	for i, path := range sortedKeys(files) {
		if files[path] == "" { // deleted
			replace[path] = ""
			continue
		}
		real := filepath.Join(dir, fmt.Sprintf("%d.go", i))
		if err := os.WriteFile(real, []byte(files[path]), 0o644); err != nil {
			t.Fatal(err)
		}
		replace[path] = real
	}
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func sortedKeys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
