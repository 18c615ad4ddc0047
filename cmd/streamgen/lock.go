package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"

	"github.com/streamgen/streamgen/codegen"
	"github.com/streamgen/streamgen/codegen/diag"
)

const lockHelp = `Usage: streamgen lock [-C folder] [packages]
       streamgen lock -registry URL [flags] [packages]

Writes streamgen.lock beside the generated file of each package: what stores and topics hold. Commit it. 'streamgen gen'
compares with it from then on: what can go on is recorded, what would lose state is an error. lock accepts such a change; it
says which values nothing can read any more.

With -registry it also pins the versions of the subjects of all topics that the package reads or writes as Avro or Protobuf, and
generates the code that reads values of Avro's schemas straight. 'streamgen check -registry URL' compares with them later.

Exit code 1: there are diagnostics, and the packages that have errors were not written.

`

func runLock(args []string, stdout, stderr io.Writer) int {
	var r registryFlags
	c := &compilation{name: "lock", stdout: stdout, stderr: stderr, accept: true}
	c.more = func(flags *flag.FlagSet) { r.add(flags) }
	if code, done := c.parse(args, lockHelp); done {
		return code
	}
	if r.given() {
		client, err := r.open()
		if err != nil {
			return c.failed(err)
		}
		defer client.Close()
		c.pin = func(l *codegen.Lock) error { return pinSubjects(client, &r, l, stdout) }
	}
	if err := c.compile(); err != nil {
		return c.failed(err)
	}
	for _, l := range c.result.Locks {
		if l.Before == nil {
			l.Before = []byte{} // made here wherever there is a topology
		}
		for _, f := range l.Forgotten {
			fmt.Fprintf(stdout, "%s: forgets %s: if such values are out there, reset the store\n", diag.Relative(c.dir, l.Path), f)
		}
		if bytes.Equal(l.Before, l.Content()) {
			fmt.Fprintf(stdout, "%s is current\n", diag.Relative(c.dir, l.Path))
		}
	}
	if err := c.write(); err != nil {
		return c.failed(err)
	}
	return c.code()
}
