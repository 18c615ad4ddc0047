package poll

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/streamgen/streamgen/runtime/gen"
)

// equalise gives the topics that meet in a join equally many partitions, as Kafka Streams'
// CopartitionedTopicsEnforcer: a repartition topic takes the count of the source topics that it
// meets, or that which the topology asks for, or the highest among repartition topics alone. Source
// topics with different counts are an error, which names both sides: nobody but their owner can change them, and keys would be
// looked for in the wrong partition. Then the tasks are counted anew; repartition topics further
// down keep the counts that followed from the first ones, also as there.
func (s *Settings) equalise(t *topics, external, asked map[string]int32) error {
	t.joins = map[string]string{}
	fixed := maps.Clone(external) // counts that somebody fixes, directly or through other joins
	maps.Copy(fixed, asked)
	// A repartition topic may meet a source topic in one join and another repartition topic in
	// the next: repeat until nothing is fixed any more.
	for before := -1; before < len(fixed); {
		before = len(fixed)
		var errs []error
		for i := range s.Topology.Subtopologies {
			sub := &s.Topology.Subtopologies[i]
			for _, m := range sub.Together {
				if err := s.meet(t, i, m, fixed); err != nil {
					errs = append(errs, err)
				}
			}
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	for i := range t.tasks {
		t.tasks[i] = 0
		for _, name := range t.structure.Groups[i] {
			t.tasks[i] = max(t.tasks[i], t.partitions[name])
		}
	}
	return nil
}

// meet settles the counts of one join's topics.
func (s *Settings) meet(t *topics, sub int, m gen.Together, fixed map[string]int32) error {
	given, differ, most := int32(0), false, int32(0)
	var free []string
	for _, side := range [][]int{m.Left, m.Right} {
		for _, i := range side {
			for _, name := range s.read(t, sub, i) {
				n, ok := fixed[name]
				if !ok {
					free = append(free, name)
					most = max(most, t.partitions[name])
					continue
				}
				differ = differ || given != 0 && given != n
				given = n
			}
		}
	}
	if differ {
		return fmt.Errorf("%s joins topics with different numbers of partitions: left %s; right %s; records of one key would be in partitions of different numbers and never meet: give the topics equally many partitions, or pass one side through a repartition topic (change its key, or Repartition)",
			m.Node, s.sized(t, sub, m.Left), s.sized(t, sub, m.Right))
	}
	n := given
	if n == 0 {
		n = most
	}
	for _, name := range free {
		if t.partitions[name] != n {
			t.partitions[name], t.joins[name] = n, m.Node+" joins it with a topic of as many partitions"
		}
		if given != 0 {
			fixed[name] = n
		}
	}
	return nil
}

// sized prints the topics of a side with their counts.
func (s *Settings) sized(t *topics, sub int, side []int) string {
	var list []string
	for _, i := range side {
		for _, name := range s.read(t, sub, i) {
			list = append(list, fmt.Sprintf("%q with %d", name, t.partitions[name]))
		}
	}
	return strings.Join(list, ", ")
}

// because says what fixes the partition count of a repartition topic.
func (t *topics) because(name string) string {
	if why := t.joins[name]; why != "" {
		return why
	}
	return "the sub-topology that writes it has as many tasks"
}
