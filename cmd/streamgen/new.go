package main

import (
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
)

const newHelp = `Usage: streamgen new [-C folder] [-replace checkout] NAME

Starts an application in a new folder: a topology, its generated code, main, a test without a broker, Makefile, README.
NAME is its module path; the folder is called like its last part. Afterwards:

  cd NAME && go mod tidy && go test ./...

Exit code 2: the folder exists and is not empty, or the name is not one that a Go module can have.

`

// scaffold is the application that new starts. Its Go files are a package of this module,
// so they are compiled, generated and tested like any other.
//
//go:embed scaffold/topology.go scaffold/topology_streamgen.go scaffold/main.go scaffold/topology_test.go scaffold/streamgen.lock scaffold/files
var scaffold embed.FS

// scaffolded lists the files of a new application with their sources.
var scaffolded = [][2]string{
	{"go.mod", "files/go.mod.txt"},
	{".gitignore", "files/gitignore.txt"},
	{"Makefile", "files/Makefile.txt"},
	{"README.md", "files/README.md.txt"},
	{"topology.go", "topology.go"},
	{"topology_streamgen.go", "topology_streamgen.go"},
	{"streamgen.lock", "streamgen.lock"},
	{"main.go", "main.go"},
	{"topology_test.go", "topology_test.go"},
}

const self = "github.com/streamgen/streamgen"

// modulePath is what a module may be called, without the finer points: go mod tidy knows.
var modulePath = regexp.MustCompile(`^[a-zA-Z0-9][-._~a-zA-Z0-9]*(/[a-zA-Z0-9][-._~a-zA-Z0-9]*)*$`)

func runNew(args []string, stdout, stderr io.Writer) int {
	var dir, replace string
	flags := flag.NewFlagSet("new", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), newHelp)
		flags.PrintDefaults()
	}
	flags.StringVar(&dir, "C", "", "`folder` to make the new one in (default: the current one)")
	flags.StringVar(&replace, "replace", "", "`checkout` of streamgen to build with, instead of a published version")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitFailure
	case flags.NArg() != 1:
		fmt.Fprintln(stderr, "streamgen new: give one name, for example: streamgen new shop")
		return exitFailure
	}
	folder, err := makeApp(dir, flags.Arg(0), replace)
	if err != nil {
		fmt.Fprintln(stderr, "streamgen new:", err)
		return exitFailure
	}
	fmt.Fprintf(stdout, "made %s\nnext: cd %s && go mod tidy && go test ./...\n", folder, folder)
	return exitOK
}

// makeApp writes the files of an application called name below dir and returns its folder.
func makeApp(dir, name, replace string) (string, error) {
	if !modulePath.MatchString(name) || strings.HasSuffix(name, ".") {
		return "", fmt.Errorf("%q is no name for a Go module: write it like shop or github.com/acme/shop", name)
	}
	app := path.Base(name)
	folder := filepath.Join(dir, app)
	switch list, err := os.ReadDir(folder); {
	case err == nil && len(list) > 0:
		return "", fmt.Errorf("%s exists and is not empty: choose another name, or another folder with -C", folder)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return "", err
	}
	if replace != "" {
		abs, err := filepath.Abs(replace)
		if err != nil {
			return "", err
		}
		mod, err := os.ReadFile(filepath.Join(abs, "go.mod"))
		if err != nil || !strings.HasPrefix(string(mod), "module "+self+"\n") {
			return "", fmt.Errorf("%s holds no checkout of %s", replace, self)
		}
		replace = abs
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	for _, f := range scaffolded {
		b, err := scaffold.ReadFile("scaffold/" + f[1])
		if err != nil {
			return "", err
		}
		text := strings.NewReplacer("MODULE", name, "APP", app).Replace(string(b))
		if f[0] == "go.mod" {
			text += requirement(replace)
		}
		if err := os.WriteFile(filepath.Join(folder, f[0]), []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// requirement is the rest of go.mod: the version that this command was built as, or a
// checkout. With neither, go mod tidy takes the newest version.
func requirement(replace string) string {
	if replace != "" {
		return fmt.Sprintf("\nrequire %s v0.0.0\n\nreplace %s => %s\n", self, self, replace)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
			if m.Path == self && m.Replace == nil && strings.HasPrefix(m.Version, "v") && !strings.Contains(m.Version, "+dirty") {
				return fmt.Sprintf("\nrequire %s %s\n", self, m.Version)
			}
		}
	}
	return ""
}
