package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// tableJoin joins a change on one side with the other side as it is now. Results of both
// sides meet in the method that follows.
func tableJoin(b *body, s *plan.Step, r rec) string {
	u, uts, found, err := b.fresh("u"), b.fresh("uts"), b.fresh("found"), b.fresh("err")
	find, key := b.keyBytes(s, s.View.KeyCodec, r, b.t+".tableKey")
	text := b.enter(s.Node) + find + fmt.Sprintf("%s, %s, %s, %s := %s.%s(%s, %s)\nif %s != nil {\n%s}\n", u, uts, found, err, b.t, s.View.Method, key, r.k, err,
		b.failed(s.Policy, faultProcess, s.Node, err))
	outer := s.Op == "table-outer-join" || s.Op == "table-left-join" && !s.Right
	none := "!" + found
	if outer {
		none += " && " + not(r.vOK)
		if r.had != "" {
			none += " && !" + r.had
		}
	}
	text += fmt.Sprintf("if %s {\n%s\n}\n", none, b.skip)
	out := r
	out.ts = b.fresh("ts")
	later := fmt.Sprintf("%s > %s", uts, out.ts)
	if outer {
		later = found + " && " + later
	}
	text += fmt.Sprintf("%s := %s\nif %s {\n%s = %s\n}\n", out.ts, r.ts, later, out.ts, uts)
	if s.View.Kernel < 0 { // the operators of the other table were at work since
		text += b.enter(s.Node)
	}
	result := func(want, v, ok string) (string, string) {
		w := b.fresh(want)
		cond := ok
		switch {
		case s.Op == "table-outer-join":
			cond = b.fresh("ok")
			text += fmt.Sprintf("%s := %s || %s\n", cond, ok, found)
		case s.Op == "table-left-join" && s.Right:
			cond = "true"
		}
		text += fmt.Sprintf("var %s %s\n", w, s.Val) + guard(cond, fmt.Sprintf("%s = %s\n", w, b.joined(s, r, v, ok, u, found)))
		return w, cond
	}
	out.v, out.vOK = result("w", r.v, r.vOK)
	out.vType, out.vRaw, out.vCodec = s.Val, "", ""
	if s.SendOld {
		old, had := r.old, r.had
		out.old, out.had = result("old", old, had)
	} else {
		out.old, out.had = "", ""
	}
	return text + b.steps(s.Next, out)
}

// joined is the call of the user's function with the sides in their order.
func (b *body) joined(s *plan.Step, r rec, v, ok, u, found string) string {
	opt := func(typ, v, ok string) string { return fmt.Sprintf("%s[%s]{V: %s, OK: %s}", procOpt, typ, v, ok) }
	left, right := v, u
	leftOK, rightOK, leftType, rightType := ok, found, r.vType, s.View.Val
	if s.Right {
		left, right, leftOK, rightOK, leftType, rightType = right, left, rightOK, leftOK, rightType, leftType
	}
	if s.Op == "table-outer-join" {
		left = opt(leftType, left, leftOK)
	}
	if s.Op != "table-join" {
		right = opt(rightType, right, rightOK)
	}
	return fmt.Sprintf("%s(%s, %s, %s)", callee(s.Join, b.app(), b.t), r.k, left, right)
}

// tableMerge takes the results of both sides of a join.
func tableMerge(b *body, s *plan.Step, r rec) string { return b.after(s, r) }
