package poll

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
)

func twoHops() *Settings {
	return &Settings{Application: "app", WindowRetention: 24 * time.Hour, TopicConfigs: map[string]string{"segment.bytes": "1000"},
		Topology: &gen.Topology{Hash: "h", Subtopologies: []gen.Subtopology{
			{ID: 1, Sources: []gen.Source{{Node: "r1", Topic: "second", Repartition: true}}, Stores: []gen.Store{{Name: "s", Logged: true}, {Name: "local"}},
				Sinks: []gen.SinkSpec{{Node: "out", Topic: "out"}}},
			{ID: 2, Sources: []gen.Source{{Node: "r2", Topic: "first", Repartition: true}}, Sinks: []gen.SinkSpec{{Topic: "second", Repartition: true}},
				Stores: []gen.Store{{Name: "w", Logged: true, Window: true, Retention: 3600_000}}},
			{ID: 0, Sources: []gen.Source{{Node: "a", Topic: "in-a"}, {Node: "b", Topic: "in-b"}}, Sinks: []gen.SinkSpec{{Topic: "first", Repartition: true}}},
		}}}
}

// Counts travel through chains of repartition topics, in whatever order the
// sub-topologies stand.
func TestInternalTopicsAreSizedByTheirWriters(t *testing.T) {
	tp, list, err := twoHops().plan(map[string]int32{"in-a": 3, "in-b": 5, "out": 1})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, it := range list {
		names = append(names, it.name)
		if it.partitions != 5 {
			t.Errorf("%s has %d partitions", it.name, it.partitions)
		}
	}
	if want := []string{"app-first-repartition", "app-s-changelog", "app-second-repartition", "app-w-changelog"}; !slices.Equal(names, want) {
		t.Errorf("%v", names)
	}
	if !slices.Equal(tp.tasks, []int32{5, 5, 5}) {
		t.Error(tp.tasks)
	}
	configs := map[string]map[string]string{}
	for _, it := range list {
		configs[it.name] = it.configs
	}
	if c := configs["app-w-changelog"]; c["cleanup.policy"] != "compact,delete" || c["retention.ms"] != "90000000" {
		t.Error(c)
	}
	if c := configs["app-s-changelog"]; c["cleanup.policy"] != "compact" || c["retention.ms"] != "" {
		t.Error(c)
	}
	if c := configs["app-first-repartition"]; c["retention.ms"] != "-1" || c["cleanup.policy"] != "delete" || c["segment.bytes"] != "1000" {
		t.Error(c)
	}
}

func TestTopicReadTwiceIsRefused(t *testing.T) {
	s := twoHops()
	s.Topology.Subtopologies[2].Sources[1].Topic = "in-a"
	if _, _, err := s.plan(map[string]int32{"in-a": 3, "out": 1}); err == nil || !strings.Contains(err.Error(), `"in-a" is read by a and by b`) {
		t.Error(err)
	}
}
