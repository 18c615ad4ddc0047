package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan/lock"
)

const compatHelp = `Usage: streamgen compat [-C folder] [-allow migratable] OLD [NEW]

Says of each store and topic whether the release NEW can follow the release OLD:

  compatible   instances of both read what the other writes: a rolling deploy is fine
  migratable   the new release reads what is there, the old one not what the new one writes: stop all instances first
  reset        what is there cannot be read, or is looked for elsewhere

with the reason and what to do. OLD and NEW are lock files, folders (all lock files below them), or git revisions
(v1.2.0, HEAD~1: the lock files below the folder in that commit). Without NEW it is the folder as it is.

  streamgen compat v1.2.0
  streamgen compat old/streamgen.lock streamgen.lock

Exit code 0: all is compatible (with -allow migratable: or migratable). 1: something is not. 2: there is nothing to compare.

`

func runCompat(args []string, stdout, stderr io.Writer) int {
	c := &compilation{name: "compat", stdout: stdout, stderr: stderr}
	allow, all := "compatible", false
	c.more = func(flags *flag.FlagSet) {
		flags.StringVar(&allow, "allow", allow, "worst `verdict` that exits with 0: compatible or migratable")
		flags.BoolVar(&all, "v", false, "list what did not change too")
	}
	if code, done := c.parse(args, compatHelp); done {
		return code
	}
	worst := slices.Index([]string{"compatible", "migratable"}, allow)
	switch {
	case worst < 0:
		return c.failed(fmt.Errorf("-allow is %q; it must be compatible or migratable", allow))
	case len(c.args) < 1 || len(c.args) > 2:
		return c.failed(errors.New("give the old release, and the new one unless it is the folder as it is: streamgen compat OLD [NEW]"))
	}
	if len(c.args) == 1 {
		c.args = append(c.args, ".")
	}
	old, err := c.locks(c.args[0])
	if err != nil {
		return c.failed(err)
	}
	now, err := c.locks(c.args[1])
	if err != nil {
		return c.failed(err)
	}
	if len(old) == 1 && len(now) == 1 { // two files may lie anywhere
		now = map[string]*lock.File{slices.Collect(maps.Keys(old))[0]: slices.Collect(maps.Values(now))[0]}
	}
	verdict := lock.Compatible
	for _, path := range slices.Sorted(maps.Keys(old)) {
		if len(old) > 1 {
			fmt.Fprintf(stdout, "%s\n", path)
		}
		to := now[path]
		if to == nil {
			to = &lock.File{}
		}
		for _, change := range lock.Compare(old[path], to) {
			verdict = max(verdict, change.Verdict)
			if len(change.Reasons) > 0 || all {
				printChange(stdout, change)
			}
		}
	}
	fmt.Fprintf(stdout, "%s\n", map[lock.Verdict]string{
		lock.Compatible: "compatible: instances of both releases can run at once",
		lock.Migratable: "migratable: stop all instances of the old release before the first of the new one starts",
		lock.Reset:      "reset: state or records of the old release would be lost or not be read",
	}[verdict])
	if int(verdict) > worst {
		return exitFound
	}
	return exitOK
}

func printChange(w io.Writer, c lock.Change) {
	what := c.Kind + " " + c.Name
	if c.Kind == string(lock.Reads) || c.Kind == string(lock.Writes) || c.Kind == string(lock.Repartition) {
		what = c.Kind + " topic " + c.Name
	}
	fmt.Fprintf(w, "%-10s  %s: %s\n", c.Verdict, c.Topology, what)
	for _, r := range c.Reasons {
		fmt.Fprintf(w, "              %s\n", r)
	}
	if c.Advice != "" {
		fmt.Fprintf(w, "              what to do: %s\n", c.Advice)
	}
}

// locks reads the lock files of a release, by path relative to the folder. The error says where there is none.
func (c *compilation) locks(release string) (map[string]*lock.File, error) {
	path := release
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.dir, path)
	}
	texts := map[string][]byte{}
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.IsDir():
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		texts[lock.Name] = b
	case err == nil:
		err = filepath.WalkDir(path, func(at string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && at != path && (strings.HasPrefix(d.Name(), ".") || d.Name() == "vendor" || d.Name() == "testdata") {
				return fs.SkipDir
			}
			if d.Name() == lock.Name && d.Type().IsRegular() {
				rel, _ := filepath.Rel(path, at)
				texts[filepath.ToSlash(rel)], err = os.ReadFile(at)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	case errors.Is(err, fs.ErrNotExist):
		if texts, err = c.committed(release); err != nil {
			return nil, err
		}
	default:
		return nil, err
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("%s has no %s; streamgen gen writes one for commands, streamgen lock anywhere", release, lock.Name)
	}
	out := map[string]*lock.File{}
	for name, text := range texts {
		f, err := lock.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", release, name, err)
		}
		out[name] = f
	}
	return out, nil
}

// committed reads the lock files below the folder as a git revision has them.
func (c *compilation) committed(revision string) (map[string][]byte, error) {
	neither := fmt.Errorf("%s is neither a file, a folder nor a git revision here", revision)
	if strings.HasPrefix(revision, "-") {
		return nil, neither
	}
	git := func(args ...string) ([]byte, error) {
		cmd := exec.Command("git", args...)
		cmd.Dir = c.dir
		out, err := cmd.Output()
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && len(exit.Stderr) > 0 {
			err = errors.New(strings.TrimSpace(string(exit.Stderr)))
		}
		return out, err
	}
	commit, err := git("rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, neither
	}
	id := strings.TrimSpace(string(commit))
	list, err := git("ls-tree", "-r", "-z", "--name-only", id, "--", ".")
	if err != nil {
		return nil, fmt.Errorf("git: %w", err)
	}
	out := map[string][]byte{}
	for name := range strings.SplitSeq(string(list), "\x00") {
		if name != lock.Name && !strings.HasSuffix(name, "/"+lock.Name) || strings.Contains("/"+name, "/testdata/") {
			continue
		}
		text, err := git("show", id+":./"+name)
		if err != nil {
			return nil, fmt.Errorf("git: %w", err)
		}
		out[name] = text
	}
	return out, nil
}
