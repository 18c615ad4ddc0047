package main

import (
	"encoding/binary"
	"encoding/json/v2"
	"fmt"
	"os"

	"github.com/lovoo/goka"
)

// The records, as in bench/path/form.
type (
	order struct {
		ID       int64  `json:"id"`
		User     string `json:"user"`
		Item     string `json:"item"`
		Quantity int64  `json:"quantity"`
		Price    int64  `json:"price"`
		Currency string `json:"currency"`
		City     string `json:"city"`
		Street   string `json:"street"`
		Note     string `json:"note"`
	}
	sale struct {
		ID    int64  `json:"id"`
		Item  string `json:"item"`
		Total int64  `json:"total"`
		City  string `json:"city"`
	}
	user struct {
		Name  string `json:"name"`
		Email string `json:"email"`
		Tier  int64  `json:"tier"`
		City  string `json:"city"`
	}
	named struct {
		ID    int64  `json:"id"`
		Item  string `json:"item"`
		Price int64  `json:"price"`
		Name  string `json:"name"`
		Tier  int64  `json:"tier"`
	}
	// window is the current one of a key, which stands in for a window store.
	window struct{ start, n int64 }
)

const windowSize = 10_000 // milliseconds

var workloads = map[string]func() []goka.Edge{
	"bytes": bytesEdges, "json": jsonEdges, "count": countEdges, "tumbling": tumblingEdges, "join": joinEdges,
}

func input() goka.Stream  { return goka.Stream(os.Getenv("BENCH_INPUT")) }
func output() goka.Stream { return goka.Stream(os.Getenv("BENCH_OUTPUT")) }

func bytesEdges() []goka.Edge {
	out := output()
	return []goka.Edge{goka.Output(out, raw{}), goka.Input(input(), raw{}, func(ctx goka.Context, msg any) {
		if v := msg.([]byte); v[0] < 128 {
			ctx.Emit(out, ctx.Key(), v[:len(v)/2])
		}
	})}
}

func jsonEdges() []goka.Edge {
	out := output()
	return []goka.Edge{goka.Output(out, asJSON[sale]{}), goka.Input(input(), asJSON[order]{}, func(ctx goka.Context, msg any) {
		if o := msg.(*order); o.Quantity >= 5 {
			ctx.Emit(out, ctx.Key(), &sale{o.ID, o.Item, o.Quantity * o.Price, o.City})
		}
	})}
}

func countEdges() []goka.Edge {
	out := output()
	return []goka.Edge{goka.Output(out, number{}), goka.Persist(number{}), goka.Input(input(), raw{}, func(ctx goka.Context, _ any) {
		n, _ := ctx.Value().(int64)
		ctx.SetValue(n + 1)
		ctx.Emit(out, ctx.Key(), n+1)
	})}
}

// tumblingEdges keep the current window of each key in its value. That is less than windows are: a record of the window
// before would start it anew. Event times of the input advance, so it does not happen.
func tumblingEdges() []goka.Edge {
	out := output()
	return []goka.Edge{goka.Output(out, number{}), goka.Persist(windows{}), goka.Input(input(), raw{}, func(ctx goka.Context, _ any) {
		ts := ctx.Timestamp().UnixMilli()
		start := ts - ts%windowSize
		w, _ := ctx.Value().(window)
		if w.start != start {
			w = window{start: start}
		}
		w.n++
		ctx.SetValue(w)
		ctx.Emit(out, string(binary.BigEndian.AppendUint64([]byte(ctx.Key()), uint64(start))), w.n)
	})}
}

func joinEdges() []goka.Edge {
	out, table := output(), goka.Table(os.Getenv("BENCH_TABLE"))
	return []goka.Edge{goka.Output(out, asJSON[named]{}), goka.Join(table, asJSON[user]{}),
		goka.Input(input(), asJSON[order]{}, func(ctx goka.Context, msg any) {
			o := msg.(*order)
			if u, ok := ctx.Join(table).(*user); ok {
				ctx.Emit(out, ctx.Key(), &named{o.ID, o.Item, o.Price, u.Name, u.Tier})
			}
		})}
}

type raw struct{}

func (raw) Encode(v any) ([]byte, error) { return v.([]byte), nil }
func (raw) Decode(b []byte) (any, error) { return b, nil }

// number is Kafka's LongSerializer.
type number struct{}

func (number) Encode(v any) ([]byte, error) {
	return binary.BigEndian.AppendUint64(nil, uint64(v.(int64))), nil
}

func (number) Decode(b []byte) (any, error) {
	if len(b) != 8 {
		return nil, fmt.Errorf("a number of %d bytes", len(b))
	}
	return int64(binary.BigEndian.Uint64(b)), nil
}

type windows struct{}

func (windows) Encode(v any) ([]byte, error) {
	w := v.(window)
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(w.start)), uint64(w.n)), nil
}

func (windows) Decode(b []byte) (any, error) {
	if len(b) != 16 {
		return nil, fmt.Errorf("a window of %d bytes", len(b))
	}
	return window{int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint64(b[8:]))}, nil
}

// asJSON boxes a pointer: values are passed on, not copied into an interface.
type asJSON[T any] struct{}

func (asJSON[T]) Encode(v any) ([]byte, error) { return json.Marshal(v.(*T)) }

func (asJSON[T]) Decode(b []byte) (any, error) {
	v := new(T)
	return v, json.Unmarshal(b, v)
}
