// Package customcodec is a case of the conformance corpus: codecs written by the user.
package customcodec

//go:generate go tool streamgen gen .

import (
	"fmt"

	"github.com/streamgen/streamgen/dsl"
)

// Point is a pair of small coordinates.
type Point struct{ X, Y uint8 }

// PointCodec writes a Point as two bytes. Safe for concurrent use.
type PointCodec struct{}

// Append implements serde.Codec.
func (PointCodec) Append(dst []byte, p Point) ([]byte, error) {
	if p.X == 255 {
		return dst, fmt.Errorf("x is %d; it must be below 255", p.X)
	}
	return append(dst, p.X, p.Y), nil
}

// Decode implements serde.Codec.
func (PointCodec) Decode(src []byte) (Point, error) {
	if len(src) != 2 {
		return Point{}, fmt.Errorf("a point has 2 bytes, got %d", len(src))
	}
	return Point{src[0], src[1]}, nil
}

//streamgen:topology
func Points(b *dsl.Builder) {
	b.Stream("points", PointCodec{}, dsl.Int32(), dsl.OnError(dsl.Skip())).
		GroupByKey().
		Reduce(func(k Point, v, old int32) int32 { return v + old }, dsl.Int32(), dsl.Name("sums")).
		ToStream().
		Filter(func(p Point, v int32) bool { return p.X > 0 }).
		Map(func(p Point, v int32) (int32, Point) { return v, Point{p.Y, p.X} }).
		To("points-out", dsl.Int32(), PointCodec{})
}
