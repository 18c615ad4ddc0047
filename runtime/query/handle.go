package query

import (
	"context"
	"iter"

	"github.com/streamgen/streamgen/runtime/serde"
)

// handle is a typed store: its codecs, and who answers.
type handle[K, V any] struct {
	c    Client
	name string
	kind string
	key  serde.Codec[K]
	val  serde.Codec[V]
	err  error // of the lookup; each query returns it
}

// newHandle looks the store up. Codecs come with the topology; where the topology knows none,
// or they are of other types, each query says so.
func newHandle[K, V any](c Client, name, kind string, codecs []any) handle[K, V] {
	h := handle[K, V]{c: c, name: name, kind: kind}
	s, err := c.Store(name)
	if err != nil {
		h.err = err
		return h
	}
	if s.Kind() != kind {
		h.err = Errorf(Unsupported, name, "it is a %s store, not a %s store", s.Kind(), kind)
		return h
	}
	if codecs == nil && s.Key != nil && s.Val != nil {
		codecs = []any{s.Key.Codec, s.Val.Codec}
	}
	if codecs == nil {
		h.err = Errorf(Unsupported, name, "the topology does not say how its keys and values are encoded; give the codecs to query.%s", title[kind]+"With")
		return h
	}
	var okKey, okVal bool
	h.key, okKey = codecs[0].(serde.Codec[K])
	h.val, okVal = codecs[1].(serde.Codec[V])
	if !okKey || !okVal {
		var k K
		var v V
		h.err = Errorf(Unsupported, name, "its codecs are %T and %T, not those of %T and %T", codecs[0], codecs[1], k, v)
	}
	return h
}

var title = map[string]string{"key-value": "KeyValue", "window": "Window", "session": "Session"}

// encode returns the bytes of a key.
func (h *handle[K, V]) encode(k K) ([]byte, error) {
	if h.err != nil {
		return nil, h.err
	}
	b, err := h.key.Append(nil, k)
	if err != nil {
		return nil, Errorf(Unsupported, h.name, "key: %v", err)
	}
	return append([]byte{}, b...), nil
}

// one answers a query for one row.
func (h *handle[K, V]) one(ctx context.Context, r Request) (v V, ts int64, ok bool, err error) {
	if h.err != nil {
		return v, 0, false, h.err
	}
	for row, rerr := range rows(ctx, h.c, r) {
		if rerr != nil {
			return v, 0, false, rerr
		}
		if v, err = h.value(row); err != nil {
			return v, 0, false, err
		}
		return v, row.Timestamp, true, nil
	}
	return v, 0, false, nil
}

func (h *handle[K, V]) value(row Row) (V, error) {
	v, err := h.val.Decode(row.Value)
	if err != nil {
		err = Errorf(Failed, h.name, "the value of key %q cannot be decoded: %v", row.Key, err)
	}
	return v, err
}

func (h *handle[K, V]) decodeKey(b []byte) (K, error) {
	k, err := h.key.Decode(b)
	if err != nil {
		err = Errorf(Failed, h.name, "key %q cannot be decoded: %v", b, err)
	}
	return k, err
}

// keyOf decodes the key of a row that split has taken apart.
func (h *handle[K, V]) keyOf(row Row, key []byte, split bool) (K, error) {
	if !split {
		var none K
		return none, Errorf(Failed, h.name, "row key %q is too short for a %s store", row.Key, h.kind)
	}
	return h.decodeKey(key)
}

// span returns the bytes of the first key of a range and of what comes behind its last.
func (h *handle[K, V]) span(low, high K) (from, behind []byte, err error) {
	if from, err = h.encode(low); err != nil {
		return nil, nil, err
	}
	to, err := h.encode(high)
	return from, append(to, 0), err
}

// locate says where the rows of k are.
func (h *handle[K, V]) locate(k K) (KeyMetadata, error) {
	b, err := h.encode(k)
	if err != nil {
		return KeyMetadata{}, err
	}
	return h.c.Locate(h.name, b)
}

// each iterates over an answer's rows as entries, which entry makes of a row and its value. An
// iteration ends with its first error: with err at once.
func each[K, V, E any](ctx context.Context, h handle[K, V], r Request, err error, opts []Option, entry func(Row, V) (E, error)) iter.Seq2[E, error] {
	r.Store, r.Options = h.name, options(opts)
	return func(yield func(E, error) bool) {
		var none E
		if err != nil {
			yield(none, err)
			return
		}
		for row, err := range rows(ctx, h.c, r) {
			var v V
			if err == nil {
				v, err = h.value(row)
			}
			e := none
			if err == nil {
				e, err = entry(row, v)
			}
			if err != nil {
				yield(none, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// count answers a query for how many rows there are.
func (h *handle[K, V]) count(ctx context.Context, opts []Option) (int64, error) {
	if h.err != nil {
		return 0, h.err
	}
	n := int64(0)
	for row, err := range rows(ctx, h.c, Request{Store: h.name, Last: everything, Count: true, Options: options(opts)}) {
		if err != nil {
			return 0, err
		}
		n += row.Timestamp
	}
	return n, nil
}

// rows iterates over an answer.
func rows(ctx context.Context, c Client, r Request) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		cur, err := c.Query(ctx, r)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer cur.Close()
		for {
			page, err := cur.Next(ctx)
			if r.info != nil {
				*r.info = cur.Info()
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			if len(page) == 0 {
				return
			}
			for _, row := range page {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// After is the first key behind all that begin with prefix, nil when there is none.
func After(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xff {
			out := append([]byte{}, prefix[:i+1]...)
			out[i]++
			return out
		}
	}
	return nil
}
