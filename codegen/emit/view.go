package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// view prints the method that looks a table up by key.
func (e *emitter) view(v *plan.View) {
	b := e.newBody("t.run", "t.env.Index")
	key, k, val, ts, ok, err := b.fresh("key"), b.fresh("k"), b.fresh("v"), b.fresh("ts"), b.fresh("ok"), b.fresh("err")
	how := "as it is now: what is not committed is seen"
	text := ""
	if v.Kernel >= 0 {
		entry := b.fresh("e")
		text = fmt.Sprintf("\t%s, %s := %s.%s.store.Find(%s)\n\tif %s != nil {\n\t\treturn %s, 0, false, %s\n\t}\n\treturn %s.Val, %s.Ts, %s.Present(), nil\n",
			entry, err, b.t, e.task.Kernels[v.Kernel].Field, key, err, val, err, entry, entry, entry)
		e.add("// %s looks a key up in %s, %s.\nfunc (%s *%s) %s(%s []byte, %s %s) (%s %s, _ int64, _ bool, _ error) {\n%s}\n",
			v.Method, v.Node, how, b.t, e.task.Type, v.Method, key, or(text, k), v.Key, val, v.Val, text)
		return
	}
	none := fmt.Sprintf("return %s, 0, false, nil\n", val)
	find := func(above *plan.View, v, ts, ok string) string {
		return fmt.Sprintf("%s, %s, %s, %s := %s.%s(%s, %s)\nif %s != nil {\n%s}\n", v, ts, ok, err, b.t, above.Method, key, k, err, fmt.Sprintf("return %s, 0, false, %s\n", val, err))
	}
	s, u := v.Step, b.fresh("u")
	text = find(v.Above[0], u, ts, ok)
	switch s.Op {
	case "table-filter":
		drop := "!"
		if s.Not {
			drop = ""
		}
		text += fmt.Sprintf("if !%s {\n%s}\n%sif %s%s(%s, %s) {\n%s}\nreturn %s, %s, true, nil\n", ok, none, b.enter(s.Node), drop, callee(s.Fn, b.app(), b.t), k, u, none, u, ts)
	case "table-map-values":
		f := callee(s.Fn, b.app(), b.t)
		if s.Form == "opt" {
			text += b.enter(s.Node) + fmt.Sprintf("%s, %s = %s(%s, %s[%s]{V: %s, OK: %s}).Get()\nreturn %s, %s, %s, nil\n", val, ok, f, k, procOpt, v.Above[0].Val, u, ok, val, ts, ok)
			break
		}
		text += fmt.Sprintf("if !%s {\n%s}\n%sreturn %s(%s, %s), %s, true, nil\n", ok, none, b.enter(s.Node), f, k, u, ts)
	default:
		text += b.joinedView(v, none, find, k, u, ts, ok)
	}
	e.add("// %s looks a key up in %s, which is computed, %s.\nfunc (%s *%s) %s(%s []byte, %s %s) (%s %s, %s int64, %s bool, %s error) {\n%s}\n",
		v.Method, v.Node, how, b.t, e.task.Type, v.Method, key, k, v.Key, val, v.Val, ts, ok, err, text)
}

// joinedView prints the rest of a look-up in a join of tables: the other side and the joiner.
func (b *body) joinedView(v *plan.View, none string, find func(above *plan.View, v, ts, ok string) string, k, u, ts, ok string) string {
	s := v.Step
	w, wts, found := b.fresh("w"), b.fresh("uts"), b.fresh("found")
	left, right := u, w
	opt := func(typ, v, ok string) string { return fmt.Sprintf("%s[%s]{V: %s, OK: %s}", procOpt, typ, v, ok) }
	text := ""
	if s.Op != "table-outer-join" {
		text = fmt.Sprintf("if !%s {\n%s}\n", ok, none)
	}
	text += find(v.Above[1], w, wts, found)
	later := wts + " > " + ts
	switch s.Op {
	case "table-join":
		text += fmt.Sprintf("if !%s {\n%s}\n", found, none)
	case "table-left-join":
		right, later = opt(v.Above[1].Val, w, found), found+" && "+later
	default:
		text += fmt.Sprintf("if !%s && !%s {\n%s}\n", ok, found, none)
		left, right = opt(v.Above[0].Val, u, ok), opt(v.Above[1].Val, w, found)
		later = found + " && (!" + ok + " || " + later + ")"
	}
	return text + fmt.Sprintf("if %s {\n%s = %s\n}\n%sreturn %s(%s, %s, %s), %s, true, nil\n", later, ts, wts, b.enter(s.Node), callee(s.Join, b.app(), b.t), k, left, right, ts)
}
