// Package globalstore is a case of the conformance corpus: global stores that processors fill, and
// processors of tasks that read them.
package globalstore

//go:generate go tool streamgen gen .

import (
	"errors"
	"strings"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// keeper adds what comes to the price of its item; a record without a key counts for all of them
// together.
type keeper struct {
	prices *dsl.KeyValueStore[string, int64]
	seen   int64
}

func (p *keeper) Init(*processor.GlobalContext) error {
	p.prices.Put("(seen)", 0)
	return nil
}

func (p *keeper) Process(ctx *processor.GlobalContext, r processor.Record[string, int64]) error {
	p.seen++
	p.prices.Put("(seen)", p.seen)
	switch {
	case r.NoKey:
		total, _ := p.prices.Get("(all)")
		p.prices.Put("(all)", total+r.Value)
	case r.NoValue:
		p.prices.Delete(r.Key)
	default:
		old, _ := p.prices.Get(r.Key)
		p.prices.Put(r.Key, old+r.Value)
	}
	return nil
}

func (p *keeper) Close() error { return nil }

// asker answers with the price of what a record names, or with all prices between two items.
type asker struct {
	prices *dsl.ReadOnlyKeyValueStore[string, int64]
}

func (p *asker) Init(*processor.Context[string, int64]) error { return nil }

func (p *asker) Process(ctx *processor.Context[string, int64], r processor.Record[string, string]) error {
	from, to, span := strings.Cut(r.Value, "-")
	if !span {
		price, ok := p.prices.Get(r.Value)
		if !ok {
			price = -1
		}
		ctx.Forward(processor.Record[string, int64]{Key: r.Key, Value: price, NoKey: r.NoKey, Timestamp: r.Timestamp})
		return nil
	}
	for item, price := range p.prices.Range(from, to) {
		ctx.Forward(processor.Record[string, int64]{Key: item, Value: price, Timestamp: r.Timestamp})
	}
	return nil
}

func (p *asker) Close() error { return nil }

// noter puts the value and the number of prices known into each record.
type noter struct {
	prices *dsl.ReadOnlyKeyValueStore[string, int64]
}

func (p *noter) Init(*processor.ValueContext[int64]) error { return nil }

func (p *noter) Process(ctx *processor.ValueContext[int64], r processor.Record[string, string]) error {
	n := int64(0)
	for range p.prices.All() {
		n++
	}
	ctx.Forward(n)
	return nil
}

func (p *noter) Close() error { return nil }

// Asked reads one global store in two sub-topologies, behind a change of the key too.
//
//streamgen:topology
func Asked(b *dsl.Builder) {
	prices := b.KeyValueStore("prices", dsl.String(), dsl.Int64())
	known := b.GlobalStore("price-changes", dsl.String(), dsl.Int64(), prices, func() *keeper { return &keeper{prices: prices} })
	questions := b.Stream("questions", dsl.String(), dsl.String())
	questions.
		SelectKey(func(k, v string) string { return v }).
		Process(func() *asker { return &asker{prices: known} }, dsl.Name("asker")).
		To("answers", dsl.String(), dsl.Int64())
	b.Stream("others", dsl.String(), dsl.String()).
		ProcessValues(func() *noter { return &noter{prices: known} }).
		To("counts", dsl.String(), dsl.Int64())
}

var errOdd = errors.New("odd")

// dated keeps the latest value of each key with its time, unless it is odd.
type dated struct {
	latest *dsl.TimestampedKeyValueStore[int64, string]
}

func (p *dated) Init(*processor.GlobalContext) error { return nil }

func (p *dated) Process(ctx *processor.GlobalContext, r processor.Record[int64, string]) error {
	if r.NoKey {
		return nil
	}
	if r.NoValue {
		p.latest.Delete(r.Key)
		return nil
	}
	if len(r.Value)%2 == 1 {
		p.latest.Put(-r.Key, r.Value, r.Timestamp) // stays, although the record is skipped
		return errOdd
	}
	p.latest.Put(r.Key, r.Value, r.Timestamp)
	return nil
}

func (p *dated) Close() error { return nil }

// names keeps what the other store has for a number under a name.
type names struct {
	byName *dsl.KeyValueStore[string, string]
	latest *dsl.ReadOnlyTimestampedKeyValueStore[int64, string]
}

func (p *names) Init(*processor.GlobalContext) error { return nil }

func (p *names) Process(ctx *processor.GlobalContext, r processor.Record[string, int64]) error {
	if r.NoKey || r.NoValue {
		return nil
	}
	v, ok := p.latest.Get(r.Value)
	if !ok {
		v.Value = "?" + ctx.Metadata().Topic
	}
	p.byName.Put(r.Key, v.Value)
	return nil
}

func (p *names) Close() error { return nil }

// teller looks a number up in both stores.
type teller struct {
	latest *dsl.ReadOnlyTimestampedKeyValueStore[int64, string]
	byName *dsl.ReadOnlyKeyValueStore[string, string]
	own    *dsl.KeyValueStore[int64, string]
}

func (p *teller) Init(*processor.Context[int64, string]) error { return nil }

func (p *teller) Process(ctx *processor.Context[int64, string], r processor.Record[int64, string]) error {
	if r.NoKey {
		return nil
	}
	for k, v := range p.latest.Range(0, r.Key) {
		ctx.Forward(processor.Record[int64, string]{Key: k, Value: v.Value, Timestamp: v.Timestamp})
	}
	name, _ := p.byName.Get(r.Value)
	p.own.Put(r.Key, name)
	return nil
}

func (p *teller) Close() error { return nil }

func newNames(byName *dsl.KeyValueStore[string, string], latest *dsl.ReadOnlyTimestampedKeyValueStore[int64, string]) func() *names {
	return func() *names { return &names{byName: byName, latest: latest} }
}

// Chained has a global store whose processor reads another one.
//
//streamgen:topology
func Chained(b *dsl.Builder) {
	byNumber := b.TimestampedKeyValueStore("by-number", dsl.Int64(), dsl.String())
	latest := b.TimestampedGlobalStore("numbers", dsl.Int64(), dsl.String(), byNumber, func() *dated { return &dated{byNumber} },
		dsl.Name("dating"), dsl.OnError(dsl.Skip()))
	byName := b.KeyValueStore("by-name", dsl.String(), dsl.String())
	named := b.GlobalStore("names", dsl.String(), dsl.Int64(), byName, newNames(byName, latest), dsl.OnError(dsl.Skip()))
	own := b.KeyValueStore("told", dsl.Int64(), dsl.String())
	b.Stream("asked", dsl.Int64(), dsl.String(), dsl.OnError(dsl.Skip())).
		Process(func() *teller { return &teller{latest: latest, byName: named, own: own} }, dsl.Name("teller")).
		To("told-out", dsl.Int64(), dsl.String())
}
