package graph

import (
	"fmt"
	"regexp"
)

// topics lists the internal topics.
func (p *resolver) topics() {
	for _, s := range p.r.Steps {
		if s.Op != Repartition {
			continue
		}
		p.r.Topics = append(p.r.Topics, Topic{Kind: RepartitionTopic, Base: s.Topic, Step: s.ID, Store: -1, Sub: s.Reader})
	}
	for i, st := range p.r.Stores {
		if !st.Global && !st.NoChangelog && p.r.StoreSub[i] >= 0 {
			p.r.Topics = append(p.r.Topics, Topic{Kind: ChangelogTopic, Base: st.Name, Step: -1, Store: i, Sub: p.r.StoreSub[i]})
		}
	}
}

// Partitions returns how many tasks each sub-topology (by index in Subs) has, given the
// partition counts of the topics it does not own: the most partitions among its sources. A
// repartition topic has the tasks of the sub-topology that writes it, taken over all
// repartitions until nothing changes, as in Kafka Streams; a changelog has those of its
// owner. The error names a topic that external lacks.
func (r *Resolved) Partitions(external map[string]int32) ([]int32, error) {
	tasks := make([]int32, len(r.Subs))
	for changed := true; changed; {
		changed = false
		for i, sub := range r.Subs {
			most := tasks[i]
			for _, id := range sub.Sources {
				s := r.Steps[id]
				if s.Op == Repartition && s.Partitions > 0 {
					most = max(most, s.Partitions)
					continue
				}
				if s.Op == Repartition {
					most = max(most, tasks[s.Sub])
					continue
				}
				if s.Pattern != "" {
					for topic, n := range external {
						if matches(s.Pattern, topic) {
							most = max(most, n)
						}
					}
					continue
				}
				for _, topic := range s.Reads() {
					n := external[topic]
					if n < 1 {
						return nil, fmt.Errorf("source topic %s does not exist; create it before starting", topic)
					}
					most = max(most, n)
				}
			}
			if most != tasks[i] {
				tasks[i], changed = most, true
			}
		}
	}
	return tasks, nil
}

// matches says whether a pattern matches a whole name.
func matches(pattern, topic string) bool {
	ok, err := regexp.MatchString("^(?:"+pattern+")$", topic)
	return ok && err == nil
}
