package poll

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/task"
)

// topics are the names and sizes of everything the topology reads and writes. It is
// computed once, then read concurrently.
type topics struct {
	structure  assign.Structure
	inputs     [][]input         // by sub-topology, in the order of a task's sources
	readers    map[string]reader // by topic
	partitions map[string]int32  // of every topic, internal ones included
	ids        map[string][16]byte
	tasks      []int32           // partitions by sub-topology
	joins      map[string]string // why a repartition topic has other partitions than its writer has tasks
}

// input is a source of a task: a topic, or the place of a pattern, which has none itself.
type input struct {
	topic   string
	pattern int // index of the source whose pattern the topic matched; -1 for others
}

type reader struct{ group, source int }

// internalTopic is one that the application creates and owns.
type internalTopic struct {
	name       string
	partitions int32
	configs    map[string]string
	because    string // what fixes the partition count
}

// externalTopics lists the topics that must exist already, with their roles, sorted.
func (s *Settings) externalTopics() (names []string, role map[string]string) {
	role = map[string]string{}
	for i := range s.Topology.Subtopologies {
		sub := &s.Topology.Subtopologies[i]
		for j := range sub.Sinks {
			if k := &sub.Sinks[j]; !k.Repartition && !k.Routed {
				role[k.Topic] = "written by " + k.Node
			}
		}
	}
	for i := range s.Topology.Subtopologies {
		sub := &s.Topology.Subtopologies[i]
		for j := range sub.Sources {
			if src := &sub.Sources[j]; !src.Repartition && src.Pattern == "" {
				role[src.Topic] = "read by " + src.Node
			}
		}
	}
	for _, gl := range s.Topology.Globals {
		role[gl.Topic] = "read by the global table " + gl.Node
	}
	return slices.Sorted(maps.Keys(role)), role
}

// plan sizes the internal topics: a repartition topic gets as many partitions as the
// widest sub-topology that writes it has tasks, a changelog as many as its own
// sub-topology has. external holds the partition counts of the external topics.
func (s *Settings) plan(external map[string]int32) (*topics, []internalTopic, error) {
	t := &topics{partitions: maps.Clone(external), ids: map[string][16]byte{}}
	subs := s.Topology.Subtopologies
	t.structure.Hash = s.Topology.Hash
	if err := s.assignTopics(t, external); err != nil {
		return nil, nil, err
	}
	for i := range subs {
		logged := slices.ContainsFunc(subs[i].Stores, func(st gen.Store) bool { return st.Logged })
		t.structure.Logged = append(t.structure.Logged, logged)
	}
	// A repartition topic may feed a sub-topology that writes the next one: repeat until
	// no count changes, at most once per sub-topology.
	t.tasks = make([]int32, len(subs))
	fixed := map[string]int32{} // repartition topics whose size the topology says
	for i := range subs {
		for j := range subs[i].Sources {
			if src := &subs[i].Sources[j]; src.Repartition && src.Partitions > 0 {
				name := task.SourceTopic(s.Application, *src)
				fixed[name], t.partitions[name] = src.Partitions, src.Partitions
			}
		}
	}
	for range len(subs) + 1 {
		for i := range subs {
			for _, name := range t.structure.Groups[i] {
				t.tasks[i] = max(t.tasks[i], t.partitions[name])
			}
			for j := range subs[i].Sinks {
				if k := &subs[i].Sinks[j]; k.Repartition {
					name := task.SinkTopic(s.Application, *k)
					if fixed[name] == 0 {
						t.partitions[name] = max(t.partitions[name], t.tasks[i])
					}
				}
			}
		}
	}
	if err := s.equalise(t, external, fixed); err != nil {
		return nil, nil, err
	}
	var list []internalTopic
	for i := range subs {
		for j := range subs[i].Sources {
			src := &subs[i].Sources[j]
			if !src.Repartition {
				continue
			}
			name := task.SourceTopic(s.Application, *src)
			if t.partitions[name] == 0 && s.patterned() {
				continue // what writes it reads topics that are not there yet
			}
			if t.partitions[name] == 0 {
				return nil, nil, fmt.Errorf("repartition topic %q is read by %s but nothing writes it; generate the code again", name, src.Node)
			}
			because := t.because(name)
			if fixed[name] > 0 {
				because = "the topology asks for as many with dsl.Partitions"
			}
			list = append(list, internalTopic{name: name, partitions: t.partitions[name], configs: s.repartitionConfigs(), because: because})
		}
		for j := range subs[i].Stores {
			st := &subs[i].Stores[j]
			if !st.Logged || t.tasks[i] == 0 { // no topic matches its patterns yet
				continue
			}
			name := task.ChangelogTopic(s.Application, st.Name)
			t.partitions[name] = t.tasks[i]
			list = append(list, internalTopic{name: name, partitions: t.tasks[i], configs: s.changelogConfigs(st),
				because: fmt.Sprintf("its sub-topology reads %q", t.structure.Groups[i])})
		}
	}
	slices.SortFunc(list, func(a, b internalTopic) int { return compare(a.name, b.name) })
	list = slices.CompactFunc(list, func(a, b internalTopic) bool { return a.name == b.name })
	return t, list, nil
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// The configs of internal topics are Kafka Streams' (InternalTopicManager); "topic."
// properties override them.

func (s *Settings) repartitionConfigs() map[string]string {
	return s.overridden(map[string]string{
		"cleanup.policy":         "delete",
		"retention.ms":           "-1", // records are deleted once they are consumed
		"segment.bytes":          "52428800",
		"message.timestamp.type": "CreateTime",
	})
}

func (s *Settings) changelogConfigs(st *gen.Store) map[string]string {
	c := map[string]string{"cleanup.policy": "compact", "message.timestamp.type": "CreateTime"}
	if st.Window {
		c["cleanup.policy"] = "compact,delete"
		if st.Duplicates {
			c["cleanup.policy"] = "delete" // no row ever replaces another
		}
		c["retention.ms"] = strconv.FormatInt(st.Retention+s.WindowRetention.Milliseconds(), 10)
	}
	return s.overridden(c)
}

func (s *Settings) overridden(c map[string]string) map[string]string {
	maps.Copy(c, s.TopicConfigs)
	return c
}

// subscribed lists the topics that the workers' group subscribes to.
func (t *topics) subscribed() []string {
	var names []string
	for _, g := range t.structure.Groups {
		names = append(names, g...)
	}
	return names
}
