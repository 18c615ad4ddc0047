package graph

import "slices"

// groups is a union of steps into connected parts. A repartition counts among what reads
// it; the step before it is in another part unless something else connects them.
type groups []int

func (g groups) find(i int) int {
	for g[i] != i {
		g[i] = g[g[i]]
		i = g[i]
	}
	return i
}

func (g groups) unite(a, b int) { g[g.find(a)] = g.find(b) }

// subtopologies cuts the steps into connected parts, ranks the parts as Kafka Streams does
// and fills Resolved.Subs.
func (p *resolver) subtopologies() {
	g := make(groups, len(p.r.Steps))
	for i := range g {
		g[i] = i
	}
	users := map[int]int{} // store -> a step that uses it
	for _, s := range p.r.Steps {
		if s.Op != Repartition {
			for _, in := range s.In {
				g.unite(s.ID, in)
			}
		}
		if s.Alias >= 0 {
			g.unite(s.ID, s.Alias)
		}
		stores := s.Stores
		if s.keeps() {
			stores = []int{s.Store}
		}
		if s.Op == JoinTable || s.Op == LeftTable {
			g.unite(s.ID, s.Global)
		}
		for _, st := range stores {
			if u, ok := users[st]; ok {
				g.unite(s.ID, u)
			} else {
				users[st] = s.ID
			}
		}
	}
	p.rank(g)
	p.fill()
}

// rank numbers the parts in the order of their first source. Global tables and stores take part, so
// that the numbers of the others are those of Kafka Streams.
func (p *resolver) rank(g groups) {
	subs := map[int]int{} // root -> index in Subs
	id := 0
	p.r.written = p.written()
	for _, s := range p.r.written {
		root := g.find(s.ID)
		switch _, ranked := subs[root]; {
		case IsGlobal(s.Op):
			p.r.Globals = append(p.r.Globals, s.ID)
			p.globalID(s.ID, id)
			id++
		case (s.Op == Source && s.Alias < 0 || s.Op == Table || s.Op == Repartition) && !ranked:
			subs[root] = len(p.r.Subs)
			p.r.Subs = append(p.r.Subs, Sub{ID: id})
			id++
		}
	}
	for _, s := range p.r.Steps {
		if IsGlobal(s.Op) {
			continue
		}
		at := subs[g.find(s.ID)]
		s.Sub = at
		if s.Op == Repartition {
			s.Reader, s.Sub = at, subs[g.find(s.In[0])]
		}
	}
}

// written lists the steps as InternalStreamsBuilder.buildAndOptimizeTopology writes their
// nodes: of those whose parents are written the one that was added first. A repartition that
// aggregations of one named grouping share was added again for each of them; the last time
// counts, and what is below it waits.
func (p *resolver) written() []*Step {
	added := func(s *Step) int {
		if s.ID >= p.recorded {
			return 2 * s.last
		}
		return 2*s.ID + 1
	}
	done := make([]bool, len(p.r.Steps))
	waits := func(s *Step) bool {
		return slices.ContainsFunc(s.In, func(in int) bool { return !done[in] })
	}
	out := make([]*Step, 0, len(p.r.Steps))
	for range p.r.Steps {
		var next *Step
		for _, s := range p.r.Steps {
			if !done[s.ID] && !waits(s) && (next == nil || added(s) < added(next)) {
				next = s
			}
		}
		if next == nil { // parents precede their children
			break
		}
		done[next.ID] = true
		out = append(out, next)
	}
	return out
}

func (p *resolver) globalID(step, id int) {
	if p.r.globalIDs == nil {
		p.r.globalIDs = map[int]int{}
	}
	p.r.globalIDs[step] = id
}

// fill lists each part's steps, sources, sinks and stores.
func (p *resolver) fill() {
	p.r.StoreSub = make([]int, len(p.r.Stores))
	for i := range p.r.StoreSub {
		p.r.StoreSub[i] = -1
	}
	for _, s := range p.order() {
		if IsGlobal(s.Op) || s.Alias >= 0 {
			continue
		}
		if s.Op == Repartition {
			w := &p.r.Subs[s.Sub]
			w.Sinks = append(w.Sinks, SubSink{Step: s.ID, Topic: s.Topic, Repartition: true})
			b := &p.r.Subs[s.Reader]
			b.Steps, b.Sources = append(b.Steps, s.ID), append(b.Sources, s.ID)
			continue
		}
		b := &p.r.Subs[s.Sub]
		b.Steps = append(b.Steps, s.ID)
		switch {
		case s.Op == Source && s.Alias < 0 || s.Op == Table:
			b.Sources = append(b.Sources, s.ID)
		case s.Op == Sink:
			b.Sinks = append(b.Sinks, SubSink{Step: s.ID, Topic: s.Topic, Routed: s.Routed})
		case processes(s.Op):
			b.Processors = append(b.Processors, s.ID)
		}
		for _, st := range s.Stores {
			p.r.StoreSub[st] = s.Sub
		}
		if s.keeps() {
			if !s.EmitEvery {
				b.Flush = append(b.Flush, s.ID)
			}
			p.r.StoreSub[s.Store] = s.Sub
		}
	}
	for i, sub := range p.r.StoreSub {
		if sub >= 0 {
			p.r.Subs[sub].Stores = append(p.r.Subs[sub].Stores, i)
		}
	}
	for i := range p.r.Subs {
		b := &p.r.Subs[i]
		for _, id := range b.Steps {
			s := p.r.Steps[id]
			if s.OnError == "dead-letter" && s.DeadLetter != "" && b.DeadLetterOf(s.DeadLetter) < 0 {
				b.Sinks = append(b.Sinks, SubSink{Step: -1, Topic: s.DeadLetter, DeadLetter: true})
			}
		}
	}
}
