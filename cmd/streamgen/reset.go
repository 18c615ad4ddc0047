package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	rt "github.com/streamgen/streamgen/runtime"
)

const resetHelp = `Usage: streamgen reset -application-id ID -bootstrap-server HOST:PORT [flags] [package]

Takes an application back to its beginning, as kafka-streams-application-reset does: the offsets of its input topics are
moved, its internal topics deleted. Without -execute it only says, line by line, what it would do.

Every instance must be stopped: it refuses while the group has members, and names them. Internal topics are those of the
topology when a package is given, else those whose names begin with the application id and end as Kafka Streams' do; a
topic that may belong to another application of a longer name is left alone. Input topics are those given, else those of
the package and those that the group has offsets of. Connection and security are configured as the application's: with
-config, -set, and the environment.

  streamgen reset -application-id orders -bootstrap-server broker:9092 .             # says what it would do
  streamgen reset -application-id orders -bootstrap-server broker:9092 -execute .

Exit code 2: nothing could be done, or not all of it; run it again.

`

func runReset(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return reset(ctx, args, os.Environ(), time.Now(), stdout, stderr)
}

// reset is runReset without the process.
func reset(ctx context.Context, args, environ []string, now time.Time, stdout, stderr io.Writer) int {
	var (
		r        rt.Reset
		cfg      rt.Config
		file     string
		topology string
		sets     [][2]string
		points   []string
	)
	c := &compilation{name: "reset", stdout: stdout, stderr: stderr}
	c.more = func(flags *flag.FlagSet) {
		list := func(name, help string, to *[]string) {
			flags.Func(name, help, func(s string) error {
				for v := range strings.SplitSeq(s, ",") {
					if v = strings.TrimSpace(v); v != "" {
						*to = append(*to, v)
					}
				}
				return nil
			})
		}
		set := func(name, help, property string) {
			flags.Func(name, help, func(v string) error { sets = append(sets, [2]string{property, v}); return nil })
		}
		set("application-id", "`application.id`", "application.id")
		set("bootstrap-server", "brokers, `host:port`[,host:port…]", "bootstrap.servers")
		set("bootstrap-servers", "the same", "bootstrap.servers")
		flags.StringVar(&file, "config", "", "properties `file` of the application")
		flags.Func("set", "a property as `name=value`, such as security.protocol=SSL", func(v string) error {
			n, value, ok := strings.Cut(v, "=")
			if !ok {
				return fmt.Errorf("%q is not name=value", v)
			}
			sets = append(sets, [2]string{n, value})
			return nil
		})
		flags.StringVar(&topology, "topology", "", "`name` of the topology function, when the package has several")
		list("input-topics", "`topics` whose offsets are moved, separated by commas", &r.Inputs)
		list("internal-topics", "only these internal `topics` are deleted", &r.Internal)
		flags.BoolVar(&r.Force, "force", false, "remove members that the group still has")
		flags.BoolVar(&r.LocalState, "local-state", false, "delete the application's state on this machine (state.dir) too")
		flags.BoolVar(&r.Execute, "execute", false, "do it")
		flags.Bool("dry-run", true, "say what would be done; the default, and what -execute ends")
		pointFlags(flags, now, &r.To, &points)
	}
	if code, done := c.parse(args, resetHelp); done {
		return code
	}
	if len(points) > 1 {
		return c.failed(fmt.Errorf("-%s and -%s exclude each other; inputs go to one place", points[0], points[1]))
	}
	var errs []error
	if file != "" {
		errs = append(errs, cfg.LoadFile(file))
	}
	errs = append(errs, cfg.LoadEnv(environ))
	for _, s := range sets {
		errs = append(errs, cfg.Set(s[0], s[1]))
	}
	if err := errors.Join(errs...); err != nil {
		return c.failed(err)
	}
	if len(c.args) > 0 {
		known, code := c.known(topology, cfg.ApplicationID, len(r.Inputs) > 0)
		if known == nil {
			return code
		}
		r.Known = known
	}
	if err := r.Do(ctx, cfg, stdout); err != nil {
		return c.failed(err)
	}
	if !r.Execute {
		fmt.Fprintln(stdout, "nothing was changed; add -execute to do it")
	}
	return exitOK
}

// known compiles the package for its topics; nil ends the command with the code.
func (c *compilation) known(topology, application string, inputsGiven bool) (*rt.KnownTopics, int) {
	if err := c.compile(); err != nil {
		return nil, c.failed(err)
	}
	if code := c.code(); code != exitOK {
		return nil, code
	}
	list := c.result.Topologies
	var names []string
	for _, t := range list {
		names = append(names, t.Name())
	}
	at := slices.Index(names, topology)
	switch {
	case topology == "" && len(list) == 1:
		at = 0
	case topology == "":
		return nil, c.failed(fmt.Errorf("there are several topologies, one application each: give -topology, one of %s", strings.Join(names, ", ")))
	case at < 0:
		return nil, c.failed(fmt.Errorf("there is no topology %s; there are: %s", topology, strings.Join(names, ", ")))
	}
	inputs, internal, err := list[at].Topics(application)
	if err != nil && !inputsGiven {
		return nil, c.failed(fmt.Errorf("%w with -input-topics", err))
	}
	if err != nil {
		inputs = nil
	}
	return &rt.KnownTopics{Inputs: inputs, Internal: internal}, exitOK
}
