package build

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestUnusedNamesAreUnused looks for calls of the functions that a package may redeclare in
// what generated code is made of: the kernels, and the text that the emitter writes.
func TestUnusedNamesAreUnused(t *testing.T) {
	call := regexp.MustCompile(`(^|[^.\w])(` + strings.Join(unused, "|") + `)\(`)
	quoted := regexp.MustCompile("\"(?:[^\"\\\\\n]|\\\\.)*\"|`[^`]*`")
	read := 0
	for _, pattern := range []string{"../../templates/*.go", "../emit/*.go", "../emit/jsoncodec/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			read++
			text := string(b)
			if strings.Contains(name, "emit") {
				text = strings.Join(quoted.FindAllString(text, -1), "\n")
			}
			if m := call.FindString(text); m != "" {
				t.Errorf("%s writes %s…) into generated code", name, strings.TrimSpace(m))
			}
		}
	}
	if read < 20 {
		t.Errorf("only %d files were read", read)
	}
}
