// Package judge asks Kafka Streams what a case must give, in both compatibilities, and finds
// where ours departs from it.
package judge

import (
	"fmt"

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
	}
	v.Default = rule.Expect(c, v.Default)
	return v, nil
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

// Compare plays a case in all modes and returns the differences.
func (v Verdict) Compare(player Player) (found []Finding, err error) {
	for _, kafka := range []bool{true, false} {
		for _, mode := range []string{play.Generated, play.Interpreted} {
			got, err := player(mode, kafka)
			if err != nil {
				return nil, err
			}
			want, described := v.Kafka, true
			if !kafka {
				want, described = v.Default, !v.Rewritten
			}
			if d := compare.Difference(want, got, described); d != "" {
				found = append(found, Finding{Mode: mode, Kafka: kafka, Diff: d})
			}
		}
	}
	return found, nil
}
