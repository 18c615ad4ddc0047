package graph

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var generated = regexp.MustCompile(`^KSTREAM.*-[0-9]{10}$`)

// unnamed reports a store without a name and gives it the one that Kafka Streams would.
func (p *resolver) unnamed(s *Step, store int, name string) {
	p.r.Stores[store].Name = name
	p.report(Problem{Kind: MissingStoreName, Node: s.ID, Other: -1, Store: store, Name: name,
		Text: fmt.Sprintf("the store of %s has no name; the name is the identity of its changelog topic and state", s.Op),
		Fix:  fmt.Sprintf("add dsl.Name(%q), or dsl.Store with the name that the state already has", name)})
}

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
	Source: "KSTREAM-SOURCE-", GlobalTable: "KTABLE-SOURCE-", GlobalStore: "KTABLE-SOURCE-",
	Filter: "KSTREAM-FILTER-", Present: "KSTREAM-FILTER-", Map: "KSTREAM-MAP-", MapValues: "KSTREAM-MAPVALUES-",
	FlatMap: "KSTREAM-FLATMAP-", SelectKey: "KSTREAM-KEY-SELECT-", Peek: "KSTREAM-PEEK-", ForEach: "KSTREAM-FOREACH-",
	Merge: "KSTREAM-MERGE-", Sink: "KSTREAM-SINK-", FlatMapValues: "KSTREAM-FLATMAPVALUES-",
	Print: "KSTREAM-PRINTER-", Split: "KSTREAM-BRANCH-",
	Count: "KSTREAM-AGGREGATE-", Reduce: "KSTREAM-REDUCE-", Aggregate: "KSTREAM-AGGREGATE-",
	ToStream: "KTABLE-TOSTREAM-", Process: "KSTREAM-PROCESSOR-", ProcessValues: "KSTREAM-PROCESSVALUES-",
	// Kafka Streams calls both kinds of join with a global table by one prefix.
	JoinGlobal: "KSTREAM-LEFTJOIN-", LeftGlobal: "KSTREAM-LEFTJOIN-",
	Table: "KTABLE-SOURCE-", ToTable: "KSTREAM-TOTABLE-", TableFilter: "KTABLE-FILTER-", TableMapValues: "KTABLE-MAPVALUES-",
	JoinTable: "KSTREAM-JOIN-", LeftTable: "KSTREAM-LEFTJOIN-", TableGroupBy: "KTABLE-SELECT-",
	TableCount: "KTABLE-AGGREGATE-", TableReduce: "KTABLE-REDUCE-", TableAggregate: "KTABLE-AGGREGATE-",
	TableJoin: "KTABLE-MERGE-", TableLeftJoin: "KTABLE-MERGE-", TableOuterJoin: "KTABLE-MERGE-",
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
		case streamJoin(s.Op):
			p.streamJoin(s, shared)
			continue
		case IsGlobal(s.Op):
			if s.Op == GlobalTable && st.Name == "" { // as Materialized.as(topic)
				st.Name = s.Topic
			}
			s.SourceName = p.next("KSTREAM-SOURCE-")
			if s.Name != "" {
				s.SourceName = s.Name + "-source"
			}
		case stateful(s.Op) && st.Name == "":
			// Kafka Streams numbers an unnamed store before its processor, and for an unwindowed Count
			// burns a number besides. Of a grouped table all are called after the aggregation.
			if s.Op == Count && !s.Windowed {
				p.next("")
			}
			prefix := prefixes[s.Op]
			if fromTable(s.Op) {
				prefix = prefixes[TableAggregate]
			}
			p.unnamed(s, s.Store, p.next(prefix+"STATE-STORE-"))
		case s.Op == Table:
			p.optionalStore(s, s.Topic+"-STATE-STORE-")
			s.SourceName = p.suffixed(s.Name, "-source", "KSTREAM-SOURCE-")
		case (s.Op == JoinTable || s.Op == LeftTable) && p.r.Steps[s.In[0]].Rekeyed:
			p.repartitionJoined(s, shared)
		}
		if fromTable(s.Op) {
			p.repartitionTable(s, st, shared)
		}
		given := s.Name
		switch {
		case s.Op == Repartition:
			p.explicit(s)
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
		case fromTable(s.Op):
		case stateful(s.Op) && p.r.Steps[s.In[0]].Rekeyed:
			p.repartition(s, st, shared)
		case s.Op == ToTable:
			p.optionalStore(s, "KSTREAM-TOTABLE-STATE-STORE-")
			if p.r.Steps[s.In[0]].Rekeyed {
				p.passTopic(s, s.Name, [2]string{fmt.Sprint("to-table ", s.ID)}, shared)
			}
		case s.Op == TableJoin || s.Op == TableLeftJoin || s.Op == TableOuterJoin:
			s.ThisName = p.suffixed(given, "-join-this", "KTABLE-JOINTHIS-")
			s.OtherName = p.suffixed(given, "-join-other", "KTABLE-JOINOTHER-")
		}
	}
}

// explicit names the three processors of a repartition that the user asked for. Its own
// name, the topic's, burns a number only when it is generated.
func (p *resolver) explicit(s *Step) {
	base := strings.TrimSuffix(s.Name, "-repartition")
	if base == "" {
		base = p.next("KSTREAM-REPARTITION-")
	}
	s.Topic, s.Explicit = base, true
	p.around(s, base)
}

// around gives a repartition the processors around its topic.
func (p *resolver) around(s *Step, base string) {
	s.SinkName, s.FilterName, s.SourceName = p.next("KSTREAM-SINK-"), p.next("KSTREAM-FILTER-"), p.next("KSTREAM-SOURCE-")
	if !generated.MatchString(base) {
		topic := base + "-repartition"
		s.SinkName, s.FilterName, s.SourceName = topic+"-sink", topic+"-filter", topic+"-source"
	}
	s.Name = s.SourceName
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

// suffixed is the given name with a suffix, or a generated one; a number is burned either way.
func (p *resolver) suffixed(given, suffix, prefix string) string {
	name := p.next(prefix)
	if given != "" {
		return given + suffix
	}
	return name
}

// optionalStore names the store that a table source has without dsl.Store; its number is
// burned whether or not it is made.
func (p *resolver) optionalStore(s *Step, prefix string) {
	st := p.r.Stores[s.store]
	if !st.Optional {
		return
	}
	name := p.next(prefix)
	switch {
	case s.Store < 0:
	case p.g.Nodes[s.ID].Name != "":
		st.Name = p.g.Nodes[s.ID].Name
	default:
		p.unnamed(s, s.Store, name)
	}
}

// repartition puts a repartition step before aggregation s. Aggregations of one named
// grouping share it; numbers are burned for each of them all the same.
func (p *resolver) repartition(s *Step, st *Store, shared map[[2]string]*Step) {
	base := s.GroupName
	if base == "" {
		base = st.Name
	}
	at := [2]string{fmt.Sprint(s.In[0]), s.GroupName}
	if s.GroupName == "" {
		at[1] = fmt.Sprint("step ", s.ID)
	}
	p.passTopic(s, base, at, shared)
}

// repartitionJoined puts a repartition step before a join of stream s with a table. Joins of
// one stream share it unless they are named.
func (p *resolver) repartitionJoined(s *Step, shared map[[2]string]*Step) {
	base, at := s.Name, [2]string{fmt.Sprint("joined ", s.In[0]), s.Name}
	if base == "" {
		base = p.r.Steps[s.In[0]].leaves()
	}
	p.passTopic(s, base, at, shared)
}

// leaves is the name of the processor that a step's records leave from.
func (s *Step) leaves() string {
	if s.KeySelectName != "" {
		return s.KeySelectName
	}
	return s.Name
}

// passTopic puts a repartition step of topic base before s, or the one that stands at a
// place already.
func (p *resolver) passTopic(s *Step, base string, at [2]string, shared map[[2]string]*Step) {
	sink, filter, source := p.next("KSTREAM-SINK-"), p.next("KSTREAM-FILTER-"), p.next("KSTREAM-SOURCE-")
	if !generated.MatchString(base) {
		topic := base + "-repartition"
		sink, filter, source = topic+"-sink", topic+"-filter", topic+"-source"
	}
	p.through(s, base, at, shared, &Step{SourceName: source, FilterName: filter, SinkName: sink})
}

// repartitionTable puts a repartition step for changes before an aggregation of a grouped
// table. Aggregations of one named grouping share it.
func (p *resolver) repartitionTable(s *Step, st *Store, shared map[[2]string]*Step) {
	base := s.GroupName
	if base == "" {
		base = st.Name
	}
	at := [2]string{fmt.Sprint(s.In[0]), s.GroupName}
	if s.GroupName == "" {
		at[1] = fmt.Sprint("step ", s.ID)
	}
	sink := p.suffixed(s.Name, "-sink", "KSTREAM-SINK-")
	p.through(s, base, at, shared, &Step{SinkName: sink, SourceName: p.suffixed(s.Name, "-source", "KSTREAM-SOURCE-"), SendOld: true})
}

// through makes r a repartition step before s, unless one stands at that place already.
func (p *resolver) through(s *Step, base string, at [2]string, shared map[[2]string]*Step, r *Step) {
	if there := shared[at]; there != nil {
		s.In[0] = there.ID
		if s.GroupName != "" {
			there.last = s.ID
		}
		return
	}
	parent := p.r.Steps[s.In[0]]
	r.Node = Node{ID: len(p.r.Steps), Op: Repartition, Name: r.SourceName, In: []int{parent.ID}, Topic: base,
		KeyType: parent.KeyType, ValType: parent.ValType, GroupName: s.GroupName, GroupKey: s.GroupKey, GroupVal: s.GroupVal, Store: -1, Global: -1,
		Exec: Exec{GroupKey: s.Exec.GroupKey, GroupVal: s.Exec.GroupVal}}
	if s.Op == ToTable { // the codecs of the table are those of its topic
		r.GroupKey, r.GroupVal, r.Exec.GroupKey, r.Exec.GroupVal = s.Key, s.Val, s.Exec.Key, s.Exec.Val
	}
	r.Sub, r.Reader, r.Alias, r.Join, r.last = -1, -1, -1, -1, s.ID
	if s.Op == Side { // it has no number yet
		r.last = s.last
	}
	r.InKey, r.InVal = parent.KeyType, parent.ValType
	p.insert(r)
	shared[at] = r
	s.In[0] = r.ID
}

func (p *resolver) insert(s *Step) int {
	s.ID = len(p.r.Steps)
	p.r.Steps = append(p.r.Steps, s)
	return s.ID
}
