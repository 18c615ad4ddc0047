package poll

import (
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
)

// joining is a join of the topics a and b, either of which may be a repartition topic that
// a sub-topology of its own writes from a-in or b-in.
func joining(leftRepartition, rightRepartition bool) *Settings {
	sub := gen.Subtopology{ID: 9, Together: []gen.Together{{Node: "orders-payments", Left: []int{0}, Right: []int{1}}},
		Sources: []gen.Source{{Node: "l", Topic: "a", Repartition: leftRepartition}, {Node: "r", Topic: "b", Repartition: rightRepartition}},
		Stores:  []gen.Store{{Name: "rows", Window: true, Duplicates: true, Retention: 1000, Logged: true}}}
	subs := []gen.Subtopology{sub}
	for _, src := range sub.Sources {
		if src.Repartition {
			subs = append(subs, gen.Subtopology{ID: len(subs), Sources: []gen.Source{{Node: src.Topic + "-source", Topic: src.Topic + "-in"}},
				Sinks: []gen.SinkSpec{{Topic: src.Topic, Repartition: true}}})
		}
	}
	return &Settings{Application: "app", Topology: &gen.Topology{Subtopologies: subs}}
}

// S88: source topics that meet have equally many partitions, or the application does not start.
func TestJoinedSourceTopicsMustBeEqual(t *testing.T) {
	if _, _, err := joining(false, false).plan(map[string]int32{"a": 4, "b": 4}); err != nil {
		t.Error(err)
	}
	_, _, err := joining(false, false).plan(map[string]int32{"a": 4, "b": 3})
	if err == nil || !strings.Contains(err.Error(), `orders-payments joins topics with different numbers of partitions: left "a" with 4; right "b" with 3`) {
		t.Error(err)
	}
}

// S88: a repartition topic takes the count of the source topic that it meets, be it more or
// fewer than its writer has tasks; of two, both take the higher.
func TestJoinedRepartitionTopicsAreCoerced(t *testing.T) {
	for _, c := range []struct {
		left, right bool
		counts      map[string]int32
		want        int32
	}{
		{true, false, map[string]int32{"a-in": 2, "b": 5}, 5},
		{true, false, map[string]int32{"a-in": 7, "b": 5}, 5},
		{false, true, map[string]int32{"a": 3, "b-in": 5}, 3},
		{true, true, map[string]int32{"a-in": 2, "b-in": 6}, 6},
	} {
		s := joining(c.left, c.right)
		tp, list, err := s.plan(c.counts)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range list {
			if it.partitions != c.want {
				t.Errorf("%+v: %s has %d partitions", c, it.name, it.partitions)
			}
			if strings.HasSuffix(it.name, "-changelog") && it.configs["cleanup.policy"] != "delete" {
				t.Errorf("%s: %v", it.name, it.configs)
			}
		}
		if tp.tasks[0] != c.want {
			t.Errorf("%+v: %v tasks", c, tp.tasks)
		}
	}
}

// A stream behind a repartition topic is joined with another repartition topic first and with a
// source topic later: all three need its count, and a second source topic contradicts it.
func TestJoinsFixCountsThroughEachOther(t *testing.T) {
	s := joining(true, true)
	sub := &s.Topology.Subtopologies[0]
	sub.Sources = append(sub.Sources, gen.Source{Node: "c", Topic: "c"}, gen.Source{Node: "d", Topic: "d"})
	sub.Together = append(sub.Together, gen.Together{Node: "second", Left: []int{0}, Right: []int{2}})
	tp, _, err := s.plan(map[string]int32{"a-in": 2, "b-in": 6, "c": 3, "d": 4})
	if err != nil || tp.partitions["app-a-repartition"] != 3 || tp.partitions["app-b-repartition"] != 3 {
		t.Fatal(tp, err)
	}
	sub.Together = append(sub.Together, gen.Together{Node: "third", Left: []int{1}, Right: []int{3}})
	_, _, err = s.plan(map[string]int32{"a-in": 2, "b-in": 6, "c": 3, "d": 4})
	if err == nil || !strings.Contains(err.Error(), "joins topics with different numbers of partitions") {
		t.Error(err)
	}
}
