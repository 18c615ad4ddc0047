// Package python gives tests an interpreter with packages.
package python

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Interpreter returns the path of an interpreter with packages, as pip is asked for them, in an environment of its own that
// is kept between runs under a name: another list needs another name. It ends the test when there is none, and belongs to
// the test's goroutine.
func Interpreter(t *testing.T, name string, packages ...string) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "streamgen-parts", name)
	interpreter := filepath.Join(dir, "bin", "python")
	if _, err := os.Stat(filepath.Join(dir, "complete")); err == nil {
		return interpreter
	}
	for _, args := range [][]string{{"python3", "-m", "venv", dir}, append([]string{interpreter, "-m", "pip", "install", "-q"}, packages...)} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "complete"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return interpreter
}
