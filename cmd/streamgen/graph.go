package main

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/streamgen/streamgen/codegen/view"
)

const graphHelp = `Usage: streamgen graph [-C folder] [-format mermaid|svg|html] [-topology NAME] [packages]

Draws topologies: topics, a box for each sub-topology with its operators, stores, repartition topics, global tables.
Mermaid is text that GitHub shows as a picture in a ` + "```mermaid" + ` block; svg and html are files that need nothing else, and
html holds what explain says too:

  streamgen graph -format html . > topology.html

User code is read, never run. Exit code 1: there are errors, printed as check does.

`

const explainHelp = `Usage: streamgen explain [-C folder] [-topology NAME] [-acl] [packages]

Tells what topologies will do: tasks and the operators that run fused in each, which keys and values are decoded and which
pass as bytes, names, where a repartition comes from and why, stores, internal topics with their partitions and cleanup
policies, codecs.

With -acl it tells the rights that the application needs from the brokers instead, exactly, as a table and as commands of
kafka-acls.sh:

  streamgen explain -acl -application-id orders -principal User:orders -bootstrap-server broker:9092 .

User code is read, never run. Exit code 1: there are errors, printed as check does.

`

func runGraph(args []string, stdout, stderr io.Writer) int {
	format := "mermaid"
	return show("graph", graphHelp, args, stdout, stderr, func(flags *flag.FlagSet) {
		flags.Func("format", "mermaid (default), svg or html", func(s string) error {
			if s != "mermaid" && s != "svg" && s != "html" {
				return fmt.Errorf("it is mermaid, svg or html")
			}
			format = s
			return nil
		})
	}, func(list []*view.Topology) string {
		switch format {
		case "svg":
			return view.SVG(list)
		case "html":
			return view.HTML("Topologies of "+list[0].Package, list)
		}
		return each(list, (*view.Topology).Mermaid)
	})
}

func runExplain(args []string, stdout, stderr io.Writer) int {
	acl := false
	var rights view.Rights
	return show("explain", explainHelp, args, stdout, stderr, func(flags *flag.FlagSet) {
		flags.BoolVar(&acl, "acl", false, "print the rights that the application needs from the brokers")
		flags.StringVar(&rights.Application, "application-id", "", "`application.id` of the rights")
		flags.StringVar(&rights.Principal, "principal", "", "`User:name` of the rights")
		flags.StringVar(&rights.Bootstrap, "bootstrap-server", "", "`host:port` for the commands")
		flags.BoolVar(&rights.AtLeastOnce, "at-least-once", false, "rights under at_least_once: no transactions")
	}, func(list []*view.Topology) string {
		if acl {
			return each(list, func(t *view.Topology) string { return t.ACL(rights) })
		}
		return each(list, (*view.Topology).Explain)
	})
}

// each joins a text of each topology.
func each(list []*view.Topology, text func(*view.Topology) string) string {
	var out []string
	for _, t := range list {
		out = append(out, text(t))
	}
	return strings.Join(out, "\n")
}

// show compiles and prints a text about the topologies without errors.
func show(name, help string, args []string, stdout, stderr io.Writer, more func(*flag.FlagSet), text func([]*view.Topology) string) int {
	c := &compilation{name: name, stdout: stdout, stderr: stderr, more: more}
	var only string
	c.more = func(flags *flag.FlagSet) {
		flags.StringVar(&only, "topology", "", "`name` of the one topology function to show (default: all)")
		more(flags)
	}
	if code, done := c.parse(args, help); done {
		return code
	}
	if err := c.compile(); err != nil {
		return c.failed(err)
	}
	list := c.result.Topologies
	if only != "" {
		list = nil
		var names []string
		for _, t := range c.result.Topologies {
			names = append(names, t.Name())
			if t.Name() == only {
				list = append(list, t)
			}
		}
		if list == nil && c.code() == exitOK {
			return c.failed(fmt.Errorf("there is no topology %s; there are: %s", only, strings.Join(names, ", ")))
		}
	}
	if len(list) > 0 {
		fmt.Fprint(stdout, text(list))
	}
	return c.code()
}
