// Package golden compares what a test produced with a file that a reviewer reads, and rewrites that file on request:
//
//	go test ./the/package -run Name -update
//
// It owns the -update flag; no other package defines one, so the same word works everywhere.
package golden

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite golden files with what the tests produce, instead of comparing")

// Update tells whether the run rewrites golden files, for tests that do more than Assert does (which need not ask).
func Update() bool { return *update }

// Assert fails the test when got is not exactly what the file at path holds; the path is relative to the test's folder.
// The failure shows the lines that differ. With -update it writes the file, and its folder, instead.
func Assert[T string | []byte](t testing.TB, path string, got T) {
	t.Helper()
	if *update {
		if err := write(path, []byte(got)); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Errorf("%s does not exist; run this test with -update to write it, then review it. It would hold:\n%s", path, got)
	case err != nil:
		t.Error(err)
	case string(want) != string(got):
		t.Errorf("%s differs (- the file, + this run; run this test with -update if the new text is right):\n%s",
			path, Diff(string(want), string(got)))
	}
}

// AssertSection is Assert for one section of a txtar archive, so that a case holds its input and what is expected of it
// in one file. With -update it replaces that section, or adds it at the end, and leaves the rest as it is. Sections end
// in a newline: the format cannot say otherwise. One goroutine at a time may use one archive.
func AssertSection[T string | []byte](t testing.TB, path, section string, got T) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(data)
	text := string(got)
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	at := -1
	for i, f := range archive.Files {
		if f.Name == section {
			at = i
		}
	}
	if *update {
		if at < 0 {
			archive.Files = append(archive.Files, txtar.File{Name: section})
			at = len(archive.Files) - 1
		}
		archive.Files[at].Data = []byte(text)
		if err := write(path, txtar.Format(archive)); err != nil {
			t.Fatal(err)
		}
		return
	}
	if at < 0 {
		t.Errorf("%s has no section %q; run this test with -update to add it, then review it. It would hold:\n%s", path, section, text)
		return
	}
	if want := string(archive.Files[at].Data); want != text {
		t.Errorf("%s: section %q differs (- the file, + this run; run this test with -update if the new text is right):\n%s",
			path, section, Diff(want, text))
	}
}

// write writes a file that changed; one that did not keeps its time, so that build caches stay valid.
func write(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("golden: %w", err)
	}
	return os.WriteFile(path, data, 0o644)
}
