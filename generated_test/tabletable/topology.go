// Package tabletable is a case of the conformance corpus: tables joined with tables.
package tabletable

//go:generate go tool streamgen gen .

import "github.com/streamgen/streamgen/dsl"

func both(k, v, u string) string                  { return v + u }
func left(k, v string, u dsl.Opt[string]) string  { return v + or(u) }
func outer(k string, v, u dsl.Opt[string]) string { return or(v) + or(u) }
func length(k, v string) (string, int64)          { return "all", int64(len(v)) }
func plus(k string, v, old int64) int64           { return old + v }
func minus(k string, v, old int64) int64          { return old - v }

func or(v dsl.Opt[string]) string {
	if !v.OK {
		return "-"
	}
	return v.V
}

//streamgen:topology
func Joined(b *dsl.Builder) {
	l := b.Table("l", dsl.String(), dsl.String(), dsl.Name("l"))
	r := b.Table("r", dsl.String(), dsl.String(), dsl.Name("r"), dsl.EmitEveryUpdate())
	l.Join(r, both).ToStream().To("inner", dsl.String(), dsl.String())
	l.LeftJoin(r, left).ToStream().To("left", dsl.String(), dsl.String())
	l.OuterJoin(r, outer, dsl.Store("outer"), dsl.Codecs(dsl.String(), dsl.String())).ToStream().To("outer", dsl.String(), dsl.String())
}

// Nested joins joins, looks computed joins up, and takes old results back.
//
//streamgen:topology
func Nested(b *dsl.Builder) {
	x := b.Table("x", dsl.String(), dsl.String(), dsl.Name("x"), dsl.EmitEveryUpdate())
	y := b.Table("y", dsl.String(), dsl.String(), dsl.Name("y"))
	z := b.Table("z", dsl.String(), dsl.String(), dsl.Name("z"), dsl.EmitEveryUpdate())
	xy := x.LeftJoin(y.Filter(func(k, v string) bool { return v != "b" }), left)
	all := xy.OuterJoin(z.MapValues(func(k, v string) string { return "<" + v + ">" }), outer, dsl.Name("all"))
	all.ToStream().To("all-out", dsl.String(), dsl.String())
	all.GroupBy(length, dsl.String(), dsl.Int64()).
		Reduce(plus, minus, dsl.Int64(), dsl.Name("lengths")).
		ToStream().
		To("lengths-out", dsl.String(), dsl.Int64())
	seen := b.Stream("asked", dsl.String(), dsl.String())
	seen.LeftJoin(all, left).To("answers", dsl.String(), dsl.String())
	seen.Join(x.Join(z, both), both).To("inner-answers", dsl.String(), dsl.String())
}

// Twice joins a table with itself.
//
//streamgen:topology
func Twice(b *dsl.Builder) {
	t := b.Table("t", dsl.String(), dsl.String(), dsl.Name("t"))
	t.LeftJoin(t, left, dsl.Name("twice")).ToStream().To("twice-out", dsl.String(), dsl.String())
}
