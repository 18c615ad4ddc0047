package main

import (
	"time"

	"github.com/streamgen/streamgen/bench/path/form"
	"github.com/streamgen/streamgen/dsl"
)

//go:generate go tool streamgen gen .

// Topics are those of one run.
type Topics struct{ Input, Table, Output string }

// Bytes is stateless: half of the records are kept, their values cut.
//
//streamgen:topology
func Bytes(b *dsl.Builder, t Topics) {
	b.Stream(t.Input, dsl.Bytes(), dsl.Bytes()).
		Filter(form.Keep).
		MapValues(form.Cut).
		To(t.Output, dsl.Bytes(), dsl.Bytes())
}

// JSON is stateless too: decode, filter half, map, encode.
//
//streamgen:topology
func JSON(b *dsl.Builder, t Topics) {
	b.Stream(t.Input, dsl.String(), dsl.JSON[form.Order]()).
		Filter(form.Large).
		MapValues(form.Sell).
		To(t.Output, dsl.String(), dsl.JSON[form.Sale]())
}

// Count counts by key.
//
//streamgen:topology
func Count(b *dsl.Builder, t Topics) {
	b.Stream(t.Input, dsl.String(), dsl.Bytes()).
		GroupByKey().
		Count(dsl.Name("counts")).
		ToStream().
		To(t.Output, dsl.String(), dsl.Int64())
}

// Tumbling counts by key and window.
//
//streamgen:topology
func Tumbling(b *dsl.Builder, t Topics) {
	b.Stream(t.Input, dsl.String(), dsl.Bytes()).
		GroupByKey().
		WindowedBy(dsl.Tumbling(form.WindowSize*time.Millisecond).Grace(form.Grace*time.Millisecond).Retention(form.Retention*time.Millisecond)).
		Count(dsl.Name("counts")).
		ToStream(dsl.WindowedKey).
		To(t.Output, dsl.TimeWindowed(dsl.String(), form.WindowSize*time.Millisecond), dsl.Int64())
}

// Join gives each order the name of its user.
//
//streamgen:topology
func Join(b *dsl.Builder, t Topics) {
	users := b.Table(t.Table, dsl.String(), dsl.JSON[form.User](), dsl.Name("users"))
	b.Stream(t.Input, dsl.String(), dsl.JSON[form.Order]()).
		Join(users, form.Enrich).
		To(t.Output, dsl.String(), dsl.JSON[form.Named]())
}
