package build_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/build"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/pin"
	"github.com/streamgen/streamgen/codegen/plan/lock"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/golden"
	"golang.org/x/tools/txtar"
)

const errorsDir = "../testdata/errors"

// TestErrors compiles every failing example, compares what is printed, applies the fix and
// compiles again: then nothing may be left to report. An example whose fix cannot be an
// edit shows the fixed sources under fixed/.
func TestErrors(t *testing.T) {
	t.Parallel()
	cases := examples(t, errorsDir)
	broken := compileAll(t, cases, func(c *example) map[string]string { return c.files })
	for _, c := range cases {
		got := broken[c.name]
		want := string(c.archive["want"])
		if golden.Update() {
			c.write(t, got.text)
		} else if want != got.text {
			t.Errorf("%s: %s", c.name, golden.Diff(want, got.text))
		}
		if !strings.Contains(got.text, c.code()+":") {
			t.Errorf("%s does not report %s:\n%s", c.name, c.code(), got.text)
		}
		c.fixed = c.fix(t, got.diags)
	}
	fixed := compileAll(t, cases, func(c *example) map[string]string { return c.fixed })
	for _, c := range cases {
		if text := fixed[c.name].text; text != "" {
			t.Errorf("%s: the fixed example still reports:\n%s\n%s", c.name, text, c.fixed["topology.go"])
		}
	}
}

// TestAccepted compiles what was once refused or misread, and compares the graph.
func TestAccepted(t *testing.T) {
	t.Parallel()
	cases := examples(t, "../testdata/accepted")
	results := compileAll(t, cases, func(c *example) map[string]string { return c.files })
	for _, c := range cases {
		got := results[c.name]
		if got.text != "" {
			t.Errorf("%s reports:\n%s", c.name, got.text)
		}
		if golden.Update() {
			c.write(t, got.graph)
		} else if want := string(c.archive["want"]); want != got.graph {
			t.Errorf("%s: %s", c.name, golden.Diff(want, got.graph))
		}
	}
}

// TestEveryCodeHasAnExample keeps table, corpus and documentation together.
func TestEveryCodeHasAnExample(t *testing.T) {
	docs, err := os.ReadFile("../../docs/DIAGNOSTICS.md")
	if err != nil {
		t.Fatal(err)
	}
	for code, info := range diag.Codes {
		files, _ := filepath.Glob(filepath.Join(errorsDir, string(code)+"_*.txtar"))
		if len(files) == 0 {
			t.Errorf("%s (%s) has no example in codegen/testdata/errors", code, info.Title)
		}
		if !strings.Contains(string(docs), fmt.Sprintf("## %s: %s\n", code, info.Title)) {
			t.Errorf("docs/DIAGNOSTICS.md has no section \"## %s: %s\"", code, info.Title)
		}
	}
}

type example struct {
	name, path string
	files      map[string]string // without the fixed ones
	archive    map[string]string
	fixed      map[string]string
}

func (c *example) code() string { return strings.SplitN(c.name, "_", 2)[0] }

// folder is the package of the example.
func (c *example) folder() string { return strings.ToLower(c.name) }

func examples(t *testing.T, dir string) []*example {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no examples: ", err)
	}
	var out []*example
	for _, path := range paths {
		ar, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := &example{name: strings.TrimSuffix(filepath.Base(path), ".txtar"), path: path, files: map[string]string{}, archive: map[string]string{}}
		for _, f := range ar.Files {
			c.archive[f.Name] = string(f.Data)
			if (strings.HasSuffix(f.Name, ".go") || f.Name == lock.Name) && !strings.HasPrefix(f.Name, "fixed/") {
				c.files[f.Name] = string(f.Data)
			}
		}
		out = append(out, c)
	}
	return out
}

// write puts the printed text into the archive.
func (c *example) write(t *testing.T, text string) {
	t.Helper()
	ar, err := txtar.ParseFile(c.path)
	if err != nil {
		t.Fatal(err)
	}
	files := ar.Files[:0]
	for _, f := range ar.Files {
		if f.Name != "want" {
			files = append(files, f)
		}
	}
	ar.Files = append(files, txtar.File{Name: "want", Data: []byte(text)})
	if err := os.WriteFile(c.path, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fix applies the printed fixes, or takes the sources that the example shows as fixed.
func (c *example) fix(t *testing.T, diags []diag.Diagnostic) map[string]string {
	out := map[string]string{}
	for name, src := range c.files {
		out[name] = src
		if fixed, ok := c.archive["fixed/"+name]; ok {
			out[name] = fixed
		}
	}
	if _, ok := c.archive["fixed/topology.go"]; ok {
		return out
	}
	edits := map[string][]diag.Edit{}
	for _, d := range diags {
		if d.Fix == nil {
			t.Errorf("%s: %s has no fix to apply, and the example shows no fixed/topology.go", c.name, d.Code)
			continue
		}
		for _, e := range d.Fix.Edits {
			edits[filepath.Base(e.File)] = append(edits[filepath.Base(e.File)], e)
		}
	}
	for name, list := range edits {
		src, skipped, err := diag.Apply([]byte(out[name]), list)
		if err != nil || skipped > 0 {
			t.Errorf("%s: %v, %d edits overlap", c.name, err, skipped)
		}
		out[name] = string(src)
	}
	return out
}

type compiled struct {
	text  string // of the diagnostics
	graph string // of the topologies without errors
	diags []diag.Diagnostic
}

// compileAll puts every example into a package of one temporary module and loads them at
// once.
func compileAll(t *testing.T, cases []*example, files func(*example) map[string]string) map[string]compiled {
	t.Helper()
	dir := module(t, "example.com/errors")
	for _, c := range cases {
		for name, src := range files(c) {
			// The import path of an example's own packages follows its folder.
			src = strings.ReplaceAll(src, "example.com/errors/"+strings.ToLower(c.code())+"/", "example.com/errors/"+c.folder()+"/")
			writeFile(t, filepath.Join(dir, c.folder(), name), src)
		}
	}
	r, err := load.Load(context.Background(), load.Options{Dir: dir, Patterns: []string{"./..."}}, build.Helpers)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]compiled{}
	for _, c := range cases {
		var diags diag.List
		pkg := r.Packages["example.com/errors/"+c.folder()]
		if pkg == nil {
			t.Fatalf("%s was not loaded", c.name)
		}
		p := build.Program(r, pkg, &diags)
		if p.Marked == 0 && diags.Len() == 0 {
			one := *r
			one.Roots = one.Roots[:0:0]
			one.Roots = append(one.Roots, pkg)
			build.ReportNone(&one, &diags)
		}
		checkLock(t, filepath.Join(dir, c.folder(), lock.Name), p, &diags)
		source := func(file string) []byte {
			b, _ := os.ReadFile(file)
			return b
		}
		var text strings.Builder
		for _, d := range diags.Sorted() {
			text.WriteString(d.Text(filepath.Join(dir, c.folder()), source))
		}
		// Outside of the code that was visited, type errors show that a fix does not compile.
		for _, p := range r.Problems {
			pos := r.Fset.Position(p.Pos)
			if filepath.Dir(pos.Filename) == pkg.Dir && !strings.Contains(text.String(), p.Message) {
				fmt.Fprintf(&text, "%s: does not compile: %s\n", filepath.Base(pos.Filename), p.Message)
			}
		}
		var graph strings.Builder
		for _, top := range p.Topologies {
			graph.WriteString(top.Graph.String())
		}
		out[c.name] = compiled{text.String(), graph.String(), diags.Sorted()}
	}
	return out
}

// checkLock compares with the example's lock file, where it has one.
func checkLock(t *testing.T, path string, p *topo.Program, diags *diag.List) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil || diags.Errors() > 0 {
		return
	}
	now, err := pin.Of(p)
	if err != nil {
		t.Fatal(err)
	}
	if old := pin.Read(path, text, diags); old != nil {
		pin.Check(p, path, old, now, diags)
		now.Subjects = old.Subjects
		pin.CheckPinned(path, now, diags)
	}
}

// module makes a temporary module that requires this one from the checkout.
func module(t *testing.T, path string) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "go.mod"), fmt.Sprintf(
		"module %s\n\ngo 1.27\n\nrequire github.com/streamgen/streamgen v0.0.0\n\nreplace github.com/streamgen/streamgen => %s\n", path, root))
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "go.sum"), string(sum))
	return dir
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
