package codegen_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/internal/golden"
)

// variant is one rewritten package.
type variant struct {
	name string // folder
	of   *original
	text map[string]string
	made []rewrite
}

const rewrittenModule = "example.com/rewritten"

var offline = []string{"GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off", "GOOS=", "GOARCH="}

// newModule makes an empty module on top of this one.
func newModule(t *testing.T, root string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	const streamgen = "github.com/streamgen/streamgen"
	write(t, filepath.Join(dir, "go.mod"), strings.Replace(string(mod), "module "+streamgen, "module "+rewrittenModule, 1)+
		fmt.Sprintf("\nrequire %s v0.0.0\n\nreplace %s => %s\n", streamgen, streamgen, root))
	write(t, filepath.Join(dir, "go.sum"), string(sum))
	return dir
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// difference is what the compiled program reports.
type difference struct {
	Variant, Topology, Mode, History, Want, Got string
	Lines                                       int // of the originals' logs, in the last one only
}

// judge generates, compiles and runs variants beside their originals in one program, and
// returns what is wrong with each, and how many lines of output were compared.
func judge(t *testing.T, root string, variants []*variant) (wrong map[string]string, lines int) {
	t.Helper()
	dir := newModule(t, root)
	wrong = map[string]string{}
	put := func(name string, text map[string]string) {
		for base, src := range text {
			write(t, filepath.Join(dir, name, base), src)
		}
	}
	for _, v := range variants {
		if v.of.path == "" {
			put(v.of.name, v.of.text)
		}
		put(v.name, v.text)
	}
	res, err := codegen.Generate(context.Background(), codegen.Options{Dir: dir, Patterns: []string{"./..."}, Env: append(os.Environ(), offline...)})
	if err != nil {
		t.Fatalf("the compiler failed in %s: %v", dir, err)
	}
	for _, d := range res.Diagnostics {
		if d.Severity == diag.Error {
			name := filepath.Base(filepath.Dir(d.Span.Start.Filename))
			wrong[name] += d.Text(dir, nil)
		}
	}
	for _, f := range res.Files {
		write(t, f.Path, string(f.Content))
	}
	histories := map[string][]history{}
	for _, v := range variants {
		for _, top := range v.of.tops {
			histories[v.of.name+"."+top.name] = top.histories
		}
	}
	b, err := json.Marshal(histories)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "main", "main.go"), runner)
	write(t, filepath.Join(dir, "histories.json"), string(b))
	for {
		write(t, filepath.Join(dir, "main", "pairs.go"), pairs(variants, wrong))
		// Each package is run for milliseconds: optimising it would take longer.
		out, err := goCommand(dir, "build", "-gcflags="+rewrittenModule+"/...=-N -l", "-ldflags=-s -w", "-o", "run", "./main")
		if err == nil {
			break
		}
		found := false
		for _, m := range regexp.MustCompile(`(?m)^# `+rewrittenModule+`/(\w+)\n((?:[^#].*\n)+)`).FindAllStringSubmatch(out, -1) {
			if wrong[m[1]] == "" && m[1] != "main" {
				wrong[m[1]], found = "the output does not compile:\n"+m[2], true
			}
		}
		if !found {
			t.Fatalf("go build: %v\n%s", err, out)
		}
	}
	cmd := exec.Command(filepath.Join(dir, "run"), "histories.json")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the compiled program: %v\n%s", err, stderr.String())
	}
	var found []difference
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		lines += d.Lines
		if d.Variant != "" {
			wrong[d.Variant] += fmt.Sprintf("topology %s, %s, history %s: original (-) and rewritten (+):\n%s", d.Topology, d.Mode, d.History, golden.Diff(d.Want, d.Got))
		}
	}
	return wrong, lines
}

func goCommand(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), offline...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// pairs is the source file that lists what to compare.
func pairs(variants []*variant, wrong map[string]string) string {
	var b, list strings.Builder
	b.WriteString("package main\n\nimport (\n")
	seen := map[string]bool{}
	for _, v := range variants {
		if wrong[v.name] != "" || wrong[v.of.name] != "" {
			continue
		}
		if path := cmp.Or(v.of.path, rewrittenModule+"/"+v.of.name); !seen[path] {
			fmt.Fprintf(&b, "\t%s %q\n", v.of.name, path)
			seen[path] = true
		}
		fmt.Fprintf(&b, "\t%s %q\n", v.name, rewrittenModule+"/"+v.name)
		for _, top := range v.of.tops {
			fmt.Fprintf(&list, "\t{%q, %q, %q, generated(%s.New%s), generated(%s.New%s), interpreted(%s.%s)},\n", v.name, top.name, v.of.name+"."+top.name,
				v.of.name, top.name, v.name, top.name, v.name, top.name)
		}
	}
	return b.String() + ")\n\nvar pairs = []pair{\n" + list.String() + "}\n"
}
