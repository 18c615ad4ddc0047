package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// resolver carries a graph through the phases of Resolve.
type resolver struct {
	g        *Graph
	r        *Resolved
	recorded int // number of recorded nodes; later steps are repartitions
	problems Problems
	serial   int
}

// Resolve derives all that follows from a graph. The error is a Problems with everything
// wrong; the Resolved is nil then. The graph is not changed.
func Resolve(g *Graph) (*Resolved, error) {
	p := &resolver{g: g, r: &Resolved{Hash: g.Hash()}}
	if !p.copyGraph() {
		return nil, p.problems
	}
	for _, phase := range []func(){
		p.aliases,    // before edges are used
		p.keyChanges, // needs the final parents
		p.tables,     // decides which optional stores are made: names are theirs
		p.names,      // inserts repartitions where the counter meets them
		p.children,   // needs repartitions
		p.nullKeys,
		p.codecs,      // flows along parents
		p.checkTopics, // the rest only looks
		p.checkPatterns,
		p.checkNames,
		p.checkUse,
		p.checkGlobalStores,
		p.checkLoops,
	} {
		phase()
	}
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	p.subtopologies()
	p.topics()
	p.together()
	return p.r, nil
}

func (p *resolver) report(q Problem) { p.problems = append(p.problems, q) }

// copyGraph copies nodes and stores and checks that references are in range, so that
// later phases may follow them.
func (p *resolver) copyGraph() bool {
	for i, n := range p.g.Nodes {
		s := &Step{Node: *n, Sub: -1, Reader: -1, Alias: -1, Join: -1}
		s.In = append([]int(nil), n.In...)
		p.r.Steps = append(p.r.Steps, s)
		if text := p.malformed(i, n); text != "" {
			p.report(Problem{Kind: Malformed, Node: i, Other: -1, Store: -1, Text: fmt.Sprintf("node %d (%s): %s", i, n.Op, text)})
		}
	}
	for _, s := range p.g.Stores {
		c := *s
		p.r.Stores = append(p.r.Stores, &c)
	}
	p.recorded = len(p.r.Steps)
	p.r.recorded = p.recorded
	return len(p.problems) == 0
}

func (p *resolver) malformed(i int, n *Node) string {
	want := 1
	switch n.Op {
	case Source, GlobalTable, GlobalStore, Table:
		want = 0
	case Merge, JoinStream, LeftStream, OuterStream, TableJoin, TableLeftJoin, TableOuterJoin:
		want = 2
	}
	switch {
	case n.ID != i:
		return fmt.Sprintf("its id is %d", n.ID)
	case len(n.In) != want:
		return fmt.Sprintf("it has %d parents instead of %d", len(n.In), want)
	case n.Store >= len(p.g.Stores), n.Store < 0 && (stateful(n.Op) || IsGlobal(n.Op) || n.Op == Table || n.Op == ToTable):
		return fmt.Sprintf("store %d does not exist", n.Store)
	case (n.Op == JoinGlobal || n.Op == LeftGlobal) && (n.Global < 0 || n.Global >= i || p.g.Nodes[n.Global].Op != GlobalTable):
		return fmt.Sprintf("node %d is not a global table", n.Global)
	case (n.Op == JoinTable || n.Op == LeftTable) && (n.Global < 0 || n.Global >= i || !IsTable(p.g.Nodes[n.Global].Op)):
		return fmt.Sprintf("node %d is not a table", n.Global)
	}
	for _, in := range n.In {
		if in < 0 || in >= i {
			return fmt.Sprintf("its parent %d does not precede it", in)
		}
		if (p.g.Nodes[in].Op == Split) != (n.Op == Branch) {
			return fmt.Sprintf("its parent %d is a %s; branches and nothing else follow a split", in, p.g.Nodes[in].Op)
		}
	}
	if want := joinStores(n.Op); len(n.Stores) != want && streamJoin(n.Op) {
		return fmt.Sprintf("it has %d stores instead of %d", len(n.Stores), want)
	}
	for _, s := range slices.Concat(n.Stores, n.ReadOnly) {
		if s < 0 || s >= len(p.g.Stores) {
			return fmt.Sprintf("store %d does not exist", s)
		}
	}
	return ""
}

// stateful says whether the operator aggregates into a store of its own.
func stateful(op Op) bool { return IsAggregation(op) || fromTable(op) }

// processes says whether the operator runs a processor of the user's.
func processes(op Op) bool { return op == Process || op == ProcessValues }

// aliases lets streams of a topic that is read already come from its first source, as
// Kafka Streams merges equal sources.
func (p *resolver) aliases() {
	first := map[string]*Step{}
	for _, s := range p.r.Steps {
		for i, in := range s.In {
			if a := p.r.Steps[in].Alias; a >= 0 {
				s.In[i] = a
			}
		}
		if s.Op != Source || s.Topic == "" && s.Pattern == "" {
			continue
		}
		f := first[s.Topic]
		if s.Pattern != "" {
			f = first["pattern "+s.Pattern]
			if f == nil {
				first["pattern "+s.Pattern] = s
				continue
			}
		}
		for _, topic := range s.More {
			f = cmp.Or(f, first[topic])
		}
		if f == nil {
			for _, topic := range s.Reads() {
				first[topic] = s
			}
			continue
		}
		if !sameTopics(f, s) {
			p.report(Problem{Kind: OverlappingTopics, Node: s.ID, Other: f.ID, Store: -1,
				Text: fmt.Sprintf("topics %s are read here and topics %s there: they overlap and are not the same", strings.Join(s.Reads(), ", "), strings.Join(f.Reads(), ", ")),
				Fix:  "read the shared topics once and use the stream in both places, with Merge where there are more topics"})
			continue
		}
		s.Alias = f.ID
		p.checkTimes(s, f)
		if f.OnError != s.OnError || f.DeadLetter != s.DeadLetter {
			p.report(Problem{Kind: SourcePolicy, Node: s.ID, Other: f.ID, Store: -1,
				Text: fmt.Sprintf("topic %s is read once for both streams, but their OnError differ: %s and %s", s.Topic, policyText(f), policyText(s)),
				Fix:  "give both the same OnError"})
		}
	}
}

func policyText(s *Step) string {
	if s.OnError == "" {
		return "fail"
	}
	return s.OnError
}

// Reads lists the topics of a source.
func (n *Node) Reads() []string { return append([]string{n.Topic}, n.More...) }

// sameTopics says whether two sources read the same topics, in whatever order.
func sameTopics(a, b *Step) bool {
	x, y := a.Reads(), b.Reads()
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// keyChanges marks the steps whose records may be in another partition than their key's.
func (p *resolver) keyChanges() {
	for _, s := range p.r.Steps {
		for i, in := range s.In {
			f := p.r.Steps[in]
			s.Rekeyed = s.Rekeyed || f.Rekeyed
			if i == 0 {
				s.InKey, s.InVal = f.KeyType, f.ValType
			}
		}
		switch s.Op {
		case Map, FlatMap, SelectKey, Process, TableGroupBy:
			s.Rekeyed = true
		case Repartition:
			s.Rekeyed = false
		case Count, Reduce, Aggregate, TableCount, TableReduce, TableAggregate:
			s.Rekeyed = false // the aggregation itself runs behind a repartition
		case JoinTable, LeftTable, ToTable, JoinStream, LeftStream, OuterStream:
			s.Rekeyed = false // likewise
		case ToStream:
			// Windowed keys are placed by their inner key, which the table had.
			kept := "Windowed["
			if s.Sessions {
				kept = "Sessioned["
			}
			s.Rekeyed = s.Windowed && TypeName(s.KeyType) != kept+TypeName(s.InKey)+"]"
		}
	}
}

// children fills Out. A repartition stands where its first reader was declared.
func (p *resolver) children() {
	for _, s := range p.order() {
		for _, in := range s.In {
			f := p.r.Steps[in]
			f.Out = append(f.Out, s.ID)
		}
	}
}
