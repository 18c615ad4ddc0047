// Package view shows a compiled topology to people: as a drawing (Mermaid, SVG, HTML) and
// as an explanation in text. It reads what the phases made and decides nothing.
package view

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// Topology is one compiled topology: what was said, what follows from it, what will run,
// and the generated file.
type Topology struct {
	Package string // import path
	said    *topo.Topology
	plan    *plan.Topology
	fset    *token.FileSet
	r       *graph.Resolved
	bytes   map[string]access // by method of a source
	json    []*plan.JSON      // of the package
}

// New makes the views of a program in the order of its topologies; output is the generated
// file.
func New(prog *topo.Program, p *plan.Program, output []byte) ([]*Topology, error) {
	accesses, err := accesses(output)
	if err != nil {
		return nil, err
	}
	var out []*Topology
	for i, t := range prog.Topologies {
		r, err := graph.Resolve(t.Graph)
		if err != nil {
			return nil, fmt.Errorf("topology %s: %w", t.Name, err)
		}
		out = append(out, &Topology{Package: prog.Path, said: t, plan: p.Topologies[i], fset: prog.Fset, r: r, bytes: accesses, json: p.JSON})
	}
	return out, nil
}

// Name is the name of the topology function.
func (t *Topology) Name() string { return t.said.Name }

// verb is the method that was called for a step, as the user wrote it: "GroupBy" where the
// graph says select-key.
func (t *Topology) verb(s *graph.Step) string {
	if s.ID >= len(t.said.Nodes) {
		return "Repartition"
	}
	if name, ok := topo.CallName(t.said.Nodes[s.ID].Call).(*ast.Ident); ok {
		return name.Name
	}
	return string(s.Op)
}

// place is file:line of a step, without folders.
func (t *Topology) place(s *graph.Step) string {
	if s.ID >= len(t.said.Nodes) {
		return ""
	}
	at := t.fset.PositionFor(t.said.Nodes[s.ID].Pos, false)
	return fmt.Sprintf("%s:%d", at.Filename[strings.LastIndexAny(at.Filename, `/\`)+1:], at.Line)
}

// reads lists the topics of a step that reads topics, a pattern as what it matches; empty for
// others.
func reads(s *graph.Step) []string {
	switch {
	case len(s.In) > 0 || s.Op == graph.Repartition:
		return nil
	case s.Pattern != "":
		return []string{"topics that match " + s.Pattern}
	}
	return s.Reads()
}

// types is "key, value" of the records that leave a step.
func types(key, val string) string {
	if key == "" && val == "" {
		return ""
	}
	return graph.TypeName(key) + ", " + graph.TypeName(val)
}

// sources lists the topics that a sub-topology reads, repartitions under their full name.
func (t *Topology) sources(sub *graph.Sub) []string {
	var out []string
	for _, id := range sub.Sources {
		s := t.r.Steps[id]
		if s.Op == graph.Repartition {
			out = append(out, internalName(s.Topic, graph.RepartitionTopic))
			continue
		}
		out = append(out, reads(s)...)
	}
	return out
}

// internalName is how the broker calls an internal topic.
func internalName(base string, kind graph.TopicKind) string {
	return "<application.id>-" + base + "-" + string(kind)
}

// change finds the step that changed the key on the way to a repartition, nil when the
// repartition was asked for.
func (t *Topology) change(r *graph.Step) *graph.Step {
	if len(r.In) == 0 {
		return nil
	}
	s := t.r.Steps[r.In[0]]
	for s.Rekeyed {
		i := slices.IndexFunc(s.In, func(in int) bool { return t.r.Steps[in].Rekeyed })
		if i < 0 || slices.Contains([]graph.Op{graph.Map, graph.FlatMap, graph.SelectKey, graph.Process}, s.Op) {
			return s
		}
		s = t.r.Steps[s.In[i]]
	}
	return nil
}

// kept lists the stores of a step.
func kept(s *graph.Step) []int {
	if s.Op == graph.Process || s.Op == graph.GlobalStore {
		return s.Stores
	}
	if s.Store >= 0 {
		return append([]int{s.Store}, s.Stores...)
	}
	return s.Stores
}
