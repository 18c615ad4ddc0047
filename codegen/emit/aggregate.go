package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// kernelStep hands a record with key and value to a stateful operator's kernel.
func kernelStep(b *body, s *plan.Step, r rec) string {
	n := b.task.Kernels[s.Kernel]
	kernel := b.t + "." + n.Field
	text, r := b.keyed(s.Node, r)
	change := r.had != "" // of a grouped table: what came and what went
	switch {
	case change:
	case n.Window == nil:
		drop, present := b.valued(s.Node, r)
		text, r = text+drop, present
	case r.vOK != "true":
		// S21: who asks for Kafka's own behaviour has absent values take part.
		text += fmt.Sprintf("if %s && !%s.env.Kafka {\n%s.env.DropsOf(%q).NullVal++\n%s\n}\n", not(r.vOK), b.t, b.t, s.Node, b.skip)
	}
	text += b.enter(s.Node)
	key := r.kRaw
	err := b.err()
	if key == "" || r.kCodec != n.KeyCodec.GoType {
		key = b.fresh("key")
		expr, fails := b.appended(n.KeyCodec, kernel+".key[:0]", r.k)
		if fails {
			text += fmt.Sprintf("%s, %s := %s\nif %s != nil {\n%s}\n", key, err, expr, err, b.failed(s.Policy, faultEncode, s.Node, err))
		} else {
			text += fmt.Sprintf("%s := %s\n", key, expr)
		}
		text += fmt.Sprintf("%s.key = %s\n", kernel, key)
	}
	args := key
	if n.Add != nil || n.EmitEvery && n.Emit != "" {
		args += ", " + r.k
	}
	switch {
	case change && n.Add != nil:
		args += ", " + r.v + ", " + r.vOK + ", " + r.old + ", " + r.had
	case change:
		args += ", " + r.vOK + ", " + r.had
	case n.Add != nil:
		args += ", " + r.v
	}
	if n.Add != nil && n.Window != nil {
		args += ", " + r.vOK
	}
	return text + fmt.Sprintf("if %s := %s.process(%s, %s, %s); %s != nil {\n%s}\n", err, kernel, args, r.ts, r.h, err,
		b.failed(s.Policy, faultProcess, s.Node, err))
}
