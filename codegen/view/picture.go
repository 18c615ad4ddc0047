package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/internal/graph"
)

// kind is what a node of a drawing stands for; it decides its shape.
type kind string

const (
	topicNode    kind = "topic"
	internalNode kind = "internal" // a repartition topic
	stepNode     kind = "step"
	storeNode    kind = "store"
)

// node is a shape with up to two lines of text.
type node struct {
	id            string
	kind          kind
	title, detail string
	group         int // index of the box that it lies in, -1 outside
}

// edge leads from one node to another.
type edge struct {
	from, to string
	label    string
	dashed   bool // no records: a look-up, state, a failure
}

// picture is a drawing without places.
type picture struct {
	groups []string // titles
	nodes  []node
	edges  []edge
	index  map[string]int
}

func (p *picture) add(n node) string {
	if _, ok := p.index[n.id]; !ok {
		p.index[n.id] = len(p.nodes)
		p.nodes = append(p.nodes, n)
	}
	return n.id
}

// picture draws the topology: a box for each sub-topology and for what is global, topics
// between the boxes, stores beside the operators that keep them.
func (t *Topology) picture() *picture {
	p := &picture{index: map[string]int{}}
	var globals = -1
	if len(t.r.Globals) > 0 {
		globals = 0
		p.groups = append(p.groups, t.globals()+": each instance reads them whole")
	}
	for _, id := range t.r.Globals {
		s := t.r.Steps[id]
		topic := p.add(node{"in_" + s.Topic, topicNode, s.Topic, "topic", -1})
		p.edges = append(p.edges, edge{from: topic, to: t.draw(p, s, globals)})
	}
	for i := range t.r.Subs {
		sub := &t.r.Subs[i]
		p.groups = append(p.groups, fmt.Sprintf("sub-topology %d: a task for each partition of %s", sub.ID, strings.Join(t.sources(sub), ", ")))
		group := len(p.groups) - 1
		for _, id := range sub.Steps {
			if s := t.r.Steps[id]; s.Op != graph.Repartition {
				t.draw(p, s, group)
			}
		}
		for _, k := range sub.Sinks {
			if k.DeadLetter {
				p.add(node{"out_" + k.Topic, topicNode, k.Topic, "dead-letter topic", -1})
			}
		}
	}
	for _, s := range t.r.Steps {
		t.connect(p, s)
	}
	return p
}

func stepID(s *graph.Step) string { return fmt.Sprintf("step_%d", s.ID) }

// draw adds a step and its stores to a box.
func (t *Topology) draw(p *picture, s *graph.Step, group int) string {
	id := p.add(node{stepID(s), stepNode, t.verb(s), s.Name, group})
	for _, store := range kept(s) {
		st := t.r.Stores[store]
		at := p.add(node{fmt.Sprintf("store_%d", store), storeNode, st.Name, string(st.Kind) + " store", group})
		p.edges = append(p.edges, edge{from: id, to: at, dashed: true})
	}
	return id
}

// connect adds the edges that lead to and from a step.
func (t *Topology) connect(p *picture, s *graph.Step) {
	if s.Alias >= 0 {
		return
	}
	id := stepID(s)
	if s.Op == graph.Repartition {
		id = p.add(node{id, internalNode, s.Topic, "repartition topic", -1})
	}
	if !graph.IsGlobal(s.Op) {
		for _, topic := range reads(s) {
			p.edges = append(p.edges, edge{from: p.add(node{"in_" + topic, topicNode, topic, "topic", -1}), to: id})
		}
	}
	for _, out := range s.Out {
		p.edges = append(p.edges, edge{from: id, to: stepID(t.r.Steps[out]), label: t.carries(s)})
	}
	if s.Global >= 0 {
		p.edges = append(p.edges, edge{from: stepID(t.r.Steps[s.Global]), to: id, dashed: true, label: "look-up"})
	}
	for _, store := range s.ReadOnly {
		p.edges = append(p.edges, edge{from: fmt.Sprintf("store_%d", store), to: id, dashed: true, label: "look-up"})
	}
	if s.Op == graph.Sink {
		topic := s.Topic
		if topic == "" {
			topic = "chosen by the record"
		}
		p.edges = append(p.edges, edge{from: id, to: p.add(node{"out_" + topic, topicNode, topic, "topic", -1})})
	}
	if s.OnError == "dead-letter" && s.DeadLetter != "" {
		p.edges = append(p.edges, edge{from: id, to: p.add(node{"out_" + s.DeadLetter, topicNode, s.DeadLetter, "dead-letter topic", -1}), dashed: true, label: "failed"})
	}
}

// carries names the records that leave a step, where their type is not the one that entered.
func (t *Topology) carries(s *graph.Step) string {
	if s.Op == graph.Repartition || s.KeyType == s.InKey && s.ValType == s.InVal {
		return ""
	}
	return types(s.KeyType, s.ValType)
}

// inGroup lists the nodes of a box.
func (p *picture) inGroup(group int) []node {
	return slices.DeleteFunc(slices.Clone(p.nodes), func(n node) bool { return n.group != group })
}
