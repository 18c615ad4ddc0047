package operator

import (
	"errors"
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var tableGroupBy = Operator{Name: "table-group-by", Inputs: []form.Kind{Any},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		t := in[0].Type
		f, err := overTable(l, in[0], "fn", Pair)
		if err == nil && t.Bare {
			err = fmt.Errorf("%s of a table without a store", l.Op)
		}
		key, val := f.Makes(t.Key, t.Val)
		return form.Type{Kind: form.GroupedTable, Key: key, Val: val, Rekeyed: true}, errors.Join(tabular(l, in[0]), err)
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return in[0].ID + ".GroupBy(" + goOverTable(l, in[0], "fn", Pair) + ", " + codecs(l) + then(options(l)) + ")"
	},
}

func drawGroupedTable(d *Drawing) *form.Line {
	if g := d.Pick(form.GroupedTable, nil); g != nil && g.Get("name") != "" && d.Chance(3) {
		return g
	}
	t := d.anyTable(lookedUp)
	if t == nil {
		t = drawTable(d, "string", "int64")
	}
	f, ok := d.functionOver(t, Pair)
	if !ok {
		return nil
	}
	return d.Add("table-group-by", []*form.Line{t}, "fn", f.Name, "name", d.Maybe("group"))
}

// foldTable is an aggregation of a grouped table.
func foldTable(op, method string, role Role) Operator {
	return Operator{Name: op, Weight: 3, Inputs: []form.Kind{form.GroupedTable},
		Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
			t := form.Type{Kind: form.Table, Key: in[0].Type.Key, Val: "int64"}
			if role == "" {
				return t, nil
			}
			f, err := function(l, "fn", role, in[0].Type.Key, in[0].Type.Val, "")
			t.Val = f.OutVal
			return t, err
		},
		Go: func(l *form.Line, in []*form.Line) string {
			if role == "" {
				return in[0].ID + "." + method + "(" + options(l) + ")"
			}
			return in[0].ID + "." + method + "(" + goFunc(l, "fn", role).Go + ", " + codec(l.Type.Val) + then(options(l)) + ")"
		},
		Draw: func(d *Drawing) bool {
			g := drawGroupedTable(d)
			if g == nil {
				return false
			}
			if role == "" {
				return d.Add(op, []*form.Line{g}, table(d, g)...) != nil
			}
			f, ok := d.Function(role, g.Type.Key, g.Type.Val, "")
			return ok && d.Add(op, []*form.Line{g}, table(d, g, "fn", f.Name)...) != nil
		},
	}
}

var (
	tableCount     = foldTable("table-count", "Count", "")
	tableReduce    = foldTable("table-reduce", "Reduce", TableReducer)
	tableAggregate = foldTable("table-aggregate", "Aggregate", TableAggregator)
)
