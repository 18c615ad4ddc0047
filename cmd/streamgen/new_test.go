package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNewApplicationPassesItsOwnTest starts an application outside of this module and does
// with it what the printed next step says, and what its README promises.
func TestNewApplicationPassesItsOwnTest(t *testing.T) {
	if testing.Short() {
		t.Skip("builds an application")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	parent := t.TempDir()
	out := output(t, "new", "-C", parent, "-replace", root, "example.com/acme/shop")
	dir := filepath.Join(parent, "shop")
	if want := "next: cd " + dir + " && go mod tidy && go test ./...\n"; !strings.HasSuffix(out, want) {
		t.Errorf("it prints %q", out)
	}
	before, err := os.ReadFile(filepath.Join(dir, "topology_streamgen.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"go mod tidy", "go test ./...", "go tool streamgen diff ./...", "go generate ./...", "go vet ./...", "go build", "go run . -describe", "go tool streamgen explain",
	} {
		cmd := exec.Command("go", strings.Fields(line)[1:]...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOOS=", "GOARCH=")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "shop")); err != nil {
		t.Errorf("go build makes no binary that the Makefile's run would find: %v", err)
	}
	after, err := os.ReadFile(filepath.Join(dir, "topology_streamgen.go"))
	if err != nil || !bytes.Equal(before, after) {
		t.Error("the generated file that new writes is not the one that go generate writes")
	}
	for _, f := range scaffolded {
		b, err := os.ReadFile(filepath.Join(dir, f[0]))
		if err != nil || strings.Contains(string(b), "APP") || strings.Contains(string(b), "MODULE") {
			t.Errorf("%s holds a placeholder: %v\n%s", f[0], err, b)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "taken", "main.go"), "package main\n")
	for _, c := range []struct{ args, want string }{
		{"", "give one name, for example: streamgen new shop"},
		{"a b", "give one name"},
		{"taken", "exists and is not empty"},
		{"../up", "is no name for a Go module"},
		{"-x", "flag provided but not defined"},
		{"shop.", "is no name for a Go module"},
		{"-replace " + dir + " shop", "holds no checkout of"},
	} {
		var stdout, stderr bytes.Buffer
		args := append([]string{"new", "-C", dir}, strings.Fields(c.args)...)
		if code := run(args, &stdout, &stderr); code != exitFailure || !strings.Contains(stderr.String(), c.want) {
			t.Errorf("new %s: exit code %d, %s", c.args, code, &stderr)
		}
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("something was written: %v, %v", list, err)
	}
}
