package gentest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/streamgen/streamgen/"

// enginePackages are the packages of the module that generated code runs through per record.
var enginePackages = []string{"gen", "state", "processor", "serde", "serde/jsonscan", "window", "fault"}

// coldPaths are the functions below a task's Process that may call indirectly, and why. Names are
// without module path and type arguments. Everything else is static calls.
var coldPaths = map[string]string{
	"runtime/state.(*Cache[]).load":                 "a miss: the backend is behind an interface",
	"runtime/state.(*View[]).capture":               "a range read by a processor: dirty rows in key order, merged with the backend's",
	"runtime/processor.(*keyEncoder[]).encodeOther": "codecs of store handles other than the built-in ones",
	"runtime/state.(*Sessions[]).learn":             "the first record of a key: its sessions are read from the backend",
	"runtime/gen.(*TaskEnv).Failed":                 "a failed record",
	"runtime/gen.(*Sink).open":                      "a topic that no record of the task has chosen before",
	"runtime/gen.(*Sink).full":                      "a hand-over to the producer, once per 16,384 records or MiB of a run",
}

// function is one function of the archives.
type function struct {
	file     string
	calls    []string
	indirect []string // source lines
}

// TestNoIndirectCallPerRecord walks the compiled archives from the Process method of every
// generated task through the functions of the module and fails on an indirect call (a method
// of an interface, a function value, a generic dictionary) outside coldPaths, for both
// architectures. Functions in files of the user are the user's own business: they are walked
// through, not judged.
func TestNoIndirectCallPerRecord(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the corpus for two architectures")
	}
	packages := generatedPackages(t)
	for _, arch := range []string{"amd64", "arm64"} {
		t.Run(arch, func(t *testing.T) {
			t.Parallel()
			functions := map[string]*function{}
			for pkg, archive := range archives(t, arch, append(engine(), packages...)) {
				disassemble(t, arch, pkg, archive, functions)
			}
			used := walk(t, functions)
			for name := range coldPaths {
				if !used[name] {
					t.Errorf("%s is allowed to call indirectly, but no task reaches it: take it off the list", name)
				}
			}
		})
	}
}

func engine() (out []string) {
	for _, p := range enginePackages {
		out = append(out, module+"runtime/"+p)
	}
	return out
}

// generatedPackages are the packages of corpus and examples that have generated code.
func generatedPackages(t *testing.T) (out []string) {
	t.Helper()
	for _, pattern := range []string{"generated_test/*", "examples/*"} {
		files, err := foldersWithOutput(pattern)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, files...)
	}
	if len(out) == 0 {
		t.Fatal("no generated code found; run go generate ./generated_test/...")
	}
	return out
}

func foldersWithOutput(pattern string) (out []string, err error) {
	dirs, err := os.ReadDir("../" + path.Dir(pattern))
	if err != nil {
		return nil, err
	}
	for _, d := range dirs {
		dir := path.Dir(pattern) + "/" + d.Name()
		files, err := os.ReadDir("../" + dir)
		if err != nil {
			continue // not a folder
		}
		for _, f := range files {
			if strings.HasSuffix(f.Name(), "_streamgen.go") {
				out = append(out, module+dir)
			}
		}
	}
	return out, nil
}

// archives compiles packages and returns their archives in the build cache by import path.
func archives(t *testing.T, arch string, packages []string) map[string]string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-export", "-overlay", withoutMains(t), "-f", "{{.ImportPath}} {{.Export}}"}, packages...)...)
	cmd.Env = append(os.Environ(), "GOARCH="+arch, "GOOS=linux", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	byPath := map[string]string{}
	for line := range strings.Lines(string(out)) {
		pkg, archive, _ := strings.Cut(strings.TrimSpace(line), " ")
		byPath[pkg] = archive
	}
	return byPath
}

// withoutMains writes an overlay that empties the main functions of the examples: they pull
// in the whole runtime, which would then be compiled for another architecture for nothing.
func withoutMains(t *testing.T) (overlay string) {
	t.Helper()
	dir := t.TempDir()
	stub := filepath.Join(dir, "main.go")
	mains, err := filepath.Glob("../examples/*/main.go")
	if err != nil || len(mains) == 0 {
		t.Fatalf("the examples have no main.go: %v", err)
	}
	replace := map[string]string{}
	for _, m := range mains {
		abs, err := filepath.Abs(m)
		if err != nil {
			t.Fatal(err)
		}
		replace[abs] = stub
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay = filepath.Join(dir, "overlay.json")
	for name, content := range map[string]string{stub: "package main\n\nfunc main() {}\n", overlay: string(text)} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return overlay
}

// disassemble reads the functions of an archive with their relocations: R_CALL (and
// R_CALLARM64) name what is called, R_CALLIND does not. Commands are known by their
// import path, not as main.
func disassemble(t *testing.T, arch, pkg, archive string, into map[string]*function) {
	t.Helper()
	cmd := exec.Command("go", "tool", "objdump", archive)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var f *function
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if name, ok := strings.CutPrefix(line, "TEXT "); ok {
			i := strings.LastIndex(name, "(SB) ")
			if i < 0 {
				f = nil
				continue
			}
			f = &function{file: name[i+5:]}
			into[unmain(pkg, name[:i])] = f
			continue
		}
		if f == nil {
			continue
		}
		if strings.Contains(line, "R_CALLIND") {
			f.indirect = append(f.indirect, strings.Fields(line)[0])
			continue
		}
		if i := strings.Index(line, "R_CALL"); i >= 0 {
			_, target, _ := strings.Cut(line[i:], ":")
			target, _, _ = strings.Cut(target, "\t")
			target = strings.TrimSuffix(strings.TrimSpace(target), "<1>")
			f.calls = append(f.calls, unmain(pkg, target))
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("objdump of %s for %s: %v", archive, arch, err)
	}
}

func unmain(pkg, name string) string {
	if rest, ok := strings.CutPrefix(name, "main."); ok {
		return pkg + "." + rest
	}
	return name
}

// walk follows calls from the tasks' Process methods and returns the cold paths it met.
func walk(t *testing.T, functions map[string]*function) map[string]bool {
	t.Helper()
	used := map[string]bool{}
	from := map[string]string{}
	var todo []string
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		if strings.HasSuffix(name, ").Process") && strings.HasSuffix(functions[name].file, "_streamgen.go") {
			todo = append(todo, name)
			from[name] = ""
		}
	}
	if len(todo) == 0 {
		t.Error("no generated task found")
	}
	for len(todo) > 0 {
		name := todo[0]
		todo = todo[1:]
		f, short := functions[name], plain(name)
		if coldPaths[short] != "" {
			used[short] = true
			continue // nothing below a cold path is per record
		}
		user := users(name, f)
		if len(f.indirect) > 0 && !user {
			t.Errorf("%s calls indirectly at %s; reached by\n%s", name, strings.Join(slices.Compact(f.indirect), ", "), chain(from, name))
		}
		for _, to := range f.calls {
			if _, known := functions[to]; !known {
				continue // compiled code of the standard library, or the user's other packages
			}
			if user && !strings.HasPrefix(to, module) {
				continue // what the user does with the standard library
			}
			if _, seen := from[to]; !seen {
				from[to] = name
				todo = append(todo, to)
			}
		}
	}
	return used
}

// users tells functions that the user wrote from generated ones and the runtime's. Instances
// of the standard library's generic functions count as those of their callers.
func users(name string, f *function) bool {
	short := strings.TrimPrefix(name, module)
	return (strings.HasPrefix(short, "generated_test/") || strings.HasPrefix(short, "examples/")) && !strings.HasSuffix(f.file, "_streamgen.go")
}

func chain(from map[string]string, name string) string {
	var s strings.Builder
	for ; name != ""; name = from[name] {
		fmt.Fprintf(&s, "    %s\n", plain(name))
	}
	return s.String()
}

// plain drops the module path and the contents of brackets.
func plain(name string) string {
	var s strings.Builder
	depth := 0
	for _, r := range strings.TrimPrefix(name, module) {
		if r == ']' {
			depth--
		}
		if depth == 0 {
			s.WriteRune(r)
		}
		if r == '[' {
			depth++
		}
	}
	return s.String()
}
