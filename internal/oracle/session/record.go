package session

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/streamgen/streamgen/internal/oracle/batch"
	"github.com/streamgen/streamgen/internal/oracle/draw"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/judge"
	"github.com/streamgen/streamgen/internal/oracle/operator"
	"github.com/streamgen/streamgen/internal/oracle/recorded"
)

// Record draws topologies and scripts, or takes the cases of files, and writes the package
// internal/oracle/recorded/<set>: topologies, generated code, Kafka Streams' results, a test.
func Record(ctx context.Context, o Options, set string, files []string) error {
	java, err := Java(o.Root)
	if err != nil {
		return err
	}
	defer java.Close()
	r := rand.New(rand.NewPCG(o.Seed, 2))
	var topologies []form.Topology
	var cases []recorded.Case
	for _, f := range files {
		c, err := read(f)
		if err != nil {
			return err
		}
		cases = append(cases, recorded.Case{Topology: len(topologies), Script: c.Script})
		topologies = append(topologies, c.Topology)
	}
	if len(files) == 0 {
		if topologies, err = Draw(r, o.Shapes, o.Wanted); err != nil {
			return err
		}
		for i := range o.Cases {
			n := i * len(topologies) / o.Cases // cases of one topology side by side compress well
			cases = append(cases, recorded.Case{Topology: n, Script: draw.Script(r, topologies[n], 10+r.IntN(20))})
		}
	}
	for i := range cases {
		c := &cases[i]
		if c.Verdict, err = judge.Ask(java, form.Case{Topology: topologies[c.Topology], Script: c.Script}); err != nil {
			return err
		}
	}
	dir := filepath.Join(o.Root, "internal", "oracle", "recorded", set)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	doc := fmt.Sprintf("// Package %s is a set of topologies whose results in Kafka Streams are recorded (make oracle-record).\n//\n//go:generate go tool streamgen gen .\n", set)
	if err := batch.Write(ctx, dir, set, doc, topologies); err != nil {
		return err
	}
	test := fmt.Sprintf(`package %s

import (
	"testing"

	"github.com/streamgen/streamgen/internal/oracle/recorded"
)

// TestRecorded replays what Kafka Streams gave.
func TestRecorded(t *testing.T) {
	n, found, err := recorded.Replay("results.txt.gz", Entries)
	if err != nil || n == 0 {
		t.Fatal(n, "cases", err)
	}
	for _, f := range found {
		t.Error(f)
	}
}
`, set)
	if err := os.WriteFile(filepath.Join(dir, "recorded_test.go"), []byte(test), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "%s: %d topologies, %d cases\n", dir, len(topologies), len(cases))
	return recorded.Write(filepath.Join(dir, "results.txt.gz"), cases)
}

func read(file string) (c form.Case, err error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return c, err
	}
	if c, err = form.ParseCase(string(b)); err == nil {
		err = operator.Check(c.Topology)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", file, err)
	}
	return c, err
}
