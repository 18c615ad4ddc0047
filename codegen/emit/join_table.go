package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// joinTable looks a record up in a table; only the left join goes on without a match, or
// without a key.
func joinTable(b *body, s *plan.Step, r rec) string {
	left := s.Op == "left-join-table"
	text := ""
	if !left {
		text, r = b.keyed(s.Node, r)
	}
	drop, r := b.valued(s.Node, r)
	text += drop + b.enter(s.Node)
	u, found, err := b.fresh("u"), b.fresh("found"), b.fresh("err")
	find, key := b.keyBytes(s, s.View.KeyCodec, r, b.t+".tableKey")
	call := fmt.Sprintf("%s.%s(%s, %s)", b.t, s.View.Method, key, r.k)
	fail := fmt.Sprintf("if %s != nil {\n%s}\n", err, b.failed(s.Policy, faultProcess, s.Node, err))
	if r.kOK == "true" {
		find += fmt.Sprintf("%s, _, %s, %s := %s\n%s", u, found, err, call, fail)
	} else {
		find = fmt.Sprintf("var %s %s\nvar %s bool\nif %s {\nvar %s error\n%s%s, _, %s, %s = %s\n%s}\n", u, s.View.Val, found, r.kOK, err, find, u, found, err, call, fail)
	}
	text += find
	arg := u
	if left {
		arg = fmt.Sprintf("%s[%s]{V: %s, OK: %s}", procOpt, s.View.Val, u, found)
	} else {
		text += fmt.Sprintf("if !%s {\n%s\n}\n", found, b.skip)
	}
	out := r
	out.v, out.vType, out.vOK, out.vRaw, out.vCodec = b.fresh("v"), s.Val, "true", "", ""
	rest := b.steps(s.Next, out)
	if s.View.Kernel < 0 { // the operators of the table were at work since
		text += b.enter(s.Node)
	}
	return text + assign(or(rest, out.v), fmt.Sprintf("%s(%s, %s, %s)", callee(s.Join, b.app(), b.t), r.k, r.v, arg)) + rest
}
