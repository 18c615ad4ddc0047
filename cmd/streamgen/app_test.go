package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestAppOutsideOfThisModule makes an application in a folder of its own, as a user would:
// go mod edit with the tool, go mod tidy, go generate, go build, and the application's own
// tests with the test driver. Nothing but the module proxy is asked.
func TestAppOutsideOfThisModule(t *testing.T) {
	if testing.Short() {
		t.Skip("builds an application")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	ar, err := txtar.ParseFile("testdata/app.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range ar.Files {
		put(t, filepath.Join(dir, f.Name), string(f.Data))
	}
	const module = "github.com/streamgen/streamgen"
	for _, line := range []string{
		"go mod init example.com/app",
		"go mod edit -go=1.27 -require=" + module + "@v0.0.0 -replace=" + module + "=" + root + " -tool=" + module + "/cmd/streamgen",
		"go mod tidy",
		"go generate ./...",
		"go build ./...",
		"go vet ./...",
		"go test ./...",
		"go run . -describe",
		"go tool streamgen diff .",
	} {
		cmd := exec.Command("go", strings.Fields(line)[1:]...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOOS=", "GOARCH=")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
		if line == "go run . -describe" && !strings.Contains(string(out), "(stores: [words])") {
			t.Errorf("the application does not describe its topology:\n%s", out)
		}
		if line == "go generate ./..." {
			generated, err := os.ReadFile(filepath.Join(dir, "topology_streamgen.go"))
			if err != nil {
				t.Fatal(err)
			}
			for _, bad := range []string{root, dir, "interface{}", `"reflect"`} {
				if strings.Contains(string(generated), bad) {
					t.Errorf("the generated file holds %s", fmt.Sprintf("%q", bad))
				}
			}
		}
	}
}
