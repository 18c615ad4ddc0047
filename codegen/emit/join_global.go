package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// joinGlobal looks a record up in a global table; only the left join goes on without a match.
func joinGlobal(b *body, s *plan.Step, r rec) string {
	text, r := b.valued(s.Node, r)
	text += b.enter(s.Node)
	gk, g, found, err := b.fresh("tableKey"), b.fresh("found"), b.fresh("ok"), b.fresh("err")
	text += fmt.Sprintf("%s := %s(%s, %s)\n", gk, callee(s.Fn, b.app(), b.t), r.k, r.v)
	buffer := b.t + ".tableKey"
	expr, fails := b.appended(s.Global.Key, buffer+"[:0]", gk)
	if fails {
		key := b.fresh("key")
		cause := fmt.Sprintf("⟦fmt⟧.Errorf(\"key of global table %s: %%w\", %s)", s.Global.Store, err)
		text += fmt.Sprintf("%s, %s := %s\nif %s != nil {\n%s}\n%s = %s\n", key, err, expr, err,
			b.failed(s.Policy, faultProcess, s.Node, cause), buffer, key)
	} else {
		text += fmt.Sprintf("%s = %s\n", buffer, expr)
	}
	text += fmt.Sprintf("%s, %s := %s.%s.Get(%s)\n", g, found, b.app(), s.Global.Field, buffer)
	arg := g
	if s.Op == "join-global" {
		text += fmt.Sprintf("if !%s {\n%s\n}\n", found, b.skip)
	} else {
		arg = fmt.Sprintf("%s[%s]{V: %s, OK: %s}", procOpt, s.GlobalVal, g, found)
	}
	out := r
	out.v, out.vType, out.vOK, out.vRaw, out.vCodec = b.fresh("v"), s.Val, "true", "", ""
	rest := b.steps(s.Next, out)
	return text + assign(or(rest, out.v), fmt.Sprintf("%s(%s, %s, %s)", callee(s.Join, b.app(), b.t), r.k, r.v, arg)) + rest
}
