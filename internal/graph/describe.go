package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// proc is one processor of Kafka Streams' description.
type proc struct {
	name   string
	kind   string // "Source", "Processor", "Sink"
	topic  string
	match  bool // topic is a pattern
	routed bool
	stores []string
	in     []int // indices of predecessors
	group  int   // sub-topology id
	global bool

	size  int
	preds []int // sorted as they print
	succs []int
}

// Describe prints the topology as Kafka Streams' Topology.describe().toString() does, to the
// byte, so that its viewers read it.
func (r *Resolved) Describe() string {
	procs := r.processors()
	groups := map[int][]int{}
	var ids []int
	for i, p := range procs {
		if groups[p.group] == nil {
			ids = append(ids, p.group)
		}
		groups[p.group] = append(groups[p.group], i)
	}
	slices.Sort(ids)
	var b strings.Builder
	b.WriteString("Topologies:\n ")
	for _, id := range ids {
		members := groups[id]
		global := procs[members[0]].global
		connect(procs, members)
		fmt.Fprintf(&b, "  Sub-topology: %d", id)
		if global {
			b.WriteString(" for global store (will not generate tasks)\n")
		} else {
			slices.SortFunc(members, func(i, j int) int {
				return cmp.Or(procs[j].size-procs[i].size, cmp.Compare(procs[i].name, procs[j].name))
			})
			b.WriteByte('\n')
		}
		for _, i := range members {
			procs[i].print(&b, procs)
		}
		if !global {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func (p *proc) print(b *strings.Builder, procs []proc) {
	fmt.Fprintf(b, "    %s: %s", p.kind, p.name)
	switch p.kind {
	case "Source":
		if p.match {
			fmt.Fprintf(b, " (topics: %s)\n", p.topic)
			break
		}
		fmt.Fprintf(b, " (topics: [%s])\n", p.topic)
	case "Sink":
		if p.routed { // there, what the user's extractor prints
			b.WriteString(" (extractor class: extracted topic)\n")
			break
		}
		fmt.Fprintf(b, " (topic: %s)\n", p.topic)
	default:
		fmt.Fprintf(b, " (stores: [%s])\n", strings.Join(p.stores, ", "))
	}
	if p.kind != "Sink" {
		fmt.Fprintf(b, "      --> %s\n", list(p.succs, procs))
	}
	if p.kind != "Source" {
		fmt.Fprintf(b, "      <-- %s\n", list(p.preds, procs))
	}
}

func list(ids []int, procs []proc) string {
	if len(ids) == 0 {
		return "none"
	}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = procs[id].name
	}
	return strings.Join(names, ", ")
}

// processors lists the processors that Kafka Streams would build, in the order in which it adds them.
func (r *Resolved) processors() []proc {
	var procs []proc
	at := map[int]int{} // step -> index of the processor its records leave from
	add := func(p proc) int {
		procs = append(procs, p)
		return len(procs) - 1
	}
	ins := func(s *Step) []int {
		var in []int
		for _, i := range s.In {
			if !slices.Contains(in, at[i]) {
				in = append(in, at[i])
			}
		}
		return in
	}
	for _, s := range r.written {
		switch s.Op {
		case Source:
			switch {
			case s.Alias >= 0:
			case s.Pattern != "":
				at[s.ID] = add(proc{name: s.Name, kind: "Source", topic: s.Pattern, match: true, group: r.Subs[s.Sub].ID})
			default:
				at[s.ID] = add(proc{name: s.Name, kind: "Source", topic: strings.Join(hashSet(s.Reads()), ", "), group: r.Subs[s.Sub].ID})
			}
		case Table:
			group := r.Subs[s.Sub].ID
			i := add(proc{name: s.SourceName, kind: "Source", topic: s.Topic, group: group})
			at[s.ID] = add(proc{name: s.Name, kind: "Processor", stores: r.storeNames(s), in: []int{i}, group: group})
		case TableJoin, TableLeftJoin, TableOuterJoin:
			group := r.Subs[s.Sub].ID
			this := add(proc{name: s.ThisName, kind: "Processor", stores: r.names(r.ViewStores(s.In[1])), in: []int{at[s.In[0]]}, group: group})
			other := add(proc{name: s.OtherName, kind: "Processor", stores: r.names(r.ViewStores(s.In[0])), in: []int{at[s.In[1]]}, group: group})
			at[s.ID] = add(proc{name: s.Name, kind: "Processor", stores: r.storeNames(s), in: []int{this, other}, group: group})
		case GlobalTable, GlobalStore:
			id := r.globalIDs[s.ID]
			i := add(proc{name: s.SourceName, kind: "Source", topic: s.Topic, group: id, global: true})
			add(proc{name: s.Name, kind: "Processor", stores: []string{r.Stores[s.Store].Name}, in: []int{i}, group: id, global: true})
		case Repartition:
			w := r.Subs[s.Sub].ID
			topic := s.Topic + "-repartition"
			in := ins(s)
			if s.FilterName != "" {
				in = []int{add(proc{name: s.FilterName, kind: "Processor", in: in, group: w})}
			}
			add(proc{name: s.SinkName, kind: "Sink", topic: topic, in: in, group: w})
			at[s.ID] = add(proc{name: s.SourceName, kind: "Source", topic: topic, group: r.Subs[s.Reader].ID})
		case Sink:
			add(proc{name: s.Name, kind: "Sink", topic: s.Topic, routed: s.Routed, in: ins(s), group: r.Subs[s.Sub].ID})
		case Side:
			at[s.ID] = r.side(s, ins(s), add)
		default:
			p := proc{name: s.Name, kind: "Processor", in: ins(s), group: r.Subs[s.Sub].ID, stores: r.storeNames(s)}
			at[s.ID] = add(p)
			if s.KeySelectName != "" {
				at[s.ID] = add(proc{name: s.KeySelectName, kind: "Processor", in: []int{at[s.ID]}, group: p.group})
			}
		}
	}
	return procs
}

// storeNames are the stores that a step's processor is connected to, in Java's order.
func (r *Resolved) storeNames(s *Step) []string {
	ids := slices.Clone(s.Stores)
	switch {
	case streamJoin(s.Op):
		return nil // they are the sides'
	case s.keeps():
		ids = append(ids, s.Store)
	case s.Op == JoinTable || s.Op == LeftTable:
		ids = r.ViewStores(s.Global)
	}
	return r.names(ids)
}

// names are the names of stores, each once, as java.util.HashSet iterates over them.
func (r *Resolved) names(stores []int) []string {
	var out []string
	for _, st := range stores {
		out = append(out, r.Stores[st].Name)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	byBucket(out, len(out))
	return out
}

// connect computes what the order of printing depends on. Kafka Streams sorts processors
// by the size of the tree below them, and keeps neighbours in trees sorted by the size that
// they had at the moment of insertion, while it connects nodes in the order of a Java hash
// table. So the same has to be done here.
func connect(procs []proc, members []int) {
	for _, i := range members {
		procs[i].size = 1
	}
	for _, i := range hashOrder(procs, members) {
		for _, pred := range procs[i].in {
			procs[i].preds = insert(procs, procs[i].preds, pred)
			procs[pred].succs = insert(procs, procs[pred].succs, i)
			grow(procs, pred, procs[i].size)
		}
	}
}

func grow(procs []proc, i, by int) {
	procs[i].size += by
	for _, p := range procs[i].preds {
		grow(procs, p, by)
	}
}

// insert puts i before the first larger element, by descending size, then name.
func insert(procs []proc, sorted []int, i int) []int {
	at := len(sorted)
	for k, j := range sorted {
		if cmp.Or(procs[j].size-procs[i].size, cmp.Compare(procs[i].name, procs[j].name)) < 0 {
			at = k
			break
		}
	}
	return slices.Insert(sorted, at, i)
}

// byBucket sorts strings as a java.util.HashMap with n keys iterates; those of one bucket stay
// in their order.
func byBucket(list []string, n int) {
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(bucket(a, n), bucket(b, n)) })
}

// hashSet lists strings as a java.util.HashSet that was made of them iterates; it is made
// with room for one more.
func hashSet(list []string) []string {
	out := slices.Clone(list)
	byBucket(out, len(list)+1)
	return out
}

// hashOrder lists the members as java.util.HashMap iterates over their names, which were put into it in the
// order of processors.
func hashOrder(procs []proc, members []int) []int {
	order := slices.Clone(members)
	slices.Sort(order) // the order of insertion
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(bucket(procs[i].name, len(order)), bucket(procs[j].name, len(order)))
	})
	return order
}

// bucket is where java.util.HashMap with n keys has a key.
func bucket(name string, n int) uint32 {
	capacity := uint32(16)
	for uint32(n) > capacity/4*3 {
		capacity *= 2
	}
	var h uint32
	for _, c := range []byte(name) { // names are ASCII
		h = 31*h + uint32(c)
	}
	return (h ^ h>>16) & (capacity - 1)
}
