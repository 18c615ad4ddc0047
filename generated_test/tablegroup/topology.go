// Package tablegroup is a case of the conformance corpus: tables grouped under other keys,
// with what a row was taken back.
package tablegroup

//go:generate go tool streamgen gen .

import (
	"strings"

	"github.com/streamgen/streamgen/dsl"
)

// Stock is the sum and the log of a group.
type Stock struct {
	Total int64    `json:"total"`
	Log   []string `json:"log"`
}

func newStock() Stock { return Stock{} }

func add(k string, v int64, s Stock) Stock {
	s.Total += v
	s.Log = append(s.Log, "+"+k)
	return s
}

func remove(k string, v int64, s Stock) Stock {
	s.Total -= v
	if len(s.Log) > 0 {
		s.Log[0] = strings.ToUpper(s.Log[0]) // in place: nothing else may see it
	}
	s.Log = append(s.Log, "-"+k)
	return s
}

func shelf(item string) string {
	if item == "" || item[0] > 'z' {
		return "?"
	}
	return item[:1]
}

func plus(k string, v, old int64) int64  { return old + v }
func minus(k string, v, old int64) int64 { return old - v }

//streamgen:topology
func Grouped(b *dsl.Builder) {
	places := b.Table("places", dsl.String(), dsl.String(), dsl.Name("places"))
	byPlace := places.GroupBy(func(who, where string) (string, int64) { return where, int64(len(who)) }, dsl.String(), dsl.Int64(), dsl.Name("by-place"))
	byPlace.Count(dsl.Name("people")).ToStream().To("people-out", dsl.String(), dsl.Int64())
	byPlace.Reduce(plus, minus, dsl.Int64(), dsl.Name("lengths"), dsl.EmitEveryUpdate()).ToStream().To("lengths-out", dsl.String(), dsl.Int64())
}

// Chained groups what was grouped: the middle table sends old values.
//
//streamgen:topology
func Chained(b *dsl.Builder) {
	sizes := b.Stream("items", dsl.String(), dsl.Int64()).
		GroupByKey().
		Reduce(func(k string, v, old int64) int64 { return v }, dsl.Int64(), dsl.Name("item-size"))
	stock := sizes.
		Filter(func(k string, v int64) bool { return v != 0 }).
		MapValues(func(k string, v int64) int64 { return v * 10 }).
		GroupBy(func(k string, v int64) (string, int64) { return shelf(k), v }, dsl.String(), dsl.Int64()).
		Aggregate(newStock, add, remove, dsl.JSON[Stock](), dsl.Name("stock"), dsl.EmitEveryUpdate())
	stock.
		GroupBy(func(k string, s Stock) (string, string) { return "all", strings.Join(s.Log, "") }, dsl.String(), dsl.String()).
		Reduce(func(k, v, old string) string { return old + "," + v }, func(k, v, old string) string { return old + "~" + v }, dsl.String(), dsl.Name("logs")).
		ToStream().
		To("logs-out", dsl.String(), dsl.String())
}
