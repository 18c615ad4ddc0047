// Package codecs is a case of the conformance corpus: every built-in codec, decoded and appended.
package codecs

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

//streamgen:topology
func Codecs(b *dsl.Builder) {
	b.Stream("i16-bool", dsl.Int16(), dsl.Bool(), dsl.OnError(dsl.Skip())).
		MapValues(func(k int16, v bool) bool { return !v }).
		To("i16-bool-out", dsl.Int16(), dsl.Bool())
	b.Stream("f32-f64", dsl.Float32(), dsl.Float64(), dsl.OnError(dsl.Skip())).
		Map(func(k float32, v float64) (float64, float32) { return v, k }).
		To("f64-f32-out", dsl.Float64(), dsl.Float32())
	b.Stream("bytes", dsl.Bytes(), dsl.Bytes()).
		GroupByKey().
		Reduce(func(k, v, old []byte) []byte { return append(old[:len(old):len(old)], v...) }, dsl.Bytes(), dsl.Name("joined-bytes")).
		ToStream().
		To("bytes-out", dsl.Bytes(), dsl.Bytes())
}
