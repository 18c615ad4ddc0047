package emit

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
)

// sink writes a record to a topic.
func sink(b *body, s *plan.Step, r rec) string { return b.write(s, r) }

// repartition writes a record to a repartition topic; it needs a key, unless a left join takes
// records without one.
func repartition(b *body, s *plan.Step, r rec) string {
	if s.NullKeys {
		return b.write(s, r)
	}
	head, r := b.keyed(s.Node, r)
	return head + b.write(s, r)
}

func (b *body) write(s *plan.Step, r rec) string {
	out := b.t + "." + b.task.Sinks[s.Sink].Field
	var text strings.Builder
	text.WriteString(b.enter(s.Node))
	if s.Fn != nil {
		to, err := b.fresh("out"), b.fresh("err")
		fmt.Fprintf(&text, "%s, %s := %s.Route(%s(%s))\nif %s != nil {\n%s}\n", to, err, out, callee(s.Fn, b.app(), b.t), b.record(r), err,
			b.failed(s.Policy, faultProcess, s.Node, err))
		out = to
	}
	fmt.Fprintf(&text, "%s.Begin()\n", out)
	keyCodec, valCodec := chosen(s.KeyCodec, s, out), chosen(s.ValCodec, s, out)
	text.WriteString(guard(r.kOK, b.put(s, out, keyCodec, s.KeyForward, ".Key", r.k, r.kRaw, r.kCodec)))
	fmt.Fprintf(&text, "%s.Key(%s, %d)\n", out, r.kOK, s.KeyTail)
	text.WriteString(guard(r.vOK, b.put(s, out, valCodec, s.ValForward, ".Value", r.v, r.vRaw, r.vCodec)))
	if s.Part != nil {
		err := b.err()
		fmt.Fprintf(&text, "if %s := %s.Place(%s(%s, int(%s.Partitions))); %s != nil {\n%s.Cancel()\n%s}\n", err, out, callee(s.Part, b.app(), b.t), b.record(r), out, err, out,
			b.failed(s.Policy, faultProcess, s.Node, err))
	}
	fmt.Fprintf(&text, "%s.Done(%s, %s, %s)\n", out, r.vOK, r.ts, r.h)
	return text.String()
}

// chosen is a codec bound to the topic that a record chose, where it needs a topic.
func chosen(c *plan.Codec, s *plan.Step, out string) *plan.Codec {
	if s.Fn == nil || c.Scope != plan.OfTask {
		return c
	}
	own := *c
	own.Value += ".To(" + out + ".Topic)"
	return &own
}

// put appends one side of a record; bytes that did not change pass as they are.
func (b *body) put(s *plan.Step, out string, c *plan.Codec, f *plan.Forward, side, val, raw, rawCodec string) string {
	if raw != "" && rawCodec == c.GoType {
		return fmt.Sprintf("%s.Buf = append(%s.Buf, %s...)\n", out, out, raw)
	}
	expr, fails := b.appended(c, out+".Buf", val)
	if f != nil && f.From != nil && b.in != "" {
		whole, from := "nil", ""
		if f.Whole {
			whole = "&" + val
		}
		if c.Kind == "avro" {
			from = ", " + b.value(f.From, b.app(), b.t)
		}
		expr, fails = fmt.Sprintf("%s.Forward(%s.Buf, %s%s, %s)", b.value(c, b.app(), b.t), out, b.in+side, from, whole), true
	}
	if !fails {
		return fmt.Sprintf("%s.Buf = %s\n", out, expr)
	}
	buf, err := b.fresh("buf"), b.err()
	return fmt.Sprintf("%s, %s := %s\nif %s != nil {\n%s.Cancel()\n%s}\n%s.Buf = %s\n", buf, err, expr, err, out,
		b.failed(s.Policy, faultEncode, s.Node, err), out, buf)
}
