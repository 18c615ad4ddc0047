package transform

import (
	"strings"
	"testing"

	"github.com/streamgen/streamgen/connect/plugin"
)

// made returns a configured plug-in by the last part of its class.
func made(t *testing.T, name string, options ...string) plugin.Plugin {
	t.Helper()
	for _, construct := range Kafka() {
		p := construct()
		if !strings.HasSuffix(p.Info().Class, "."+name) {
			continue
		}
		props := map[string]string{}
		for i := 0; i < len(options); i += 2 {
			props[options[i]] = options[i+1]
		}
		if err := p.(interface{ Configure(map[string]string) error }).Configure(props); err != nil {
			t.Fatal(err)
		}
		return p
	}
	t.Fatal("no plug-in " + name)
	return nil
}

// C42.
func TestLint(t *testing.T) {
	step := func(alias, name string, options ...string) Step {
		return Step{Alias: alias, Transform: made(t, name, options...).(plugin.Transform)}
	}
	tombstones := made(t, "RecordIsTombstone").(plugin.Predicate)
	for _, c := range []struct {
		chain Chain
		want  string
	}{
		{Chain{Steps: []Step{step("a", "Cast$Value", "spec", "string"), step("b", "MaskField$Value", "fields", "x")}},
			"transforms.b: the value has no fields any more: transforms.a made a single value of it; put this one before it"},
		{Chain{Steps: []Step{step("b", "MaskField$Value", "fields", "x"), step("a", "Cast$Value", "spec", "string")}}, ""},
		{Chain{Steps: []Step{step("a", "Cast$Value", "spec", "string"), step("b", "MaskField$Key", "fields", "x")}}, ""},
		{Chain{Steps: []Step{step("a", "Cast$Value", "spec", "string"), step("h", "HoistField$Value", "field", "x"), step("b", "MaskField$Value", "fields", "x")}}, ""},
		{Chain{Steps: []Step{step("f", "Filter"), step("b", "MaskField$Value", "fields", "x")}},
			"transforms.f: it drops every record: give it a predicate\ntransforms.b: no record comes here: transforms.f drops all of them"},
		{Chain{Steps: []Step{{Alias: "f", Transform: &Filter{}, Predicate: tombstones}}}, ""},
		{Chain{Steps: []Step{step("i", "InsertField$Value", "offset.field", "o")}}, "transforms.i: offset.field works for sinks alone: a source's records have no offset yet"},
		{Chain{Sink: true, Steps: []Step{step("i", "InsertField$Value", "offset.field", "o")}}, ""},
		{Chain{PlainValue: true, Steps: []Step{step("s", "SetSchemaMetadata$Value", "schema.name", "x")}},
			"transforms.s: the value has no schema here: the converter gives none, so every record would fail"},
	} {
		if got := strings.Join(Lint(c.chain), "\n"); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestAWatchTellsOfARegexThatMatchesNothing(t *testing.T) {
	router := Step{Alias: "r", Transform: made(t, "RegexRouter", "regex", "order", "replacement", "x").(plugin.Transform)}
	w := NewWatch([]Step{router}, 3)
	var told []string
	for _, topic := range []string{"orders", "orders", "items", "order"} {
		told = append(told, w.Record(topic)...)
	}
	want := "transforms.r: the regular expression order has matched no topic so far, such as orders, items; it must match the whole name"
	if strings.Join(told, "\n") != want || !w.Done() {
		t.Errorf("got %q", told)
	}
	w = NewWatch([]Step{router}, 2)
	if got := append(w.Record("order"), w.Record("orders")...); got != nil || !w.Done() {
		t.Errorf("got %q", got)
	}
}

func BenchmarkInsertField(b *testing.B) {
	t := &InsertField{}
	if err := t.Configure(map[string]string{"topic.field": "topic", "static.field": "s", "static.value": "v"}); err != nil {
		b.Fatal(err)
	}
	hoist := &HoistField{}
	if err := hoist.Configure(map[string]string{"field": "line"}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		r := plugin.Record{Topic: "t", Value: "some line of a file"}
		if _, err := hoist.Apply(&r); err != nil {
			b.Fatal(err)
		}
		if _, err := t.Apply(&r); err != nil {
			b.Fatal(err)
		}
	}
}
