package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/streamgen/streamgen/codegen/diag"
)

const genHelp = `Usage: streamgen gen [-C folder] [-json] [packages]

Compiles the topologies of packages (default: the one in the folder) and writes topology_streamgen.go beside them. A file
whose content would not change is left alone. User code is read, never run; the generated file itself is not read, so it
may be absent, stale or broken. In a source file: //go:generate go tool streamgen gen .

It keeps streamgen.lock beside that file, which says what stores and topics hold, so that a change that would lose state
is an error. It makes one for commands; 'streamgen lock' makes one anywhere, and accepts such a change.

Exit code 1: there are diagnostics, and the packages that have errors were not written.

`

func runGen(args []string, stdout, stderr io.Writer) int {
	c := &compilation{name: "gen", stdout: stdout, stderr: stderr}
	if code, done := c.parse(args, genHelp); done {
		return code
	}
	if err := c.compile(); err != nil {
		return c.failed(err)
	}
	if err := c.write(); err != nil {
		return c.failed(err)
	}
	return c.code()
}

// write writes generated files and lock files that differ from what is there.
func (c *compilation) write() error {
	for _, f := range c.files() {
		old, err := os.ReadFile(f.Path)
		if err == nil && bytes.Equal(old, f.Content) {
			continue
		}
		if err := os.WriteFile(f.Path, f.Content, 0o644); err != nil {
			return err
		}
		if !c.json {
			fmt.Fprintf(c.stdout, "wrote %s\n", diag.Relative(c.dir, f.Path))
		}
	}
	return nil
}
