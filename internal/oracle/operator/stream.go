package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var stream = Operator{Name: "stream", Topic: true, Weight: 2, Type: coded(source(form.Stream)),
	Go: func(l *form.Line, _ []*form.Line) string {
		return fmt.Sprintf("b.Stream(%q, %s%s)", l.Get("topic"), codecs(l), then(options(l, timed(l)...)))
	},
	Draw: func(d *Drawing) bool { return drawStream(d) != nil },
}

// coded is the type of a line that gives its records codecs.
func coded(of func(*form.Line, []*form.Line) (form.Type, error)) func(*form.Line, []*form.Line) (form.Type, error) {
	return func(l *form.Line, in []*form.Line) (form.Type, error) {
		t, err := of(l, in)
		t.Coded = true
		return t, err
	}
}

// source is the type of a line with the options key and val.
func source(kind form.Kind) func(*form.Line, []*form.Line) (form.Type, error) {
	return func(l *form.Line, _ []*form.Line) (form.Type, error) {
		t := form.Type{Kind: kind, Key: l.Get("key"), Val: l.Get("val")}
		if codec(t.Key) == "nil" || codec(t.Val) == "nil" {
			return t, fmt.Errorf("%s: key %q and val %q must be types", l.Op, t.Key, t.Val)
		}
		return t, nil
	}
}

func drawStream(d *Drawing) *form.Line {
	val := d.One("string", "int64", "int64")
	return d.Add("stream", nil, append([]string{"topic", d.Name("in"), "key", d.One("string", "string", "string", "int64"), "val", val, "name", d.Maybe("source")}, d.times(val)...)...)
}
