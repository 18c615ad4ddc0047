package codegen_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/streamgen/streamgen/codegen"
)

// TestGenerateIsDeterministic compiles twice, over different patterns, and wants the same bytes.
func TestGenerateIsDeterministic(t *testing.T) {
	one, err := codegen.Generate(context.Background(), codegen.Options{Dir: "testdata/topologies/broad"})
	if err != nil {
		t.Fatal(err)
	}
	all, err := codegen.Generate(context.Background(), codegen.Options{Dir: "testdata/topologies", Patterns: []string{"./broad", "./delays"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(one.Files) != 1 || len(all.Files) != 2 {
		t.Fatalf("%d and %d files, diagnostics %v %v", len(one.Files), len(all.Files), one.Diagnostics, all.Diagnostics)
	}
	if filepath.Base(filepath.Dir(all.Files[0].Path)) != "broad" || !bytes.Equal(one.Files[0].Content, all.Files[0].Content) {
		t.Error("the output for one package depends on what else is compiled")
	}
}
