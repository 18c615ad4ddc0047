package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// flatMap makes any number of records of one; an absent value gives none.
func flatMap(b *body, s *plan.Step, r rec) string {
	call := callee(s.Fn, b.app(), b.t) + "(" + b.args(s, r) + ")"
	head := ""
	if r.vOK != "true" {
		head = fmt.Sprintf("if %s {\n%s\n}\n", not(r.vOK), b.skip)
	}
	head += b.enter(s.Node)
	if s.Form == "try" {
		list, err := b.fresh("list"), b.err()
		head += fmt.Sprintf("%s, %s := %s\nif %s != nil {\n%s}\n", list, err, call, err, b.failed(s.Policy, faultProcess, s.Node, err))
		call = list
	}
	kv := b.fresh("kv")
	out := rec{k: kv + ".Key", v: kv + ".Value", kType: s.Key, vType: s.Val, kOK: "true", vOK: "true", ts: r.ts, h: r.h}
	inner := *b
	inner.skip = "continue"
	rest := inner.steps(s.Next, out)
	if !uses(rest, kv) {
		return head + "for range " + call + " {\n" + rest + "}\n"
	}
	return head + fmt.Sprintf("for _, %s := range %s {\n%s}\n", kv, call, rest)
}
