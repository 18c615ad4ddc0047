// Package recorded replays what Kafka Streams once gave, without Java: sets of topologies,
// each a package below with their generated code and its results, compressed.
package recorded

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/judge"
	"github.com/streamgen/streamgen/internal/oracle/play"
)

// Case is a script for a topology of a set, and the verdict on it. A plain value.
type Case struct {
	Topology int // in the set's Entries
	Script   []form.Step
	Verdict  judge.Verdict
}

// Write writes cases to a file, compressed. Equal cases give equal bytes.
func Write(file string, cases []Case) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	for _, c := range cases {
		fmt.Fprintf(z, "case %d %t\n", c.Topology, c.Verdict.Rewritten)
		for _, s := range c.Script {
			fmt.Fprintln(z, s)
		}
		fmt.Fprintf(z, "kafka\n%s", c.Verdict.Kafka)
		if c.Verdict.Default != c.Verdict.Kafka {
			fmt.Fprintf(z, "default\n%s", c.Verdict.Default)
		}
		fmt.Fprintln(z, "end")
	}
	if err := z.Close(); err != nil {
		return err
	}
	return f.Close()
}

// Read reads a file that Write wrote.
func Read(file string) (cases []Case, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for block := range strings.SplitSeq(string(text), "\nend\n") {
		if block == "" {
			continue
		}
		c, err := parse(block + "\n")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

func parse(block string) (c Case, err error) {
	head, rest, _ := strings.Cut(block, "\n")
	script, result, ok := strings.Cut(rest, "kafka\n")
	f := strings.Fields(head)
	if !ok || len(f) != 3 || f[0] != "case" {
		return c, fmt.Errorf("a case begins with %q", head)
	}
	if c.Topology, err = strconv.Atoi(f[1]); err != nil {
		return c, err
	}
	c.Verdict.Rewritten = f[2] == "true"
	for line := range strings.Lines(script) {
		s, err := form.ParseStep(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return c, err
		}
		c.Script = append(c.Script, s)
	}
	kafka, byDefault, differs := strings.Cut(result, "\ndefault\n")
	if differs {
		kafka += "\n"
	} else {
		byDefault = kafka
	}
	c.Verdict.Kafka, c.Verdict.Default = kafka, byDefault
	return c, nil
}

// Replay plays all cases of a file on a set's topologies, in both modes and compatibilities,
// and returns how many cases there are and what differs.
func Replay(file string, entries []play.Entry) (cases int, found []string, err error) {
	all, err := Read(file)
	if err != nil {
		return 0, nil, err
	}
	for i, c := range all {
		if c.Topology >= len(entries) {
			return i, found, fmt.Errorf("%s: case %d is of topology %d, and there are %d", file, i, c.Topology, len(entries))
		}
		e := entries[c.Topology]
		findings, _, err := c.Verdict.Compare(func(mode string, kafka bool) (string, error) {
			return play.Run(e.Build(mode), c.Script, kafka), nil
		})
		if err != nil {
			return i, found, err
		}
		for _, f := range findings {
			var script strings.Builder
			for _, s := range c.Script {
				fmt.Fprintln(&script, s)
			}
			found = append(found, fmt.Sprintf("case %d\ntopology\n%sscript\n%s%s", i, e.Text, script.String(), f))
		}
	}
	return len(all), found, nil
}
