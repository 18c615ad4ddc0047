// Package processchain is a case of the conformance corpus: a processor below a table, and a grouping below a processor.
package processchain

//go:generate go tool streamgen gen .

import (
	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// spread forwards every record under two keys.
type spread struct{ suffix string }

func (p *spread) Init(ctx *processor.Context[string, int64]) error { return nil }

func (p *spread) Process(ctx *processor.Context[string, int64], r processor.Record[string, int64]) error {
	ctx.Forward(r)
	r.Key += p.suffix
	ctx.Forward(r)
	return nil
}

func (p *spread) Close() error { return nil }

//streamgen:topology
func Spread(b *dsl.Builder) {
	b.Stream("plays", dsl.String(), dsl.String()).
		GroupByKey().
		Count(dsl.Name("plays-by-song")).
		ToStream().
		Process(func() *spread { return &spread{suffix: "!"} }, dsl.Codecs(dsl.String(), dsl.Int64())).
		GroupByKey().
		Reduce(func(k string, v, old int64) int64 { return v + old }, dsl.Int64(), dsl.Name("plays-sum")).
		ToStream().
		To("plays-out", dsl.String(), dsl.Int64())
}
