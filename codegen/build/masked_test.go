package build_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/streamgen/streamgen/codegen/build"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
)

// generatedStates are states in which the generated file is found beside a topology; the
// empty name is its absence.
var generatedStates = map[string]string{
	"absent":            "",
	"fresh":             "package delays\n\nfunc NewDelays(cfg Config) int { return cfg.MinDelay }\n",
	"stale":             "package delays\n\nfunc NewOld(cfg OldConfig) int { return cfg.Gone }\n",
	"redeclaration":     "package delays\n\ntype Config struct{ Other string }\n\nfunc Delays() {}\n",
	"syntax error":      "package delays\n\nfunc NewDelays( {{{\n",
	"conflict markers":  "<<<<<<< ours\npackage delays\n=======\npackage delays\n>>>>>>> theirs\n",
	"empty":             " ",
	"other package":     "package other\n\nfunc X() {}\n",
	"not Go":            "\x00\x01 this is no source",
	"missing import":    "package delays\n\nimport \"example.com/no/such/package\"\n\nvar _ = x.Y\n",
	"excluded by a tag": "//go:build never\n\npackage delays\n",
}

// TestGeneratedFileIsMasked reads one topology beside every state of its generated file
// and wants the same graph.
func TestGeneratedFileIsMasked(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("../testdata/topologies/delays/topology.go")
	if err != nil {
		t.Fatal(err)
	}
	dir := module(t, "example.com/states")
	writeFile(t, filepath.Join(dir, "topology.go"), string(src))
	writeFile(t, filepath.Join(dir, "use.go"), "package delays\n\n// Use calls what is generated.\nfunc Use() any { return NewDelays(Config{}) }\n")
	file := filepath.Join(dir, build.Output)
	var first string
	for _, state := range []string{"absent", "fresh", "stale", "redeclaration", "syntax error", "conflict markers", "empty", "other package", "not Go", "missing import", "excluded by a tag"} {
		content := generatedStates[state]
		if content == "" {
			os.Remove(file)
		} else {
			writeFile(t, file, content)
		}
		r, err := load.Load(context.Background(), load.Options{Dir: dir}, build.Helpers)
		if err != nil {
			t.Errorf("%s: %v", state, err)
			continue
		}
		var diags diag.List
		p := build.Program(r, r.Roots[0], &diags)
		for _, d := range diags.Sorted() {
			t.Errorf("%s: %s", state, d.Text(dir, nil))
		}
		switch text := p.String(); {
		case text == "":
			t.Errorf("%s: nothing was read", state)
		case first == "":
			first = text
		case text != first:
			t.Errorf("%s: the graph differs:\n%s\nfrom:\n%s", state, text, first)
		}
	}
}
