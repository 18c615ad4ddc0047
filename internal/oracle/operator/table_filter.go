package operator

import (
	"errors"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var tableFilter = Operator{Name: "table-filter", Weight: 4, Inputs: []form.Kind{Any},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		_, err := overTable(l, in[0], "pred", Predicate)
		t := in[0].Type
		t.Bare = t.Bare && l.Get("store") == ""
		return t, errors.Join(tabular(l, in[0]), err)
	},
	Go: func(l *form.Line, in []*form.Line) string {
		method := ".Filter("
		if l.Get("not") != "" {
			method = ".FilterNot("
		}
		return in[0].ID + method + goOverTable(l, in[0], "pred", Predicate) + ownStore(l) + ")"
	},
	Draw: func(d *Drawing) bool {
		return drawOverTable(d, "table-filter", "pred", Predicate, "not", d.One("", "", "yes"))
	},
}

// storeMaybe are random options of a table that rarely has a store of its own.
func (d *Drawing) storeMaybe() []string {
	if !d.Chance(3) {
		return nil
	}
	return d.kept(1 << 30)
}
