package graph_test

import "github.com/streamgen/streamgen/dsl"

func tableOf(b *dsl.Builder, topic string, opts ...dsl.Option) dsl.Table[string, string] {
	return b.Table(topic, dsl.String(), dsl.String(), opts...)
}

func with(k, v, u string) string                  { return v + u }
func maybe(k, v string, u dsl.Opt[string]) string { return v + u.V }

func init() {
	described["table"] = func(b *dsl.Builder) {
		out(tableOf(b, "plain").ToStream(), "o1", dsl.String())
		out(tableOf(b, "named", dsl.Name("kept")).ToStream(), "o2", dsl.String())
		out(tableOf(b, "stored", dsl.Store("store")).ToStream(dsl.Name("changes")), "o3", dsl.String())
	}
	described["table_join"] = func(b *dsl.Builder) {
		t, u := tableOf(b, "t", dsl.Store("t-store")), tableOf(b, "u", dsl.Store("u-store"))
		s := in(b, "s")
		out(s.Join(t, with), "o1", dsl.String())
		out(s.LeftJoin(u, maybe, dsl.Name("enrich")), "o2", dsl.String())
		r := s.SelectKey(same, codecs())
		out(r.Join(t, with), "o3", dsl.String())
		out(r.LeftJoin(u, maybe), "o4", dsl.String())
		out(r.LeftJoin(t, maybe, dsl.Name("by-value")), "o5", dsl.String())
	}
}
