package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// toStream leaves a table; that of windows makes a key of key and window.
func toStream(b *body, s *plan.Step, r rec) string {
	r.old, r.had = "", ""
	if !s.Windowed {
		return b.steps(s.Next, r)
	}
	out := r
	out.k, out.kType, out.kOK, out.kRaw, out.w = b.fresh("k"), s.Key, "true", "", ""
	rest := b.steps(s.Next, out)
	if s.Fn.Windowed {
		return assign(or(rest, out.k), fmt.Sprintf("%s{Key: %s, %s: %s}", s.Key, r.k, windowField(s.Sessions), r.w)) + rest
	}
	return b.entering(s.Node, s.Fn) + assign(or(rest, out.k), callee(s.Fn, b.app(), b.t)+"("+r.key(s)+")") + rest
}

// windowField is the field for the window in a key with a window.
func windowField(session bool) string {
	if session {
		return "Session"
	}
	return "Window"
}
