package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// mapStep makes a new key and value; a record whose value is absent loses its key too.
func mapStep(b *body, s *plan.Step, r rec) string {
	call := callee(s.Fn, b.app(), b.t) + "(" + b.args(s, r) + ")"
	out := rec{kType: s.Key, vType: s.Val, ts: r.ts, h: r.h}
	switch s.Form {
	case "record":
		m := b.fresh("r")
		out.k, out.v, out.kOK, out.vOK, out.ts, out.h = m+".Key", m+".Value", "!"+m+".NoKey", "!"+m+".NoValue", m+".Timestamp", m+".Headers"
		rest := b.steps(s.Next, out)
		return b.entering(s.Node, s.Fn) + assign(or(rest, m), call) + rest
	case "opt":
		ko, vo := b.fresh("keyOpt"), b.fresh("valueOpt")
		out.k, out.kOK, out.v, out.vOK = b.fresh("k"), b.fresh("kOK"), b.fresh("v"), b.fresh("vOK")
		rest := b.steps(s.Next, out)
		key, val := assign(or(rest, out.k)+", "+or(rest, out.kOK), ko+".Get()"), assign(or(rest, out.v)+", "+or(rest, out.vOK), vo+".Get()")
		return b.entering(s.Node, s.Fn) + fmt.Sprintf("%s, %s := %s\n", ko, vo, call) + key + val + rest
	}
	out.k, out.v, out.kOK, out.vOK = b.fresh("k"), b.fresh("v"), r.vOK, r.vOK
	rest := b.steps(s.Next, out)
	return b.results(s, r.vOK, call, []result{{out.k, s.Key}, {out.v, s.Val}}, rest) + rest
}

// result is a variable that a call gives a value.
type result struct{ name, typ string }

// assign declares what a call returns; "_" alone needs no declaration.
func assign(left, right string) string {
	op := ":="
	if left == "_" || left == "_, _" {
		op = "="
	}
	return left + " " + op + " " + right + "\n"
}

// results calls a user function where a condition holds and keeps what rest uses. The try
// form has an error beside the results.
func (b *body) results(s *plan.Step, cond, call string, vars []result, rest string) string {
	left, decl, fresh := "", "", false
	for i, v := range vars {
		name := or(rest, v.name)
		if name != "_" {
			decl += "var " + v.name + " " + v.typ + "\n"
			fresh = true
		}
		if i > 0 {
			left += ", "
		}
		left += name
	}
	if s.Form != "try" {
		text := b.entering(s.Node, s.Fn)
		switch {
		case cond == "true" && fresh:
			return text + left + " := " + call + "\n"
		case cond == "true":
			return text + left + " = " + call + "\n"
		}
		return decl + "if " + cond + " {\n" + text + left + " = " + call + "\n}\n"
	}
	err := b.err()
	fail := fmt.Sprintf("if %s != nil {\n%s}\n", err, b.failed(s.Policy, faultProcess, s.Node, err))
	if cond == "true" && fresh {
		return b.entering(s.Node, s.Fn) + left + ", " + err + " := " + call + "\n" + fail
	}
	return decl + "if " + cond + " {\n" + b.entering(s.Node, s.Fn) + "var " + err + " error\n" + left + ", " + err + " = " + call + "\n" + fail + "}\n"
}
