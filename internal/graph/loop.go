package graph

import (
	"fmt"
	"slices"
)

// checkLoops looks for topics that get a record for every record they give, so that one
// record would go round for ever: a sink behind nothing that ever drops a record, and a
// dead-letter topic that is read by what could not handle its records. Loops that something
// in between can end are left alone: topics for retries are made like that.
func (p *resolver) checkLoops() {
	for _, s := range p.r.Steps[:p.recorded] {
		if s.Op == Sink && s.Topic != "" {
			if f := p.feeder(s, s.Topic, true, map[int]bool{}); f != nil {
				p.report(Problem{Kind: FeedsItself, Node: s.ID, Other: f.ID, Store: -1,
					Text: fmt.Sprintf("every record of topic %s is written to it again, without end", s.Topic),
					Fix:  "write to another topic, or drop records before (Filter) so that the loop ends"})
			}
		}
		if s.OnError == "dead-letter" && s.DeadLetter != "" {
			if f := p.feeder(s, s.DeadLetter, false, map[int]bool{}); f != nil {
				other := f.ID
				if f == s {
					other = -1
				}
				p.report(Problem{Kind: FeedsItself, Node: s.ID, Other: other, Store: -1,
					Text: fmt.Sprintf("a record that fails is written to topic %s, read from there and fails again, without end", s.DeadLetter),
					Fix:  "give the dead-letter policy a topic of its own"})
			}
		}
	}
}

// feeder finds a source of the topic whose records reach s. With all, every record does.
func (p *resolver) feeder(s *Step, topic string, all bool, seen map[int]bool) *Step {
	switch {
	case seen[s.ID]:
		return nil
	case s.Op == Source:
		if slices.Contains(s.Reads(), topic) {
			return s
		}
		return nil
	case s.Op == Repartition, stateful(s.Op):
		return nil
	}
	seen[s.ID] = true
	if all {
		switch s.Op {
		case Sink, Map, MapValues, SelectKey, Peek, Merge:
		default:
			return nil
		}
		if s.Op != Sink && (s.OnError == "skip" || s.OnError == "dead-letter") {
			return nil // some records end here, not only those that no codec can write
		}
	}
	for _, in := range s.In {
		if f := p.feeder(p.r.Steps[in], topic, all, seen); f != nil {
			return f
		}
	}
	return nil
}
