package main

import (
	"fmt"
	"go/format"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/streamgen/streamgen/codegen/diag"
)

const fixHelp = `Usage: streamgen fix [-C folder] [packages]

Writes missing names of stores into the sources: those that Kafka Streams would have generated, so that an application
taken over from it finds its state. Other fixes are printed by check for you to judge.
Exit code 1: diagnostics remain.

`

// maxFixRounds bounds the repetition: one fix can only uncover another while there are
// unnamed stores left.
const maxFixRounds = 100

func runFix(args []string, stdout, stderr io.Writer) int {
	c := &compilation{name: "fix", stdout: stdout, stderr: stderr}
	if code, done := c.parse(args, fixHelp); done {
		return code
	}
	for range maxFixRounds {
		if err := c.generate(); err != nil {
			return c.failed(err)
		}
		edits := map[string][]diag.Edit{}
		for _, d := range c.result.Diagnostics {
			if d.Fix != nil && d.Fix.Auto {
				for _, e := range d.Fix.Edits {
					edits[e.File] = append(edits[e.File], e)
				}
			}
		}
		if len(edits) == 0 {
			if err := c.print(); err != nil {
				return c.failed(err)
			}
			return c.code()
		}
		for _, file := range slices.Sorted(maps.Keys(edits)) {
			if err := fixFile(file, edits[file]); err != nil {
				return c.failed(err)
			}
			if !c.json {
				fmt.Fprintf(stdout, "fixed %s\n", diag.Relative(c.dir, file))
			}
		}
	}
	return c.failed(fmt.Errorf("fixes still follow fixes after %d rounds; run check to see them", maxFixRounds))
}

// fixFile writes edits into a file, keeping its permissions.
func fixFile(file string, edits []diag.Edit) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	out, _, err := diag.Apply(src, edits)
	if err != nil {
		return err
	}
	if _, err := format.Source(out); err != nil {
		return fmt.Errorf("%s: the fix does not fit: %w", file, err)
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, out, info.Mode().Perm())
}
