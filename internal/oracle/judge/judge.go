// Package judge asks Kafka Streams what a case must give, in both compatibilities, and finds
// where ours departs from it.
package judge

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/streamgen/streamgen/internal/oracle/compare"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/peer"
	"github.com/streamgen/streamgen/internal/oracle/play"
	"github.com/streamgen/streamgen/internal/oracle/rule"
)

// Verdict is what a case must give. A plain value.
type Verdict struct {
	Kafka   string // in Kafka mode: what Kafka Streams gave
	Default string // by default: what the rules make of it
	// Rewritten says that a rule had Kafka Streams play another topology for Default, whose
	// description does not count.
	Rewritten bool
}

// Ask has the Java side play a checked case.
func Ask(java *peer.Peer, c form.Case) (v Verdict, err error) {
	if v.Kafka, err = java.Ask(c.String()); err != nil {
		return v, err
	}
	v.Default = v.Kafka
	other, changed := rule.Rewrite(c)
	if v.Rewritten = changed; changed {
		if v.Default, err = java.Ask(other.String()); err != nil {
			return v, err
		}
		v.Default = renumbered(v.Kafka, v.Default)
	}
	v.Default = rule.Expect(c, v.Default)
	return v, nil
}

// numbered is a repartition topic that is named after a number of Kafka Streams' counter.
var numbered = regexp.MustCompile(`\b(K[A-Z-]+-)\d{10}-repartition\b`)

// renumbered gives the topics of a rewritten case, which counts otherwise, the names that they
// have in the case itself: equally many of each kind, in the same order.
func renumbered(original, rewritten string) string {
	names := func(result string) map[string][]string {
		out := map[string][]string{}
		for _, m := range numbered.FindAllStringSubmatch(result, -1) {
			if !slices.Contains(out[m[1]], m[0]) {
				out[m[1]] = append(out[m[1]], m[0])
			}
		}
		for _, list := range out {
			slices.Sort(list)
		}
		return out
	}
	want, have := names(original), names(rewritten)
	return numbered.ReplaceAllStringFunc(rewritten, func(name string) string {
		kind := numbered.FindStringSubmatch(name)[1]
		if len(want[kind]) != len(have[kind]) {
			return name
		}
		return want[kind][slices.Index(have[kind], name)]
	})
}

// Player plays the script of a case on our side.
type Player func(mode string, kafka bool) (string, error)

// Finding is a difference.
type Finding struct {
	Mode  string // of package play
	Kafka bool
	Diff  string // "-" is Kafka Streams', "+" is ours
}

// String names the finding and shows it.
func (f Finding) String() string {
	of := "by default"
	if f.Kafka {
		of = "in Kafka mode"
	}
	return fmt.Sprintf("%s, %s (- must be, + is)\n%s", f.Mode, of, f.Diff)
}

// Compare plays a case in all modes and returns the differences. explained says that there is
// one by default that the rules predicted.
func (v Verdict) Compare(player Player) (found []Finding, explained bool, err error) {
	for _, kafka := range []bool{true, false} {
		for _, mode := range []string{play.Generated, play.Interpreted} {
			got, err := player(mode, kafka)
			if err != nil {
				return nil, false, err
			}
			want, described := v.Kafka, true
			if !kafka {
				explained = explained || compare.Difference(v.Kafka, got, true) != ""
				want, described = rule.Level(v.Default), !v.Rewritten
				got = rule.Level(got)
			}
			if d := compare.Difference(want, got, described); d != "" {
				found = append(found, Finding{Mode: mode, Kafka: kafka, Diff: d})
			}
		}
	}
	return found, explained && len(found) == 0, nil
}
