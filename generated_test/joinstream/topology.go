// Package joinstream joins streams within windows: inner, left and outer, with itself, behind
// changes of key, and one join after the other.
package joinstream

import (
	"strconv"
	"time"

	"github.com/streamgen/streamgen/dsl"
)

//go:generate go tool streamgen gen .

// Config is what is chosen at construction.
type Config struct{ Within, Grace time.Duration }

// Inner joins within 10 ms with a grace of 5 ms.
//
//streamgen:topology
func Inner(b *dsl.Builder) {
	left := b.Stream("left", dsl.String(), dsl.Int64())
	right := b.Stream("right", dsl.String(), dsl.String())
	left.JoinStream(right, dsl.JoinWithin(10*time.Millisecond).Grace(5*time.Millisecond),
		func(k string, v int64, u string) string { return k + ":" + strconv.FormatInt(v, 10) + u }, dsl.Name("inner")).
		To("inner-out", dsl.String(), dsl.String())
}

// Left looks further back than ahead.
//
//streamgen:topology
func Left(b *dsl.Builder) {
	left := b.Stream("left", dsl.String(), dsl.Int64())
	right := b.Stream("right", dsl.String(), dsl.String())
	left.LeftJoinStream(right, dsl.JoinWithin(10*time.Millisecond).Before(20*time.Millisecond).After(3*time.Millisecond).Grace(5*time.Millisecond),
		func(_ string, v int64, u dsl.Opt[string]) string { return strconv.FormatInt(v, 10) + show(u) }, dsl.Name("left")).
		To("left-out", dsl.String(), dsl.String())
}

// Outer has a window that is known at construction only.
//
//streamgen:topology
func Outer(b *dsl.Builder, cfg Config) {
	left := b.Stream("left", dsl.String(), dsl.Int64())
	right := b.Stream("right", dsl.String(), dsl.String())
	left.OuterJoinStream(right, dsl.JoinWithin(cfg.Within).Grace(cfg.Grace), outer, dsl.Name("outer")).
		To("outer-out", dsl.String(), dsl.String())
}

// Self joins a stream with itself: each record meets itself once.
//
//streamgen:topology
func Self(b *dsl.Builder) {
	s := b.Stream("selves", dsl.Int64(), dsl.Int64())
	s.JoinStream(s, dsl.JoinWithin(5*time.Millisecond), func(_ int64, v, u int64) int64 { return v*1000 + u }, dsl.Name("self")).
		To("self-out", dsl.Int64(), dsl.Int64())
}

// Rekeyed joins streams whose keys were changed, and joins and counts what comes out.
//
//streamgen:topology
func Rekeyed(b *dsl.Builder) {
	orders := b.Stream("orders", dsl.String(), dsl.String()).SelectKey(func(_, v string) string { return first(v) }, dsl.Name("by-first"), dsl.Codecs(dsl.String(), dsl.String()))
	paid := b.Stream("paid", dsl.String(), dsl.String()).MapOpt(func(k, v dsl.Opt[string]) (dsl.Opt[string], dsl.Opt[string]) { return v, k },
		dsl.Codecs(dsl.String(), dsl.String()))
	third := b.Stream("third", dsl.String(), dsl.Int64())
	both := orders.OuterJoinStream(paid, dsl.JoinWithin(8*time.Millisecond).Grace(2*time.Millisecond),
		func(k string, v, u dsl.Opt[string]) string { return k + show(v) + show(u) }, dsl.Name("both"), dsl.Codecs(dsl.String(), dsl.String()))
	both.JoinStream(third, dsl.JoinWithin(4*time.Millisecond), func(_ string, v string, n int64) string { return v + strconv.FormatInt(n, 10) }, dsl.Name("with-third")).
		To("rekeyed-out", dsl.String(), dsl.String())
	both.GroupByKey().Count(dsl.Name("pairs")).ToStream().To("pair-counts", dsl.String(), dsl.Int64())
}

func outer(k string, v dsl.Opt[int64], u dsl.Opt[string]) string {
	left := "-"
	if v.OK {
		left = strconv.FormatInt(v.V, 10)
	}
	return k + "=" + left + show(u)
}

func first(s string) string {
	if s == "" {
		return s
	}
	return s[:1]
}

func show(o dsl.Opt[string]) string {
	if !o.OK {
		return "/-"
	}
	return "/" + o.V
}
