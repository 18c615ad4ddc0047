package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// flatMap makes any number of records of one; an absent value gives none.
func flatMap(b *body, s *plan.Step, r rec) string {
	kv := b.fresh("kv")
	return b.fan(s, r, kv, rec{k: kv + ".Key", v: kv + ".Value", kType: s.Key, vType: s.Val, kOK: "true", vOK: "true", ts: r.ts, h: r.h})
}

// flatMapValues makes any number of values of one and keeps the key.
func flatMapValues(b *body, s *plan.Step, r rec) string {
	v, out := b.fresh("v"), r
	out.v, out.vType, out.vOK, out.vRaw, out.vCodec = v, s.Val, "true", "", ""
	if r.kOK == r.vOK {
		out.kOK = "true"
	}
	return b.fan(s, r, v, out)
}

// fan prints the loop over what a function made of a record: item is the loop's variable,
// out the record that it stands for.
func (b *body) fan(s *plan.Step, r rec, item string, out rec) string {
	call := callee(s.Fn, b.app(), b.t) + "(" + b.args(s, r) + ")"
	head := ""
	if r.vOK != "true" {
		head = fmt.Sprintf("if %s {\n%s\n}\n", not(r.vOK), b.skip)
	}
	head += b.entering(s.Node, s.Fn)
	if s.Form == "try" {
		list, err := b.fresh("list"), b.err()
		head += fmt.Sprintf("%s, %s := %s\nif %s != nil {\n%s}\n", list, err, call, err, b.failed(s.Policy, faultProcess, s.Node, err))
		call = list
	}
	inner := *b
	inner.skip = "continue"
	rest := inner.steps(s.Next, out)
	if !uses(rest, item) {
		return head + "for range " + call + " {\n" + rest + "}\n"
	}
	return head + fmt.Sprintf("for _, %s := range %s {\n%s}\n", item, call, rest)
}
