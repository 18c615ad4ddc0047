// Command streamgen compiles stream topologies written in Go, and carries the tools around them.
//
//	streamgen COMMAND [flags] [arguments]
//
// Exit codes are the same for every command: 0 done (or: nothing differs), 1 the work was done and found something
// (diagnostics, a difference), 2 it could not be done (wrong flags, no such file, no broker).
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/streamgen/streamgen/codegen/diag"
)

// Exit codes of every command.
const (
	exitOK      = 0
	exitFound   = 1
	exitFailure = 2
)

// command is one subcommand: it parses its own flags, writes to the given writers alone and returns an exit code.
type command struct {
	name, summary string
	run           func(args []string, stdout, stderr io.Writer) int
}

// commands lists every subcommand in the order of the help text.
var commands = []command{
	{"gen", "compile the topologies of packages to Go", runGen},
	{"check", "report what is wrong, write nothing", runCheck},
	{"lock", "record what stores and topics hold; pin the schemas of a registry", runLock},
	{"compat", "tell whether a release can follow another: compatible, migratable, reset", runCompat},
	{"diff", "tell whether the committed output is stale", runDiff},
	{"fix", "write missing names into the sources", runFix},
	{"explain", "tell what a topology does: tasks, names, topics, stores, and why", runExplain},
	{"graph", "draw a topology as Mermaid, SVG or HTML", runGraph},
	{"new", "start an application: topology, main, test", runNew},
	{"reset", "take an application back to its beginning", runReset},
	{"broker", "run an embedded broker for development", runBroker},
	{"avro", "make Go types of an Avro schema, and a schema of a Go type", runAvro},
	{"registry", "run a Schema Registry for development", runRegistry},
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run finds the command and runs it.
func run(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		usage(stderr)
		return exitFailure
	}
	switch name := args[0]; name {
	case "help", "-h", "-help", "--help":
		if len(args) == 2 {
			return run([]string{args[1], "-h"}, stdout, stderr)
		}
		usage(stdout)
		return exitOK
	default:
		for _, c := range commands {
			if c.name == name {
				return c.run(args[1:], stdout, stderr)
			}
		}
		fmt.Fprintf(stderr, "streamgen: unknown command %q", name)
		if near := nearest(name); near != "" {
			fmt.Fprintf(stderr, ": did you mean %q?", near)
		}
		fmt.Fprintf(stderr, "\nRun 'streamgen help' for the list.\n")
		return exitFailure
	}
}

// usage prints the table of commands.
func usage(w io.Writer) {
	fmt.Fprint(w, "streamgen compiles stream topologies written in Go.\n\nUsage: streamgen COMMAND [flags] [arguments]\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\n'streamgen COMMAND -h' tells about a command. Exit codes: 0 done, 1 found something, 2 failed.\n")
}

// nearest returns the command that an unknown name most likely meant, or nothing when none is near: a prefix of it, or
// at most two edits away and fewer than half of its letters.
func nearest(name string) string {
	best, distance := "", 3
	for _, c := range commands {
		if name != "" && strings.HasPrefix(c.name, name) {
			return c.name
		}
		if d := diag.Distance(strings.ToLower(name), c.name); d < distance && 2*d < len(c.name) {
			best, distance = c.name, d
		}
	}
	return best
}
