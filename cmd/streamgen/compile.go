package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/streamgen/streamgen/codegen"
	"github.com/streamgen/streamgen/codegen/diag"
)

// compilation is what the commands that compile have in common: flags, a result and the
// rendering of diagnostics.
type compilation struct {
	name   string
	dir    string
	json   bool
	args   []string
	stdout io.Writer
	stderr io.Writer
	// more adds flags of the command's own; such a command has no -json, unless it asks for it.
	more     func(*flag.FlagSet)
	withJSON bool
	accept   bool                      // what a release would lose
	pin      func(*codegen.Lock) error // changes what is recorded
	result   codegen.Result
}

// parse reads the flags; done says that the command ends with the exit code.
func (c *compilation) parse(args []string, help string) (code int, done bool) {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(c.stderr)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), help)
		flags.PrintDefaults()
	}
	flags.StringVar(&c.dir, "C", "", "`folder` to work in (default: the current one)")
	if c.more != nil {
		c.more(flags)
	}
	if c.more == nil || c.withJSON {
		flags.BoolVar(&c.json, "json", false, "print diagnostics as JSON on standard output")
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK, true
	case err != nil:
		return exitFailure, true
	}
	c.args = flags.Args()
	dir, err := filepath.Abs(c.dir)
	if err == nil {
		// Positions carry resolved paths; so must the folder that they are shown relative to.
		if resolved, e := filepath.EvalSymlinks(dir); e == nil {
			dir = resolved
		}
		_, err = os.Stat(dir)
	}
	if err != nil {
		return c.failed(err), true
	}
	c.dir = dir
	return exitOK, false
}

func (c *compilation) failed(err error) int {
	fmt.Fprintf(c.stderr, "streamgen %s: %v\n", c.name, err)
	return exitFailure
}

// generate compiles; print shows the diagnostics.
func (c *compilation) generate() (err error) {
	c.result, err = codegen.Generate(context.Background(), codegen.Options{Dir: c.dir, Patterns: c.args, Accept: c.accept, Pin: c.pin})
	return err
}

func (c *compilation) print() error {
	if c.json {
		b, err := diag.JSON(c.result.Diagnostics, c.dir)
		if err == nil {
			_, err = c.stdout.Write(b)
		}
		return err
	}
	for _, d := range c.result.Diagnostics {
		fmt.Fprint(c.stderr, d.Text(c.dir, c.result.Source))
	}
	return nil
}

// compile does both: all that check does.
func (c *compilation) compile() error {
	if err := c.generate(); err != nil {
		return err
	}
	return c.print()
}

// files are the generated files and the lock files.
func (c *compilation) files() []codegen.File {
	files := slices.Clone(c.result.Files)
	for _, l := range c.result.Locks {
		if text := l.Content(); text != nil {
			files = append(files, codegen.File{Path: l.Path, Content: text})
		}
	}
	return files
}

// code is the exit code that the diagnostics ask for. Warnings do not stop anything.
func (c *compilation) code() int {
	if c.result.Errors() > 0 {
		return exitFound
	}
	return exitOK
}
