package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var tableFilter = Operator{Name: "table-filter", Weight: 4, Inputs: []form.Kind{form.Table},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		f, err := function(l, "pred", Predicate, in[0].Type.Key, in[0].Type.Val, "")
		t := in[0].Type
		t.Bare = t.Bare && l.Get("store") == ""
		return t, plain(l, f, err)
	},
	Go: func(l *form.Line, in []*form.Line) string {
		method := ".Filter("
		if l.Get("not") != "" {
			method = ".FilterNot("
		}
		return in[0].ID + method + goFunc(l, "pred", Predicate).Go + ownStore(l) + ")"
	},
	Draw: func(d *Drawing) bool {
		return drawOverTable(d, "table-filter", "pred", Predicate, "not", d.One("", "", "yes"))
	},
}

// plain refuses functions that see absence, which Kafka Streams' tables do not call.
func plain(l *form.Line, f Func, err error) error {
	if err == nil && f.Sees() {
		return fmt.Errorf("%s takes plain functions only", l.Op)
	}
	return err
}

func drawOverTable(d *Drawing, op, option string, role Role, more ...string) bool {
	t := d.Pick(form.Table, nil)
	if t == nil {
		return false
	}
	f, ok := d.Function(role, t.Type.Key, t.Type.Val, "")
	options := append([]string{option, f.Name, "name", d.Maybe("table")}, more...)
	return ok && d.Add(op, []*form.Line{t}, append(options, d.storeMaybe()...)...) != nil
}

// storeMaybe are random options of a table that rarely has a store of its own.
func (d *Drawing) storeMaybe() []string {
	if !d.Chance(3) {
		return nil
	}
	return d.kept(1 << 30)
}
