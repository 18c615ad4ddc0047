package graph

import (
	"fmt"
	"slices"
	"strings"
)

// IsGlobal says whether the operator reads a whole topic into every instance, outside of tasks.
func IsGlobal(op Op) bool { return op == GlobalTable || op == GlobalStore }

// words names what is global in an error: "global table names".
func words(s *Step) string { return strings.ReplaceAll(string(s.Op), "-", " ") + " " + s.Topic }

// checkGlobalStores looks for handles in the wrong hands: a global store is filled by its own
// processor alone, which has no others; tasks read it. Kafka Streams finds that out when a
// processor writes.
func (p *resolver) checkGlobalStores() {
	fills := map[int]*Step{}
	for _, s := range p.r.Steps {
		if s.Op != GlobalStore {
			continue
		}
		name := p.r.Stores[s.Store].Name
		if f := fills[s.Store]; f != nil {
			p.report(Problem{Kind: GlobalHandle, Node: s.ID, Other: f.ID, Store: s.Store,
				Text: fmt.Sprintf("store %s is filled from topic %s and again from topic %s; a global store has one topic, which its content can be read from again", name, f.Topic, s.Topic),
				Fix:  "declare a second store, or write both topics to one"})
			continue
		}
		fills[s.Store] = s
		if !slices.Contains(s.Stores, s.Store) {
			p.report(Problem{Kind: GlobalHandle, Node: s.ID, Other: -1, Store: s.Store,
				Text: fmt.Sprintf("the processor of global store %s does not hold it, so nothing would ever be put there", name),
				Fix:  "keep the store's handle in a field of the processor"})
		}
	}
	for _, s := range p.r.Steps {
		if s.Op != GlobalStore && !processes(s.Op) {
			continue
		}
		for _, i := range s.Stores {
			held := p.r.Stores[i].Name
			f := fills[i]
			switch {
			case s.Op == GlobalStore && (i == s.Store || f == s):
			case f != nil:
				p.report(Problem{Kind: GlobalHandle, Node: s.ID, Other: f.ID, Store: i,
					Text: fmt.Sprintf("the processor holds store %s, which the processor of a global store fills and nothing else may write", held),
					Fix:  "hold the handle that GlobalStore returns: it reads the store"})
			case s.Op == GlobalStore:
				p.report(Problem{Kind: GlobalHandle, Node: s.ID, Other: -1, Store: i,
					Text: fmt.Sprintf("the processor of global store %s holds store %s, which belongs to tasks; it runs in none", p.r.Stores[s.Store].Name, held),
					Fix:  "keep all it needs in its own store, or read another global store"})
			}
		}
	}
}
