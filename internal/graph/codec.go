package graph

import (
	"fmt"
	"strings"
)

// flow is a codec with its boxed form.
type flow struct {
	name  Codec
	boxed BoxedCodec
}

func (f flow) or(g flow) flow {
	if f.name != "" {
		return f
	}
	return g
}

// codecs carries codecs along operators that keep key or value, and gives them to the
// repartitions and stores that need them. Codecs given at a node go before inherited ones.
// A value operator's value codec is not inherited even if the type stays the same, as in
// Kafka Streams.
func (p *resolver) codecs() {
	for _, s := range p.order() {
		key, val := flow{s.Key, s.Exec.Key}, flow{s.Val, s.Exec.Val}
		var inKey, inVal flow
		for i, in := range s.In {
			f := p.r.Steps[in]
			k, v := flow{f.Key, f.Exec.Key}, flow{f.Val, f.Exec.Val}
			if i > 0 && k.name != inKey.name {
				k = flow{}
			}
			if i > 0 && v.name != inVal.name {
				v = flow{}
			}
			inKey, inVal = k, v
		}
		switch s.Op {
		case Filter, Present, Peek, Merge, Split, Branch:
			key, val = key.or(inKey), val.or(inVal)
		case MapValues, FlatMapValues, ProcessValues, JoinGlobal, LeftGlobal, JoinTable, LeftTable:
			key = key.or(inKey)
		case Table, ToTable, TableFilter, TableMapValues, TableJoin, TableLeftJoin, TableOuterJoin:
			key, val = p.tableCodecs(s, key.or(inKey), val, inVal)
		case SelectKey:
			val = val.or(inVal)
		case Side:
			key, val = inKey, inVal
		case JoinStream, LeftStream, OuterStream:
			key = key.or(p.joinCodecs(s))
		case ToStream:
			val = val.or(inVal)
			if !s.Windowed {
				key = key.or(inKey)
			}
		case Repartition:
			key = key.or(flow{s.GroupKey, s.Exec.GroupKey}).or(inKey).or(p.tableKey(s))
			val = val.or(flow{s.GroupVal, s.Exec.GroupVal}).or(inVal)
			p.need(s, key, val)
		case Count, Reduce, Aggregate, TableCount, TableReduce, TableAggregate:
			st := p.r.Stores[s.Store]
			key = flow{s.GroupKey, s.Exec.GroupKey}.or(inKey)
			val = flow{st.Val, st.Boxed.Val}
			st.Key, st.Boxed.Key = key.name, key.boxed
			if s.In[0] < p.recorded {
				p.needKey(s, key)
			} else {
				p.agree(s)
			}
		}
		s.Key, s.Exec.Key = key.name, key.boxed
		s.Val, s.Exec.Val = val.name, val.boxed
		if s.Op == Sink || s.Op == Repartition {
			s.KeyTail = keyTail(TypeName(s.KeyType), TypeName(string(s.Key)))
		}
	}
}

// tableKey is the key codec of the table that a repartitioned stream is joined with.
func (p *resolver) tableKey(r *Step) flow {
	s := p.r.Steps[p.reader(r)]
	if s.Op != JoinTable && s.Op != LeftTable {
		return flow{}
	}
	t := p.r.Steps[s.Global]
	return flow{t.Key, t.Exec.Key}
}

// tableCodecs gives a table's store its codecs and returns those of the table.
func (p *resolver) tableCodecs(s *Step, key, val, inVal flow) (flow, flow) {
	if s.Op == ToTable || s.Op == TableFilter {
		val = val.or(inVal)
	}
	if s.Store < 0 {
		return key, val
	}
	st := p.r.Stores[s.Store]
	st.Key, st.Boxed.Key, st.Val, st.Boxed.Val = key.name, key.boxed, val.name, val.boxed
	if s.Windowed && key.name != "" { // the step knows the codec of the key without its window
		st.Key, st.Boxed.Key = s.cutCodec(key.name), BoxedCodec{}
	}
	var lack []string
	if key.name == "" {
		lack = append(lack, "keys ("+TypeName(s.KeyType)+")")
	}
	if val.name == "" {
		lack = append(lack, "values ("+TypeName(s.ValType)+")")
	}
	if len(lack) > 0 {
		p.report(Problem{Kind: MissingCodec, Node: s.ID, Other: -1, Store: s.Store,
			Text: fmt.Sprintf("the store %s of %s has no codec for its %s", st.Name, s.Op, strings.Join(lack, " and ")),
			Fix:  "add dsl.Codecs(keyCodec, valueCodec)"})
	}
	return key, val
}

// keyTail is how many bytes a codec puts behind the inner key of a windowed key.
func keyTail(key, codec string) int {
	switch {
	case strings.HasPrefix(key, "Windowed[") && strings.HasPrefix(codec, "TimeWindowedCodec["):
		return 8
	case strings.HasPrefix(key, "Sessioned[") && strings.HasPrefix(codec, "SessionWindowedCodec["):
		return 16
	}
	return 0
}

// KeyTail is how many bytes behind the inner key a codec of windowed keys writes.
func KeyTail(codec Codec) int {
	switch name := TypeName(string(codec)); {
	case strings.HasPrefix(name, "TimeWindowedCodec["):
		return 8
	case strings.HasPrefix(name, "SessionWindowedCodec["):
		return 16
	}
	return 0
}

// order lists the steps so that parents come first: what Resolve inserted before the first
// step that reads it.
func (p *resolver) order() []*Step { return inOrder(p.r.Steps, p.recorded) }

func inOrder(steps []*Step, recorded int) []*Step {
	out := make([]*Step, 0, len(steps))
	done := map[int]bool{}
	var add func(s *Step)
	add = func(s *Step) {
		if done[s.ID] {
			return
		}
		done[s.ID] = true
		for _, in := range s.In {
			if in >= recorded {
				add(steps[in])
			}
		}
		out = append(out, s)
	}
	for _, s := range steps[:recorded] {
		add(s)
	}
	return out
}

// need reports the codecs that a repartition lacks.
func (p *resolver) need(r *Step, key, val flow) {
	var lack []string
	if key.name == "" {
		lack = append(lack, "key ("+TypeName(r.KeyType)+")")
	}
	if val.name == "" {
		lack = append(lack, "value ("+TypeName(r.ValType)+")")
	}
	if len(lack) == 0 {
		return
	}
	if r.Explicit {
		p.report(Problem{Kind: MissingCodec, Node: r.ID, Other: r.In[0], Store: -1,
			Text: fmt.Sprintf("the records pass through the repartition topic %s, but no codec is known for their %s", r.Topic, strings.Join(lack, " and ")),
			Fix:  "add dsl.Codecs(keyCodec, valueCodec) to Repartition"})
		return
	}
	reader := p.reader(r)
	change := p.change(r.In[0])
	p.report(Problem{Kind: MissingCodec, Node: reader, Other: change.ID, Store: -1,
		Text: fmt.Sprintf("the records pass through the repartition topic %s, because %s changed their key, but no codec is known for their %s",
			r.Topic, describe(change), strings.Join(lack, " and ")),
		Fix: "add dsl.Codecs(keyCodec, valueCodec) to the grouping or to the operator that made the records"})
}

func (p *resolver) needKey(s *Step, key flow) {
	if key.name == "" {
		p.report(Problem{Kind: MissingCodec, Node: s.ID, Other: s.In[0], Store: s.Store,
			Text: fmt.Sprintf("the store %s of %s has no codec for its keys (%s): none is known for the stream it groups",
				p.r.Stores[s.Store].Name, s.Op, TypeName(s.InKey)),
			Fix: "add dsl.Codecs(keyCodec, valueCodec) to GroupByKey"})
	}
}

// agree reports an aggregation whose grouping has other codecs than the repartition that
// it shares.
func (p *resolver) agree(s *Step) {
	r := p.r.Steps[s.In[0]]
	parent := p.r.Steps[r.In[0]]
	key, val := flow{name: s.GroupKey}.or(flow{name: parent.Key}), flow{name: s.GroupVal}.or(flow{name: parent.Val})
	if key.name != r.Key || val.name != r.Val {
		p.report(Problem{Kind: GroupCodecs, Node: s.ID, Other: p.reader(r), Store: -1,
			Text: fmt.Sprintf("grouping %s is written to one repartition topic with codecs (%s,%s), but read here with (%s,%s)", s.GroupName, r.Key, r.Val, key.name, val.name),
			Fix:  "use one grouping handle for both aggregations, or give the groupings different names"})
	}
}

// reader is the first operator behind a repartition.
func (p *resolver) reader(r *Step) int {
	for _, s := range p.order() {
		for _, in := range s.In {
			switch {
			case in != r.ID:
			case s.Op == Side:
				return s.Join
			default:
				return s.ID
			}
		}
	}
	return -1
}

// change is the last key change at or above step i.
func (p *resolver) change(i int) *Step {
	for {
		s := p.r.Steps[i]
		switch s.Op {
		case Map, FlatMap, SelectKey, Process, ToStream, TableGroupBy:
			return s
		}
		next := -1
		for _, in := range s.In {
			if p.r.Steps[in].Rekeyed {
				next = in
			}
		}
		if next < 0 {
			return s
		}
		i = next
	}
}

// describe names a step in an error: operator and name.
func describe(s *Step) string {
	switch s.Op {
	case Source, GlobalTable, GlobalStore, Table, Sink:
		return fmt.Sprintf("%s %s", s.Op, s.Topic)
	}
	return fmt.Sprintf("%s (%s)", s.Op, s.Name)
}
