package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/broker"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const resetTopology = `package app

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Count(b *dsl.Builder) {
	b.Stream("words", dsl.String(), dsl.String()).
		GroupByKey().
		Count(dsl.Name("counts")).
		ToStream().
		To("counted", dsl.String(), dsl.Int64())
}

//streamgen:topology
func Computed(b *dsl.Builder, prefix string) {
	b.Stream(prefix+"words", dsl.String(), dsl.String()).To("copied", dsl.String(), dsl.String())
}
`

// The command as it is typed: what belongs to the topology goes, what it does not know stays.
func TestResetKnowsTheTopology(t *testing.T) {
	b, err := broker.Start(broker.Options{Topics: []broker.Topic{{Name: "words", Partitions: 1}, {Name: "app-counts-changelog", Partitions: 1}, {Name: "app-older-changelog", Partitions: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	offsets := kadm.Offsets{}
	offsets.Add(kadm.Offset{Topic: "words", Partition: 0, At: 0})
	if err := kadm.NewClient(cl).CommitAllOffsets(t.Context(), "app", offsets); err != nil {
		t.Fatal(err)
	}
	dir := appModule(t, "example.com/app")
	put(t, filepath.Join(dir, "topology.go"), resetTopology)
	put(t, filepath.Join(dir, "app.properties"), "application.id=app\nstate.dir="+filepath.Join(dir, "state")+"\n")
	now := time.UnixMilli(1_700_000_000_000)
	for _, c := range []struct {
		args   string
		code   int
		has    string // on either output
		hasNot string
	}{
		{args: "-topology Count .", has: "offset of words-0: 0 → 0 (earliest)\ndelete topic app-counts-changelog (1 partitions)\n", hasNot: "delete topic app-older"},
		{args: "-topology Count .", has: "nothing was changed; add -execute to do it\n", hasNot: "deleted"},
		{args: ".", code: exitFailure, has: "there are several topologies, one application each: give -topology, one of Count, Computed"},
		{args: "-topology Cuont .", code: exitFailure, has: "there is no topology Cuont; there are: Count, Computed"},
		{args: "-topology Computed .", code: exitFailure, has: `topic prefix + "words" is computed when the application runs; name the input topics with -input-topics`},
		{args: "-topology Computed -input-topics words .", has: "leave topic app-counts-changelog: the topology has no such topic"},
		{args: "-to-latest -to-earliest", code: exitFailure, has: "-to-latest and -to-earliest exclude each other"},
		{args: "-by-duration PT1H", has: "(at 2023-11-14T21:13:20Z)"},
		{args: "-by-duration P1H", code: exitFailure, has: `"P1H" is not a duration such as PT1H30M, P2D or 90m`},
		{args: "-to-datetime 2023-11-14T22:13:20.000+0100", has: "(at 2023-11-14T21:13:20Z)"},
		{args: "-to-datetime yesterday", code: exitFailure, has: `"yesterday" is not a time`},
		{args: "-from-file /nowhere", code: exitFailure, has: "no such file"},
		{args: "-set comit.interval.ms=1", code: exitFailure, has: "did you mean commit.interval.ms?"},
		{args: "-topology Count -execute .", has: "wrote 1 offsets\ndeleted 1 internal topics\n", hasNot: "nothing was changed"},
		{args: "-execute -local-state", has: "deleted 1 internal topics\ndelete local state "},
	} {
		args := append([]string{"-C", dir, "-bootstrap-server", b.Addr(), "-config", filepath.Join(dir, "app.properties")}, strings.Fields(c.args)...)
		var stdout, stderr bytes.Buffer
		code := reset(t.Context(), args, nil, now, &stdout, &stderr)
		if out := stdout.String() + stderr.String(); code != c.code || !strings.Contains(out, c.has) || c.hasNot != "" && strings.Contains(out, c.hasNot) {
			t.Errorf("reset %s: exit code %d, want %d, with %q, without %q:\n%s", c.args, code, c.code, c.has, c.hasNot, out)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "state", "app")); !os.IsNotExist(err) {
		t.Error(err)
	}
}
