package graph

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// checkTopics compares what different ends say about one topic.
func (p *resolver) checkTopics() {
	first := map[string]*Step{}
	for _, s := range p.r.Steps[:p.recorded] {
		if s.Op != Source && s.Op != Sink && !IsGlobal(s.Op) && s.Op != Table || s.Routed || s.Pattern != "" {
			continue
		}
		if s.Topic == "" {
			p.report(Problem{Kind: MissingTopic, Node: s.ID, Other: -1, Store: -1, Text: fmt.Sprintf("%s has an empty topic", s.Op), Fix: "name the topic"})
			continue
		}
		f := first[s.Topic]
		for _, topic := range s.More {
			f = cmp.Or(f, first[topic])
		}
		for _, topic := range s.Reads() {
			if first[topic] == nil {
				first[topic] = s
			}
		}
		if f == nil {
			continue
		}
		if s.Op != Sink && f.Op != Sink && (s.Op != Source || f.Op != Source) {
			p.report(Problem{Kind: GlobalAndStream, Node: s.ID, Other: f.ID, Store: -1,
				Text: fmt.Sprintf("topic %s is read as %s and again as %s; one topic has one reader", s.Topic, f.Op, s.Op),
				Fix:  "use one handle for both, or copy the topic"})
		}
		if ends := s.Op == Sink || f.Op == Sink; differ(s.Key, f.Key, ends) || differ(s.Val, f.Val, ends) {
			p.report(Problem{Kind: TopicCodecs, Node: s.ID, Other: f.ID, Store: -1,
				Text: fmt.Sprintf("topic %s has codecs (%s,%s) as %s and (%s,%s) as %s; its bytes can only be one of them", s.Topic, f.Key, f.Val, f.Op, s.Key, s.Val, s.Op),
				Fix:  "use the same codecs in both places"})
		}
	}
}

// checkPatterns compares patterns with the topics that others read, as Kafka Streams does when
// a source is added.
func (p *resolver) checkPatterns() {
	for _, s := range p.r.Steps[:p.recorded] {
		if s.Pattern == "" || s.Alias >= 0 {
			continue
		}
		re, err := regexp.Compile("^(?:" + s.Pattern + ")$")
		if err != nil {
			p.report(Problem{Kind: BadPattern, Node: s.ID, Other: -1, Store: -1,
				Text: fmt.Sprintf("the pattern %q is no regular expression: %v", s.Pattern, err), Fix: "write it in the syntax of Go's package regexp; it has to match whole names"})
			continue
		}
		for _, o := range p.r.Steps[:p.recorded] {
			if o.Op != Source && o.Op != Table && !IsGlobal(o.Op) || o.Pattern != "" {
				continue
			}
			for _, topic := range o.Reads() {
				if !o.TopicDynamic && re.MatchString(topic) {
					p.report(Problem{Kind: OverlappingTopics, Node: s.ID, Other: o.ID, Store: -1,
						Text: fmt.Sprintf("the pattern %q matches topic %s, which is read elsewhere; a topic has one reader", s.Pattern, topic),
						Fix:  "let the pattern leave the topic out, or read it through the pattern alone"})
				}
			}
		}
	}
}

var legal = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)

// checkNames looks for names that collide or that Kafka would refuse.
func (p *resolver) checkNames() {
	bad := func(node, store int, what, name string) {
		if !legal.MatchString(name) || name == "." || name == ".." {
			p.report(Problem{Kind: BadName, Node: node, Other: -1, Store: store,
				Text: fmt.Sprintf("%s is called %q; Kafka takes 1 to 249 of the letters a-z, A-Z, digits, '.', '_' and '-', and neither \".\" nor \"..\"", what, name),
				Fix:  "choose another name"})
		}
	}
	procs := map[string]int{}
	add := func(node int, name string) {
		if name == "" {
			return
		}
		if other, ok := procs[name]; ok {
			p.report(Problem{Kind: DuplicateName, Node: node, Other: other, Store: -1,
				Text: fmt.Sprintf("two processors are called %s: %s and %s", name, p.r.Steps[other].Op, p.r.Steps[node].Op),
				Fix:  "give one of them another dsl.Name"})
			return
		}
		procs[name] = node
	}
	bases := map[string]*Step{}
	for _, s := range p.r.Steps {
		node := s.ID
		if s.Op == Repartition {
			if !s.Explicit {
				node = p.reader(s)
			}
			if f := bases[s.Topic]; f != nil {
				p.report(Problem{Kind: DuplicateTopic, Node: node, Other: p.reader(f), Store: -1,
					Text: fmt.Sprintf("two repartition topics are called %s", s.Topic), Fix: "give one of them another dsl.Name"})
				continue
			}
			bases[s.Topic] = s
			bad(node, -1, "a repartition topic", s.Topic)
			add(node, s.SinkName)
			add(node, s.FilterName)
			add(node, s.SourceName)
			continue
		}
		if s.Op == Side {
			node = s.Join
		} else {
			bad(node, -1, fmt.Sprintf("the %s", s.Op), s.Name)
		}
		if s.Alias < 0 {
			add(node, s.Name)
		}
		add(node, s.SourceName)
		add(node, s.KeySelectName)
		add(node, s.ThisName)
		add(node, s.OtherName)
		add(node, s.WindowName)
	}
	stores := map[string]int{}
	for i, st := range p.r.Stores {
		if st.Optional && p.owner(i) < 0 {
			continue
		}
		if st.Name == "" {
			p.report(Problem{Kind: MissingStoreName, Node: p.owner(i), Other: -1, Store: i, Text: fmt.Sprintf("store %d has no name, which is its identity", i), Fix: "name the store"})
			continue
		}
		if o := p.owner(i); !st.Global || o >= 0 && p.r.Steps[o].Op != GlobalTable { // a global table's default name is its topic, checked by the broker
			bad(p.owner(i), i, "a store", st.Name)
		}
		if j, ok := stores[st.Name]; ok {
			p.report(Problem{Kind: DuplicateStore, Node: p.owner(i), Other: p.owner(j), Store: i,
				Text: fmt.Sprintf("two stores are called %s; a store's name is its identity", st.Name), Fix: "give one of them another name (dsl.Store, or dsl.Name)"})
			continue
		}
		stores[st.Name] = i
	}
}

// owner is the first node that uses store i, -1 if none does.
func (p *resolver) owner(i int) int {
	for _, s := range p.r.Steps {
		if s.Store == i {
			return s.ID
		}
		for _, j := range s.Stores {
			if j == i {
				return s.ID
			}
		}
	}
	return -1
}

// checkUse looks for state that is in the wrong partition or that nothing reads.
func (p *resolver) checkUse() {
	for _, s := range p.r.Steps {
		if processes(s.Op) && len(s.Stores) > 0 && p.r.Steps[s.In[0]].Rekeyed {
			c := p.change(s.In[0])
			p.report(Problem{Kind: UnpartitionedKey, Node: s.ID, Other: c.ID, Store: s.Stores[0],
				Text: fmt.Sprintf("the processor keeps state by key in %s, but %s changed the key: records of one key reach different tasks, each with its own store", p.r.Stores[s.Stores[0]].Name, describe(c)),
				Fix:  "call Repartition before it; where the key only seems to change, because it went through Process, use ProcessValues there"})
		}
		p.checkPolicy(s)
		switch {
		case s.OnClose && !(stateful(s.Op) && s.Windowed):
			p.report(Problem{Kind: IgnoredEmit, Node: s.ID, Other: -1, Store: -1,
				Text: fmt.Sprintf("EmitOnClose on %s has no effect: it applies to aggregations over windows, which close", s.Op), Fix: "move it to the windowed aggregation"})
		case s.OnClose && s.EmitEvery:
			p.report(Problem{Kind: IgnoredEmit, Node: s.ID, Other: -1, Store: -1,
				Text: fmt.Sprintf("EmitEveryUpdate on %s has no effect beside EmitOnClose, which emits each window once", s.Op), Fix: "keep one of them"})
		}
		switch {
		case !s.EmitEvery || s.keeps() || s.Op == Table || s.Op == ToTable:
		case IsTable(s.Op):
			p.report(Problem{Kind: IgnoredEmit, Node: s.ID, Other: -1, Store: -1,
				Text: fmt.Sprintf("EmitEveryUpdate on %s has no effect: without a store of its own it coalesces nothing", s.Op), Fix: "move it to the table above that has a store, or give this one a dsl.Store"})
		default:
			p.report(Problem{Kind: IgnoredEmit, Node: s.ID, Other: -1, Store: -1,
				Text: fmt.Sprintf("EmitEveryUpdate on %s has no effect: it applies to tables", s.Op), Fix: "move it to the table or aggregation"})
		}
	}
	for i, st := range p.r.Stores {
		if p.owner(i) < 0 && !st.Optional {
			p.report(Problem{Kind: UnusedStore, Node: -1, Other: -1, Store: i,
				Text: fmt.Sprintf("store %s is declared but no processor holds it", st.Name), Fix: "keep its handle in a field of the processor that uses it, or remove it"})
		}
	}
}

// checkPolicy looks for an OnError that cannot act.
func (p *resolver) checkPolicy(s *Step) {
	switch {
	case s.OnError == "", s.Op == Source, s.Op == Table, s.Op == Sink, s.Op == Repartition, processes(s.Op), s.Form == Try:
	case IsGlobal(s.Op) && s.OnError != "dead-letter":
	case IsGlobal(s.Op):
		p.report(Problem{Kind: IgnoredPolicy, Node: s.ID, Other: -1, Store: -1,
			Text: fmt.Sprintf("%s cannot dead-letter: it is read outside of tasks, by every instance", words(s)), Fix: "use dsl.Fail() or dsl.Skip()"})
	default:
		p.report(Problem{Kind: IgnoredPolicy, Node: s.ID, Other: -1, Store: -1,
			Text: fmt.Sprintf("OnError on %s has no effect: it applies to sources, tables, global tables and stores, To, ToDynamic, Repartition, Process and Try forms", s.Op), Fix: "remove OnError, or use the Try form"})
	}
}

// differ says whether two codecs cannot both be those of a topic: at its two ends one may refuse what the other lets pass.
func differ(a, b Codec, ends bool) bool {
	x, y := TypeName(string(a)), TypeName(string(b))
	if ends {
		x, y = strings.TrimPrefix(x, "Strict"), strings.TrimPrefix(y, "Strict")
	}
	return x != y
}
