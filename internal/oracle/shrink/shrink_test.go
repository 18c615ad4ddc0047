package shrink

import (
	"slices"
	"testing"

	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/operator"
)

func TestScriptKeepsWhatFails(t *testing.T) {
	var script []form.Step
	for i := range 50 {
		script = append(script, form.Step{Topic: "t", Timestamp: int64(i)})
	}
	has := func(s []form.Step, ts int64) bool {
		return slices.ContainsFunc(s, func(s form.Step) bool { return s.Timestamp == ts })
	}
	got, err := Script(script, func(s []form.Step) (bool, error) { return has(s, 7) && has(s, 31), nil })
	if err != nil || len(got) != 2 || !has(got, 7) || !has(got, 31) {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestTopologiesLoseOneOperator: bypassed where the types allow, with all that stands on it
// otherwise, and nothing left that no sink needs.
func TestTopologiesLoseOneOperator(t *testing.T) {
	c, err := form.ParseCase(`a = stream topic=in key=string val=int64
b = filter a pred=even
c = map-values b fn=show
d = to c topic=out
e = to a topic=all`)
	if err != nil || operator.Check(c.Topology) != nil {
		t.Fatal(err, operator.Check(c.Topology))
	}
	var got []string
	for _, l := range Topologies(c.Topology) {
		ids := ""
		for _, line := range l {
			ids += line.ID
		}
		got = append(got, ids)
	}
	if want := []string{"abcd", "abde", "acde", "ae"}; !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := Inputs(c.Topology, []form.Step{{Topic: "in"}, {Topic: "other"}, {Advance: 1}}); len(got) != 2 {
		t.Errorf("inputs %v", got)
	}
}
