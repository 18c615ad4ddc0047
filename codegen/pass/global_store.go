package pass

import (
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/internal/graph"
)

// globalStore lowers a global store: its rows, and the processor with the handles that it holds,
// which are all the app's. Stores that it reads stand before it.
func (l *lowering) globalStore(t *topology, s *graph.Step) {
	n, st := t.Nodes[s.ID], t.Stores[s.Store]
	name := t.resolved.Stores[s.Store].Name
	l.plan.Packages[statePath] = "state"
	g := &plan.Global{Node: s.SourceName, Topic: l.topic(t, n.Topic, s.Topic), Store: name, Field: t.app.unique(camel(name) + "Rows"),
		Method: t.app.unique("apply" + title(name)), Policy: l.policy(t, s, nil)}
	g.Key, g.Val = l.codec(t, n.KeyCodec, t.inGlobal(g, true)), l.codec(t, n.ValCodec, t.inGlobal(g, false))
	g.Label = s.Topic
	if n.Topic != nil {
		g.Label = name
	}
	handle := l.handle(t, st, t.app.unique(camel(first(st.Name, name))))
	t.handles[s.Store] = handle.Field
	want := camel(s.Name)
	if n.Graph.Name == "" {
		want = "fill" + title(name)
	}
	p := &plan.GlobalProcessor{Node: s.Name, Handle: handle, Timestamped: t.resolved.Stores[s.Store].Timestamped, Field: t.app.unique(want),
		Context: t.app.unique(want + "Context"), Env: t.app.unique(want + "Env"), Type: l.typeText(n.Proc), Open: t.app.unique("open" + title(name)), Close: t.app.unique("close" + title(name))}
	for _, i := range s.ReadOnly {
		if t.readers[i] == "" {
			r := t.reader(i, t.app)
			t.readers[i] = r.Field
			p.Readers = append(p.Readers, r)
		}
	}
	p.New = l.function(t, n.Fn, "new"+title(want))
	g.Processor = p
	t.plan.Globals = append(t.plan.Globals, g)
	t.stores[s.Store] = g
}

// reader makes a handle that reads global store i.
func (t *topology) reader(i int, scope names) *plan.Reader {
	g := t.stores[i]
	h := g.Processor.Handle
	path, name, _ := strings.Cut(h.Type, "⟧.")
	typ, _, _ := strings.Cut(name, "[")
	return &plan.Reader{Field: scope.unique(camel(g.Store)), Type: path + "⟧.ReadOnly" + name, Make: path + "⟧.NewReadOnly" + typ, Key: h.Key, Val: h.Val, Global: g}
}

// reader lowers the task's handle that reads global store i.
func (k *task) reader(i int) {
	if k.readers[i] == "" {
		r := k.t.reader(i, k.names)
		k.readers[i] = r.Field
		k.plan.Readers = append(k.plan.Readers, r)
	}
}
