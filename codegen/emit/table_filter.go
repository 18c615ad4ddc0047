package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// tableFilter makes a deletion of a value that is not kept. A table that knows the value
// before leaves it out when that was not kept either.
func tableFilter(b *body, s *plan.Step, r rec) string {
	out := r
	out.v, out.vOK = b.fresh("v"), b.fresh("vOK")
	if s.SendOld && r.old != "" {
		out.old, out.had = b.fresh("old"), b.fresh("had")
	} else {
		out.old, out.had = "", ""
	}
	rest := b.after(s, out)
	text := b.enter(s.Node) + b.kept(s, r, out.v, out.vOK, r.v, r.vOK, rest)
	if out.old != "" {
		text += b.kept(s, r, out.old, out.had, r.old, r.had, rest)
		text += fmt.Sprintf("if !%s && !%s {\n%s\n}\n", out.vOK, out.had, b.skip)
	}
	return text + rest
}

// kept declares whether a value is kept, and the value, where rest uses it.
func (b *body) kept(s *plan.Step, r rec, v, ok, from, fromOK, rest string) string {
	call := callee(s.Fn, b.app(), b.t) + "(" + r.key(s) + ", " + from + ")"
	if s.Not {
		call = "!" + call
	}
	if fromOK != "true" {
		call = fromOK + " && " + call
	}
	text := fmt.Sprintf("%s := %s\n", ok, call)
	if uses(rest, v) {
		text += fmt.Sprintf("var %s %s\nif %s {\n%s = %s\n}\n", v, s.Val, ok, v, from)
	} else if !uses(rest, ok) && !s.SendOld {
		text = fmt.Sprintf("_ = %s\n", call)
	}
	return text
}

// after prints what follows a table's operator: its store when it has one.
func (b *body) after(s *plan.Step, r rec) string {
	if s.Kernel >= 0 {
		return b.update(s, r)
	}
	return b.steps(s.Next, r)
}
