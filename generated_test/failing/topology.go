// Package failing is a case of the conformance corpus: user functions that panic and processors that return errors.
package failing

//go:generate go tool streamgen gen .

import (
	"errors"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

var (
	errFourteen = errors.New("fourteen is refused")
	errFive     = errors.New("multiples of five are refused")
)

type refusing struct {
	sum *dsl.KeyValueStore[string, int64]
}

func (p *refusing) Init(ctx *processor.Context[string, int64]) error { return nil }

func (p *refusing) Process(ctx *processor.Context[string, int64], r processor.Record[string, int64]) error {
	old, _ := p.sum.Get(r.Key)
	p.sum.Put(r.Key, old+r.Value)
	ctx.Forward(r)
	if r.Value == 14 {
		return errFourteen
	}
	return nil
}

func (p *refusing) Close() error { return nil }

func never(v, bad int64) int64 {
	if v == bad {
		panic("this value was not expected")
	}
	return v
}

//streamgen:topology
func Failing(b *dsl.Builder) {
	sum := b.KeyValueStore("seen-sum", dsl.String(), dsl.Int64())
	b.Stream("risky", dsl.String(), dsl.Int64()).
		MapValues(func(k string, v int64) int64 { return never(v, 13) }).
		Process(func() *refusing { return &refusing{sum: sum} }, dsl.Name("refusing"), dsl.Codecs(dsl.String(), dsl.Int64())).
		GroupByKey().
		Reduce(func(k string, v, old int64) int64 { return never(v, 15) + old - old }, dsl.Int64(), dsl.Name("last-risky")).
		ToStream().
		MapValues(func(k string, v int64) int64 { return never(v, 16) }).
		To("survived", dsl.String(), dsl.Int64())
}

func unlessFive(v int64) (int64, error) {
	if v%5 == 0 {
		return 0, errFive
	}
	return v, nil
}

// Recovering fails below a table, where no record is in progress.
//
//streamgen:topology
func Recovering(b *dsl.Builder) {
	sums := b.Stream("tries", dsl.String(), dsl.Int64()).
		GroupByKey().
		Reduce(func(k string, v, old int64) int64 { return v + old }, dsl.Int64(), dsl.Name("tries-sum")).
		ToStream()
	sums.TryMapValues(func(k string, v int64) (int64, error) { return unlessFive(v) }, dsl.OnError(dsl.Skip())).
		To("tried", dsl.String(), dsl.Int64())
	sums.TryMapValues(func(k string, v int64) (int64, error) { return unlessFive(v) }, dsl.OnError(dsl.DeadLetter("failed-tries"))).
		To("tried-again", dsl.String(), dsl.Int64())
}

var steps = []int64{7, 5, 3, 1}

// Staged has operators that may panic between others that cannot: each panic is that of its own operator and record, whichever
// the record before came to.
//
//streamgen:topology
func Staged(b *dsl.Builder) {
	b.Stream("numbers", dsl.Int64(), dsl.Int64()).
		Filter(func(k, v int64) bool { return v >= 0 }).
		MapValues(func(k, v int64) int64 { return steps[v] }).
		FilterNot(func(k, v int64) bool { return v == 5 }).
		MapValues(func(k, v int64) int64 { return v * 100 / k }).
		Filter(func(k, v int64) bool { return v > 0 }).
		To("staged", dsl.Int64(), dsl.Int64())
}
