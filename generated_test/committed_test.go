package gentest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/streamgen/streamgen/codegen"
	"github.com/streamgen/streamgen/internal/golden"
)

// TestCommittedOutputIsCurrent generates the corpus and compares with what lies beside the
// topologies, which is what the other tests run. With -update it writes the files.
func TestCommittedOutputIsCurrent(t *testing.T) {
	res, err := codegen.Generate(t.Context(), codegen.Options{Patterns: []string{"./..."}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		t.Errorf("%+v", d)
	}
	folders := map[string]bool{}
	for _, f := range res.Files {
		folder := filepath.Base(filepath.Dir(f.Path))
		folders[folder] = true
		have, err := os.ReadFile(f.Path)
		if err == nil && bytes.Equal(have, f.Content) {
			continue
		}
		if golden.Update() {
			if err := os.WriteFile(f.Path, f.Content, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Errorf("%s/%s is stale; run go generate ./generated_test/...\n%s", folder, filepath.Base(f.Path), golden.Diff(string(have), string(f.Content)))
	}
	for _, c := range cases {
		if !folders[filepath.Dir(c.name)] {
			t.Errorf("%s: nothing was generated for its folder", c.name)
		}
		if c.generated == nil {
			t.Errorf("%s: the table of cases does not name its generated constructor", c.name)
		}
	}
}
