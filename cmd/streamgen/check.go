package main

import "io"

const checkHelp = `Usage: streamgen check [-C folder] [-json] [packages]

Reports what is wrong with the topologies of packages and writes nothing. Exit code 1: there are errors.

`

func runCheck(args []string, stdout, stderr io.Writer) int {
	c := &compilation{name: "check", stdout: stdout, stderr: stderr}
	if code, done := c.parse(args, checkHelp); done {
		return code
	}
	if err := c.compile(); err != nil {
		return c.failed(err)
	}
	return c.code()
}
