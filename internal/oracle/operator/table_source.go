package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// tableSource reads a topic as a table; without a store it is Bare: nothing looks it up.
var tableSource = Operator{Name: "table", Topic: true, Weight: 4,
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		t, err := source(form.Table)(l, in)
		t.Bare = l.Get("store") == ""
		return t, err
	},
	Go: func(l *form.Line, _ []*form.Line) string {
		return fmt.Sprintf("b.Table(%q, %s%s)", l.Get("topic"), codecs(l), then(options(l, timed(l)...)))
	},
	Draw: func(d *Drawing) bool {
		return drawTable(d, d.One("string", "string", "int64"), d.One("string", "int64", "int64")) != nil
	},
}

func drawTable(d *Drawing, key, val string) *form.Line {
	return d.Add("table", nil, append([]string{"topic", d.Name("table"), "key", key, "val", val, "name", d.Maybe("source")}, append(d.kept(4), d.times(val)...)...)...)
}

// kept are random options of a table whose store is left out once in n times.
func (d *Drawing) kept(n int) []string {
	if d.Chance(n) {
		return nil
	}
	return d.stored(false, "store", d.Name("store"))
}

// stored are random options of a store: its emission, and how it is kept. Without timestamps
// only for aggregations and where nothing is cached: what a cache holds has them in Kafka Streams
// (S143), and so have the tables by which rules rewrite joins.
func (d *Drawing) stored(aggregation bool, options ...string) []string {
	emit := d.One("", "", "every")
	keep := d.One("", "", "", "memory")
	if aggregation && emit == "every" && d.Chance(4) {
		keep = "plain"
	}
	return append(options, "emit", emit, "keep", keep)
}

// toTable takes a stream as a table.
var toTable = Operator{Name: "to-table", Weight: 3, Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		return form.Type{Kind: form.Table, Key: in[0].Type.Key, Val: in[0].Type.Val, Bare: l.Get("store") == ""}, nil
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".ToTable(" + options(l, recode(l)) + ")"
	},
	Draw: func(d *Drawing) bool {
		s := d.Pick(form.Stream, PlainKey)
		return s != nil && d.Add("to-table", []*form.Line{s}, append([]string{"name", d.Maybe("table")}, d.kept(4)...)...) != nil
	},
}

// ownStore are the options of a table that may have a store of its own.
func ownStore(l *form.Line) string {
	if l.Get("store") == "" {
		return then(options(l))
	}
	return then(options(l, recode(l)))
}

// lookedUp tells whether a table can be joined and grouped: bare ones lack a name for the
// store that they would get.
func lookedUp(t form.Type) bool { return !t.Bare }
