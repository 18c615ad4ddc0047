package emit

import (
	"fmt"
	"go/constant"
	"strings"

	"github.com/streamgen/streamgen/codegen/emit/kernel"
	"github.com/streamgen/streamgen/codegen/plan"
)

// side hands a record to its side of a join: all of it, for the join's time passes with
// every record, and it alone knows what to do without a key.
func side(b *body, s *plan.Step, r rec) string {
	j := b.task.StreamJoins[s.StreamJoin]
	codec, method := j.LeftCodec, "left"
	if s.RightSide {
		codec, method = j.RightCodec, "right"
	}
	kernel := b.t + "." + j.Field
	present := r.kOK
	if r.vOK != present {
		present = both(r.kOK, r.vOK)
	}
	key, head := b.bytesOf(s, r.k, r.kRaw, r.kCodec, j.KeyCodec, kernel+".key", r.kOK)
	val, more := b.bytesOf(s, r.v, r.vRaw, r.vCodec, codec, kernel+".val", present)
	err := b.err()
	return b.enter(s.Node) + head + more + fmt.Sprintf("if %s := %s.%s(%s, %s, %s, %s, %s, %s, %s, %s); %s != nil {\n%s}\n", err, kernel, method,
		key, r.k, r.kOK, val, r.v, r.vOK, r.ts, r.h, err, b.failed(s.Policy, faultProcess, s.Node, err))
}

// both is the condition that two conditions hold.
func both(a, b string) string {
	switch {
	case a == "true":
		return b
	case b == "true":
		return a
	}
	return a + " && " + b
}

// bytesOf are the bytes of one side of a record: those it was read from, or encoded into a
// buffer of the kernel's where present holds.
func (b *body) bytesOf(s *plan.Step, val, raw, rawCodec string, c *plan.Codec, buffer, present string) (name, text string) {
	if raw != "" && rawCodec == c.GoType {
		return raw, ""
	}
	err := b.err()
	expr, fails := b.appended(c, buffer+"[:0]", val)
	if !fails {
		return buffer, guard(present, fmt.Sprintf("%s = %s\n", buffer, expr))
	}
	buf := b.fresh("buf")
	text = fmt.Sprintf("%s, %s := %s\nif %s != nil {\n%s}\n%s = %s\n", buf, err, expr, err, b.failed(s.Policy, faultEncode, s.Node, err), buffer, buf)
	if present == "true" {
		return buffer, "{\n" + text + "}\n"
	}
	return buffer, guard(present, text)
}

func (e *emitter) bindStreamJoin(b *strings.Builder, k *plan.Task, j *plan.StreamJoin, d, env, t string) {
	rows := func(i int) string {
		s := k.Stores[j.Stores[i]]
		return fmt.Sprintf("%s(%s.Stores[%d].Backend, %s.Stores[%d].Budget, %s, %s.Time(%s(%q)))", stateNewDups, env, j.Stores[i], env, j.Stores[i], s.Retention, env, genSequence, s.Name)
	}
	fmt.Fprintf(b, "\t%s.%s = %s{\n\ttask: %s,\n\tleftRows: %s,\n\trightRows: %s,\n", t, j.Field, j.Type, t, rows(0), rows(1))
	fields := []string{"leftRows", "rightRows"}
	if len(j.Stores) > 2 {
		fmt.Fprintf(b, "\tunmatched: %s(%[2]s.Stores[%[3]d].Backend, %[2]s.Stores[%[3]d].Budget, %[2]s.Kafka),\n", stateNewUnm, env, j.Stores[2])
		fields = append(fields, "unmatched")
	}
	fmt.Fprintf(b, "\tkafka: %s.Kafka,\n", env)
	if j.LeftOuter() {
		fmt.Fprintf(b, "\tclock: &%s.WallClock,\n\toldestWait: 1<<63 - 1,\n", env)
	}
	fmt.Fprintf(b, "\ttime: %[1]s.Time(%[2]q),\n\tlate: &%[1]s.DropsOf(%[3]q).Late,\n\tnullKey: &%[1]s.DropsOf(%[3]q).NullKey,\n\tnullVal: &%[1]s.DropsOf(%[3]q).NullVal,\n", env, k.Stores[j.Stores[0]].Name, j.Node)
	if j.Spec != "" {
		fmt.Fprintf(b, "\tbefore: %[1]s.%[2]s.BeforeMs,\n\tafter: %[1]s.%[2]s.AfterMs,\n\tgrace: %[1]s.%[2]s.GracePeriod,\n", d, j.Spec)
	}
	b.WriteString("\t}\n")
	for i, f := range fields {
		fmt.Fprintf(b, "\t%s.Stores[%d].Register(%s.%s.%s)\n", env, j.Stores[i], t, j.Field, f)
	}
}

// streamJoin prints the specialised source of a stream-stream join.
func (e *emitter) streamJoin(j *plan.StreamJoin) {
	app, task := "j.task.app", "j.task"
	decode := func(c *plan.Codec) string { return e.value(c, app, task) + ".Decode" }
	in := kernel.Instance{
		Template: "StreamJoin", Name: j.Type, Doc: "is the stores and the operator " + j.Node + ".",
		Types:  map[string]string{"K": j.Key, "V": j.Left, "U": j.Right},
		Calls:  map[string]string{"DecodeKey": decode(j.KeyCodec), "DecodeLeft": decode(j.LeftCodec), "DecodeRight": decode(j.RightCodec), "Emit": task + "." + j.Emit},
		Values: map[string]constant.Value{"LeftOuter": constant.MakeBool(j.LeftOuter()), "RightOuter": constant.MakeBool(j.RightOuter())},
		Consts: map[string]string{},
		Cut:    map[string]bool{"leftAlone": !j.LeftOuter(), "rightAlone": !j.RightOuter(), "Flush": !j.LeftOuter()},
		Fields: []string{"task *" + e.task.Type, "key, val []byte // of the record in progress, encoded"},
		Rename: e.local,
	}
	for _, outer := range []string{"release", "releaseNow", "emitUnmatched", "field Unmatched", "field Clock", "field NextEmit"} {
		in.Cut[outer] = !j.LeftOuter()
	}
	if j.Spec == "" {
		for field, v := range map[string]int64{"Before": j.Before, "After": j.After, "Grace": j.Grace} {
			in.Values[field] = constant.MakeInt64(v)
			in.Consts[field] = e.local(j.Type + field)
		}
	}
	e.add("%s%s\n", constants(in), e.kernels[in.Template].Specialize(in))
}

// emitPair prints the method that joins what a kernel found and sends it on.
func (e *emitter) emitPair(j *plan.StreamJoin) {
	b := e.newBody("t.run", "t.env.Index")
	k, kOK, v, vOK, u, uOK, ts, h := b.fresh("k"), b.fresh("kOK"), b.fresh("v"), b.fresh("vOK"), b.fresh("u"), b.fresh("uOK"), b.fresh("ts"), b.fresh("h")
	left, right := v, u
	if j.RightOuter() {
		left = fmt.Sprintf("%s[%s]{V: %s, OK: %s}", procOpt, j.Left, v, vOK)
	}
	if j.LeftOuter() {
		right = fmt.Sprintf("%s[%s]{V: %s, OK: %s}", procOpt, j.Right, u, uOK)
	}
	out := b.fresh("w")
	r := rec{k: k, kType: j.Key, kOK: kOK, v: out, vType: j.Val, vOK: "true", ts: ts, h: h}
	if !j.LeftOuter() {
		r.kOK = "true"
	}
	rest := b.steps(j.Next, r)
	text := b.enter(j.Node) + assign(or(rest, out), fmt.Sprintf("%s(%s, %s, %s)", callee(j.Join, b.app(), b.t), k, left, right)) + rest
	e.add("// %s sends on a result of %s.\nfunc (%s *%s) %s(%s %s, %s bool, %s %s, %s bool, %s %s, %s bool, %s int64, %s []%s) error {\n%s\treturn nil\n}\n",
		j.Emit, j.Node, b.t, e.task.Type, j.Emit, k, j.Key, kOK, v, j.Left, vOK, u, j.Right, uOK, ts, h, serdeHeader, text)
}
