package gentest

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode"
)

const module = "github.com/streamgen/streamgen/"

// enginePackages are the packages of the module that generated code runs through per record.
var enginePackages = []string{"gen", "state", "processor", "serde", "serde/jsonscan", "serde/avro", "serde/protobuf", "serde/wire", "window", "fault"}

// coldPaths are the functions below a task's Process that may call indirectly, and why. Names are
// without module path and type arguments. Everything else is static calls.
var coldPaths = map[string]string{
	"runtime/state.(*Cache[]).load":                       "a miss: the backend is behind an interface",
	"runtime/state.(*Cache[]).note":                       "Kafka mode alone: each update of a table that emits every one is encoded for the changelog",
	"runtime/state.(*View[]).capture":                     "a range read by a processor: dirty rows in key order, merged with the backend's",
	"runtime/state.(*Shared).Scan":                        "a range of a global store read by a processor: rows in key order",
	"runtime/processor.(*ReadOnlyKeyValueStore[]).decode": "values of a global store are decoded by their codec on each read, so that tasks do not share them",
	"runtime/processor.(*keyEncoder[]).encodeOther":       "codecs of store handles other than the built-in ones",
	"runtime/state.(*Sessions[]).learn":                   "the first record of a key: its sessions are read from the backend",
	"runtime/state.(*Duplicates).load":                    "a miss: the rows of a key are read from the backend",
	"runtime/state.(*Unmatched).Closed":                   "a range read, when the oldest record that waits for a match has waited long enough",
	"runtime/gen.(*TaskEnv).Failed":                       "a failed record",
	"runtime/serde/avro.(*Generic).meet":                  "the first record with a schema's id",
	"runtime/serde/avro.(*Generic).register":              "the first record of a schema that is written",
	"runtime/serde/protobuf.(*Wire).foreign":              "the first value with a schema's id",
	"runtime/serde/protobuf.(*Wire).register":             "the first value that is written",
	"runtime/serde/protobuf.(*Wire).Explain":              "a value that cannot be read",
	"runtime/serde/protobuf.(*Wire).Refuse":               "a message that cannot be written",
	"runtime/gen.(*Sink).open":                            "a topic that no record of the task has chosen before",
	"runtime/gen.(*Sink).full":                            "a hand-over to the producer, once per 16,384 records or MiB of a run",
}

// function is one function of the archives.
type function struct {
	archive  string
	symbol   string // its name there
	calls    []string
	indirect int
}

// TestNoIndirectCallPerRecord walks the compiled archives from the Process and Stamp methods of every
// generated task through the functions of the module and fails on an indirect call (a method
// of an interface, a function value, a generic dictionary) outside coldPaths, for the
// machine's own architecture; STREAMGEN_ARCHES=amd64,arm64 reads both. Functions in files of the user are the user's own business: they are walked
// through, not judged.
func TestNoIndirectCallPerRecord(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all that the corpus links")
	}
	packages := generatedPackages(t)
	generated := declared(t, packages)
	arches := []string{"amd64"}
	if runtime.GOARCH == "arm64" {
		arches = []string{"arm64"} // those packages are compiled anyway
	}
	if s := os.Getenv("STREAMGEN_ARCHES"); s != "" {
		arches = strings.Split(s, ",")
	}
	for _, arch := range arches {
		t.Run(arch, func(t *testing.T) {
			t.Parallel()
			functions := map[string]*function{}
			for pkg, archive := range archives(t, arch, append(engine(), packages...)) {
				read(t, pkg, archive, functions)
			}
			used := walk(t, functions, generated)
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

// read adds the functions of an archive. Commands are known by their import path, not as
// main.
func read(t *testing.T, pkg, archive string, into map[string]*function) {
	t.Helper()
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	o, err := openObject(data)
	if err != nil {
		t.Fatalf("%s: %v", pkg, err)
	}
	o.calls(func(name string, calls []string, indirect int) {
		if len(calls) == 0 && indirect == 0 && into[unmain(pkg, name)] != nil {
			return // a symbol of another kind with the name
		}
		for i := range calls {
			calls[i] = unmain(pkg, calls[i])
		}
		into[unmain(pkg, name)] = &function{archive: archive, symbol: name, calls: calls, indirect: indirect}
	})
}

func unmain(pkg, name string) string {
	if rest, ok := strings.CutPrefix(name, "main."); ok {
		return pkg + "." + rest
	}
	return name
}

// walk follows calls from the tasks' Process methods and returns the cold paths it met.
func walk(t *testing.T, functions map[string]*function, generated map[string]bool) map[string]bool {
	t.Helper()
	used := map[string]bool{}
	from := map[string]string{}
	var todo []string
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		if (strings.HasSuffix(name, ").Process") || strings.HasSuffix(name, ").Stamp")) && generated[declaration(name)] {
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
		user := users(name, generated)
		if f.indirect > 0 && !user {
			t.Errorf("%s calls indirectly at %s; reached by\n%s", name, whereIndirect(f.archive, f.symbol), chain(from, name))
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
func users(name string, generated map[string]bool) bool {
	short := strings.TrimPrefix(name, module)
	return (strings.HasPrefix(short, "generated_test/") || strings.HasPrefix(short, "examples/")) && !generated[declaration(name)]
}

// declared are the types and functions that the generated files of packages declare.
func declared(t *testing.T, packages []string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, pkg := range packages {
		files, err := filepath.Glob("../" + strings.TrimPrefix(pkg, module) + "/*_streamgen.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no generated file: %v", pkg, err)
		}
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			short := strings.TrimPrefix(pkg, module) + "."
			for _, d := range parsed.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					if d.Recv == nil {
						out[short+d.Name.Name] = true
					}
				case *ast.GenDecl:
					for _, spec := range d.Specs {
						if spec, ok := spec.(*ast.TypeSpec); ok {
							out[short+spec.Name.Name] = true
						}
					}
				}
			}
		}
	}
	return out
}

// declaration is the type or function that a symbol belongs to: a closure's function, a
// method's type.
func declaration(name string) string {
	short := plain(name)
	dir, base := path.Split(short)
	pkg, rest, _ := strings.Cut(base, ".")
	rest = strings.TrimPrefix(rest, "(*")
	end := strings.IndexFunc(rest, func(r rune) bool { return !(r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)) })
	if end >= 0 {
		rest = rest[:end]
	}
	return dir + pkg + "." + rest
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
