package recorded

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/streamgen/streamgen/codegen"
	"github.com/streamgen/streamgen/internal/golden"
)

// TestCommittedCodeIsCurrent: the sets run what the compiler generates now, not what it once did.
func TestCommittedCodeIsCurrent(t *testing.T) {
	res, err := codegen.Generate(t.Context(), codegen.Options{Patterns: []string{"./..."}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		t.Errorf("%+v", d)
	}
	for _, f := range res.Files {
		have, err := os.ReadFile(f.Path)
		switch {
		case err == nil && bytes.Equal(have, f.Content):
		case golden.Update():
			if err := os.WriteFile(f.Path, f.Content, 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is stale; run go generate ./internal/oracle/recorded/...", filepath.Base(filepath.Dir(f.Path)))
		}
	}
}
