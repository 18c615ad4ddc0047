package pruned

import (
	"strconv"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// totals reads three fields and keeps one of them.
type totals struct {
	sums *dsl.KeyValueStore[string, int64]
	last string
}

func (p *totals) Init(ctx *processor.Context[string, string]) error { return nil }

func (p *totals) Process(ctx *processor.Context[string, string], r processor.Record[string, Order]) error {
	if r.NoKey || r.NoValue {
		return nil
	}
	sum, _ := p.sums.Get(r.Key)
	p.sums.Put(r.Key, sum+r.Value.Total)
	if r.Value.Agent != nil {
		p.last = r.Value.Agent.Name
	}
	ctx.Forward(processor.Record[string, string]{Key: r.Key, Value: r.Value.Note + p.last + strconv.FormatInt(sum, 10), Timestamp: r.Timestamp, Headers: r.Headers})
	return nil
}

func (p *totals) Close() error { return nil }

// holder keeps what it was given.
type holder struct{ last Order }

func (p *holder) Init(ctx *processor.ValueContext[string]) error { return nil }

func (p *holder) Process(ctx *processor.ValueContext[string], r processor.Record[string, Order]) error {
	ctx.Forward(p.last.Note)
	p.last = r.Value
	return nil
}

func (p *holder) Close() error { return nil }

// passer forwards what it was given.
type passer struct{}

func (p *passer) Init(ctx *processor.Context[string, Order]) error { return nil }

func (p *passer) Process(ctx *processor.Context[string, Order], r processor.Record[string, Order]) error {
	if r.Value.Total > 2 {
		ctx.Forward(r)
	}
	return nil
}

func (p *passer) Close() error { return nil }

// Processed hands orders to processors.
//
//streamgen:topology
func Processed(b *dsl.Builder) {
	sums := b.KeyValueStore("processed-sums", dsl.String(), dsl.Int64())
	b.Stream("to-totals", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads Total,Note,Agent.Name
												Process(func() *totals { return &totals{sums: sums} }, dsl.Name("totals")).
												To("totals", dsl.String(), dsl.String())
	b.Stream("to-holder", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads all
												ProcessValues(func() *holder { return &holder{} }, dsl.Name("holder")).
												To("held", dsl.String(), dsl.String())
	b.Stream("to-passer", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads all
												Process(func() *passer { return &passer{} }, dsl.Name("passer")).
												To("passed-on", dsl.String(), dsl.JSON[Order]())
}
