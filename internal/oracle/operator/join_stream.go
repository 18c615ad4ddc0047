package operator

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var (
	joinStream      = streamJoiner("join-stream", "JoinStream", Joiner)
	leftJoinStream  = streamJoiner("left-join-stream", "LeftJoinStream", LeftJoiner)
	outerJoinStream = streamJoiner("outer-join-stream", "OuterJoinStream", OuterJoiner)
)

// streamJoiner is a join of two streams, or of one with itself, within before and after.
func streamJoiner(op, method string, role Role) Operator {
	return Operator{Name: op, Weight: 3, Inputs: []form.Kind{form.Stream, form.Stream},
		Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
			a, b := in[0].Type, in[1].Type
			if a.Key != b.Key || !a.Coded || !b.Coded || !PlainKey(a) {
				return a, fmt.Errorf("%s does not fit (%s, %s)", l.Op, a.Key, b.Key)
			}
			if l.Get("name") == "" && (a.Rekeyed || b.Rekeyed || l.Get("store") == "") {
				return a, fmt.Errorf("%s needs a name", l.Op)
			}
			for _, option := range []string{"before", "after", "grace"} {
				if _, err := strconv.ParseInt(l.Get(option), 10, 64); err != nil {
					return a, fmt.Errorf("%s: %s: %w", l.Op, option, err)
				}
			}
			f, err := function(l, "join", role, a.Key, a.Val, b.Val)
			return form.Type{Kind: form.Stream, Key: a.Key, Val: f.OutVal, Coded: l.Get("codecs") == "given"}, err
		},
		Go: func(l *form.Line, in []*form.Line) string {
			window := fmt.Sprintf("dsl.JoinWithin(0).Before(%s).After(%s).Grace(%s)", millis(l.Get("before")), millis(l.Get("after")), millis(l.Get("grace")))
			return in[0].ID + "." + method + "(" + in[1].ID + ", " + window + ", " + goFunc(l, "join", role).Go + then(options(l, recoded(l)...)) + ")"
		},
		Draw: func(d *Drawing) bool { return drawStreamJoin(d, op, role) },
	}
}

func drawStreamJoin(d *Drawing, op string, role Role) bool {
	fits := func(t form.Type) bool { return PlainKey(t) && t.Coded }
	a := d.Pick(form.Stream, fits)
	if a == nil {
		return false
	}
	b := a // a join with itself
	if !d.Chance(6) {
		b = d.Pick(form.Stream, func(t form.Type) bool { return fits(t) && t.Key == a.Type.Key })
		if b == a || d.Chance(3) {
			b = d.Add("stream", nil, "topic", d.Name("in"), "key", a.Type.Key, "val", d.One("string", "int64"))
		}
	}
	f, ok := d.Function(role, a.Type.Key, a.Type.Val, b.Type.Val)
	if !ok || a.Type.Rekeyed && b.Type.Rekeyed || (a.Type.Rekeyed || b.Type.Rekeyed) && d.rejoins() {
		return false
	}
	// Equal on both sides, different, and wholly before or after the record.
	window := [][2]string{{"50", "50"}, {"50", "50"}, {"1", "0"}, {"30", "0"}, {"0", "100"}, {"20", "70"}, {"-10", "60"}, {"40", "-10"}}[d.R.IntN(8)]
	name, store := d.Name("joined"), ""
	if d.Chance(3) {
		store = d.Name("store")
		if !a.Type.Rekeyed && !b.Type.Rekeyed && d.Chance(2) {
			name = ""
		}
	}
	return d.Add(op, []*form.Line{a, b}, "join", f.Name, "before", window[0], "after", window[1], "grace", d.One("0", "0", "20", "100"),
		"name", name, "store", store, "codecs", d.One("", "given")) != nil
}

// rejoins says whether a join behind a repartition topic is there. Between two such topics Kafka
// Streams chooses by the order of its heap when the times are equal (S13), which they are where
// one record leads to both.
func (d *Drawing) rejoins() bool {
	for _, l := range d.Lines {
		if strings.HasSuffix(l.Op, "join-stream") {
			for _, in := range l.In {
				if d.Lines.Find(in).Type.Rekeyed {
					return true
				}
			}
		}
	}
	return false
}
