package main

import (
	"bytes"
	"fmt"
	gobuild "go/build"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestScripts runs testdata/script/*.txtar. The archive's files are laid out in a module
// that requires this one; its comment is a script of one command a line:
//
//	streamgen ARGS…       runs a command, which must exit with 0
//	exit N streamgen …    … which must exit with N
//	stdout TEXT           the last command printed TEXT (! for: did not)
//	stderr TEXT
//	contains FILE TEXT    FILE holds TEXT (! for: does not)
//	exists FILE           (! for: does not)
//	write FILE FROM       copies a file
//	remember FILE         notes the time of its last change
//	untouched FILE        it was not written since
//	git ARGS…             runs git, as somebody without settings of their own
//	built OS FILE         the go command takes the file for that system (! for: does not)
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts: ", err)
	}
	for _, path := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s := &script{T: t, dir: appModule(t, "example.com/app"), times: map[string]int64{}}
			for _, f := range ar.Files {
				put(t, filepath.Join(s.dir, f.Name), string(f.Data))
			}
			for i, line := range strings.Split(string(ar.Comment), "\n") {
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
					s.line = fmt.Sprintf("%s:%d: %s", path, i+1, line)
					s.run(line)
				}
			}
		})
	}
}

type script struct {
	*testing.T
	dir, line      string
	stdout, stderr bytes.Buffer
	times          map[string]int64
}

func (s *script) run(line string) {
	s.Helper()
	want := true
	if rest, ok := strings.CutPrefix(line, "! "); ok {
		want, line = false, rest
	}
	verb, rest, _ := strings.Cut(line, " ")
	first, text, _ := strings.Cut(rest, " ")
	switch verb {
	case "streamgen":
		s.streamgen(exitOK, strings.Fields(rest))
	case "exit":
		code := map[string]int{"0": exitOK, "1": exitFound, "2": exitFailure}[first]
		s.streamgen(code, strings.Fields(text)[1:])
	case "stdout":
		s.expect(strings.Contains(s.stdout.String(), rest) == want, s.stdout.String())
	case "stderr":
		s.expect(strings.Contains(s.stderr.String(), rest) == want, s.stderr.String())
	case "contains":
		b, err := os.ReadFile(filepath.Join(s.dir, first))
		s.expect(err == nil && strings.Contains(string(b), text) == want, string(b))
	case "exists":
		_, err := os.Stat(filepath.Join(s.dir, first))
		s.expect((err == nil) == want, "")
	case "write":
		b, err := os.ReadFile(filepath.Join(s.dir, text))
		s.expect(err == nil, "no such file")
		put(s.T, filepath.Join(s.dir, first), string(b))
	case "remember":
		s.times[first] = s.changed(first)
	case "untouched":
		s.expect(s.times[first] == s.changed(first), "it was written")
	case "git":
		cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com"}, strings.Fields(rest)...)...)
		cmd.Dir, cmd.Env = s.dir, append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
		out, err := cmd.CombinedOutput()
		s.expect(err == nil, string(out))
	case "built":
		platform := gobuild.Default
		platform.GOOS, platform.GOARCH = first, "amd64"
		ok, err := platform.MatchFile(s.dir, text)
		s.expect(err == nil && ok == want, "")
	default:
		s.Fatalf("%s: unknown command", s.line)
	}
}

func (s *script) changed(file string) int64 {
	info, err := os.Stat(filepath.Join(s.dir, file))
	s.expect(err == nil, "no such file")
	return info.ModTime().UnixNano()
}

func (s *script) expect(ok bool, got string) {
	s.Helper()
	if !ok {
		s.Fatalf("%s\ngot:\n%s", s.line, got)
	}
}

func (s *script) streamgen(want int, args []string) {
	s.Helper()
	s.stdout.Reset()
	s.stderr.Reset()
	all := args[:1:1]
	if len(args) > 0 && args[0] != "help" {
		all = append(all, "-C", s.dir)
	}
	if code := run(append(all, args[1:]...), &s.stdout, &s.stderr); code != want {
		s.Fatalf("%s: exit code %d, want %d\nstdout:\n%sstderr:\n%s", s.line, code, want, s.stdout.String(), s.stderr.String())
	}
}

// appModule makes a temporary module that requires this one from the checkout.
func appModule(t *testing.T, path string) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "go.mod"), fmt.Sprintf(
		"module %s\n\ngo 1.27\n\nrequire github.com/streamgen/streamgen v0.0.0\n\nreplace github.com/streamgen/streamgen => %s\n", path, root))
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "go.sum"), string(sum))
	return dir
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
