package file_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/connect/conformance"
	"github.com/streamgen/streamgen/connect/connector/file"
)

func TestSourceConformance(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.txt")
	if err := os.WriteFile(path, []byte("one\r\ntwo\rthree\n\nfünf\nsechs\rno end"), 0o644); err != nil {
		t.Fatal(err)
	}
	conformance.Source{New: file.NewSource, Props: map[string]string{"file": path, "topic": "t", "batch.size": "2"},
		Want: []string{"one", "two", "three", "", "fünf", "sechs"}}.Test(t)
}

func TestSinkConformance(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.txt")
	conformance.Sink{New: file.NewSink, Props: map[string]string{"file": path},
		Read: func() []string {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Fields(string(text))
		},
		Reset: func() { _ = os.Remove(path) },
	}.Test(t)
}
