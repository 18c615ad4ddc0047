// Package rule predicts where this project departs from Kafka Streams by default: for each
// mended wart that shows in the test driver a rule that says, from topology and script alone,
// what ours gives. It is named after the rule's number in docs/SEMANTICS.md.
package rule

import (
	"slices"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// Rule is one departure. It is read-only.
type Rule struct {
	Number string
	// Rewrite returns a case that in Kafka Streams gives what the case itself gives here; false
	// when the rule does not concern it. Nil for rules that only Expect.
	Rewrite func(form.Case) (form.Case, bool)
	// Expect changes one line of what Kafka Streams wrote for the case into ours; "" leaves it
	// out. It is called afresh for each result. Nil for rules that only Rewrite.
	Expect func(form.Case) func(line string) string
	// Level takes out of a result what the rule leaves open; both sides are compared without
	// it. Nil for other rules.
	Level func(result string) string
}

// Rules is all departures, in the order in which they are applied.
var Rules = []Rule{
	{Number: "S21", Rewrite: withoutAbsent},
	{Number: "S57", Rewrite: withoutInitialOld},
	{Number: "S57", Rewrite: withStoredOld},
	{Number: "S83", Rewrite: streamJoins},
	{Number: "S102, S104", Rewrite: sessions},
	{Number: "S111", Rewrite: closing},
	{Number: "S106", Expect: coalesced},
	{Number: "S104", Expect: open},
	{Number: "S181", Expect: withoutVoidDeletions},
	{Number: "S182", Expect: withoutExpiredRows},
	{Number: "S183", Level: compacted},
	{Number: "S106", Level: voided},
}

// Concerned are the numbers of the rules that make a difference between what Kafka Streams
// gave for the case and what is expected of ours.
func Concerned(c form.Case, result string) (numbers []string) {
	for _, r := range Rules {
		differs := r.Level != nil && r.Level(result) != result || r.Expect != nil && expect(r, c, result) != result
		if !differs && r.Rewrite != nil {
			_, differs = r.Rewrite(c)
		}
		if differs && !slices.Contains(numbers, r.Number) {
			numbers = append(numbers, r.Number)
		}
	}
	return numbers
}

// Rewrite applies all rules that rewrite; false when none concerns the case.
func Rewrite(c form.Case) (out form.Case, changed bool) {
	for _, r := range Rules {
		if r.Rewrite == nil {
			continue
		}
		if next, ok := r.Rewrite(c); ok {
			c, changed = next, true
		}
	}
	return c, changed
}

// Expect applies all rules that change results.
func Expect(c form.Case, result string) string {
	for _, r := range Rules {
		if r.Expect != nil {
			result = expect(r, c, result)
		}
	}
	return result
}

func expect(r Rule, c form.Case, result string) string {
	change := r.Expect(c)
	var out strings.Builder
	for line := range strings.Lines(result) {
		if line = change(strings.TrimRight(line, "\n")); line != "" {
			out.WriteString(line + "\n")
		}
	}
	return out.String()
}

// Level applies all rules that leave something open.
func Level(result string) string {
	for _, r := range Rules {
		if r.Level != nil {
			result = r.Level(result)
		}
	}
	return result
}
