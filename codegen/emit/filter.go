package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// filter asks the predicate; the plain and try forms pass absent values.
func filter(b *body, s *plan.Step, r rec) string {
	rest := b.steps(s.Next, r)
	call := callee(s.Fn, b.app(), b.t) + "(" + b.args(s, r) + ")"
	enter := b.entering(s.Node, s.Fn)
	if s.Form == "try" {
		keep, err := b.fresh("keep"), b.err()
		cond := "!" + keep
		if s.Not {
			cond = keep
		}
		return guard(r.vOK, fmt.Sprintf("%s%s, %s := %s\nif %s != nil {\n%s}\nif %s {\n%s\n}\n", enter, keep, err, call, err,
			b.failed(s.Policy, faultProcess, s.Node, err), cond, b.skip)) + rest
	}
	cond := "!" + call
	if s.Not {
		cond = call
	}
	if s.Form == "" && r.vOK != "true" {
		cond = r.vOK + " && " + cond
	}
	return enter + fmt.Sprintf("if %s {\n%s\n}\n", cond, b.skip) + rest
}

// present drops absent values.
func present(b *body, s *plan.Step, r rec) string {
	head := ""
	if r.vOK != "true" {
		head = fmt.Sprintf("if %s {\n%s\n}\n", not(r.vOK), b.skip)
	}
	r.vOK = "true"
	return head + b.steps(s.Next, r)
}
