package corpus

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const generated = "corpus_streamgen.go"

// mayCallIndirectly is the method that prints an error's cause. Types with methods of their own are reached through
// encoding/json/v2, so that not even they need an indirect call here.
const mayCallIndirectly = "jsonscan.(*Error).Error"

// TestGeneratedCodeCallsDirectly looks for indirect calls in what the compiler made of the generated functions and of
// jsonscan, on both architectures. (A linked binary would not do: it inlines and drops functions.)
func TestGeneratedCodeCallsDirectly(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for two architectures")
	}
	for _, arch := range []string{"amd64", "arm64"} {
		for pkg, file := range map[string]string{".": generated, "github.com/streamgen/streamgen/runtime/serde/jsonscan": ""} {
			archive := filepath.Join(t.TempDir(), "x.a")
			build := exec.Command("go", "build", "-o", archive, pkg)
			build.Env = append(os.Environ(), "GOARCH="+arch, "CGO_ENABLED=0")
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("go build for %s: %v\n%s", arch, err, out)
			}
			text, err := exec.Command("go", "tool", "objdump", archive).Output()
			if err != nil {
				t.Fatal(err)
			}
			direct := 0
			var function string
			for line := range strings.Lines(string(text)) {
				if name, ok := strings.CutPrefix(line, "TEXT "); ok {
					function, _, _ = strings.Cut(name, " ")
					continue
				}
				if file != "" && !strings.Contains(line, file+":") {
					continue
				}
				if strings.Contains(line, "R_CALLIND") && !strings.Contains(function, mayCallIndirectly) {
					t.Errorf("%s: %s calls indirectly: %s", arch, function, strings.TrimSpace(line))
				}
				if strings.Contains(line, "R_CALL") {
					direct++
				}
			}
			if direct < 100 {
				t.Errorf("%s: only %d calls seen in %s; has objdump's output changed?", arch, direct, pkg)
			}
		}
	}
}

// TestOnlyNamedFunctionsUseJSONv2 holds the cold paths to the types with methods.
func TestOnlyNamedFunctionsUseJSONv2(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), generated, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	cold := map[string]bool{}
	for _, name := range []string{"Verbatim", "Upper", "Value", "Coded", "UpperKey", "Point", "Any", "Whatever"} {
		cold["append"+name], cold["decode"+name], cold["decode"+name+"Strictly"] = true, true, true
	}
	seen := 0
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "json" {
					seen++
					if !cold[f.Name.Name] {
						t.Errorf("%s uses encoding/json/v2", strconv.Quote(f.Name.Name))
					}
				}
			}
			return true
		})
	}
	if seen == 0 {
		t.Error("no use seen")
	}
}
