package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// tableStep takes the records of a topic as a table's updates: they need a key. A table
// without a store sends them on at once.
func tableStep(b *body, s *plan.Step, r rec) string {
	text, r := b.keyed(s.Node, r)
	if s.Kernel < 0 {
		return text + b.steps(s.Next, r)
	}
	return text + b.update(s, r)
}

// update hands a table's new value, or that there is none, to its store.
func (b *body) update(s *plan.Step, r rec) string {
	n := b.task.Kernels[s.Kernel]
	kernel := b.t + "." + n.Field
	if n.Inner != "" { // the rows of a windowed table have its windows in their keys
		r.k, r.kRaw = n.Key+"{Key: "+r.k+", "+windowField(n.Sessions)+": "+r.w+"}", ""
	}
	text, key := b.keyBytes(s, n.KeyCodec, r, kernel+".key")
	args := key
	if n.EmitEvery && n.Emit != "" {
		args += ", " + r.k
	}
	args += ", " + r.v + ", " + r.vOK
	if n.Joined && sendsAtOnce(n) {
		args += ", " + r.old + ", " + r.had
	}
	err := b.err()
	return b.enter(s.Node) + text + fmt.Sprintf("if %s := %s.process(%s, %s, %s); %s != nil {\n%s}\n", err, kernel, args, r.ts, r.h, err,
		b.failed(s.Policy, faultProcess, s.Node, err))
}

// keyBytes prints how a record's key is encoded into a buffer, unless its bytes are there
// already, and returns their expression.
func (b *body) keyBytes(s *plan.Step, c *plan.Codec, r rec, buffer string) (text, key string) {
	if r.kRaw != "" && r.kCodec == c.GoType {
		return "", r.kRaw
	}
	expr, fails := b.appended(c, buffer+"[:0]", r.k)
	if !fails {
		return fmt.Sprintf("%s = %s\n", buffer, expr), buffer
	}
	key = b.fresh("key")
	err := b.err()
	return fmt.Sprintf("%s, %s := %s\nif %s != nil {\n%s}\n%s = %s\n", key, err, expr, err,
		b.failed(s.Policy, faultEncode, s.Node, err), buffer, key), key
}
