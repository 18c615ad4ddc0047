package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/streamgen/streamgen/codegen/diag"
)

const diffHelp = `Usage: streamgen diff [-C folder] [-json] [packages]

Compares the committed output with what gen would write and prints the difference as a unified diff. Writes nothing.
Exit code 1: the output is stale or missing, or there are errors.

`

func runDiff(args []string, stdout, stderr io.Writer) int {
	c := &compilation{name: "diff", stdout: stdout, stderr: stderr}
	if code, done := c.parse(args, diffHelp); done {
		return code
	}
	if err := c.compile(); err != nil {
		return c.failed(err)
	}
	code := c.code()
	for _, f := range c.files() {
		old, err := os.ReadFile(f.Path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return c.failed(err)
		}
		text := unified(diag.Relative(c.dir, f.Path), string(old), string(f.Content))
		if text == "" {
			continue
		}
		code = exitFound
		if !c.json {
			fmt.Fprint(stdout, text)
		}
	}
	return code
}
