package graph

import (
	"fmt"
	"regexp"
	"strconv"
)

var generated = regexp.MustCompile(`^KSTREAM.*-[0-9]{10}$`)

// next burns one number of the topology's single counter, as Kafka Streams does for each
// processor, nearly always also where the user gave a name.
func (p *resolver) next(prefix string) string {
	name := fmt.Sprintf("%s%010d", prefix, p.serial)
	p.serial++
	return name
}

// named is the given name, or the generated one; a number is burned either way.
func (p *resolver) named(given, prefix string) string {
	name := p.next(prefix)
	if given != "" {
		return given
	}
	return name
}

var prefixes = map[Op]string{
	Source: "KSTREAM-SOURCE-", GlobalTable: "KTABLE-SOURCE-",
	Filter: "KSTREAM-FILTER-", Present: "KSTREAM-FILTER-", Map: "KSTREAM-MAP-", MapValues: "KSTREAM-MAPVALUES-",
	FlatMap: "KSTREAM-FLATMAP-", SelectKey: "KSTREAM-KEY-SELECT-", Peek: "KSTREAM-PEEK-", ForEach: "KSTREAM-FOREACH-",
	Merge: "KSTREAM-MERGE-", Sink: "KSTREAM-SINK-", FlatMapValues: "KSTREAM-FLATMAPVALUES-",
	Print: "KSTREAM-PRINTER-", Split: "KSTREAM-BRANCH-",
	Count: "KSTREAM-AGGREGATE-", Reduce: "KSTREAM-REDUCE-", Aggregate: "KSTREAM-AGGREGATE-",
	ToStream: "KTABLE-TOSTREAM-", Process: "KSTREAM-PROCESSOR-", ProcessValues: "KSTREAM-PROCESSVALUES-",
	// Kafka Streams calls both kinds of join with a global table by one prefix.
	JoinGlobal: "KSTREAM-LEFTJOIN-", LeftGlobal: "KSTREAM-LEFTJOIN-",
}

// names walks the nodes in the order of their calls and gives them the names that Kafka
// Streams' DSL would: one counter, in its order of consumption. It inserts the repartition
// steps on the way, because their processors take part in the counting.
func (p *resolver) names() {
	shared := map[[2]string]*Step{} // repartitions of named groupings by parent and name
	for _, s := range p.r.Steps[:p.recorded] {
		var st *Store
		if s.Store >= 0 {
			st = p.r.Stores[s.Store]
		}
		switch {
		case s.Op == GlobalTable:
			if st.Name == "" { // as Materialized.as(topic)
				st.Name = s.Topic
			}
			s.SourceName = p.next("KSTREAM-SOURCE-")
			if s.Name != "" {
				s.SourceName = s.Name + "-source"
			}
		case stateful(s.Op) && st.Name == "":
			// Kafka Streams numbers an unnamed store before its processor, and for an unwindowed Count
			// burns a number besides.
			if s.Op == Count && !s.Windowed {
				p.next("")
			}
			st.Name = p.next(prefixes[s.Op] + "STATE-STORE-")
			p.report(Problem{Kind: MissingStoreName, Node: s.ID, Other: -1, Store: s.Store, Name: st.Name,
				Text: fmt.Sprintf("the store of %s has no name; the name is the identity of its changelog topic and state", s.Op),
				Fix:  fmt.Sprintf("add dsl.Name(%q), or dsl.Store with the name that the state already has", st.Name)})
		}
		switch {
		case s.Op == Branch:
			p.next("") // burned for a name that is never asked for
			s.Name = p.branchName(s)
		case !processes(s.Op) || s.Name == "": // a named processor burns no number
			s.Name = p.named(s.Name, prefixes[s.Op])
		}
		if s.Op == Print && s.Label == "" {
			s.Label = p.r.Steps[s.In[0]].Name
		}
		switch {
		case s.Op == ToStream && s.Rekeyed:
			s.KeySelectName = p.next("KSTREAM-KEY-SELECT-")
		case stateful(s.Op) && p.r.Steps[s.In[0]].Rekeyed:
			p.repartition(s, st, shared)
		}
	}
}

// branchName is the name of the split, then what the branch was called, else its number:
// 0 for the rest, and the others from 1, named ones included.
func (p *resolver) branchName(s *Step) string {
	split := p.r.Steps[s.In[0]]
	if s.Name != "" {
		return split.Name + s.Name
	}
	if s.Rest {
		return split.Name + "0"
	}
	number := 1
	for _, b := range p.r.Steps[:s.ID] {
		if b.Op == Branch && b.In[0] == split.ID && !b.Rest {
			number++
		}
	}
	return split.Name + strconv.Itoa(number)
}

// repartition puts a repartition step before aggregation s. Aggregations of one named
// grouping share it; numbers are burned for each of them all the same.
func (p *resolver) repartition(s *Step, st *Store, shared map[[2]string]*Step) {
	parent := s.In[0]
	base := s.GroupName
	if base == "" {
		base = st.Name
	}
	sink, filter, source := p.next("KSTREAM-SINK-"), p.next("KSTREAM-FILTER-"), p.next("KSTREAM-SOURCE-")
	if !generated.MatchString(base) {
		topic := base + "-repartition"
		sink, filter, source = topic+"-sink", topic+"-filter", topic+"-source"
	}
	at := [2]string{fmt.Sprint(parent), s.GroupName}
	r := shared[at]
	if r == nil || s.GroupName == "" {
		r = &Step{Node: Node{ID: len(p.r.Steps), Op: Repartition, Name: source, In: []int{parent}, Topic: base,
			KeyType: s.InKey, ValType: s.InVal, GroupName: s.GroupName, GroupKey: s.GroupKey, GroupVal: s.GroupVal, Store: -1, Global: -1,
			Exec: Exec{GroupKey: s.Exec.GroupKey, GroupVal: s.Exec.GroupVal}},
			Sub: -1, Reader: -1, Alias: -1, InKey: s.InKey, InVal: s.InVal, SourceName: source, FilterName: filter, SinkName: sink}
		p.r.Steps = append(p.r.Steps, r)
		if s.GroupName != "" {
			shared[at] = r
		}
	}
	s.In[0] = r.ID
}
