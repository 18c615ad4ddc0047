package load_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/load"
)

// TestNothingToLoad wants the reason in the error when the patterns give no package.
func TestNothingToLoad(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want string
		files      map[string]string
	}{
		{"no module", "no go.mod", map[string]string{"topology.go": "package app\n"}},
		{"tests only", "test files are not read", map[string]string{"go.mod": "module example.com/app\n\ngo 1.27\n", "topology_test.go": "package app\n"}},
		{"empty", "no", map[string]string{"go.mod": "module example.com/app\n\ngo 1.27\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range c.files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			_, err := load.Load(context.Background(), load.Options{Dir: dir}, func(*load.Result) []string { return nil })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v; it should say %q", err, c.want)
			}
		})
	}
}
