package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// tableMapValues makes a new value, and a new old one where that flows.
func tableMapValues(b *body, s *plan.Step, r rec) string {
	out := r
	out.v, out.vType, out.vRaw, out.vCodec = b.fresh("v"), s.Val, "", ""
	if s.Form == "opt" {
		out.vOK = b.fresh("vOK")
	}
	if s.SendOld && r.old != "" {
		out.old = b.fresh("old")
		if s.Form == "opt" {
			out.had = b.fresh("had")
		}
	} else {
		out.old, out.had = "", ""
	}
	rest := b.after(s, out)
	text := b.enter(s.Node) + b.mapped(s, r, out.v, out.vOK, r.v, r.vOK, rest)
	if out.old != "" {
		text += b.mapped(s, r, out.old, out.had, r.old, r.had, rest)
	}
	return text + rest
}

// mapped declares what the operator's function makes of a value.
func (b *body) mapped(s *plan.Step, r rec, v, ok, from, fromOK, rest string) string {
	f := callee(s.Fn, b.app(), b.t)
	if s.Form == "opt" {
		call := fmt.Sprintf("%s(%s, %s[%s]{V: %s, OK: %s}).Get()", f, r.key(s), procOpt, r.vType, from, fromOK)
		return assign(or(rest, v)+", "+or(rest, ok), call)
	}
	call := fmt.Sprintf("%s(%s, %s)", f, r.key(s), from)
	if fromOK == "true" {
		return assign(or(rest, v), call)
	}
	if !uses(rest, v) {
		return fmt.Sprintf("if %s {\n_ = %s\n}\n", fromOK, call)
	}
	return fmt.Sprintf("var %s %s\nif %s {\n%s = %s\n}\n", v, s.Val, fromOK, v, call)
}
