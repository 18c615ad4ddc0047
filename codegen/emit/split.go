package emit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
)

// split prints a switch: the first branch whose predicate takes the record has it, and
// what follows each branch stands inline, since only one of them runs.
func split(b *body, s *plan.Step, r rec) string {
	var out strings.Builder
	if slices.ContainsFunc(s.Next, func(n *plan.Step) bool { return n.Fn != nil && !n.Fn.NoPanic }) {
		out.WriteString(b.enter(s.Node))
	}
	out.WriteString("switch {\n")
	for _, n := range s.Next {
		taken := r
		if n.Fn == nil {
			out.WriteString("default:\n")
		} else {
			cond := callee(n.Fn, b.app(), b.t) + "(" + b.args(n, r) + ")"
			if n.Form == "" {
				if r.vOK != "true" {
					cond = r.vOK + " && " + cond
				}
				if taken.kOK == r.vOK {
					taken.kOK = "true"
				}
				taken.vOK = "true"
			}
			fmt.Fprintf(&out, "case %s:\n", cond)
		}
		out.WriteString(strings.TrimPrefix(b.step(n, taken), "\n"))
	}
	return out.String() + "}\n"
}
