package emit

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
)

// tableGroupBy writes what a change takes from one group and gives to another: in one
// record when both are the same group, else what is taken back first.
func tableGroupBy(b *body, s *plan.Step, r rec) string {
	t := b.t + "."
	text := b.enter(s.Node) + b.grouped(s, r, r.v, r.vOK, "newKey", "newValue")
	if r.old == "" { // nothing sends old values: there is nothing to take back
		return text + guard(r.vOK, b.changes(s, r, t+"newKey", t+"newValue", "true", "nil", "false"))
	}
	text += b.grouped(s, r, r.old, r.had, "oldKey", "oldValue")
	apart := guard(r.had, b.changes(s, r, t+"oldKey", "nil", "false", t+"oldValue", "true")) +
		guard(r.vOK, b.changes(s, r, t+"newKey", t+"newValue", "true", "nil", "false"))
	return text + fmt.Sprintf("if %s && %s && ⟦bytes⟧.Equal(%snewKey, %soldKey) {\n%s} else {\n%s}\n", r.vOK, r.had, t, t,
		b.changes(s, r, t+"newKey", t+"newValue", "true", t+"oldValue", "true"), apart)
}

// grouped prints how a row's key and value in its group are made and encoded.
func (b *body) grouped(s *plan.Step, r rec, v, ok, keyField, valueField string) string {
	k2, v2 := b.fresh("k"), b.fresh("v")
	text := fmt.Sprintf("%s, %s := %s(%s, %s)\n", k2, v2, callee(s.Fn, b.app(), b.t), r.key(s), v)
	text += b.encoded(s, s.KeyCodec, b.t+"."+keyField, k2) + b.encoded(s, s.ValCodec, b.t+"."+valueField, v2)
	return guard(ok, text)
}

// encoded prints how a value is encoded into a buffer of the task.
func (b *body) encoded(s *plan.Step, c *plan.Codec, field, v string) string {
	expr, fails := b.appended(c, field+"[:0]", v)
	if !fails {
		return fmt.Sprintf("%s = %s\n", field, expr)
	}
	buf, err := b.fresh("buf"), b.fresh("err")
	return fmt.Sprintf("%s, %s := %s\nif %s != nil {\n%s}\n%s = %s\n", buf, err, expr, err, b.failed(s.Policy, faultEncode, s.Node, err), field, buf)
}

// changes prints one change for each repartition topic behind the grouping.
func (b *body) changes(s *plan.Step, r rec, key, new, hasNew, old, hasOld string) string {
	text := ""
	for _, n := range s.Next {
		text += fmt.Sprintf("%s.%s.Change(%s, %d, %s, %s, %s, %s, %s, %s)\n", b.t, b.task.Sinks[n.Sink].Field, key, n.KeyTail, new, hasNew, old, hasOld, r.ts, r.h)
	}
	return text
}

// change prints how a change is read from a repartition topic.
func (b *body) change(s *plan.Source, raw string, r rec, rest string) string {
	added, removed, err := b.fresh("newValue"), b.fresh("oldValue"), b.fresh("err")
	text := fmt.Sprintf("if %s == nil {\n%s.env.DropsOf(%q).NullVal++\n%s\n}\n", raw, b.t, s.Node, b.skip) + fmt.Sprintf("%s, %s, %s := %s(%s)\nif %s != nil {\n%s}\n", added, removed, err, serdeCutChange, raw, err,
		b.failed(s.Policy, faultDecode, s.Node, err))
	news, olds := b.decode(s, s.Val, nil, added, r.v, r.vOK, rest), b.decode(s, s.Val, nil, removed, r.old, r.had, rest)
	for _, name := range []string{added, removed} {
		if !uses(news+olds, name) {
			text = strings.Replace(text, name+",", "_,", 1)
		}
	}
	return text + news + olds
}
