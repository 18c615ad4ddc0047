package emit

import "github.com/streamgen/streamgen/codegen/plan"

// mapValues makes a new value; an absent one stays absent.
func mapValues(b *body, s *plan.Step, r rec) string {
	call := callee(s.Fn, b.app(), b.t) + "(" + b.args(s, r) + ")"
	out := r
	out.v, out.vType, out.vRaw, out.vCodec = b.fresh("v"), s.Val, "", ""
	if s.Form == "opt" || s.Form == "record" {
		out.vOK = b.fresh("vOK")
		rest := b.steps(s.Next, out)
		return b.entering(s.Node, s.Fn) + assign(or(rest, out.v)+", "+or(rest, out.vOK), call+".Get()") + rest
	}
	rest := b.steps(s.Next, out)
	return b.results(s, r.vOK, call, []result{{out.v, s.Val}}, rest) + rest
}
