package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// Explain tells what a topology will do: tasks and the operators fused into each method,
// what is decoded, where repartitions come from and why, stores and internal topics.
func (t *Topology) Explain() string {
	var b strings.Builder
	at := t.fset.PositionFor(t.said.Decl.Name.Pos(), false)
	fmt.Fprintf(&b, "topology %s (%s:%d)\n", t.Name(), t.said.File, at.Line)
	fmt.Fprintf(&b, "  constructor %s, structure %s\n", t.plan.Constructor, t.plan.Hash)
	for i := range t.r.Subs {
		t.explainSub(&b, &t.r.Subs[i])
	}
	t.explainGlobals(&b)
	t.explainStores(&b)
	t.explainTopics(&b)
	t.explainJSON(&b)
	return b.String()
}

func (t *Topology) explainSub(b *strings.Builder, sub *graph.Sub) {
	fmt.Fprintf(b, "\nsub-topology %d: a task for each partition of %s\n", sub.ID, strings.Join(t.sources(sub), ", "))
	var task *plan.Task
	for _, k := range t.plan.Tasks {
		if k.ID == sub.ID {
			task = k
		}
	}
	seen := map[int]bool{}
	for i, id := range sub.Sources {
		s := t.r.Steps[id]
		topics := reads(s)
		if s.Op == graph.Repartition {
			topics = []string{internalName(s.Topic, graph.RepartitionTopic)}
		}
		fmt.Fprintf(b, "  reads %s (%s) with %s, %s%s%s", strings.Join(topics, ", "), types(s.KeyType, s.ValType), codecName(s.Key), codecName(s.Val), policy(s), t.times(s))
		for _, store := range kept(s) {
			fmt.Fprintf(b, ", store %s", t.r.Stores[store].Name)
		}
		b.WriteByte('\n')
		if s.Pattern != "" {
			b.WriteString("    the topics are looked for at the start and each metadata.max.age.ms; whole names match, internal ones never\n")
		}
		if task != nil && i < len(task.Sources) {
			method := task.Type + "." + task.Sources[i].Method
			fmt.Fprintf(b, "    fused into %s: static calls only\n", method)
			if a, ok := t.bytes[method]; ok {
				fmt.Fprintf(b, "    %s; %s\n", a.key.phrase("key"), a.val.phrase("value"))
			}
			t.explainReads(b, task.Sources[i])
		}
		t.explainChain(b, s, task, "    ", seen)
	}
}

// explainChain lists what follows a step, branches indented.
func (t *Topology) explainChain(b *strings.Builder, s *graph.Step, task *plan.Task, indent string, seen map[int]bool) {
	for _, id := range s.Out {
		n := t.r.Steps[id]
		in := indent
		if len(s.Out) > 1 {
			in += "  "
			fmt.Fprintf(b, "%s- ", indent)
		} else {
			b.WriteString(indent)
		}
		if n.Op == graph.Repartition {
			t.explainRepartition(b, n, in)
			explainForward(b, stepOf(task, id), in)
			continue
		}
		if seen[id] {
			fmt.Fprintf(b, "%s %s, as above\n", t.verb(n), n.Name)
			continue
		}
		seen[id] = true
		step := stepOf(task, id)
		t.explainStep(b, n, readsOf(step))
		if n.Op == graph.Sink {
			explainForward(b, step, in)
		}
		t.explainChain(b, n, task, in, seen)
	}
}

func (t *Topology) explainStep(b *strings.Builder, s *graph.Step, r *plan.Reads) {
	fmt.Fprintf(b, "%s %s", t.verb(s), s.Name)
	if f := t.said.Nodes[s.ID].Fn; f != nil && f.Kind == topo.Named {
		fmt.Fprintf(b, " with %s", f.Name)
	}
	if s.Op == graph.Sink {
		topic := s.Topic
		if topic == "" {
			topic = "the topic that the record chooses"
		}
		fmt.Fprintf(b, " to %s with %s, %s", topic, codecName(s.Key), codecName(s.Val))
		switch {
		case s.Placed:
			b.WriteString(", a function chooses the partition")
		case s.KeyTail > 0:
			b.WriteString(", placed by the key inside of the window")
		}
	} else if c := t.carries(s); c != "" {
		fmt.Fprintf(b, " gives (%s)", c)
	}
	switch {
	case r == nil:
	case r.All:
		b.WriteString(", reads all")
	case len(r.Fields) == 0:
		b.WriteString(", reads nothing of the value")
	default:
		fmt.Fprintf(b, ", reads %s", listed(r))
	}
	for _, store := range kept(s) {
		fmt.Fprintf(b, ", store %s", t.r.Stores[store].Name)
	}
	t.looksUp(b, s)
	if s.Global >= 0 {
		table := t.r.Steps[s.Global]
		name := table.Name
		if table.Store >= 0 { // which has the shorter name mostly
			name = t.r.Stores[table.Store].Name
		}
		fmt.Fprintf(b, ", looks up in %s", name)
	}
	for _, sub := range t.r.Subs {
		for _, f := range sub.Flush {
			if f == s.ID {
				b.WriteString(", results once per key and commit")
			}
		}
	}
	if s.EmitEvery {
		b.WriteString(", a result for every update")
	}
	fmt.Fprintf(b, "%s (%s)\n", policy(s), t.place(s))
}

// explainRepartition says why records take the way over a topic.
func (t *Topology) explainRepartition(b *strings.Builder, s *graph.Step, indent string) {
	fmt.Fprintf(b, "repartition to %s with %s, %s\n", internalName(s.Topic, graph.RepartitionTopic), codecName(s.Key), codecName(s.Val))
	var users []string
	for _, id := range s.Out {
		users = append(users, fmt.Sprintf("%s (%s)", t.verb(t.r.Steps[id]), t.place(t.r.Steps[id])))
	}
	why := "it was asked for at " + t.place(s)
	if c := t.change(s); c != nil && s.ID >= len(t.said.Nodes) {
		why = fmt.Sprintf("%s (%s) changed the key; all records of a key must reach one task for %s", t.verb(c), t.place(c), strings.Join(users, " and "))
	}
	fmt.Fprintf(b, "%s  why: %s\n", indent, why)
}

func (t *Topology) explainGlobals(b *strings.Builder) {
	if len(t.r.Globals) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s: each instance reads them whole before it starts\n", t.globals())
	for _, id := range t.r.Globals {
		s := t.r.Steps[id]
		fmt.Fprintf(b, "  %s reads %s (%s) with %s, %s%s", t.r.Stores[s.Store].Name, s.Topic, types(s.KeyType, s.ValType), codecName(s.Key), codecName(s.Val), policy(s))
		if st := t.r.Stores[s.Store]; s.Op == graph.GlobalStore {
			fmt.Fprintf(b, "; processor %s fills it (%s) with %s, %s", s.Name, types(st.KeyType, st.ValType), codecName(st.Key), codecName(st.Val))
		}
		t.looksUp(b, s)
		fmt.Fprintf(b, " (%s)\n", t.place(s))
	}
}

// globals says what is global: tables, stores or both.
func (t *Topology) globals() string {
	tables, stores := false, false
	for _, id := range t.r.Globals {
		tables, stores = tables || t.r.Steps[id].Op == graph.GlobalTable, stores || t.r.Steps[id].Op == graph.GlobalStore
	}
	switch {
	case !stores:
		return "global tables"
	case !tables:
		return "global stores"
	}
	return "global tables and stores"
}

// looksUp names the global stores that a step's processor reads.
func (t *Topology) looksUp(b *strings.Builder, s *graph.Step) {
	for _, store := range s.ReadOnly {
		fmt.Fprintf(b, ", looks up in %s", t.r.Stores[store].Name)
	}
}

func (t *Topology) explainStores(b *strings.Builder) {
	head := false
	for i, s := range t.r.Stores {
		if s.Global {
			continue
		}
		if !head {
			b.WriteString("\nstores\n")
			head = true
		}
		fmt.Fprintf(b, "  %s: %s store (%s) with %s, %s", s.Name, s.Kind, types(s.KeyType, s.ValType), codecName(s.Key), codecName(s.Val))
		if s.Timestamped {
			b.WriteString(", keeps the time of the last update")
		}
		if s.InMemory {
			b.WriteString(", in memory: read from its changelog at each start")
		}
		if s.Kind != graph.KV && s.Retention > 0 {
			fmt.Fprintf(b, ", keeps rows for %s", duration(s.Retention))
		}
		if sub := t.r.StoreSub[i]; sub >= 0 {
			fmt.Fprintf(b, ", in each task of sub-topology %d", t.r.Subs[sub].ID)
		}
		if s.NoChangelog {
			b.WriteString(", without a changelog: empty after a restart elsewhere")
		}
		b.WriteByte('\n')
	}
}

func (t *Topology) explainTopics(b *strings.Builder) {
	if len(t.r.Topics) == 0 {
		return
	}
	b.WriteString("\ninternal topics, created by the application\n")
	for _, topic := range t.r.Topics {
		fmt.Fprintf(b, "  %s\n", internalName(topic.Base, topic.Kind))
		if topic.Kind == graph.RepartitionTopic {
			s := t.r.Steps[topic.Step]
			count, rule := fmt.Sprintf("as many as sub-topology %d, which writes it, has tasks", t.subID(s.Sub)), "a record's is the murmur2 hash of its key"
			if s.Partitions > 0 {
				count = fmt.Sprint(s.Partitions)
			}
			if s.Placed {
				rule = "a function chooses a record's"
			}
			fmt.Fprintf(b, "    partitions: %s; %s\n    cleanup.policy=delete, retention.ms=-1: records are deleted once they were consumed\n", count, rule)
			continue
		}
		fmt.Fprintf(b, "    partitions: as many as sub-topology %d has tasks, each of which writes its own\n    %s\n", t.subID(topic.Sub), cleanup(t.r.Stores[topic.Store]))
	}
}

// subID is the number of a sub-topology by its index, -1 for none.
func (t *Topology) subID(i int) int {
	if i < 0 {
		return -1
	}
	return t.r.Subs[i].ID
}

func cleanup(s *graph.Store) string {
	if s.Kind == graph.KV {
		return "cleanup.policy=compact"
	}
	if s.Retention == 0 {
		return "cleanup.policy=compact,delete, retention.ms: the store's and windowstore.changelog.additional.retention.ms"
	}
	return "cleanup.policy=compact,delete, retention.ms: " + duration(s.Retention) + " and windowstore.changelog.additional.retention.ms"
}

// codecName is a codec without its package.
func codecName(c graph.Codec) string {
	if c == "" {
		return "no codec"
	}
	return graph.TypeName(string(c))
}

// times says where the timestamps of a source's records come from, nothing when they have
// them.
func (t *Topology) times(s *graph.Step) string {
	switch s.Times {
	case graph.WallClockTime:
		return ", timestamps are those of the wall clock"
	case graph.FailTime:
		return ", a negative timestamp stops the application"
	case graph.LogTime:
		return ", a record with a negative timestamp is skipped and logged"
	case graph.PartitionTime:
		return ", a negative timestamp is replaced by the highest one of the partition"
	case graph.OwnTime:
		if f := t.said.Nodes[s.ID].Time; f != nil && f.Kind == topo.Named {
			return ", timestamps come from " + f.Name
		}
		return ", timestamps come from a function"
	}
	return ""
}

func policy(s *graph.Step) string {
	switch s.OnError {
	case "", "fail":
		return ""
	case "dead-letter":
		return ", a record that fails goes to " + s.DeadLetter
	}
	return ", a record that fails is skipped"
}

// duration prints milliseconds, without zeros at the end.
func duration(ms int64) string {
	s := (time.Duration(ms) * time.Millisecond).String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}
