package emit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

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
	for _, r := range k.Readers {
		fmt.Fprintf(&b, "\t%s *%s // reads global store %s\n", r.Field, r.Type, r.Global.Store)
	}
	for _, p := range k.Processors {
		fmt.Fprintf(&b, "\t%s %s\n\t%s *%s\n", p.Field, p.Type, p.Context, contextType(p, procContext, procValContext))
	}
	for _, c := range k.Codecs {
		fmt.Fprintf(&b, "\t%s %s\n", c.Field, c.Type)
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
	for _, c := range k.Codecs {
		fmt.Fprintf(&b, "\t%s.%s = %s\n", t, c.Field, strings.NewReplacer(plan.EnvMark, env, plan.TaskMark, t).Replace(c.Init))
	}
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
	e.bindReaders(&b, k.Readers, t, env, d, t)
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
	outer := slices.DeleteFunc(slices.Clone(k.StreamJoins), func(j *plan.StreamJoin) bool { return !j.LeftOuter() })
	if len(k.Flush) > 0 || len(outer) > 0 {
		fmt.Fprintf(&b, "\t%s.run = nil\n", t)
	}
	for _, j := range outer {
		fmt.Fprintf(&b, "\t%s.env.Node = %q\n\tif %s := %s.%s.flush(); %s != nil {\n\t\treturn %s.env.Failed(%s{}, nil, %s, %q, nil, 0, %s)\n\t}\n",
			t, j.Node, err, t, j.Field, err, t, faultPolicy, faultProcess, j.Node, err)
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
	b.in = b.run + ".Records[" + b.index + "]"
	k, kOK, v, vOK, ts, h := b.fresh("k"), b.fresh("kOK"), b.fresh("v"), b.fresh("vOK"), b.fresh("ts"), b.fresh("h")
	params := fmt.Sprintf("%s %s, %s bool", k, s.InKey, kOK)
	r := rec{k: k, kType: s.InKey, kOK: kOK, v: v, vType: s.InVal, vOK: vOK, ts: ts, h: h}
	if s.TakesWindow() {
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
	run, records, i, in := b.fresh("run"), b.fresh("records"), b.fresh("i"), b.fresh("rec")
	b.run, b.index, b.in, b.skip = run, i, in, "continue"
	b.result = func(err string) string { return "return " + i + ", " + err }
	// Whether there are a key and a value is asked anew each time: two variables more would not stay in registers.
	k, kOK, v, vOK := b.fresh("k"), in+".Key != nil", b.fresh("v"), in+".Value != nil"
	if s.Change {
		vOK = b.fresh("vOK")
	}
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
	note := ""
	if b.late = !s.Change && builtIn(s.Key) && builtIn(s.Val); !b.late {
		note = fmt.Sprintf("%s.env.Index, %s.env.Node = %s, %q\n", b.t, b.t, i, s.Node)
	}
	rest := b.steps(s.Next, r)
	if s.Change {
		val = b.change(s, in+".Value", r, rest)
	} else {
		val = b.decode(s, s.Val, s.ValPick, in+".Value", v, vOK, rest)
	}
	key := b.decode(s, s.Key, s.KeyPick, in+".Key", k, kOK, rest)
	meta := ""
	if len(e.task.Processors) > 0 {
		meta = fmt.Sprintf("\t\t%[1]s.env.Meta.Offset = %[2]s.Offset\n\t\tif %[2]s.Timestamp > %[1]s.env.StreamTime {\n\t\t%[1]s.env.StreamTime = %[2]s.Timestamp\n\t\t}\n", b.t, in)
	}
	head := fmt.Sprintf("\tfor %s := range %s {\n\t\t%s := &%s[%s]\n", i, records, in, records, i)
	if !uses(note+meta+key+val+rest, in) { // nothing follows
		head = fmt.Sprintf("\tfor range %s {\n", records)
	}
	from := origin(s)
	e.add("// %s handles a run of records of %s.\nfunc (%s *%s) %s(%s *%s) (int, error) {\n\t%s := %s.Records\n%s%s%s\n\t\t// %s: %s\n%s%s%s\t}\n\treturn len(%s), nil\n}\n",
		s.Method, from, b.t, e.task.Type, s.Method, run, genRun, records, run, head, note, meta, s.Node, from, key, val, rest, records)
}
