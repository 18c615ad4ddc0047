package emit

import "github.com/streamgen/streamgen/codegen/plan"

// selectKey makes a new key; a record whose value is absent loses its key.
func selectKey(b *body, s *plan.Step, r rec) string {
	call := callee(s.Fn, b.app(), b.t) + "(" + b.args(s, r) + ")"
	out := r
	out.k, out.kType, out.kRaw, out.kCodec = b.fresh("k"), s.Key, "", ""
	if s.Form == "opt" || s.Form == "record" {
		out.kOK = b.fresh("kOK")
		rest := b.steps(s.Next, out)
		return b.entering(s.Node, s.Fn) + assign(or(rest, out.k)+", "+or(rest, out.kOK), call+".Get()") + rest
	}
	out.kOK = r.vOK
	rest := b.steps(s.Next, out)
	return b.results(s, r.vOK, call, []result{{out.k, s.Key}}, rest) + rest
}
