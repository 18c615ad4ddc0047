package emit

import (
	"fmt"
	"go/constant"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/emit/kernel"
	"github.com/streamgen/streamgen/codegen/plan"
)

func (e *emitter) bindKernel(b *strings.Builder, k *plan.Task, n *plan.Kernel, d, env, t string) {
	s := k.Stores[n.Store]
	coalesced := ""
	if (strings.HasPrefix(n.Template, "Table") || s.Session) && !n.EmitEvery {
		coalesced = "\tCoalesced: true,\n"
	}
	switch {
	case s.Session && n.OnClose:
		coalesced = fmt.Sprintf("\tCoalesced: !%s.Kafka,\n\tUncached: true,\n", env)
	case s.Session && n.EmitEvery:
		coalesced = "\tUncached: true,\n"
	}
	if n.EmitEvery || n.OnClose && s.Session { // what Kafka Streams does not cache
		coalesced += fmt.Sprintf("\tEveryWrite: %s.Kafka,\n", env)
	}
	options := fmt.Sprintf("%s[%s]{\n\tBackend: %s.Stores[%d].Backend,\n\tAppend: %s.Append,\n\tDecode: %s.Decode,\n\tTimestamped: %v,\n%s\tBudget: %s.Stores[%d].Budget,\n\t}",
		stateOptions, n.Agg, env, n.Store, e.value(n.AggCodec, d, t), e.value(n.AggCodec, d, t), s.Timestamped, coalesced, env, n.Store)
	store := fmt.Sprintf("%s(%s)", stateNewCache, options)
	if s.Window {
		of := stateNewWins
		if s.Session {
			of = stateNewSess
		}
		store = fmt.Sprintf("%s(%s, %s)", of, options, s.Retention)
	}
	fmt.Fprintf(b, "\t%s.%s = %s{\n\ttask: %s,\n\tstore: %s,\n", t, n.Field, n.Type, t, store)
	if asksKafka(n) {
		fmt.Fprintf(b, "\tkafka: %s.Kafka,\n", env)
	}
	if w := n.Window; w != nil {
		fmt.Fprintf(b, "\ttime: %s.Time(%q),\n\tlate: &%s.DropsOf(%q).Late,\n", env, n.StoreName, env, n.Node)
		if n.OnClose && n.Emit != "" {
			fmt.Fprintf(b, "\tclosing: &%s{Emitted: %s.Time(%q), Kafka: %s.Kafka},\n", stateClosing, env, n.StoreName+"/emitted", env)
		}
		switch {
		case w.Spec == "":
		case w.Session:
			fmt.Fprintf(b, "\tgap: %[1]s.%[2]s.Gap,\n\tgrace: %[1]s.%[2]s.GracePeriod,\n", d, w.Spec)
		default:
			fmt.Fprintf(b, "\tsize: %[1]s.%[2]s.Size,\n\tadvance: %[1]s.%[2]s.Advance,\n\tgrace: %[1]s.%[2]s.GracePeriod,\n", d, w.Spec)
		}
	}
	fmt.Fprintf(b, "\t}\n\t%s.Stores[%d].Register(%s.%s.store)\n", env, n.Store, t, n.Field)
}

// asksKafka says whether a kernel looks at whether Kafka Streams' own behaviour was asked for.
func asksKafka(n *plan.Kernel) bool {
	switch n.Template {
	case "Count", "Aggregate", "WindowCount", "WindowAggregate":
		return sendsAtOnce(n)
	case "Table":
		return n.Joined && sendsAtOnce(n)
	}
	return n.Window != nil && n.Window.Session
}

// sendsAtOnce says whether a kernel emits each update with the value that it replaces.
func sendsAtOnce(n *plan.Kernel) bool { return n.EmitEvery && n.SendOld && n.Emit != "" }

// kernel prints the specialised source of a stateful operator.
func (e *emitter) kernel(n *plan.Kernel) {
	flushes := !n.EmitEvery && n.Emit != ""
	in := kernel.Instance{
		Template: n.Template, Name: n.Type, Doc: "is the store and the operator " + n.Node + ".",
		Types: map[string]string{"K": n.Key, "V": n.Val, "A": n.Agg},
		Calls: map[string]string{"DecodeKey": e.value(n.KeyCodec, receiver(n)+".task.app", receiver(n)+".task") + ".Decode"},
		Values: map[string]constant.Value{
			"EmitEvery": constant.MakeBool(n.EmitEvery && n.Emit != ""), "SendOld": constant.MakeBool(n.SendOld && n.Emit != ""), "Quiet": constant.MakeBool(n.Quiet),
			"OnClose": constant.MakeBool(flushes && n.OnClose),
		},
		Consts: map[string]string{},
		Cut:    map[string]bool{},
		Fields: []string{"task *" + e.task.Type, "key []byte // of the record in progress, encoded"},
		Rename: e.local,
	}
	app, task := receiver(n)+".task.app", receiver(n)+".task"
	in.Calls["Emit"], in.Calls["EmitChange"] = task+"."+n.Emit, task+"."+n.Emit
	if n.Init != nil {
		in.Calls["Init"] = callee(n.Init, app, task)
	}
	if n.Add != nil {
		in.Calls["Add"] = callee(n.Add, app, task)
	}
	if n.Merge != nil {
		in.Calls["Merge"] = callee(n.Merge, app, task)
	}
	if n.Subtract != nil {
		in.Calls["Subtract"] = callee(n.Subtract, app, task)
	}
	in.Cut["headers"] = !n.EmitEvery || n.Emit == ""
	in.Cut["Flush"] = !flushes || n.OnClose
	if in.Cut["FlushClosed"] = !flushes || !n.OnClose; in.Cut["FlushClosed"] {
		in.Cut["field Closing"] = true
	}
	if n.Add == nil && !(n.EmitEvery && n.Emit != "") {
		in.Cut["parameter k"] = true
	}
	if n.AggCodec != nil {
		agg := e.value(n.AggCodec, app, task)
		in.Calls["Append"], in.Calls["Decode"] = agg+".Append", agg+".Decode"
	}
	sent := sendsAtOnce(n)
	joined := sent && n.Joined
	in.Values["Joined"] = constant.MakeBool(joined)
	in.Cut["parameter before"], in.Cut["parameter there"] = !joined, !joined
	in.Values["InPlace"] = constant.MakeBool(n.AggCodec != nil && !immutable(n.AggCodec))
	in.Cut["sent"], in.Cut["field buf"] = !sent, !sent || n.AggCodec == nil || immutable(n.AggCodec)
	in.Cut["field was"], in.Cut["field had"] = !sent, !sent
	if !asksKafka(n) {
		in.Values["Kafka"] = constant.MakeBool(false)
	}
	if w := n.Window; w != nil && w.Spec == "" {
		arithmetic := map[string]int64{"Size": w.Size, "Advance": w.Advance, "Grace": w.Grace}
		if w.Session {
			arithmetic = map[string]int64{"Gap": w.Size, "Grace": w.Grace}
		}
		for field, v := range arithmetic {
			in.Values[field] = constant.MakeInt64(v)
			if field == "Advance" && w.Advance == w.Size {
				in.Consts[field] = e.local(n.Type + "Size")
				continue
			}
			in.Consts[field] = e.local(n.Type + field)
		}
	}
	text := constants(in)
	e.add("%s%s\n", text, e.kernels[n.Template].Specialize(in))
}

// constants declares the window arithmetic of an instance.
func constants(in kernel.Instance) string {
	var b strings.Builder
	for _, field := range []string{"Size", "Advance", "Gap", "Before", "After", "Grace"} {
		if name := in.Consts[field]; name != "" && !(field == "Advance" && name == in.Consts["Size"]) {
			v, _ := constant.Int64Val(in.Values[field])
			fmt.Fprintf(&b, "\t%s int64 = %s // %s\n", name, strconv.FormatInt(v, 10), milliseconds(v))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "// The window arithmetic of " + in.Name + ", in milliseconds.\nconst (\n" + b.String() + ")\n\n"
}

// receiver is the name that a template gives its receiver, as it is after renaming.
func receiver(n *plan.Kernel) string {
	switch {
	case strings.HasSuffix(n.Template, "Count"):
		return "c"
	case strings.HasSuffix(n.Template, "Reduce"):
		return "r"
	}
	return "g"
}

// emitMethod prints the method that takes a kernel's results.
func (e *emitter) emitMethod(n *plan.Kernel) {
	if n.Emit == "" {
		return
	}
	b := e.newBody("t.run", "t.env.Index")
	k, w, v, ok, ts, h := b.fresh("k"), "", b.fresh("v"), b.fresh("vOK"), b.fresh("ts"), b.fresh("h")
	params := k + " " + n.Key
	if n.Window != nil {
		w = b.fresh("w")
		params += ", " + w + " " + windowType(n.Window.Session)
	}
	r := rec{k: k, kType: n.Key, kOK: "true", v: v, vType: n.Agg, vOK: ok, ts: ts, h: h, w: w}
	if n.Inner != "" {
		r.k, r.kType, r.w = k+".Key", n.Inner, k+"."+windowField(n.Sessions)
	}
	values := fmt.Sprintf("%s %s, %s bool", v, n.Agg, ok)
	if n.SendOld {
		r.old, r.had = b.fresh("old"), b.fresh("had")
		values += fmt.Sprintf(", %s %s, %s bool", r.old, n.Agg, r.had)
	}
	text := b.steps(n.Next, r)
	e.add("// %s sends on a result of %s.\nfunc (%s *%s) %s(%s, %s, %s int64, %s []%s) error {\n%s\treturn nil\n}\n",
		n.Emit, n.Node, b.t, e.task.Type, n.Emit, params, values, ts, h, serdeHeader, text)
}

// windowType is the type of a window as results carry it.
func windowType(session bool) string {
	if session {
		return windowSession
	}
	return windowWindow
}
