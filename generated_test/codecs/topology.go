// Package codecs is a case of the conformance corpus: every built-in codec, decoded and appended.
package codecs

//go:generate go tool streamgen gen .

import (
	"errors"

	"github.com/streamgen/streamgen/dsl"
)

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

// Lent has functions that add to slices of the record's own bytes, behind which the next record lies.
//
//streamgen:topology
func Lent(b *dsl.Builder) {
	b.Stream("lent", dsl.Bytes(), dsl.Bytes()).
		FilterNot(func(k, v []byte) bool { return len(v) == 1 }).
		MapValues(func(k, v []byte) []byte { return append(v, k...) }).
		SelectKey(func(k, v []byte) []byte { return append(k, '!') }).
		To("lent-out", dsl.Bytes(), dsl.Bytes())
}

type (
	points []struct{ X, Y int }
	pair   struct{ L, R int }
	marks  map[string]*struct{ At []struct{ Line int } }
)

// Unnamed is JSON of types that nothing names helpers after.
//
//streamgen:topology
func Unnamed(b *dsl.Builder) {
	b.Stream("rows", dsl.String(), dsl.JSON[struct {
		A int
		B []struct{ C *string }
	}](), dsl.OnError(dsl.Skip())).
		MapValues(func(k string, v struct {
			A int
			B []struct{ C *string }
		}) map[string]struct{ N int } {
			return map[string]struct{ N int }{k: {v.A + len(v.B)}}
		}).
		To("rows-out", dsl.String(), dsl.JSON[map[string]struct{ N int }]())
	b.Stream("points", dsl.String(), dsl.JSON[points](), dsl.OnError(dsl.Skip())).To("points-out", dsl.String(), dsl.JSON[points]())
	b.Stream("marks", dsl.String(), dsl.JSON[marks](), dsl.OnError(dsl.Skip())).To("marks-out", dsl.String(), dsl.JSON[marks]())
	b.Stream("pairs", dsl.String(), dsl.JSON[*struct {
		pair
		Q [2]bool
	}](), dsl.OnError(dsl.Skip())).To("pairs-out", dsl.String(), dsl.JSON[*struct {
		pair
		Q [2]bool
	}]())
}

// Grade is a number that writes itself as a letter.
type Grade int8

// MarshalText writes A to Z.
func (g Grade) MarshalText() ([]byte, error) {
	if g < 0 || g > 25 {
		return nil, errors.New("there is no such grade")
	}
	return []byte{'A' + byte(g)}, nil
}

// UnmarshalText reads them.
func (g *Grade) UnmarshalText(text []byte) error {
	if len(text) != 1 || text[0] < 'A' || text[0] > 'Z' {
		return errors.New("a grade is a letter")
	}
	*g = Grade(text[0] - 'A')
	return nil
}

// report is a document of which some parts are known.
type report struct {
	Grades map[Grade][]any `json:"grades"`
	Rest   map[string]any  `json:"rest,omitempty"`
	Note   any             `json:"note"`
}

// Loose is JSON of what nobody knows beforehand, and of maps whose keys write themselves.
//
//streamgen:topology
func Loose(b *dsl.Builder) {
	b.Stream("anything", dsl.String(), dsl.JSON[any](), dsl.OnError(dsl.Skip())).
		GroupByKey().
		Reduce(func(k string, v, old any) any { return []any{old, v} }, dsl.JSON[any](), dsl.Name("things")).
		ToStream().
		To("things-out", dsl.String(), dsl.JSON[any]())
	b.Stream("reports", dsl.String(), dsl.JSON[report](), dsl.OnError(dsl.Skip())).
		MapValues(func(k string, v report) report {
			v.Rest = map[string]any{"note": v.Note, "n": len(v.Grades), "grades": v.Grades}
			return report{Grades: map[Grade][]any{Grade(len(k)): nil, 0: {v.Note}}, Rest: v.Rest}
		}).
		To("reports-out", dsl.String(), dsl.JSON[report](), dsl.OnError(dsl.Skip()))
	b.Stream("objects", dsl.String(), dsl.JSON[map[string]any](), dsl.OnError(dsl.Skip())).
		Filter(func(k string, v map[string]any) bool { return v["hidden"] == nil }).
		To("objects-out", dsl.String(), dsl.JSON[map[string]any]())
}
