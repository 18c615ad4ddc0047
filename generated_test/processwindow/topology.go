// Package processwindow is a case of the conformance corpus: a processor with a window store.
package processwindow

//go:generate go tool streamgen gen .

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// recent drops what was seen with the same key within the last 100 ms, and counts it.
type recent struct {
	seen *dsl.WindowStore[string, int32]
}

func (p *recent) Init(ctx *processor.Context[string, int32]) error { return nil }

func (p *recent) Process(ctx *processor.Context[string, int32], r processor.Record[string, string]) error {
	if r.NoKey || r.NoValue {
		return nil
	}
	n := int32(0)
	for _, v := range p.seen.Fetch(r.Key, r.Timestamp-100, r.Timestamp) {
		n += v
	}
	p.seen.Put(r.Key, 1, r.Timestamp)
	if n == 0 {
		ctx.Forward(processor.Record[string, int32]{Key: r.Key, Value: int32(len(r.Value)), Timestamp: r.Timestamp})
		return nil
	}
	ctx.Forward(processor.Record[string, int32]{Key: r.Key, Value: -n, Timestamp: r.Timestamp, Headers: r.Headers})
	return nil
}

func (p *recent) Close() error { return nil }

//streamgen:topology
func Deduplicated(b *dsl.Builder) {
	seen := b.WindowStore("seen", dsl.String(), dsl.Int32(), time.Second, 100*time.Millisecond)
	b.Stream("events", dsl.String(), dsl.String()).
		Process(func() *recent { return &recent{seen: seen} }, dsl.Name("dedup")).
		To("unique", dsl.String(), dsl.Int32())
}
