// Package values is a case of the conformance corpus: operators that keep the key.
package values

//go:generate go tool streamgen gen .

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

// numbering numbers the values of each key; it drops "skip", doubles "twice", deletes on
// "forget", and fails on "fail".
type numbering struct {
	last *dsl.KeyValueStore[string, int64]
}

func (p *numbering) Init(ctx *processor.ValueContext[string]) error { return nil }

func (p *numbering) Process(ctx *processor.ValueContext[string], r processor.Record[string, string]) error {
	switch {
	case r.NoKey || r.Value == "skip":
		return nil
	case r.NoValue:
		ctx.ForwardRecord(dsl.None[string](), r.Timestamp+1, nil)
		return nil
	}
	n, _ := p.last.Get(r.Key)
	n++
	p.last.Put(r.Key, n)
	ctx.Forward(fmt.Sprintf("%s#%d", r.Value, n))
	switch r.Value {
	case "twice":
		ctx.Forward("again at " + fmt.Sprint(ctx.Metadata().Offset))
	case "fail":
		return fmt.Errorf("value %q", r.Value)
	}
	return nil
}

func (p *numbering) Close() error { return nil }

//streamgen:topology
func Numbered(b *dsl.Builder) {
	last := b.KeyValueStore("last-number", dsl.String(), dsl.Int64())
	in := b.Stream("sentences", dsl.String(), dsl.String())
	in.FilterNot(func(k, v string) bool { return v == "" }).
		FlatMapValues(func(k, v string) []string { return strings.Fields(v) }).
		ProcessValues(func() *numbering { return &numbering{last} }, dsl.Name("numbering"), dsl.OnError(dsl.Skip())).
		To("words-numbered", dsl.String(), dsl.String())
	// The key is the one that was read: no repartition.
	in.TryFlatMapValues(func(k, v string) ([]string, error) {
		if v == "fail" {
			return []string{"lost"}, fmt.Errorf("value %q", v)
		}
		return strings.Split(v, " "), nil
	}, dsl.OnError(dsl.Skip()), dsl.Codecs(dsl.String(), dsl.String())).
		GroupByKey().Count(dsl.Name("words-by-key")).ToStream().To("word-counts", dsl.String(), dsl.Int64())
}

//streamgen:topology
func Printed(b *dsl.Builder) {
	in := b.Stream("printed", dsl.String(), dsl.Bytes())
	in.Print("label")
	in.MapValues(func(k string, v []byte) int { return len(v) }, dsl.Name("lengths")).Print("")
}
