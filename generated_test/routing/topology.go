// Package routing is a case of the conformance corpus: topics that records choose, partitioners, explicit repartitions.
package routing

//go:generate go tool streamgen gen .

import (
	"fmt"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// latest passes on the value that its key had before.
type latest struct {
	seen *dsl.KeyValueStore[int64, string]
}

func (p *latest) Init(ctx *processor.Context[int64, string]) error { return nil }

func (p *latest) Process(ctx *processor.Context[int64, string], r processor.Record[int64, string]) error {
	if r.NoKey {
		ctx.Forward(r)
		return nil
	}
	before, ok := p.seen.Get(r.Key)
	p.seen.Put(r.Key, r.Value)
	r.Value, r.NoValue = before, !ok
	ctx.Forward(r)
	return nil
}

func (p *latest) Close() error { return nil }

func first(r dsl.Rec[string, string], partitions int) int {
	if r.Value == "nowhere" {
		return partitions
	}
	return -1
}

//streamgen:topology
func Routed(b *dsl.Builder) {
	prefix := fmt.Sprint("events", "-")
	in := b.Stream("events", dsl.String(), dsl.String())
	in.ToDynamic(func(r dsl.Rec[string, string]) string {
		switch {
		case r.NoKey:
			return prefix + "anonymous"
		case r.Key == "bad":
			return ""
		}
		return prefix + r.Key
	}, dsl.String(), dsl.String(), dsl.Partitioner(first), dsl.OnError(dsl.Skip()))
	in.Filter(func(k, v string) bool { return v == "nowhere" || v == "" }).
		ToDynamic(func(r dsl.Rec[string, string]) string { return r.Value }, dsl.String(), dsl.String(), dsl.OnError(dsl.DeadLetter("unrouted")))
	seen := b.KeyValueStore("latest-by-length", dsl.Int64(), dsl.String())
	in.SelectKeyOpt(func(k, v dsl.Opt[string]) dsl.Opt[int64] {
		if !v.OK {
			return dsl.None[int64]()
		}
		return dsl.Some(int64(len(v.V)))
	}).
		Repartition(dsl.Name("by-length"), dsl.Partitions(4), dsl.Codecs(dsl.Int64(), dsl.String()),
			dsl.Partitioner(func(r dsl.Rec[int64, string], n int) int { return int(r.Key) % n })).
		Process(func() *latest { return &latest{seen} }).
		To("lengths", dsl.Int64(), dsl.String())
}
