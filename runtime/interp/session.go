package interp

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
	"github.com/streamgen/streamgen/templates"
)

// sessionKernel instantiates the kernel of an aggregation over sessions.
func (t *task) sessionKernel(s *graph.Step) kernel {
	st := t.r.Stores[s.Store]
	now, late := t.env.Time(st.Name), &t.env.DropsOf(s.Name).Late
	decode := s.Exec.Key.Decode
	send := func(k any, w window.Session, v any, present bool, old any, had bool, ts int64, h []serde.Header) error {
		return t.forward(s, graph.Rec{Key: k, Span: graph.Span(w), Value: v, NoValue: !present, Timestamp: ts, Headers: h, Old: old, NoOld: !had})
	}
	emit := func(k any, w window.Session, v any, present bool, ts int64, h []serde.Header) error {
		return send(k, w, v, present, nil, false, ts, h)
	}
	switch s.Op {
	case graph.Count:
		c := &templates.SessionCount[any]{Store: newSessions(t, s, counts()), Time: now, Late: late, Closing: t.closing(s), OnClose: s.OnClose, Kafka: t.env.Kafka, Gap: st.Gap, Grace: st.Grace,
			EmitEvery: s.EmitEvery, SendOld: s.SendOld, DecodeKey: decode,
			Emit: func(k any, w window.Session, n int64, present bool, ts int64, h []serde.Header) error {
				return emit(k, w, n, present, ts, h)
			},
			EmitChange: func(k any, w window.Session, n int64, present bool, old int64, had bool, ts int64, h []serde.Header) error {
				return send(k, w, n, present, old, had, ts, h)
			}}
		return kernel{func(key []byte, r graph.Rec) error { return c.Process(key, r.Key, r.Timestamp, r.Headers) }, pick(s, c.Flush, c.FlushClosed), nil}
	case graph.Reduce:
		c := &templates.SessionReduce[any, any]{Store: newSessions(t, s, values(t, s)), Time: now, Late: late, Closing: t.closing(s), OnClose: s.OnClose, Kafka: t.env.Kafka, Gap: st.Gap, Grace: st.Grace,
			EmitEvery: s.EmitEvery, SendOld: s.SendOld, InPlace: true, Append: values(t, s).Append, Decode: values(t, s).Decode, Add: s.Exec.Add, DecodeKey: decode, Emit: emit, EmitChange: send}
		return kernel{func(key []byte, r graph.Rec) error {
			return c.Process(key, r.Key, r.Value, !r.NoValue, r.Timestamp, r.Headers)
		}, pick(s, c.Flush, c.FlushClosed), nil}
	default:
		c := &templates.SessionAggregate[any, any, any]{Store: newSessions(t, s, values(t, s)), Time: now, Late: late, Closing: t.closing(s), OnClose: s.OnClose, Kafka: t.env.Kafka, Gap: st.Gap, Grace: st.Grace,
			EmitEvery: s.EmitEvery, SendOld: s.SendOld, InPlace: true, Append: values(t, s).Append, Decode: values(t, s).Decode,
			Init: s.Exec.Init, Add: s.Exec.Add, Merge: s.Exec.Merge, DecodeKey: decode, Emit: emit, EmitChange: send}
		return kernel{func(key []byte, r graph.Rec) error {
			return c.Process(key, r.Key, r.Value, !r.NoValue, r.Timestamp, r.Headers)
		}, pick(s, c.Flush, c.FlushClosed), nil}
	}
}

func newSessions[V any](t *task, s *graph.Step, o state.Options[V]) *state.Sessions[V] {
	env := t.storeEnv(s.Store)
	o.Coalesced, o.Uncached = !s.EmitEvery && !(s.OnClose && t.env.Kafka), s.EmitEvery || s.OnClose
	o.Backend, o.Budget, o.Timestamped = env.Backend, env.Budget, t.r.Stores[s.Store].Timestamped
	o.EveryWrite = t.env.Kafka && (s.EmitEvery || s.OnClose)
	w := state.NewSessions(o, t.r.Stores[s.Store].Retention)
	env.Register(w)
	return w
}
