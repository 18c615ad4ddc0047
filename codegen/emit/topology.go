package emit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/streamgen/streamgen/codegen/plan"
)

// milliseconds is a length of time for comments: 1h, 10m, 1h30m.
func milliseconds(ms int64) string {
	text := (time.Duration(ms) * time.Millisecond).String()
	if ms > 1<<42 || ms == 0 {
		return strconv.FormatInt(ms, 10) + "ms"
	}
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// topology prints a topology: constructor, app, functions, tasks.
func (e *emitter) topology(t *plan.Topology) {
	e.top = t
	e.constructor(t)
	e.readers(t)
	e.app(t)
	for _, f := range t.Functions {
		e.function(f, t.App)
	}
	for _, g := range t.Globals {
		if g.Processor != nil {
			e.globalStore(g)
			continue
		}
		e.global(g)
	}
	for _, k := range t.Tasks {
		e.task = k
		e.taskType(k)
	}
	description := e.descriptionName(t)
	e.add("// %s is Kafka Streams' description of the topology.\nconst %s = %s\n", description, description, rawString(t.Description))
}

func (e *emitter) descriptionName(t *plan.Topology) string { return e.local(t.App + "Description") }

func rawString(s string) string {
	if strings.Contains(s, "`") {
		return strconv.Quote(s)
	}
	return "`" + s + "`"
}

func (e *emitter) constructor(t *plan.Topology) {
	d, top := t.AppVar, e.local("t")
	var b strings.Builder
	fmt.Fprintf(&b, "// %s returns the topology %s, ready to be run by the runtime or the test driver.\n", t.Constructor, t.Name)
	if len(t.Doc) > 0 {
		b.WriteString("//\n")
	}
	for _, line := range t.Doc {
		b.WriteString("// " + line + "\n")
	}
	var params, args []string
	for _, p := range t.Params {
		params = append(params, p.Name+" "+p.Type)
		args = append(args, p.Name)
	}
	fmt.Fprintf(&b, "func %s(%s) *%s {\n", t.Constructor, strings.Join(params, ", "), genTopology)
	var inits []string
	for _, f := range t.Fields {
		if f.Init != "" {
			inits = append(inits, f.Name+": "+f.Init)
		}
	}
	fmt.Fprintf(&b, "\t%s := &%s{%s}\n", d, t.App, strings.Join(inits, ", "))
	for _, s := range t.Setup {
		var left []string
		for _, n := range s.Names {
			if n != "_" {
				n = d + "." + n
			}
			left = append(left, n)
		}
		fmt.Fprintf(&b, "\t%s = %s\n", strings.Join(left, ", "), s.Expr)
	}
	for _, g := range t.Globals {
		if g.Processor != nil {
			fmt.Fprintf(&b, "\t%s.%s = %s()\n", d, g.Field, stateNewShared)
			continue
		}
		fmt.Fprintf(&b, "\t%s.%s = %s[%s]()\n", d, g.Field, stateNewTable, g.Val.Type)
	}
	fmt.Fprintf(&b, "\t%s := &%s{\n\tName: %q,\n\tDescription: %s,\n\tHash: %q,\n", top, genTopology, t.Name, e.descriptionName(t), t.Hash)
	if len(t.Globals) > 0 {
		fmt.Fprintf(&b, "\tGlobals: []*%s{\n", genGlobal)
		for _, g := range t.Globals {
			if g.Processor != nil {
				e.describeGlobalStore(&b, g, d)
				continue
			}
			open, end := "", ""
			asked := e.askedGlobal(g, d)
			if asked != "" {
				open, end = "\n\t", ",\n\t"
			}
			fmt.Fprintf(&b, "\t{%sNode: %q, Topic: %s, Store: %q, Apply: %s.%s%s%s%s},\n", open, g.Node, g.Topic, g.Store, d, g.Method, asked, e.bindGlobal(g, d), end)
		}
		b.WriteString("\t},\n")
	}
	fmt.Fprintf(&b, "\tSubtopologies: []%s{\n", genSub)
	for _, k := range t.Tasks {
		e.descriptor(&b, k, d)
	}
	b.WriteString("\t},\n\t}\n")
	call := t.Builder
	if len(args) > 0 {
		call += ", " + strings.Join(args, ", ")
	}
	fmt.Fprintf(&b, "\t%s.Verify(%s(func(%s *%s) { %s(%s) }))\n\treturn %s\n}\n", top, dslStructure, t.Builder, dslBuilder, t.Name, call, top)
	e.add("%s", b.String())
}

// descriptor prints a sub-topology's description.
func (e *emitter) descriptor(b *strings.Builder, k *plan.Task, d string) {
	fmt.Fprintf(b, "\t{\n\tID: %d,\n", k.ID)
	list := func(field, typ string, items []string) {
		switch len(items) {
		case 0:
		case 1:
			fmt.Fprintf(b, "\t%s: []%s{%s},\n", field, typ, items[0])
		default:
			fmt.Fprintf(b, "\t%s: []%s{\n\t%s,\n\t},\n", field, typ, strings.Join(items, ",\n\t"))
		}
	}
	var sources, sinks, stores, together []string
	for _, m := range k.Together {
		together = append(together, fmt.Sprintf("{Node: %q, Left: %s, Right: %s}", m.Node, ints(m.Left), ints(m.Right)))
	}
	for _, s := range k.Sources {
		if s.Pattern != "" {
			sources = append(sources, fmt.Sprintf("{Node: %q, Pattern: %q%s}", s.Node, s.Pattern, flag(", Times: "+times[s.Times], s.Times != "")))
			continue
		}
		for _, topic := range append([]string{s.Topic}, s.More...) {
			sources = append(sources, fmt.Sprintf("{Node: %q, Topic: %s%s}", s.Node, topic, flag(", Repartition: true", s.Repartition)+flag(", Placed: true", s.Placed)+flag(fmt.Sprintf(", Partitions: %d", s.Partitions), s.Partitions > 0)+flag(", Times: "+times[s.Times], s.Times != "")))
		}
	}
	for _, s := range k.Sinks {
		node := strconv.Quote(s.Node)
		if s.DeadLetter {
			node = s.Topic
		}
		sinks = append(sinks, fmt.Sprintf("{Node: %s, Topic: %s%s%s}", node, s.Topic, flag(", Repartition: true", s.Repartition), flag(", DeadLetter: true", s.DeadLetter)+flag(", Routed: true", s.Routed)))
	}
	for i, s := range k.Stores {
		text := fmt.Sprintf("{Name: %q", s.Name) + flag(", Window: true", s.Window) + flag(", Session: true", s.Session) + flag(", Timestamped: true", s.Timestamped) + flag(", InMemory: true", s.InMemory) + flag(", Duplicates: true", s.Duplicates)
		if s.Window {
			text += fmt.Sprintf(", Retention: %s, Segment: %s(%s)", s.Retention, genSegment, s.Retention)
		}
		stores = append(stores, text+flag(", Logged: true", s.Logged)+e.asked(k, i, d)+"}")
	}
	list("Sources", genSource, sources)
	list("Sinks", genSinkSpec, sinks)
	list("Stores", genStore, stores)
	list("Together", genTogether, together)
	fmt.Fprintf(b, "\tNewTask: %s.newTask%d,\n\t},\n", d, k.ID)
}

// ints prints a slice of numbers.
func ints(list []int) string {
	var text []string
	for _, n := range list {
		text = append(text, strconv.Itoa(n))
	}
	return "[]int{" + strings.Join(text, ", ") + "}"
}

func flag(text string, on bool) string {
	if on {
		return text
	}
	return ""
}

func (e *emitter) app(t *plan.Topology) {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s is what the tasks of one instance of %s share: ", t.App, t.Name)
	switch {
	case len(t.Globals) > 0 && len(t.Fields) > 0:
		fmt.Fprintf(&b, "captured values and %s.\n", globals(t.Globals))
	case len(t.Globals) > 0:
		fmt.Fprintf(&b, "%s.\n", globals(t.Globals))
	case len(t.Fields) > 0:
		b.WriteString("captured values.\n")
	default:
		b.WriteString("nothing.\n")
	}
	fmt.Fprintf(&b, "type %s struct {\n", t.App)
	for _, f := range t.Fields {
		fmt.Fprintf(&b, "\t%s %s\n", f.Name, f.Type)
	}
	for _, g := range t.Globals {
		if g.Processor != nil {
			globalStoreFields(&b, g)
			continue
		}
		fmt.Fprintf(&b, "\t%s *%s[%s] // global table %s, by key bytes\n", g.Field, stateTable, g.Val.Type, g.Store)
	}
	for _, g := range t.Globals {
		for _, c := range g.Codecs {
			fmt.Fprintf(&b, "\t%s %s\n", c.Field, c.Type)
		}
	}
	b.WriteString("}\n")
	e.add("%s", b.String())
}

// function prints a hoisted literal.
func (e *emitter) function(f *plan.Function, receiverType string) {
	receiver := ""
	if f.Scope != plan.Package {
		receiver = fmt.Sprintf("(%s *%s) ", f.Receiver, receiverType)
	}
	e.add("func %s%s%s\n", receiver, f.Name, f.Text)
}

// global prints the method that applies records of a global table.
func (e *emitter) global(g *plan.Global) {
	d, run, i, rec, err := e.local("d"), e.local("run"), e.local("i"), e.local("rec"), e.local("err")
	v := e.local("v")
	fail := func(what string) string {
		return fmt.Sprintf("return &%s{Phase: %s, Operator: %q, Topic: %s.Topic, Partition: %s.Partition, Offset: %s.Offset, Cause: %s,\n\t\t\tHint: %q}",
			faultError, faultDecode, g.Node, run, run, rec, err, "fix or remove the "+what+", or give the table dsl.OnError(dsl.Skip())")
	}
	if g.Policy.Action == "skip" {
		fail = func(string) string { return run + ".Skipped++\n\t\tcontinue" }
	}
	var b strings.Builder
	fmt.Fprintf(&b, "// %s stores a run of records of the global table %s.\nfunc (%s *%s) %s(%s *%s) error {\n", g.Method, g.Store, d, e.top.App, g.Method, run, genRun)
	fmt.Fprintf(&b, "\tfor %s := range %s.Records {\n\t%s := &%s.Records[%s]\n\tif %s.Key == nil {\n\t\tcontinue\n\t}\n", i, run, rec, run, i, rec)
	key := rec + ".Key"
	if !canonical(g.Key) { // the key's identity is its encoding, which may differ from the bytes consumed
		k := e.local("k")
		key = e.local("key")
		fmt.Fprintf(&b, "\t%s, %s := %s.Decode(%s.Key)\n\tif %s != nil {\n\t\t%s\n\t}\n", k, err, e.value(g.Key, d, ""), rec, err, fail("record"))
		fmt.Fprintf(&b, "\t%s, %s := %s.Append(nil, %s)\n\tif %s != nil {\n\t\t%s\n\t}\n", key, err, e.value(g.Key, d, ""), k, err, fail("record"))
	} else if !infallible(g.Key) {
		fmt.Fprintf(&b, "\tif _, %s := (%s).Decode(%s.Key); %s != nil {\n\t\t%s\n\t}\n", err, e.value(g.Key, d, ""), rec, err, fail("record"))
	}
	fmt.Fprintf(&b, "\tif %s.Value == nil {\n\t\t%s.%s.Delete(%s)\n\t\tcontinue\n\t}\n", rec, d, g.Field, key)
	fmt.Fprintf(&b, "\t%s, %s := %s.Decode(%s.Value)\n\tif %s != nil {\n\t\t%s\n\t}\n\t%s.%s.Put(%s, %s)\n\t}\n\treturn nil\n}\n",
		v, err, e.value(g.Val, d, ""), rec, err, fail("record"), d, g.Field, key, v)
	e.add("%s", b.String())
}

// bindGlobal prints the member that binds the codecs of a global table or store.
func (e *emitter) bindGlobal(g *plan.Global, d string) string {
	if len(g.Codecs) == 0 {
		return ""
	}
	env := e.local("env")
	text := ", Bind: func(" + env + " *" + procEnv + ") {\n"
	for _, c := range g.Codecs {
		text += d + "." + c.Field + " = " + strings.NewReplacer(plan.EnvMark, env, plan.TaskMark, d).Replace(c.Init) + "\n"
	}
	return text + "}"
}

// value is the text for a codec's value.
func (e *emitter) value(c *plan.Codec, app, task string) string {
	switch c.Scope {
	case plan.App:
		return app + "." + c.Value
	case plan.OfTask:
		return task + "." + c.Value
	}
	return c.Value
}

// infallible says that any bytes decode.
func infallible(c *plan.Codec) bool { return c.Kind == "string" || c.Kind == "bytes" }

// builtIn says that decoding is a few instructions of the runtime's own, which do not panic.
func builtIn(c *plan.Codec) bool { return immutable(c) || c.Kind == "bytes" }

// immutable says that nothing can change a value in place.
func immutable(c *plan.Codec) bool {
	switch c.Kind {
	case "string", "int64", "int32", "int16", "float64", "float32", "bool":
		return true
	}
	return false
}

// canonical says that encoding what was decoded gives the same bytes.
func canonical(c *plan.Codec) bool {
	switch c.Kind {
	case "string", "bytes", "int64", "int32", "int16":
		return true
	}
	return false
}
