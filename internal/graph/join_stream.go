package graph

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// streamJoin says whether the operator joins two streams within a window.
func streamJoin(op Op) bool { return op == JoinStream || op == LeftStream || op == OuterStream }

// joinStores is how many stores a stream-stream join has: the rows of both sides, and for
// left and outer joins the records that wait for a match.
func joinStores(op Op) int {
	switch op {
	case JoinStream:
		return 2
	case LeftStream, OuterStream:
		return 3
	}
	return 0
}

// joinTemplate names what a stream-stream join consists of, as KStreamImplJoin does: the
// side whose partner is optional is called outer.
type joinTemplate struct {
	this, other             string // suffixes of a user's name
	thisPrefix, otherPrefix string
	shared                  string
}

func joinNames(op Op) joinTemplate {
	t := joinTemplate{"-this-join", "-other-join", "KSTREAM-JOINTHIS-", "KSTREAM-JOINOTHER-", ""}
	if op == LeftStream || op == OuterStream {
		t.other, t.otherPrefix, t.shared = "-outer-other-join", "KSTREAM-OUTEROTHER-", "-left-shared-join"
	}
	if op == OuterStream {
		t.this, t.thisPrefix, t.shared = "-outer-this-join", "KSTREAM-OUTERTHIS-", "-outer-shared-join"
	}
	return t
}

var generatedJoin = regexp.MustCompile(`^KSTREAM-(?:JOIN|OUTER)THIS-([0-9]{10})$`)

// JoinStoreNames are the names of a stream-stream join's stores after the base name that
// the user gave: <base>-this-join-store and so on, as Kafka Streams' StreamJoined.withStoreName.
// A base that Kafka Streams generated (KSTREAM-JOINTHIS-0000000004) gives the names that it
// would have generated beside it. Without a base they are empty.
func JoinStoreNames(op Op, base string) []string {
	names := make([]string, joinStores(op))
	if base == "" {
		return names
	}
	t := joinNames(op)
	if m := generatedJoin.FindStringSubmatch(base); m != nil {
		var n int
		fmt.Sscanf(strings.TrimLeft(m[1], "0"), "%d", &n)
		names[0], names[1] = base+"-store", fmt.Sprintf("%s%010d-store", t.otherPrefix, n+1)
		if len(names) > 2 {
			names[2] = fmt.Sprintf("KSTREAM-OUTERSHARED-%010d-store", n)
		}
		return names
	}
	names[0], names[1] = base+t.this+"-store", base+t.other+"-store"
	if len(names) > 2 {
		names[2] = base + t.shared + "-store"
	}
	return names
}

// NewJoinStores are the stores of a stream-stream join, with the types of both sides. The
// rows are kept for as long as a record of the other side may still join them.
func NewJoinStores(op Op, base string, w Within, key, left, right string) []*Store {
	names := JoinStoreNames(op, base)
	rows := Store{Kind: Window, Duplicates: true, KeyType: key, Size: w.Before + w.After, Grace: w.Grace,
		Retention: max(w.Before+w.After, w.Before, w.After) + w.Grace}
	this, other := rows, rows
	this.Name, this.ValType = names[0], left
	other.Name, other.ValType = names[1], right
	stores := []*Store{&this, &other}
	if len(names) > 2 {
		stores = append(stores, &Store{Name: names[2], Kind: KV, Unmatched: true, KeyType: key, ValType: left})
	}
	return stores
}

// streamJoin names a stream-stream join and puts its sides before it, behind repartitions
// where the key was changed, in the order in which Kafka Streams burns numbers.
func (p *resolver) streamJoin(s *Step, shared map[[2]string]*Step) {
	given, t := s.Name, joinNames(s.Op)
	var sides [2]*Step
	for i, suffix := range []string{"-left", "-right"} {
		f := p.r.Steps[s.In[i]]
		sides[i] = &Step{Node: Node{Op: Side, In: []int{f.ID}, KeyType: f.KeyType, ValType: f.ValType, Store: -1, Global: -1},
			Sub: -1, Reader: -1, Alias: -1, InKey: f.KeyType, InVal: f.ValType, Join: s.ID, Right: i == 1, last: s.ID}
		if !f.Rekeyed {
			continue
		}
		// Joins of one stream share its repartition unless they are named.
		base, at := f.leaves(), [2]string{fmt.Sprint("joined ", f.ID)}
		switch {
		case given != "":
			base = given + suffix
			at[1] = base
		case p.g.Nodes[f.ID].Name == "":
			p.report(Problem{Kind: MissingTopicName, Node: s.ID, Other: f.ID, Store: -1, Name: base,
				Text: fmt.Sprintf("the records of the %s stream pass through a repartition topic that has no name of the source's; the name is the topic's identity", suffix[1:]),
				Fix:  fmt.Sprintf("add dsl.Name to the join, or dsl.Name(%q) to the key change", base)})
		}
		p.passTopic(sides[i], base, at, shared)
	}
	named := func(suffix, prefix string) string {
		n := p.next(prefix)
		if given != "" {
			return given + suffix
		}
		return n
	}
	windows := []string{named("-this-windowed", "KSTREAM-WINDOWED-"), named("-other-windowed", "KSTREAM-WINDOWED-")}
	this := p.next(t.thisPrefix)
	other := p.next(t.otherPrefix)
	if p.r.Stores[s.Stores[0]].Name == "" {
		p.report(Problem{Kind: MissingStoreName, Node: s.ID, Other: -1, Store: s.Stores[0], Name: this,
			Text: fmt.Sprintf("the stores of %s have no name; the name is the identity of their changelog topics and state", s.Op),
			Fix:  fmt.Sprintf("add dsl.Name(%q), or dsl.Store with the base of the names that the state already has", this)})
		for i, name := range JoinStoreNames(s.Op, this) {
			p.r.Stores[s.Stores[i]].Name = name
		}
	}
	if given != "" {
		this, other = given+t.this, given+t.other
	}
	for i, name := range []string{this, other} {
		sides[i].Name, sides[i].WindowName = name, windows[i]
		s.In[i] = p.insert(sides[i])
	}
	s.Name = named("-merge", "KSTREAM-MERGE-")
}

// side adds the two processors of a stream-stream join's side: one keeps the records, the
// other joins them.
func (r *Resolved) side(s *Step, in []int, add func(proc) int) int {
	join := r.Steps[s.Join]
	own, other := 0, 1
	if s.Right {
		own, other = 1, 0
	}
	group := r.Subs[s.Sub].ID
	i := add(proc{name: s.WindowName, kind: "Processor", stores: []string{r.Stores[join.Stores[own]].Name}, in: in, group: group})
	probe := []string{r.Stores[join.Stores[other]].Name}
	if len(join.Stores) > 2 {
		probe = append(probe, r.Stores[join.Stores[2]].Name)
	}
	return add(proc{name: s.Name, kind: "Processor", stores: probe, in: []int{i}, group: group})
}

// joinCodecs gives a join's stores the codecs of its sides and returns that of the key.
func (p *resolver) joinCodecs(s *Step) flow {
	left, right := p.r.Steps[s.In[0]], p.r.Steps[s.In[1]]
	key := flow{left.Key, left.Exec.Key}
	for i, side := range []*Step{left, right} {
		var lack []string
		if side.Key == "" {
			lack = append(lack, "keys ("+TypeName(side.KeyType)+")")
		}
		if side.Val == "" {
			lack = append(lack, "values ("+TypeName(side.ValType)+")")
		}
		st := p.r.Stores[s.Stores[i]]
		if len(lack) > 0 && p.r.Steps[side.In[0]].Op != Repartition { // a repartition has been reported
			p.report(Problem{Kind: MissingCodec, Node: s.ID, Other: side.In[0], Store: s.Stores[i],
				Text: fmt.Sprintf("the store %s of %s has no codec for its %s: none is known for the %s stream", st.Name, s.Op, strings.Join(lack, " and "), sideName(side)),
				Fix:  "add dsl.Codecs(keyCodec, valueCodec) to the operator that made the stream's records"})
		}
		st.Key, st.Boxed.Key = side.Key, side.Exec.Key
		st.Val, st.Boxed.Val = side.Val, side.Exec.Val
	}
	if len(s.Stores) > 2 {
		st := p.r.Stores[s.Stores[2]]
		st.Key, st.Boxed.Key, st.Val, st.Boxed.Val = left.Key, left.Exec.Key, left.Val, left.Exec.Val
	}
	if left.Key != "" && right.Key != "" && TypeName(string(left.Key)) != TypeName(string(right.Key)) {
		p.report(Problem{Kind: JoinCodecs, Node: s.ID, Other: p.input(right), Store: -1,
			Text: fmt.Sprintf("the keys of the left stream are written by %s and those of the right one by %s: equal keys would have other bytes, lie in other partitions, and never meet", left.Key, right.Key),
			Fix:  "use one key codec for both streams: where they are read, or by dsl.Codecs where the key is made"})
	}
	return key
}

func sideName(s *Step) string {
	if s.Right {
		return "right"
	}
	return "left"
}

// input is the recorded step that a side's records come from.
func (p *resolver) input(side *Step) int {
	in := side.In[0]
	for p.r.Steps[in].Op == Repartition {
		in = p.r.Steps[in].In[0]
	}
	return in
}

// together lists the topics that meet in the joins of streams and tables.
func (p *resolver) together() {
	for _, s := range p.r.Steps[:p.recorded] {
		var left, right int
		switch s.Op {
		case JoinStream, LeftStream, OuterStream, TableJoin, TableLeftJoin, TableOuterJoin:
			left, right = s.In[0], s.In[1]
		case JoinTable, LeftTable:
			left, right = s.In[0], s.Global
		default:
			continue
		}
		t := Together{s.ID, p.sourcesOf(left, nil), p.sourcesOf(right, nil)}
		if all := p.sourcesOf(right, slices.Clone(t.Left)); len(all) > 1 {
			p.r.Together = append(p.r.Together, t)
		}
	}
}

// sourcesOf are the topics that a step's records come from, in the step's sub-topology. A
// stream that is joined with a table has the table's partitions too.
func (p *resolver) sourcesOf(i int, seen []int) []int {
	s := p.r.Steps[i]
	if s.Op == Source || s.Op == Table || s.Op == Repartition {
		if slices.Contains(seen, i) {
			return seen
		}
		return append(seen, i)
	}
	for _, in := range s.In {
		seen = p.sourcesOf(in, seen)
	}
	if s.Op == JoinTable || s.Op == LeftTable {
		seen = p.sourcesOf(s.Global, seen)
	}
	return seen
}
