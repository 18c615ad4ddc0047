package emit

import "github.com/streamgen/streamgen/codegen/plan"

// peek calls a visitor and passes the record on; for-each has nothing after it. The plain
// form does not see absent values.
func peek(b *body, s *plan.Step, r rec) string {
	call := b.entering(s.Node, s.Fn) + callee(s.Fn, b.app(), b.t) + "(" + b.args(s, r) + ")\n"
	if s.Form == "" {
		call = guard(r.vOK, call)
	}
	return call + b.steps(s.Next, r)
}
