package emit

import (
	"fmt"
	"go/constant"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/emit/kernel"
	"github.com/streamgen/streamgen/codegen/plan"
)

// callee is the text of a function to call.
func callee(f *plan.Func, app, task string) string {
	switch f.Scope {
	case plan.App:
		return app + "." + f.Name
	case plan.OfTask:
		return task + "." + f.Name
	}
	return f.Name
}

// taskType prints a task: its struct, how it is made, its methods.
func (e *emitter) taskType(k *plan.Task) {
	e.taskStruct(k)
	e.newTask(k)
	for _, f := range k.Functions {
		e.function(f, k.Type)
	}
	e.lifecycle(k)
	for _, s := range k.Sources {
		e.source(s)
	}
	e.stamp(k)
	for _, s := range k.Methods {
		e.method(s)
	}
	for _, v := range k.Views {
		e.view(v)
	}
	for _, n := range k.Kernels {
		e.emitMethod(n)
	}
	for _, j := range k.StreamJoins {
		e.emitPair(j)
	}
	for _, p := range k.Processors {
		e.forward(p)
	}
	for _, n := range k.Kernels {
		e.kernel(n)
	}
	for _, j := range k.StreamJoins {
		e.streamJoin(j)
	}
}

func (e *emitter) route(k *plan.Task) string {
	var from, to []string
	for _, s := range k.Sources {
		from = append(from, flag("repartition topic ", s.Repartition)+s.Label)
	}
	for _, s := range k.Sinks {
		if !s.DeadLetter {
			to = append(to, flag("repartition topic ", s.Repartition)+s.Label)
		}
	}
	text := strings.Join(from, ", ")
	if len(to) > 0 {
		text += " → " + strings.Join(to, ", ")
	}
	return text
}

func (e *emitter) taskStruct(k *plan.Task) {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s is sub-topology %d: %s.\ntype %s struct {\n\tapp *%s\n\tenv *%s\n\trun *%s // in progress; nil while flushing and punctuating\n",
		k.Type, k.ID, e.route(k), k.Type, e.top.App, genTaskEnv, genRun)
	for _, s := range k.Sinks {
		fmt.Fprintf(&b, "\t%s *%s\n", s.Field, genSink)
	}
	for _, n := range k.Kernels {
		fmt.Fprintf(&b, "\t%s %s\n", n.Field, n.Type)
	}
	for _, j := range k.StreamJoins {
		fmt.Fprintf(&b, "\t%s %s\n", j.Field, j.Type)
	}
	if k.Joins {
		b.WriteString("\ttableKey []byte // of the look-up in progress, encoded\n")
	}
	if k.Changes {
		b.WriteString("\tnewKey, newValue, oldKey, oldValue []byte // of the change in progress in its groups, encoded\n")
	}
	for _, s := range k.Stores {
		if s.Handle != nil {
			fmt.Fprintf(&b, "\t%s *%s\n", s.Handle.Field, s.Handle.Type)
		}
	}
	for _, p := range k.Processors {
		fmt.Fprintf(&b, "\t%s %s\n\t%s *%s\n", p.Field, p.Type, p.Context, contextType(p, procContext, procValContext))
	}
	b.WriteString("}\n")
	e.add("%s", b.String())
}

func (e *emitter) newTask(k *plan.Task) {
	d, env, t := e.top.AppVar, e.local("env"), e.local("t")
	var b strings.Builder
	fmt.Fprintf(&b, "// newTask%d binds a task to its environment.\nfunc (%s *%s) newTask%d(%s *%s) (%s, error) {\n", k.ID, d, e.top.App, k.ID, env, genTaskEnv, genTask)
	init := []string{"app: " + d, "env: " + env}
	for i, s := range k.Sinks {
		init = append(init, fmt.Sprintf("%s: %s.Sinks[%d]", s.Field, env, i))
	}
	fmt.Fprintf(&b, "\t%s := &%s{%s}\n", t, k.Type, strings.Join(init, ", "))
	for _, n := range k.Kernels {
		e.bindKernel(&b, k, n, d, env, t)
	}
	for _, j := range k.StreamJoins {
		e.bindStreamJoin(&b, k, j, d, env, t)
	}
	for i, s := range k.Stores {
		if h := s.Handle; h != nil {
			args := e.value(h.Key, d, t) + ", " + e.value(h.Val, d, t)
			if h.Spec != "" {
				args += ", " + h.Spec
			}
			fmt.Fprintf(&b, "\t%s.%s = %s%s(%s)\n\t%s.%s.Bind(%s.Stores[%d])\n", t, h.Field, h.Make, typeArgs(h.Type), args, t, h.Field, env, i)
		}
	}
	for _, p := range k.Processors {
		fmt.Fprintf(&b, "\t%s.%s = %s()\n\t%s.%s = %s(&%s.Env, %d)\n", t, p.Field, callee(p.New, d, t), t, p.Context, contextType(p, procNewContext, procNewValues), env, p.Number)
	}
	fmt.Fprintf(&b, "\treturn %s, nil\n}\n", t)
	e.add("%s", b.String())
}

// contextType is the type of a processor's context, or the function that makes it, with its type arguments.
func contextType(p *plan.Processor, records, values string) string {
	if p.Values {
		return fmt.Sprintf("%s[%s]", values, p.OutVal)
	}
	return fmt.Sprintf("%s[%s, %s]", records, p.OutKey, p.OutVal)
}

// typeArgs is the bracketed part of an instantiated type.
func typeArgs(t string) string {
	if i := strings.Index(t, "["); i >= 0 {
		return t[i:]
	}
	return ""
}

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
		fmt.Fprintf(b, "\ttime: %s.Time(%q),\n\tlate: &%s.Drops.Late,\n", env, n.StoreName, env)
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
	case "Count", "Aggregate":
		return sendsAtOnce(n)
	case "Table":
		return n.Joined && sendsAtOnce(n)
	}
	return n.Window != nil && n.Window.Session
}

// sendsAtOnce says whether a kernel emits each update with the value that it replaces.
func sendsAtOnce(n *plan.Kernel) bool { return n.EmitEvery && n.SendOld && n.Emit != "" }

// lifecycle prints the methods of gen.Task that dispatch.
func (e *emitter) lifecycle(k *plan.Task) {
	t, run, source, err, i := e.local("t"), e.local("run"), e.local("source"), e.local("err"), e.local("i")
	var b strings.Builder
	fmt.Fprintf(&b, "// Init implements gen.Task.\nfunc (%s *%s) Init() error {\n", t, k.Type)
	for _, p := range k.Processors {
		fmt.Fprintf(&b, "\t%s.env.Node = %q\n\tif %s := %s.%s.Init(%s.%s); %s != nil {\n\t\treturn ⟦fmt⟧.Errorf(\"%s: cannot initialise: %%w\", %s)\n\t}\n",
			t, p.Node, err, t, p.Field, t, p.Context, err, p.Node, err)
	}
	b.WriteString("\treturn nil\n}\n\n")
	fmt.Fprintf(&b, "// Process implements gen.Task.\nfunc (%s *%s) Process(%s int, %s *%s) (int, error) {\n\t%s.run = %s\n\tswitch %s {\n", t, k.Type, source, run, genRun, t, run, source)
	j := 0
	for _, s := range k.Sources {
		cases := strconv.Itoa(j)
		for range s.More {
			j++
			cases += ", " + strconv.Itoa(j)
		}
		j++
		fmt.Fprintf(&b, "\tcase %s:\n\t\treturn %s.%s(%s)\n", cases, t, s.Method, run)
	}
	fmt.Fprintf(&b, "\t}\n\treturn 0, ⟦fmt⟧.Errorf(\"sub-topology %d has no source %%d\", %s)\n}\n\n", k.ID, source)
	fmt.Fprintf(&b, "// Drain implements gen.Task.\nfunc (%s *%s) Drain() error {\n", t, k.Type)
	if slices.ContainsFunc(k.Processors, func(p *plan.Processor) bool { return !p.Values }) {
		fmt.Fprintf(&b, "\t%s.run = nil\n", t)
	}
	for _, p := range k.Processors {
		if p.Values { // it has no key to forward with from a punctuator
			continue
		}
		fmt.Fprintf(&b, "\tif %s := %s.%s(); %s != nil {\n\t\treturn %s\n\t}\n", err, t, p.Forward, err, err)
	}
	b.WriteString("\treturn nil\n}\n\n")
	fmt.Fprintf(&b, "// Flush implements gen.Task.\nfunc (%s *%s) Flush() error {\n", t, k.Type)
	if len(k.Flush) > 0 {
		fmt.Fprintf(&b, "\t%s.run = nil\n", t)
	}
	for _, j := range k.Flush {
		n, flush := k.Kernels[j], "flush"
		if n.OnClose {
			flush = "flushClosed"
		}
		fmt.Fprintf(&b, "\t%s.env.Node = %q\n\tif %s := %s.%s.%s(); %s != nil {\n\t\treturn %s.env.Failed(%s{}, nil, %s, %q, nil, 0, %s)\n\t}\n",
			t, n.Node, err, t, n.Field, flush, err, t, faultPolicy, faultProcess, n.Node, err)
	}
	b.WriteString("\treturn nil\n}\n\n")
	fmt.Fprintf(&b, "// Close implements gen.Task.\nfunc (%s *%s) Close() error {\n", t, k.Type)
	switch len(k.Processors) {
	case 0:
		b.WriteString("\treturn nil\n}\n")
	default:
		fmt.Fprintf(&b, "\tvar %s error\n", err)
		for _, p := range k.Processors {
			fmt.Fprintf(&b, "\tif %[1]s := %[2]s.%[3]s.Close(); %[1]s != nil {\n\t\t%[4]s = ⟦errors⟧.Join(%[4]s, ⟦fmt⟧.Errorf(\"%[5]s: cannot close: %%w\", %[1]s))\n\t}\n", i, t, p.Field, err, p.Node)
		}
		fmt.Fprintf(&b, "\treturn %s\n}\n", err)
	}
	e.add("%s", b.String())
}

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

// forward prints the method that sends on what a processor forwarded.
func (e *emitter) forward(p *plan.Processor) {
	b := e.newBody("t.run", "t.env.Index")
	b.skip = "continue"
	out, params := b.fresh("r"), ""
	r := rec{kType: p.OutKey, vType: p.OutVal, k: out + ".Key", v: out + ".Value", kOK: "!" + out + ".NoKey", vOK: "!" + out + ".NoValue", ts: out + ".Timestamp", h: out + ".Headers"}
	if p.Values {
		r.k, r.kOK = b.fresh("k"), b.fresh("kOK")
		params = fmt.Sprintf("%s %s, %s bool", r.k, p.InKey, r.kOK)
	}
	text := b.steps(p.Next, r)
	each := "for _, " + out + " := range"
	if !uses(text, out) {
		each = "for range"
	}
	e.add("// %s sends on what %s forwarded.\nfunc (%s *%s) %s(%s) error {\n\t%s %s.%s.Drain() {\n%s\t}\n\treturn nil\n}\n",
		p.Forward, p.Node, b.t, e.task.Type, p.Forward, params, each, b.t, p.Context, text)
}

// method prints a step that several others lead to, with all that follows.
func (e *emitter) method(s *plan.Step) {
	b := e.newBody("t.run", "t.env.Index")
	k, kOK, v, vOK, ts, h := b.fresh("k"), b.fresh("kOK"), b.fresh("v"), b.fresh("vOK"), b.fresh("ts"), b.fresh("h")
	params := fmt.Sprintf("%s %s, %s bool", k, s.InKey, kOK)
	r := rec{k: k, kType: s.InKey, kOK: kOK, v: v, vType: s.InVal, vOK: vOK, ts: ts, h: h}
	if s.Windowed && s.Op == "to-stream" {
		r.w = b.fresh("w")
		params += ", " + r.w + " " + windowType(s.Sessions)
	}
	values := fmt.Sprintf("%s %s, %s bool", v, s.InVal, vOK)
	if s.TakesOld {
		r.old, r.had = b.fresh("old"), b.fresh("had")
		values += fmt.Sprintf(", %s %s, %s bool", r.old, s.InVal, r.had)
	}
	text := b.step(s, r)
	e.add("// %s is %s and what follows it.\nfunc (%s *%s) %s(%s, %s, %s int64, %s []%s) error {\n%s\treturn nil\n}\n",
		s.Method, s.Node, b.t, e.task.Type, s.Method, params, values, ts, h, serdeHeader, text)
}

// origin says for comments where a source's records come from.
func origin(s *plan.Source) string {
	switch {
	case s.Pattern != "":
		return "the topics that match " + s.Pattern
	case s.Repartition:
		return "repartition topic " + s.Label
	}
	return "topic " + s.Label
}

// source prints the loop over a run of records.
func (e *emitter) source(s *plan.Source) {
	b := e.newBody("", "")
	run, i, in := b.fresh("run"), b.fresh("i"), b.fresh("rec")
	b.run, b.index, b.skip = run, i, "continue"
	b.result = func(err string) string { return "return " + i + ", " + err }
	k, kOK, v, vOK := b.fresh("k"), b.fresh("kOK"), b.fresh("v"), b.fresh("vOK")
	r := rec{k: k, kType: s.Key.Type, kOK: kOK, v: v, vType: s.Val.Type, vOK: vOK, ts: in + ".Timestamp", h: in + ".Headers"}
	if canonical(s.Key) {
		r.kRaw, r.kCodec = in+".Key", s.Key.GoType
	}
	if canonical(s.Val) {
		r.vRaw, r.vCodec = in+".Value", s.Val.GoType
	}
	val := ""
	if s.Change {
		r.old, r.had, r.vRaw, r.vCodec = b.fresh("old"), b.fresh("had"), "", ""
	}
	rest := b.steps(s.Next, r)
	if s.Change {
		val = b.change(s, in+".Value", r, rest)
	} else {
		val = b.decode(s, s.Val, in+".Value", v, vOK, rest)
	}
	key := b.decode(s, s.Key, in+".Key", k, kOK, rest)
	meta := ""
	if len(e.task.Processors) > 0 {
		meta = fmt.Sprintf("\t\t%[1]s.env.Meta.Offset = %[2]s.Offset\n\t\tif %[2]s.Timestamp > %[1]s.env.StreamTime {\n\t\t%[1]s.env.StreamTime = %[2]s.Timestamp\n\t\t}\n", b.t, in)
	}
	from := origin(s)
	e.add("// %s handles a run of records of %s.\nfunc (%s *%s) %s(%s *%s) (int, error) {\n\tfor %s := range %s.Records {\n\t\t%s := &%s.Records[%s]\n\t\t%s.env.Index, %s.env.RecordTime, %s.env.Node = %s, %s.Timestamp, %q\n%s\n\t\t// %s: %s\n%s%s%s\t}\n\treturn len(%s.Records), nil\n}\n",
		s.Method, from, b.t, e.task.Type, s.Method, run, genRun, i, run, in, run, i, b.t, b.t, b.t, i, in, s.Node, meta, s.Node, from, key, val, rest, run)
}
