// Package unwritable is a case of the conformance corpus: values that the codecs of To, ToDynamic and Repartition cannot write.
package unwritable

//go:generate go tool streamgen gen .

import (
	"fmt"

	"github.com/streamgen/streamgen/dsl"
)

// EvenCodec writes even numbers. Safe for concurrent use.
type EvenCodec struct{}

// Append implements serde.Codec.
func (EvenCodec) Append(dst []byte, v int32) ([]byte, error) {
	dst = append(dst, 'n') // taken back after an error
	if v%2 != 0 {
		return dst, fmt.Errorf("%d is odd", v)
	}
	return append(dst, byte('0'+v%10)), nil
}

// Decode implements serde.Codec.
func (EvenCodec) Decode(src []byte) (int32, error) {
	if len(src) != 2 {
		return 0, fmt.Errorf("an even number has 2 bytes, got %d", len(src))
	}
	return int32(src[1] - '0'), nil
}

//streamgen:topology
func WriteFail(b *dsl.Builder) {
	b.Stream("write-fail", dsl.Int32(), dsl.Float64()).To("write-fail-out", dsl.Int32(), dsl.JSON[float64](), dsl.OnError(dsl.Fail()))
}

//streamgen:topology
func Write(b *dsl.Builder) {
	in := b.Stream("write-in", dsl.Int32(), dsl.Float64())
	in.To("write-skip", EvenCodec{}, dsl.JSON[float64](), dsl.OnError(dsl.Skip()))
	in.To("write-dead", dsl.Int32(), dsl.JSON[float64](), dsl.OnError(dsl.DeadLetter("unwritten")))
	in.ToDynamic(func(r dsl.Rec[int32, float64]) string { return "write-dynamic" }, EvenCodec{}, dsl.Float64(), dsl.OnError(dsl.DeadLetter("unwritten")))
	in.Repartition(dsl.Name("even"), dsl.Codecs(EvenCodec{}, dsl.Float64()), dsl.OnError(dsl.Skip())).
		To("write-all", dsl.Int32(), dsl.Float64())
	// What a table emits was not consumed: its dead letter is empty.
	in.MapValues(func(k int32, v float64) float64 { return v }).
		ToTable(dsl.Name("latest"), dsl.Store("latest"), dsl.Codecs(dsl.Int32(), dsl.Float64())).
		ToStream().
		To("write-table", dsl.Int32(), dsl.JSON[float64](), dsl.OnError(dsl.DeadLetter("unwritten")))
}
