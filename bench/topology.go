// Package bench measures what a record costs in a task: generated code against a loop
// written by hand, the generic kernels with closures, and the interpreter.
package bench

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

//go:generate go tool streamgen gen .

// Total is the aggregate of Windowed.
type Total struct{ N, Sum int64 }

func newTotal() Total { return Total{} }

func addTotal(_ string, v int64, t Total) Total { return Total{t.N + 1, t.Sum + v} }

func positive(_ string, v int64) bool { return v > 0 }

func scale(_ string, v int64) int64 { return v * 3 }

// totalCodec is 16 bytes, so that no variant gains by its codec.
type totalCodec struct{}

func (totalCodec) Append(dst []byte, t Total) ([]byte, error) {
	dst, err := dsl.Int64().Append(dst, t.N)
	if err != nil {
		return dst, err
	}
	return dsl.Int64().Append(dst, t.Sum)
}

func (totalCodec) Decode(src []byte) (t Total, err error) {
	if t.N, err = dsl.Int64().Decode(src[:min(8, len(src))]); err != nil {
		return t, err
	}
	t.Sum, err = dsl.Int64().Decode(src[8:])
	return t, err
}

// Windowed decodes, filters, maps, groups, aggregates over windows and writes.
//
//streamgen:topology
func Windowed(b *dsl.Builder) {
	b.Stream("in", dsl.String(), dsl.Int64()).
		Filter(positive).
		MapValues(scale).
		GroupByKey().
		WindowedBy(dsl.Tumbling(time.Minute)).
		Aggregate(newTotal, addTotal, totalCodec{}, dsl.Name("totals")).
		ToStream(dsl.WindowedKey).
		To("out", dsl.TimeWindowed(dsl.String(), time.Minute), totalCodec{})
}

// Counted counts by key.
//
//streamgen:topology
func Counted(b *dsl.Builder) {
	b.Stream("in", dsl.String(), dsl.Int64()).
		GroupByKey().
		Count(dsl.Name("counts")).
		ToStream().
		To("out", dsl.String(), dsl.Int64())
}

func most(_, v int64) bool { return v%16 != 15 }

func shift(_, v int64) int64 { return v*5 + 3 }

func small(_, v int64) bool { return v < 1<<20 }

func fold(_, v int64) int64 { return v ^ v>>7 }

func rare(_, v int64) bool { return v&255 == 1 }

// Stateless is five stateless operators. Few records come to its end, so that the operators are measured and not the output.
//
//streamgen:topology
func Stateless(b *dsl.Builder) {
	b.Stream("in", dsl.Int64(), dsl.Int64()).
		Filter(most).
		MapValues(shift).
		Filter(small).
		MapValues(fold).
		Filter(rare).
		To("out", dsl.Int64(), dsl.Int64())
}

// WindowCounted counts by key and window.
//
//streamgen:topology
func WindowCounted(b *dsl.Builder) {
	b.Stream("in", dsl.String(), dsl.Int64()).
		GroupByKey().
		WindowedBy(dsl.Tumbling(time.Minute)).
		Count(dsl.Name("minutes")).
		ToStream(dsl.WindowedKey).
		To("out", dsl.TimeWindowed(dsl.String(), time.Minute), dsl.Int64())
}
