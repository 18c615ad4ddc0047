package interp

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/window"
	"github.com/streamgen/streamgen/templates"
)

// inner makes a serde.Codec of a boxed one.
type inner struct{ graph.BoxedCodec }

// Append implements serde.Codec.
func (c inner) Append(dst []byte, v any) ([]byte, error) { return c.BoxedCodec.Append(dst, v) }

// Decode implements serde.Codec.
func (c inner) Decode(src []byte) (any, error) { return c.BoxedCodec.Decode(src) }

// timeKeys is the codec of keys with their windows, of a windowed table's own store.
func (t *task) timeKeys(s *graph.Step) serde.TimeWindowedCodec[any, inner] {
	return serde.TimeWindowedCodec[any, inner]{Inner: inner{s.Exec.Key}, Size: t.r.Stores[t.r.Cut(s.ID).Store].Size}
}

// sessionKeys is timeKeys for sessions.
func sessionKeys(s *graph.Step) serde.SessionWindowedCodec[any, inner] {
	return serde.SessionWindowedCodec[any, inner]{Inner: inner{s.Exec.Key}}
}

// rowKey is the key of the row that r changes in a table's store.
func (t *task) rowKey(s *graph.Step, r graph.Rec) ([]byte, error) {
	switch {
	case s.Sessions:
		return sessionKeys(s).Append(nil, window.Sessioned[any]{Key: r.Key, Session: window.Session(r.Span)})
	case s.Windowed:
		return t.timeKeys(s).Append(nil, window.Windowed[any]{Key: r.Key, Window: window.Window(r.Span)})
	}
	return s.Exec.Key.Append(nil, r.Key)
}

// cutKernel instantiates the store of a windowed table that keeps its rows itself: a key-value
// store of keys with their windows.
func (t *task) cutKernel(s *graph.Step) kernel {
	o := values(t, s)
	o.Coalesced = !s.EmitEvery
	send := func(k any, w graph.Span, v any, present bool, old any, had bool, ts int64, h []serde.Header) error {
		return t.forward(s, graph.Rec{Key: k, Span: w, Value: v, NoValue: !present, Timestamp: ts, Headers: h, Old: old, NoOld: !had})
	}
	decode := func(row []byte) (rowKey, error) {
		k, err := t.timeKeys(s).Decode(row)
		return rowKey{k.Key, graph.Span(k.Window)}, err
	}
	if s.Sessions {
		decode = func(row []byte) (rowKey, error) {
			k, err := sessionKeys(s).Decode(row)
			return rowKey{k.Key, graph.Span(k.Session)}, err
		}
	}
	c := &templates.Table[rowKey, any]{Store: newCache(t, s, o), EmitEvery: s.EmitEvery, SendOld: s.SendOld, Quiet: s.Op == graph.TableFilter && s.SendOld, DecodeKey: decode,
		Emit: func(k rowKey, v any, present bool, ts int64, h []serde.Header) error {
			return send(k.key, k.span, v, present, nil, false, ts, h)
		},
		EmitChange: func(k rowKey, v any, present bool, old any, had bool, ts int64, h []serde.Header) error {
			return send(k.key, k.span, v, present, old, had, ts, h)
		}}
	return kernel{func(key []byte, r graph.Rec) error {
		return c.Process(key, rowKey{r.Key, r.Span}, r.Value, !r.NoValue, r.Old, !r.NoOld, r.Timestamp, r.Headers)
	}, c.Flush, nil}
}

// rowKey is a key with its window.
type rowKey struct {
	key  any
	span graph.Span
}
