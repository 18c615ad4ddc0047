package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// contestant is a program that runs the workloads, told by form.Setting.
type contestant struct {
	name        string
	exactlyOnce bool     // it has that
	build       []string // a command from the repository's folder; BIN is the folder of the binaries
	command     []string // the program itself, not a script around it, because its process is what is measured
}

var contestants = []contestant{
	{"generated", true, []string{"go", "build", "-o", "BIN/app", "./bench/path/app"}, []string{"BIN/app"}},
	{"hand", true, []string{"go", "build", "-o", "BIN/hand", "./bench/path/hand"}, []string{"BIN/hand"}},
	{"goka", false, []string{"go", "build", "-C", "bench/goka", "-o", "BIN/goka", "."}, []string{"BIN/goka"}},
	{"kstreams", true, []string{"scripts/build-java.sh", "bench/kstreams"},
		[]string{"JAVA", "-cp", "bench/kstreams/target/classes:bench/kstreams/target/lib/*", "path.Main"}},
}

// workshop is where contestants are built and started: the repository and a folder for binaries.
type workshop struct{ root, bin string }

// expand puts the folder of the binaries and the Java of this machine into a command.
func (w workshop) expand(ctx context.Context, words []string) *exec.Cmd {
	java := "java"
	if home := os.Getenv("JAVA_HOME"); home != "" {
		java = filepath.Join(home, "bin", "java")
	}
	var out []string
	for _, word := range words {
		switch {
		case word == "JAVA":
			word = java
		case len(word) > 4 && word[:4] == "BIN/":
			word = filepath.Join(w.bin, word[4:])
		}
		out = append(out, word)
	}
	cmd := exec.CommandContext(ctx, out[0], out[1:]...)
	cmd.Dir = w.root
	return cmd
}

func (w workshop) build(ctx context.Context, c contestant) error {
	cmd := w.expand(ctx, c.build)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", c.name, err, out)
	}
	return nil
}

// moduleRoot returns the folder with go.mod, looking upwards from the working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			err = fmt.Errorf("no go.mod above the working directory; run this from the repository")
		}
		dir = up
	}
	return "", err
}
