package pass

import (
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// task is the state of one sub-topology.
type task struct {
	l       *lowering
	t       *topology
	sub     *graph.Sub
	plan    *plan.Task
	names   names // fields and methods
	stores  map[int]int
	handles map[int]string
	kernels map[int]int // by step
	procs   map[int]int
	joins   map[int]int
	steps   map[int]*plan.Step
	parents map[int]int // how many steps of the task lead to a step
	views   map[int]*plan.View
	readers map[int]string // by global store: the field that reads it
	sides   []*plan.Step   // of joins of tables
}

// lowerGlobals lowers the global tables and stores.
func (l *lowering) lowerGlobals() {
	for _, t := range l.topos {
		for _, i := range t.resolved.Globals {
			s := t.resolved.Steps[i]
			if s.Op == graph.GlobalStore {
				l.globalStore(t, s)
				continue
			}
			name := t.resolved.Stores[s.Store].Name
			n := t.Nodes[i]
			l.plan.Packages[statePath] = "state"
			g := &plan.Global{Node: s.SourceName, Topic: l.topic(t, n.Topic, s.Topic), Store: name, Label: name, Field: t.app.unique(camel(name)),
				Method: t.app.unique("apply" + title(name)), Policy: l.policy(t, s, nil)}
			g.Key, g.Val = l.codec(t, n.KeyCodec, t.inGlobal(g, true)), l.codec(t, n.ValCodec, t.inGlobal(g, false))
			t.plan.Globals = append(t.plan.Globals, g)
			t.globals[i] = g
		}
	}
}

const statePath = "github.com/streamgen/streamgen/runtime/state"

// topic is the expression for a topic that may be computed.
func (l *lowering) topic(t *topology, s *topo.Syntax, name string) string {
	if s == nil {
		return strconv.Quote(name)
	}
	return l.expr(t, s)
}

func (l *lowering) policy(t *topology, s *graph.Step, sub *graph.Sub) plan.Policy {
	p := plan.Policy{Action: s.OnError, Sink: -1}
	if p.Action == "" {
		p.Action = "fail"
	}
	if p.Action == "dead-letter" {
		var topic *topo.Syntax
		if s.ID < len(t.Nodes) {
			topic = t.Nodes[s.ID].DeadLetter
		}
		p.Topic = l.topic(t, topic, s.DeadLetter)
		if sub != nil {
			p.Sink = sub.DeadLetterOf(s.DeadLetter)
		}
	}
	return p
}

// lowerTasks lowers each sub-topology to a task.
func (l *lowering) lowerTasks() {
	for _, t := range l.topos {
		for i := range t.resolved.Subs {
			sub := &t.resolved.Subs[i]
			if len(sub.Sources) == 0 {
				continue
			}
			k := &task{l: l, t: t, sub: sub, stores: map[int]int{}, handles: map[int]string{}, kernels: map[int]int{}, procs: map[int]int{}, joins: map[int]int{},
				steps: map[int]*plan.Step{}, parents: map[int]int{}, views: map[int]*plan.View{}, readers: map[int]string{},
				names: newNames("app", "env", "run", "tableKey", "newKey", "newValue", "oldKey", "oldValue", "Init", "Process", "Stamp", "Drain", "Flush", "Close"),
				plan:  &plan.Task{ID: sub.ID, Type: l.scope.unique(t.plan.App + "Task" + strconv.Itoa(sub.ID))}}
			t.task = k
			t.plan.Tasks = append(t.plan.Tasks, k.plan)
			k.lower()
		}
	}
}

func (k *task) lower() {
	r := k.t.resolved
	for _, i := range k.sub.Stores {
		k.store(i)
	}
	for _, i := range k.sub.Processors {
		for _, st := range r.Steps[i].ReadOnly {
			k.reader(st)
		}
	}
	for i, s := range k.sub.Sinks {
		k.sink(i, s)
	}
	for _, i := range k.sub.Steps {
		for _, out := range r.Steps[i].Out {
			k.parents[out]++
		}
	}
	for _, i := range k.sub.Steps {
		switch s := r.Steps[i]; {
		case s.Op == graph.Process, s.Op == graph.ProcessValues:
			k.processor(s)
		case s.Op == graph.JoinStream, s.Op == graph.LeftStream, s.Op == graph.OuterStream:
			k.streamJoin(s)
		case s.Store >= 0:
			k.kernel(s)
		}
	}
	for _, i := range k.sub.Sources {
		k.source(r.Steps[i])
	}
	for _, i := range k.sub.Steps {
		s := r.Steps[i]
		if n, ok := k.kernels[i]; ok {
			kernel := k.plan.Kernels[n]
			kernel.Next = k.next(s)
			if len(kernel.Next) > 0 {
				kernel.Emit = k.names.unique("emit" + title(kernel.StoreName))
			}
		}
		if n, ok := k.joins[i]; ok {
			k.plan.StreamJoins[n].Next = k.next(s)
		}
		if n, ok := k.procs[i]; ok {
			k.plan.Processors[n].Next = k.next(s)
		}
	}
	for _, m := range r.Together {
		if &r.Subs[r.Steps[m.Step].Sub] == k.sub {
			k.plan.Together = append(k.plan.Together, plan.Together{Node: r.Steps[m.Step].Name, Left: k.sources(m.Left), Right: k.sources(m.Right)})
		}
	}
	for _, i := range k.sub.Flush {
		if kernel := k.plan.Kernels[k.kernels[i]]; !kernel.EmitEvery && kernel.Emit != "" {
			k.plan.Flush = append(k.plan.Flush, k.kernels[i])
		}
	}
	for _, i := range k.sub.Steps {
		if s := k.steps[i]; s != nil && s.Method != "" {
			k.plan.Methods = append(k.plan.Methods, s)
		}
	}
	for _, s := range k.sides {
		if s.Method != "" {
			k.plan.Methods = append(k.plan.Methods, s)
		}
	}
	for _, i := range k.sub.Sinks {
		if s := k.steps[i.Step]; i.Step >= 0 && s != nil && s.Method != "" && !slices.Contains(k.plan.Methods, s) {
			k.plan.Methods = append(k.plan.Methods, s)
		}
	}
}

func (k *task) store(i int) {
	s := k.t.resolved.Stores[i]
	st := k.t.Stores[i]
	p := &plan.Store{Name: s.Name, Window: s.Kind == graph.Window || s.Kind == graph.Session, Session: s.Kind == graph.Session, Timestamped: s.Timestamped, InMemory: s.InMemory, Duplicates: s.Duplicates, Unmatched: s.Unmatched, Logged: !s.NoChangelog}
	if p.Window {
		p.RetentionMs = s.Retention
		p.Retention = strconv.FormatInt(s.Retention, 10)
	}
	if st.Handle != nil {
		h := k.l.handle(k.t, st, k.names.unique(camel(first(st.Name, s.Name))))
		if p.Window {
			h.Spec = k.windowStoreSpec(st, p)
		}
		p.Handle = h
		k.handles[i] = h.Field
	} else if p.Window && st.Window != nil && !st.Window.Const {
		p.Retention = scoped(plan.App, k.spec(st.Window), k.t.appVar, "t") + ".RetentionMs()"
	}
	if st.Node >= 0 && p.Window {
		if w := k.t.Nodes[st.Node].Within; w != nil && !w.Const {
			p.Retention = scoped(plan.App, k.within(w), k.t.appVar, "t") + ".RetentionMs()"
		}
	}
	k.stores[i] = len(k.plan.Stores)
	k.plan.Stores = append(k.plan.Stores, p)
}

// handle lowers the handle of a declared store to a field.
func (l *lowering) handle(t *topology, st *topo.Store, field string) *plan.Handle {
	h := &plan.Handle{Field: field, Key: l.codec(t, st.KeyCodec, place{}), Val: l.codec(t, st.ValCodec, place{})}
	handle := types.Unalias(st.Handle)
	if pointer, ok := handle.(*types.Pointer); ok {
		handle = types.Unalias(pointer.Elem())
	}
	h.Type = l.typeText(handle)
	open := strings.Index(h.Type, "[")
	dot := strings.Index(h.Type, "⟧.")
	if dot >= 0 && open > dot {
		h.Make = h.Type[:dot] + "⟧.New" + h.Type[dot+len("⟧."):open]
	}
	return h
}

// windowStoreSpec is the argument that says how long a window store keeps rows.
func (k *task) windowStoreSpec(st *topo.Store, p *plan.Store) string {
	k.l.plan.Packages["github.com/streamgen/streamgen/runtime/processor"] = "processor"
	const spec = "⟦github.com/streamgen/streamgen/runtime/processor⟧.WindowStoreSpec"
	if w := st.Window; w != nil && !w.Const {
		p.Retention = "(" + k.l.expr(k.t, w.Retain) + ").Milliseconds()"
		return fmt.Sprintf("%s{Retention: %s, WindowSize: (%s).Milliseconds()}", spec, p.Retention, k.l.expr(k.t, w.Width))
	}
	return fmt.Sprintf("%s{Retention: %d, WindowSize: %d}", spec, st.Graph.Retention, st.Graph.Size)
}

// spec is the app's field for a window specification that is computed.
func (k *task) spec(w *topo.Window) string {
	if name := k.t.windows[w]; name != "" {
		return name
	}
	k.l.plan.Packages["github.com/streamgen/streamgen/runtime/window"] = "window"
	want, typ := "windows", "⟦github.com/streamgen/streamgen/runtime/window⟧.Spec"
	if w.Session {
		want, typ = "sessions", "⟦github.com/streamgen/streamgen/runtime/window⟧.SessionSpec"
	}
	name := k.l.field(k.t, want, typ, k.l.expr(k.t, w.Spec), w.Spec)
	k.t.windows[w] = name
	return name
}

// handle is the task's field for a store that processors hold.
func (k *task) handle(i int) string { return k.handles[i] }

func (k *task) sink(i int, s graph.SubSink) {
	p := &plan.Sink{Topic: strconv.Quote(s.Topic), Label: s.Topic, Repartition: s.Repartition, DeadLetter: s.DeadLetter, Routed: s.Routed}
	want := "to" + title(s.Topic)
	switch {
	case s.Step >= 0:
		step := k.t.resolved.Steps[s.Step]
		p.Node = step.Name
		if s.Repartition {
			p.Node = step.SinkName
			want += "Repartition"
		} else if s.Routed {
			want = "toChosen"
		} else if n := k.t.Nodes[s.Step]; n.Topic != nil {
			p.Topic = k.l.topic(k.t, n.Topic, "")
			want = "toSink"
		}
	default:
		for j, n := range k.t.resolved.Steps {
			if n.OnError == "dead-letter" && n.DeadLetter == s.Topic && j < len(k.t.Nodes) && k.t.Nodes[j].DeadLetter != nil {
				p.Topic = k.l.topic(k.t, k.t.Nodes[j].DeadLetter, "")
				want = "toDeadLetters"
			}
		}
	}
	p.Field = k.names.unique(want)
	k.plan.Sinks = append(k.plan.Sinks, p)
}

func (k *task) source(s *graph.Step) {
	p := &plan.Source{Node: s.Name, Topic: strconv.Quote(s.Topic), Label: s.Topic, Repartition: s.Op == graph.Repartition, Partitions: s.Partitions,
		Key: k.l.codec(k.t, k.t.codec(s.Exec.Key), k.inSource(s, true)), Val: k.l.codec(k.t, k.t.codec(s.Exec.Val), k.inSource(s, false)), Policy: k.l.policy(k.t, s, k.sub)}
	want := "process" + title(s.Topic)
	if s.Pattern != "" {
		p.Pattern, p.Label = s.Pattern, "pattern "+s.Pattern
		want = "processMatching"
	}
	for _, topic := range s.More {
		p.More = append(p.More, strconv.Quote(topic))
		p.Label += ", " + topic
	}
	if p.Repartition {
		p.Node = s.SourceName
	} else if n := k.t.Nodes[s.ID]; n.Topic != nil {
		p.Topic = k.l.topic(k.t, n.Topic, "")
		want = "processSource"
	}
	p.Method, p.Placed = k.names.unique(want), s.Placed
	if s.ID < len(k.t.Nodes) {
		p.Times = string(s.Times)
		if p.Time = k.l.function(k.t, k.t.Nodes[s.ID].Time, k.hint(s)+"Time"); p.Time != nil {
			p.Stamp = k.names.unique("stamp" + strings.TrimPrefix(want, "process"))
		}
	}
	k.plan.Sources = append(k.plan.Sources, p)
	p.Change = p.Repartition && s.SendOld
	p.KeyReads, p.KeyPick = k.pick(s, true)
	p.ValReads, p.ValPick = k.pick(s, false)
	if s.Op == graph.Table {
		p.Node = s.SourceName
		step := k.step(s)
		step.InKey, step.InVal = step.Key, step.Val
		p.Next = []*plan.Step{step}
		return
	}
	p.Next = k.next(s)
}

// kernel lowers a stateful step.
func (k *task) kernel(s *graph.Step) {
	n := k.t.Nodes[s.ID]
	store := k.t.resolved.Stores[s.Store]
	template, val := title(camel(string(s.Op))), n.InVal
	switch s.Op {
	case graph.Count, graph.Reduce, graph.Aggregate, graph.TableCount, graph.TableReduce, graph.TableAggregate:
	default: // what is kept is the table's own value
		template, val = "Table", n.Val
	}
	p := &plan.Kernel{Node: s.Name, Store: k.stores[s.Store], StoreName: store.Name, Key: k.l.typeText(n.Key), Val: k.l.typeText(val),
		Agg: k.l.typeText(n.Val), KeyCodec: k.l.codec(k.t, k.t.codec(s.Exec.Key), k.inStore(s.Store, true)), AggCodec: k.l.codec(k.t, k.t.codec(store.Boxed.Val), k.inStore(s.Store, false)),
		EmitEvery: s.EmitEvery, OnClose: s.OnClose, SendOld: s.SendOld, Field: k.names.unique(camel(store.Name)), Type: k.l.scope.unique(k.t.plan.App + title(store.Name))}
	hint := camel(store.Name)
	p.Init = k.l.function(k.t, n.Init, hint+"Init")
	p.Add = k.l.function(k.t, n.Add, hint+"Add")
	p.Subtract = k.l.function(k.t, n.Sub, hint+"Subtract")
	p.Quiet = s.Op == graph.TableFilter && s.SendOld
	p.Joined = s.SendOld && graph.IsTableJoin(s.Op)
	p.Merge = k.l.function(k.t, n.Merge, hint+"Merge")
	switch {
	case s.Windowed && !graph.IsAggregation(s.Op):
		k.cutKeys(s, p)
	case s.Sessions:
		template = "Session" + template
		p.Window = &plan.Window{Session: true, Size: store.Gap, Grace: store.Grace}
	case s.Windowed:
		template = "Window" + template
		p.Window = &plan.Window{Size: store.Size, Advance: store.Advance, Grace: store.Grace}
	}
	if w := n.Window; w != nil && !w.Const {
		p.Window.Spec = k.spec(w)
	}
	p.Template = template
	k.kernels[s.ID] = len(k.plan.Kernels)
	k.plan.Kernels = append(k.plan.Kernels, p)
}

// processor lowers a step that runs a processor of the user's.
func (k *task) processor(s *graph.Step) {
	n := k.t.Nodes[s.ID]
	want := k.hint(s)
	p := &plan.Processor{Node: s.Name, Number: s.ID, Values: s.Op == graph.ProcessValues, InKey: k.l.typeText(n.InKey), Field: k.names.unique(want), Context: k.names.unique(want + "Context"),
		Type: k.l.typeText(n.Proc), OutKey: k.l.typeText(n.Key), OutVal: k.l.typeText(n.Val), Policy: k.l.policy(k.t, s, k.sub),
		New: k.l.function(k.t, n.Fn, "new"+title(want)), Forward: k.names.unique("forward" + title(want))}
	k.procs[s.ID] = len(k.plan.Processors)
	k.plan.Processors = append(k.plan.Processors, p)
}
