package interp_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

type (
	stream  = dsl.Stream[string, string]
	rec     = dsl.Rec[string, string]
	context = processor.Context[string, string]
)

func in(b *dsl.Builder) stream { return b.Stream("in", dsl.String(), dsl.String()) }

func text(s stream, topic string) { s.To(topic, dsl.String(), dsl.String()) }

func number(s dsl.Stream[string, int64], topic string) { s.To(topic, dsl.String(), dsl.Int64()) }

var errBad = errors.New("bad value")

func tryUpper(k, v string) (string, error) {
	if v == "bad" {
		return "", errBad
	}
	return strings.ToUpper(v), nil
}

func concat(_, v, old string) string { return old + v }

// topologies are what the scenarios of testdata name.
var topologies = map[string]func(b *dsl.Builder){
	"plain": func(b *dsl.Builder) {
		s := in(b)
		text(s.Filter(func(k, v string) bool { return v != "drop" }), "filtered")
		text(s.MapValues(func(k, v string) string { return k + "." + v }), "valued")
		text(s.Map(func(k, v string) (string, string) { return v, k }), "mapped")
		text(s.SelectKey(func(k, v string) string { return v }), "keyed")
		text(s.FlatMap(func(k, v string) []dsl.KV[string, string] {
			return []dsl.KV[string, string]{dsl.Pair(k, v), dsl.Pair(v, k)}
		}), "flat")
		text(s.Present(), "present")
	},
	"opt": func(b *dsl.Builder) {
		s := in(b)
		text(s.FilterOpt(func(k, v dsl.Opt[string]) bool { return !v.OK }), "filtered")
		text(s.MapValuesOpt(func(k, v dsl.Opt[string]) dsl.Opt[string] {
			if v.OK {
				return dsl.None[string]()
			}
			return dsl.Some(k.Or("no key"))
		}), "valued")
		text(s.MapOpt(func(k, v dsl.Opt[string]) (dsl.Opt[string], dsl.Opt[string]) { return v, k }), "mapped")
		text(s.SelectKeyOpt(func(k, v dsl.Opt[string]) dsl.Opt[string] { return v }), "keyed")
	},
	"record": func(b *dsl.Builder) {
		s := in(b)
		text(s.FilterRecord(func(r rec) bool { return r.Timestamp > 10 }), "filtered")
		text(s.MapRecord(func(r rec) rec {
			r.Timestamp += 100
			r.Headers = append(r.Headers[:len(r.Headers):len(r.Headers)], processor.Header{Key: "seen", Value: []byte(r.Value)})
			return r
		}), "mapped")
		text(s.MapValuesRecord(func(r rec) dsl.Opt[string] {
			return dsl.Some(fmt.Sprintf("%v/%v@%d", r.OptKey(), r.OptValue(), r.Timestamp))
		}), "valued")
	},
	"try": func(b *dsl.Builder) {
		s := in(b)
		text(s.TryMapValues(tryUpper, dsl.OnError(dsl.Skip())), "skipped")
		text(s.TryMapValues(tryUpper, dsl.OnError(dsl.DeadLetter("dead"))), "lettered")
		text(s, "all")
	},
	"try_fail": func(b *dsl.Builder) { text(in(b).TryMapValues(tryUpper, dsl.Name("upper")), "out") },
	"unreadable": func(b *dsl.Builder) {
		number(b.Stream("in", dsl.String(), dsl.Int64(), dsl.OnError(dsl.DeadLetter("dead"))), "out")
	},
	"merge": func(b *dsl.Builder) {
		s := in(b)
		l := s.MapValues(func(k, v string) string { return "left " + v })
		text(l.Merge(b.Stream("other", dsl.String(), dsl.String())).Merge(s), "out")
	},
	"peek": func(b *dsl.Builder) {
		var seen []string
		s := in(b).Peek(func(k, v string) { seen = append(seen, "plain "+k+v) }).
			PeekOpt(func(k, v dsl.Opt[string]) { seen = append(seen, fmt.Sprint("opt ", k, v)) }).
			PeekRecord(func(r rec) { seen = append(seen, fmt.Sprint("record ", r.NoKey, r.NoValue, r.Timestamp)) })
		text(s.MapValuesOpt(func(dsl.Opt[string], dsl.Opt[string]) dsl.Opt[string] { return dsl.Some(strings.Join(seen, "; ")) }), "out")
	},
	"count": func(b *dsl.Builder) {
		number(in(b).GroupByKey().Count(dsl.Name("counts")).ToStream(), "out")
	},
	"count_every": func(b *dsl.Builder) {
		number(in(b).GroupByKey().Count(dsl.Name("counts"), dsl.EmitEveryUpdate()).ToStream(), "out")
	},
	"repartitioned": func(b *dsl.Builder) {
		g := in(b).GroupBy(func(k, v string) string { return v[:1] }, dsl.String(), dsl.String(), dsl.Name("by-first"))
		number(g.Count(dsl.Store("n")).ToStream(), "counts")
		text(g.Reduce(concat, dsl.String(), dsl.Store("r")).ToStream(), "reduced")
	},
	"windowed": func(b *dsl.Builder) {
		in(b).GroupByKey().WindowedBy(dsl.Tumbling(10*time.Millisecond).Grace(5*time.Millisecond)).
			Aggregate(func() string { return "<" }, concat, dsl.String(), dsl.Name("win")).
			ToStream(dsl.WindowedKey).
			To("out", dsl.TimeWindowed(dsl.String(), 10*time.Millisecond), dsl.String())
	},
	"two_tables": func(b *dsl.Builder) {
		s := in(b).GroupByKey().Count(dsl.Name("first")).ToStream()
		number(s.GroupByKey().Reduce(func(_ string, v, old int64) int64 { return old + v }, dsl.Int64(), dsl.Name("second")).ToStream(), "out")
	},
	"global": func(b *dsl.Builder) {
		t := b.GlobalTable("names", dsl.String(), dsl.String())
		s := in(b)
		id := func(k, v string) string { return v }
		text(s.JoinGlobal(t, id, func(k, v, g string) string { return k + "+" + g }), "inner")
		text(s.LeftJoinGlobal(t, id, func(k, v string, g dsl.Opt[string]) string { return k + "+" + g.Or("none") }), "left")
	},
	"process": func(b *dsl.Builder) {
		last := b.KeyValueStore("last", dsl.String(), dsl.String())
		text(in(b).Process(func() *remember { return &remember{last: last} }, dsl.Name("remember")), "out")
	},
	"process_skip": func(b *dsl.Builder) {
		text(in(b).Process(func() *hasty { return &hasty{} }, dsl.OnError(dsl.Skip())), "out")
	},
}

// remember forwards the previous value of each key, and all it knows on punctuation.
type remember struct {
	last *dsl.KeyValueStore[string, string]
	ctx  *context
}

func (p *remember) Init(ctx *context) error {
	p.ctx = ctx
	for _, kind := range []processor.TimeKind{processor.StreamTime, processor.WallClock} {
		if _, err := ctx.Schedule(10*time.Millisecond, kind, func(now int64) error { return p.all(kind, now) }); err != nil {
			return err
		}
	}
	return nil
}

func (p *remember) Process(ctx *context, r rec) error {
	switch {
	case r.NoValue:
		p.last.Delete(r.Key)
		return nil
	case r.Value == "fail":
		return errBad
	}
	old, ok := p.last.Get(r.Key)
	p.last.Put(r.Key, r.Value)
	if ok {
		m := ctx.Metadata()
		r.Value = fmt.Sprintf("%s after %s, offset %d, stream time %d", r.Value, old, m.Offset, ctx.StreamTime())
		ctx.Forward(r)
	}
	return nil
}

func (p *remember) all(kind processor.TimeKind, now int64) error {
	for k, v := range p.last.All() {
		p.ctx.Forward(rec{Key: k, Value: fmt.Sprintf("tick %d: %s", kind, v), Timestamp: now})
	}
	return nil
}

func (p *remember) Close() error { return nil }

// hasty forwards before it looks.
type hasty struct{}

func (*hasty) Init(*context) error { return nil }

func (*hasty) Process(ctx *context, r rec) error {
	ctx.Forward(r)
	if r.Value == "fail" {
		return errBad
	}
	return nil
}

func (*hasty) Close() error { return nil }
