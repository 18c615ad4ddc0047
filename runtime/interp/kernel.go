package interp

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
	"github.com/streamgen/streamgen/templates"
)

// kernel is a stateful operator: one of templates, instantiated at any.
type kernel struct {
	process func(key []byte, r graph.Rec) error
	flush   func() error
	find    func(key []byte) (v any, ts int64, ok bool, err error) // in the store; nil for windows
}

// finder looks keys up in a kernel's store.
func finder[V any](c *state.Cache[V]) func(key []byte) (any, int64, bool, error) {
	return func(key []byte) (any, int64, bool, error) {
		e, err := c.Find(key)
		if err != nil {
			return nil, 0, false, err
		}
		return e.Val, e.Ts, e.Present(), nil
	}
}

// aggregate hands r to its kernel (S21).
func (t *task) aggregate(s *graph.Step, r graph.Rec) error {
	switch {
	case r.NoKey:
		t.env.DropsOf(s.Name).NullKey++
		return nil
	case r.NoValue && !(s.Windowed && t.env.Kafka):
		t.env.DropsOf(s.Name).NullVal++
		return nil
	}
	key, err := s.Exec.Key.Append(nil, r.Key)
	if err != nil {
		return t.env.Failed(fault.Policy{}, nil, fault.Process, s.Name, t.run, t.env.Index, err)
	}
	return t.kernels[s.ID].process(key, r)
}

// storeEnv returns the environment of a store of this sub-topology.
func (t *task) storeEnv(store int) processor.StoreEnv {
	for i, id := range t.sub.Stores {
		if id == store {
			return t.env.Stores[i]
		}
	}
	return processor.StoreEnv{}
}

func (t *task) newKernel(s *graph.Step) kernel {
	switch {
	case s.Windowed && !graph.IsAggregation(s.Op):
		return t.cutKernel(s)
	case s.Sessions:
		return t.sessionKernel(s)
	case s.Windowed:
		return t.windowKernel(s)
	}
	decode := s.Exec.Key.Decode
	send := func(k, v any, present bool, old any, had bool, ts int64, h []serde.Header) error {
		return t.forward(s, graph.Rec{Key: k, Value: v, NoValue: !present, Timestamp: ts, Headers: h, Old: old, NoOld: !had})
	}
	emit := func(k, v any, present bool, ts int64, h []serde.Header) error {
		return send(k, v, present, nil, false, ts, h)
	}
	switch s.Op {
	case graph.Count:
		c := &templates.Count[any]{Store: newCache(t, s, counts()), EmitEvery: s.EmitEvery, SendOld: s.SendOld, Kafka: t.env.Kafka, DecodeKey: decode,
			Emit: func(k any, n int64, present bool, ts int64, h []serde.Header) error {
				return emit(k, n, present, ts, h)
			},
			EmitChange: func(k any, n int64, present bool, old int64, had bool, ts int64, h []serde.Header) error {
				return send(k, n, present, old, had, ts, h)
			}}
		return kernel{func(key []byte, r graph.Rec) error { return c.Process(key, r.Key, r.Timestamp, r.Headers) }, c.Flush, finder(c.Store)}
	case graph.Reduce:
		c := &templates.Reduce[any, any]{Store: newCache(t, s, values(t, s)), InPlace: true, Append: values(t, s).Append, Decode: values(t, s).Decode, EmitEvery: s.EmitEvery, SendOld: s.SendOld, Add: s.Exec.Add, DecodeKey: decode, Emit: emit, EmitChange: send}
		return kernel{func(key []byte, r graph.Rec) error { return c.Process(key, r.Key, r.Value, r.Timestamp, r.Headers) }, c.Flush, finder(c.Store)}
	case graph.Aggregate:
		c := &templates.Aggregate[any, any, any]{Store: newCache(t, s, values(t, s)), InPlace: true, Append: values(t, s).Append, Decode: values(t, s).Decode, EmitEvery: s.EmitEvery, SendOld: s.SendOld, Kafka: t.env.Kafka, Init: s.Exec.Init, Add: s.Exec.Add, DecodeKey: decode, Emit: emit, EmitChange: send}
		return kernel{func(key []byte, r graph.Rec) error { return c.Process(key, r.Key, r.Value, r.Timestamp, r.Headers) }, c.Flush, finder(c.Store)}
	}
	o := values(t, s)
	o.Coalesced = !s.EmitEvery
	switch s.Op {
	case graph.TableCount:
		o := counts()
		o.Coalesced = !s.EmitEvery
		c := &templates.TableCount[any]{Store: newCache(t, s, o), EmitEvery: s.EmitEvery, SendOld: s.SendOld, DecodeKey: decode,
			Emit: func(k any, n int64, present bool, ts int64, h []serde.Header) error {
				return emit(k, n, present, ts, h)
			},
			EmitChange: func(k any, n int64, present bool, old int64, had bool, ts int64, h []serde.Header) error {
				return send(k, n, present, old, had, ts, h)
			}}
		return kernel{func(key []byte, r graph.Rec) error {
			return c.Process(key, r.Key, !r.NoValue, !r.NoOld, r.Timestamp, r.Headers)
		}, c.Flush, finder(c.Store)}
	case graph.TableReduce:
		c := &templates.TableReduce[any, any]{Store: newCache(t, s, o), InPlace: true, Append: values(t, s).Append, Decode: values(t, s).Decode, EmitEvery: s.EmitEvery, SendOld: s.SendOld, Add: s.Exec.Add, Subtract: s.Exec.Sub,
			DecodeKey: decode, Emit: emit, EmitChange: send}
		return kernel{func(key []byte, r graph.Rec) error {
			return c.Process(key, r.Key, r.Value, !r.NoValue, r.Old, !r.NoOld, r.Timestamp, r.Headers)
		}, c.Flush, finder(c.Store)}
	case graph.TableAggregate:
		c := &templates.TableAggregate[any, any, any]{Store: newCache(t, s, o), InPlace: true, Append: values(t, s).Append, Decode: values(t, s).Decode, EmitEvery: s.EmitEvery, SendOld: s.SendOld, Init: s.Exec.Init, Add: s.Exec.Add, Subtract: s.Exec.Sub,
			DecodeKey: decode, Emit: emit, EmitChange: send}
		return kernel{func(key []byte, r graph.Rec) error {
			return c.Process(key, r.Key, r.Value, !r.NoValue, r.Old, !r.NoOld, r.Timestamp, r.Headers)
		}, c.Flush, finder(c.Store)}
	}
	c := &templates.Table[any, any]{Store: newCache(t, s, o), EmitEvery: s.EmitEvery, SendOld: s.SendOld, Quiet: s.Op == graph.TableFilter && s.SendOld,
		Joined: graph.IsTableJoin(s.Op), Kafka: t.env.Kafka, DecodeKey: decode, Emit: emit, EmitChange: send}
	return kernel{func(key []byte, r graph.Rec) error {
		return c.Process(key, r.Key, r.Value, !r.NoValue, r.Old, !r.NoOld, r.Timestamp, r.Headers)
	}, c.Flush, finder(c.Store)}
}

func (t *task) windowKernel(s *graph.Step) kernel {
	st := t.r.Stores[s.Store]
	now, late := t.env.Time(st.Name), &t.env.DropsOf(s.Name).Late
	decode := s.Exec.Key.Decode
	send := func(k any, w window.Window, v any, present bool, old any, had bool, ts int64, h []serde.Header) error {
		return t.forward(s, graph.Rec{Key: k, Span: graph.Span(w), Value: v, NoValue: !present, Timestamp: ts, Headers: h, Old: old, NoOld: !had})
	}
	emit := func(k any, w window.Window, v any, present bool, ts int64, h []serde.Header) error {
		return send(k, w, v, present, nil, false, ts, h)
	}
	switch s.Op {
	case graph.Count:
		c := &templates.WindowCount[any]{Store: newWindows(t, s, counts()), Time: now, Late: late, Closing: t.closing(s), OnClose: s.OnClose, Size: st.Size, Advance: st.Advance, Grace: st.Grace,
			EmitEvery: s.EmitEvery, SendOld: s.SendOld, Kafka: t.env.Kafka, DecodeKey: decode,
			Emit: func(k any, w window.Window, n int64, present bool, ts int64, h []serde.Header) error {
				return emit(k, w, n, present, ts, h)
			},
			EmitChange: func(k any, w window.Window, n int64, present bool, old int64, had bool, ts int64, h []serde.Header) error {
				return send(k, w, n, present, old, had, ts, h)
			}}
		return kernel{func(key []byte, r graph.Rec) error { return c.Process(key, r.Key, r.Timestamp, r.Headers) }, pick(s, c.Flush, c.FlushClosed), nil}
	case graph.Reduce:
		c := &templates.WindowReduce[any, any]{Store: newWindows(t, s, values(t, s)), Time: now, Late: late, Closing: t.closing(s), OnClose: s.OnClose, Size: st.Size, Advance: st.Advance, Grace: st.Grace,
			EmitEvery: s.EmitEvery, SendOld: s.SendOld, InPlace: true, Append: values(t, s).Append, Decode: values(t, s).Decode, Add: s.Exec.Add, DecodeKey: decode, Emit: emit, EmitChange: send}
		return kernel{func(key []byte, r graph.Rec) error {
			return c.Process(key, r.Key, r.Value, !r.NoValue, r.Timestamp, r.Headers)
		}, pick(s, c.Flush, c.FlushClosed), nil}
	default:
		c := &templates.WindowAggregate[any, any, any]{Store: newWindows(t, s, values(t, s)), Time: now, Late: late, Closing: t.closing(s), OnClose: s.OnClose, Size: st.Size, Advance: st.Advance, Grace: st.Grace,
			EmitEvery: s.EmitEvery, SendOld: s.SendOld, Kafka: t.env.Kafka, InPlace: true, Append: values(t, s).Append, Decode: values(t, s).Decode,
			Init: s.Exec.Init, Add: s.Exec.Add, DecodeKey: decode, Emit: emit, EmitChange: send}
		return kernel{func(key []byte, r graph.Rec) error {
			return c.Process(key, r.Key, r.Value, !r.NoValue, r.Timestamp, r.Headers)
		}, pick(s, c.Flush, c.FlushClosed), nil}
	}
}

// closing is how far a windowed step that emits on close has come; nil for others.
func (t *task) closing(s *graph.Step) *state.Closing {
	if !s.OnClose {
		return nil
	}
	return &state.Closing{Emitted: t.env.Time(t.r.Stores[s.Store].Name + "/emitted"), Kafka: t.env.Kafka}
}

// pick is what flushes a windowed step.
func pick(s *graph.Step, flush, closed func() error) func() error {
	if s.OnClose {
		return closed
	}
	return flush
}

// values are the options of a store of boxed values.
func values(t *task, s *graph.Step) state.Options[any] {
	c := t.r.Stores[s.Store].Boxed.Val
	return state.Options[any]{Append: c.Append, Decode: c.Decode}
}

func counts() state.Options[int64] {
	c := serde.Int64Codec{}
	return state.Options[int64]{Append: c.Append, Decode: c.Decode}
}

// newCache makes a store's cache over the task's backend.
func newCache[V any](t *task, s *graph.Step, o state.Options[V]) *state.Cache[V] {
	env := t.storeEnv(s.Store)
	o.Backend, o.Budget, o.Timestamped = env.Backend, env.Budget, t.r.Stores[s.Store].Timestamped
	o.EveryWrite = t.env.Kafka && s.EmitEvery
	c := state.NewCache(o)
	env.Register(c)
	return c
}

func newWindows[V any](t *task, s *graph.Step, o state.Options[V]) *state.Windows[V] {
	env := t.storeEnv(s.Store)
	o.Backend, o.Budget, o.Timestamped = env.Backend, env.Budget, t.r.Stores[s.Store].Timestamped
	o.EveryWrite = t.env.Kafka && s.EmitEvery
	w := state.NewWindows(o, t.r.Stores[s.Store].Retention)
	env.Register(w)
	return w
}
