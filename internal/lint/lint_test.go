package lint

import (
	"bytes"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/streamgen/streamgen/internal/golden"
)

func TestHouse(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	tree, err := ReadTree(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range Rules {
		t.Run(r.Name, func(t *testing.T) {
			for _, b := range r.Check(tree) {
				t.Error(b)
			}
			if t.Failed() {
				t.Log("remedy: " + r.Remedy)
			}
		})
	}
	t.Run("formatted", func(t *testing.T) {
		for _, f := range tree.goFiles(func(*File) bool { return true }) {
			if formatted, err := format.Source(f.Source); err != nil || !bytes.Equal(formatted, f.Source) {
				t.Errorf("%s is not formatted; remedy: go fmt ./%s (with the pinned toolchain) %v", f.Path, f.Dir(), err)
			}
		}
	})
	t.Run("vet", func(t *testing.T) {
		if testing.Short() {
			t.Skip("-short: vet compiles the whole module")
		}
		for _, tags := range []string{"", "real,chaos"} {
			cmd := exec.Command("go", "vet", "-tags", tags, "./...")
			cmd.Dir = root
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("go vet -tags %q: %v\n%s", tags, err, out)
			}
		}
	})
}

// Each case in testdata breaks the rule that it is named after; its section "want" is what the rule says of it, and holds
// something. Files in it that follow the rule show what must not be found.
func TestEveryRuleCanFail(t *testing.T) {
	var cases []string
	for _, r := range Rules {
		path := filepath.Join("testdata", r.Name+".txtar")
		cases = append(cases, path)
		t.Run(r.Name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			archive := txtar.Parse(data)
			archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			tree, err := ParseTree(archive)
			if err != nil {
				t.Fatal(err)
			}
			broken := r.Check(tree)
			if len(broken) == 0 {
				t.Fatal("the rule finds nothing")
			}
			golden.AssertSection(t, path, "want", strings.Join(broken, "\n"))
		})
	}
	found, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if !slices.Contains(cases, path) {
			t.Errorf("%s belongs to no rule", path)
		}
	}
}

func TestLongFilesAreFound(t *testing.T) {
	long := []byte("package x\n" + strings.Repeat("\n", maxLines))
	tree, err := ParseTree(&txtar.Archive{Files: []txtar.File{{Name: "dsl/a.go", Data: long}, {Name: "dsl/b_streamgen.go", Data: long}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := longFiles(tree); len(got) != 1 || !strings.HasPrefix(got[0], "dsl/a.go: 801 lines") {
		t.Errorf("found %q", got)
	}
}

// The words are joined here, so that no file of the project has them.
func TestForeignWordsAreFound(t *testing.T) {
	for _, text := range []string{"AI" + "-gener" + "ated", "Written with Cla" + "ude", "Co-auth" + "ored-by: x", "(/wo" + "rk/main/x.go)"} {
		if !foreign.MatchString(text) {
			t.Errorf("%q passes", text)
		}
	}
	for _, text := range []string{"GET /work", "a/home/b", "https://host/home/x", "airline AI", "-data /tmp/x"} {
		if m := foreign.FindString(text); m != "" {
			t.Errorf("%q in %q is found", m, text)
		}
	}
}

// The policy names folders once, knows its own folders, and has no entry that could never decide.
func TestPolicyIsWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range policy {
		if seen[a.from] {
			t.Errorf("%s has two lines", a.from)
		}
		seen[a.from] = true
	}
	for _, a := range policy {
		for _, to := range a.local {
			if dir := strings.TrimSuffix(to, "/..."); ruleFor(dir) == nil {
				t.Errorf("%s may import %s, which no line covers", a.from, to)
			}
		}
	}
}
