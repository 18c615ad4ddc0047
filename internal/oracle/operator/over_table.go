package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// tabular refuses inputs that are no tables, windowed or not.
func tabular(l, in *form.Line) error {
	switch in.Type.Kind {
	case form.Table, form.WindowTable, form.SessionTable:
		return nil
	}
	return fmt.Errorf("%s of a %s", l.Op, in.Type.Kind)
}

// cutRoles are the roles of functions that look at a window beside the key, by those of
// functions that do not.
var cutRoles = map[Role]Role{Predicate: WindowPredicate, Value: WindowValue, Pair: WindowPair}

// overTable finds the function of a line over a table. Tables call plain functions only.
func overTable(l, in *form.Line, option string, role Role) (Func, error) {
	t := in.Type
	if t.Kind != form.Table {
		if f, err := function(l, option, cutRoles[role], t.Key, t.Val, ""); err == nil {
			return f, nil
		}
	}
	f, err := function(l, option, role, t.Key, t.Val, "")
	if err == nil && f.Sees() {
		err = fmt.Errorf("%s takes plain functions only", l.Op)
	}
	return f, err
}

// goOverTable is the Go text of the function of a checked line over a table.
func goOverTable(l, in *form.Line, option string, role Role) string {
	f, _ := overTable(l, in, option, role)
	window := "dsl.Window"
	switch {
	case in.Type.Kind == form.Table:
		return f.Go
	case in.Type.Kind == form.SessionTable:
		window = "dsl.Session"
	}
	if f.Role != role {
		return f.Go + "[" + window + "]"
	}
	key, val := f.Makes(in.Type.Key, in.Type.Val)
	result := map[Role]string{Predicate: "bool", Value: goType(val), Pair: "(" + goType(key) + ", " + goType(val) + ")"}[role]
	return fmt.Sprintf("func(k %s, _ %s, v %s) %s { return %s(k, v) }", goType(in.Type.Key), window, goType(in.Type.Val), result, f.Go)
}

// anyTable picks a table, windowed or not, that fits.
func (d *Drawing) anyTable(fits func(t form.Type) bool) *form.Line {
	return d.pick([]form.Kind{form.Table, form.WindowTable, form.SessionTable}, fits)
}

// functionOver picks a plain function over a table.
func (d *Drawing) functionOver(t *form.Line, role Role) (Func, bool) {
	if t.Type.Kind != form.Table && d.Chance(3) {
		role = cutRoles[role]
	}
	f, ok := d.Function(role, t.Type.Key, t.Type.Val, "")
	return f, ok && !f.Sees()
}

func drawOverTable(d *Drawing, op, option string, role Role, more ...string) bool {
	t := d.anyTable(nil)
	if t == nil {
		return false
	}
	f, ok := d.functionOver(t, role)
	options := append([]string{option, f.Name, "name", d.Maybe("table")}, more...)
	return ok && d.Add(op, []*form.Line{t}, append(options, d.storeMaybe()...)...) != nil
}
