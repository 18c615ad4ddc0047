package pass

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// codes gives each kind of problem its diagnostic.
var codes = map[graph.Kind]diag.Code{
	graph.MissingStoreName: diag.StoreWithoutName,
	graph.MissingCodec:     diag.MissingCodec,
	graph.MissingTopic:     diag.EmptyTopic,
	graph.DuplicateStore:   diag.DuplicateStore,
	graph.DuplicateName:    diag.DuplicateOperator,
	graph.DuplicateTopic:   diag.DuplicateOperator,
	graph.BadName:          diag.BadName,
	graph.BadPattern:       diag.BadName,
	graph.TopicCodecs:      diag.TwoCodecs,
	graph.SourcePolicy:     diag.NoEffect,
	graph.SourceTimes:      diag.TwoPolicies,
	graph.GlobalAndStream:  diag.TwoTypes,
	graph.UnpartitionedKey: diag.ProcessAfterKeyChange,
	graph.GlobalHandle:     diag.GlobalHandle,
	graph.FeedsItself:      diag.EndlessLoop,
	graph.UnusedStore:      diag.UnusedStore,
	graph.GroupCodecs:      diag.TwoCodecs,
	graph.JoinCodecs:       diag.TwoCodecs,
	graph.MissingTopicName: diag.StoreWithoutName,
	graph.IgnoredPolicy:    diag.CannotFail,
	graph.IgnoredEmit:      diag.NoEffect,
}

// resolve derives names, repartitions, codecs and sub-topologies of each topology.
func (l *lowering) resolve() {
	for _, t := range l.prog.Topologies {
		top := &topology{Topology: t, app: newNames(), funcs: map[*topo.Func]*plan.Func{}, lits: map[literalKey]*plan.Func{}, windows: map[*topo.Window]string{}, withins: map[*topo.Within]string{},
			custom: map[*topo.Codec]string{}, globals: map[int]*plan.Global{}, stores: map[int]*plan.Global{}, handles: map[int]string{}, readers: map[int]string{}}
		top.numberCodecs()
		r, err := graph.Resolve(t.Graph)
		var problems graph.Problems
		if errors.As(err, &problems) {
			for _, p := range problems {
				l.report(top, p)
			}
			continue
		}
		top.resolved = r
		for _, sub := range r.Subs {
			top.app[fmt.Sprintf("newTask%d", sub.ID)] = true
		}
		l.topos = append(l.topos, top)
	}
}

// numberCodecs marks each codec in the graph, so that those which Resolve derives can be
// told apart: their text alone does not identify them.
func (t *topology) numberCodecs() {
	ref := func(c *topo.Codec) graph.BoxedCodec {
		if c == nil {
			return graph.BoxedCodec{}
		}
		t.codecs = append(t.codecs, c)
		return graph.BoxedCodec{Valid: true, Ref: len(t.codecs)}
	}
	for i, n := range t.Nodes {
		e := &t.Graph.Nodes[i].Exec
		e.Key, e.Val, e.GroupKey, e.GroupVal = ref(n.KeyCodec), ref(n.ValCodec), ref(n.GroupKeyCodec), ref(n.GroupValCodec)
	}
	for i, s := range t.Stores {
		b := &t.Graph.Stores[i].Boxed
		b.Key, b.Val = ref(s.KeyCodec), ref(s.ValCodec)
	}
}

func (t *topology) codec(b graph.BoxedCodec) *topo.Codec {
	if b.Ref == 0 {
		return nil
	}
	return t.codecs[b.Ref-1]
}

func (l *lowering) report(t *topology, p graph.Problem) {
	span := func(i int) diag.Span {
		if i < 0 || i >= len(t.Nodes) {
			return diag.Span{}
		}
		n := t.Nodes[i]
		return diag.Span{Start: n.Pkg.Fset.Position(n.Pos)}
	}
	at := span(p.Node)
	if p.Node < 0 && p.Store >= 0 {
		s := t.Stores[p.Store]
		at = diag.Span{Start: s.Pkg.Fset.Position(s.Pos)}
	}
	code, ok := codes[p.Kind]
	if !ok {
		code = diag.Statement
	}
	d := l.diags.Report(code, at, "%s", p.Text)
	if other := span(p.Other); other.IsValid() {
		d.Note(other, "the other one is here")
	}
	if p.Fix != "" {
		d.Note(diag.Span{}, "%s", p.Fix)
	}
}

// nameTopologies chooses the names that the package will see.
func (l *lowering) nameTopologies() {
	for _, name := range l.prog.Types.Scope().Names() {
		l.scope[name] = true
	}
	for _, t := range l.topos {
		constructor := "New" + t.Name
		if !t.Func.Exported() {
			constructor = "new" + title(t.Name)
		}
		app := lower(t.Name)
		if app == t.Name {
			app += "App"
		}
		t.plan = &plan.Topology{Name: t.Name, Constructor: l.scope.unique(constructor), App: l.scope.unique(app),
			Description: t.resolved.Describe(), Hash: t.resolved.Hash}
		l.plan.Topologies = append(l.plan.Topologies, t.plan)
		if !slices.Contains(l.plan.Sources, filepath.Base(t.File)) {
			l.plan.Sources = append(l.plan.Sources, filepath.Base(t.File))
		}
	}
	slices.Sort(l.plan.Sources)
}
