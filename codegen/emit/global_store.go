package emit

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
)

// globals says for a comment what is global.
func globals(list []*plan.Global) string {
	tables, stores := 0, 0
	for _, g := range list {
		if g.Processor != nil {
			stores++
		} else {
			tables++
		}
	}
	switch {
	case stores == 0:
		return "global tables"
	case tables == 0:
		return "global stores"
	}
	return "global tables and stores"
}

// describeGlobalStore prints the description of a global store.
func (e *emitter) describeGlobalStore(b *strings.Builder, g *plan.Global, d string) {
	p := g.Processor
	fmt.Fprintf(b, "\t{\n\tNode: %q, Topic: %s, Store: %q, Processor: %q,\n\tRows: %s.%s%s, Open: %s.%s, Apply: %s.%s, Close: %s.%s%s,\n\t},\n",
		g.Node, g.Topic, g.Store, p.Node, d, g.Field, flag(", Timestamped: true", p.Timestamped), d, p.Open, d, g.Method, d, p.Close, e.askedGlobal(g, d)+e.bindGlobal(g, d))
}

// globalStoreFields prints the app's fields of a global store.
func globalStoreFields(b *strings.Builder, g *plan.Global) {
	p := g.Processor
	fmt.Fprintf(b, "\t%s *%s // global store %s, read by tasks\n", g.Field, stateShared, g.Store)
	fmt.Fprintf(b, "\t%s *%s // the same, as its processor has it\n", p.Handle.Field, p.Handle.Type)
	for _, r := range p.Readers {
		fmt.Fprintf(b, "\t%s *%s\n", r.Field, r.Type)
	}
	fmt.Fprintf(b, "\t%s %s\n\t%s *%s\n\t%s *%s\n", p.Field, p.Type, p.Context, procGlobal, p.Env, genGlobalEnv)
}

// bindReaders prints how handles that read global stores are made and bound: those of owner, in env.
func (e *emitter) bindReaders(b *strings.Builder, list []*plan.Reader, owner, env, d, t string) {
	for _, r := range list {
		fmt.Fprintf(b, "\t%s.%s = %s%s(%s, %s)\n\t%s.%s.Bind(&%s.Env, %s.%s)\n", owner, r.Field, r.Make, typeArgs(r.Type),
			e.value(r.Key, d, t), e.value(r.Val, d, t), owner, r.Field, env, d, r.Global.Field)
	}
}

// globalStore prints the methods that open, feed and close the processor of a global store.
func (e *emitter) globalStore(g *plan.Global) {
	p, h := g.Processor, g.Processor.Handle
	d, env, run, i, rec, err := e.local("d"), e.local("env"), e.local("run"), e.local("i"), e.local("rec"), e.local("err")
	k, kOK, v, vOK := e.local("k"), e.local("kOK"), e.local("v"), e.local("vOK")
	var b strings.Builder
	fmt.Fprintf(&b, "// %s binds the processor of the global store %s and initialises it.\nfunc (%s *%s) %s(%s *%s) error {\n", p.Open, g.Store, d, e.top.App, p.Open, env, genGlobalEnv)
	fmt.Fprintf(&b, "\t%s.%s = %s%s(%s, %s)\n\t%s.%s.Bind(%s.Store)\n", d, h.Field, h.Make, typeArgs(h.Type), e.value(h.Key, d, ""), e.value(h.Val, d, ""), d, h.Field, env)
	e.bindReaders(&b, p.Readers, d, env, d, "")
	fmt.Fprintf(&b, "\t%s.%s, %s.%s, %s.%s = %s(), %s(&%s.Env), %s\n\treturn %s.%s.Init(%s.%s)\n}\n",
		d, p.Field, d, p.Context, d, p.Env, callee(p.New, d, ""), procNewGlobal, env, env, d, p.Field, d, p.Context)
	e.add("%s", b.String())

	b.Reset()
	failed := func(phase, node, cause string) string {
		return fmt.Sprintf("if %[1]s := %[2]s.%[3]s.Failed(%[4]v, %[5]s, %[6]q, %[7]s, %[8]s); %[1]s != nil {\n\treturn %[1]s\n}\ncontinue\n", err, d, p.Env, g.Policy.Action == "skip", phase, node, run, cause)
	}
	decode := func(c *plan.Codec, name, ok, from string) string {
		text := fmt.Sprintf("%s := %s != nil\n", ok, from)
		if c.Kind == "string" {
			return text + fmt.Sprintf("%s := string(%s)\n", name, from)
		}
		return text + fmt.Sprintf("var %[1]s %[2]s\nif %[3]s {\n\tvar %[4]s error\n\t%[1]s, %[4]s = %[5]s.Decode(%[6]s)\n\tif %[4]s != nil {\n%[7]s}\n}\n",
			name, c.Type, ok, err, e.value(c, d, ""), from, failed(faultDecode, g.Node, err))
	}
	fmt.Fprintf(&b, "// %s hands a run of records to the processor of the global store %s.\nfunc (%s *%s) %s(%s *%s) error {\n", g.Method, g.Store, d, e.top.App, g.Method, run, genRun)
	fmt.Fprintf(&b, "\tfor %s := range %s.Records {\n\t%s := &%s.Records[%s]\n\t%s.%s.At(%s, %s)\n", i, run, rec, run, i, d, p.Env, run, i)
	b.WriteString(decode(g.Key, k, kOK, rec+".Key") + decode(g.Val, v, vOK, rec+".Value"))
	fmt.Fprintf(&b, "%[1]s := %[2]s.%[3]s.Process(%[2]s.%[4]s, %[5]s[%[6]s, %[7]s]{Key: %[8]s, Value: %[9]s, NoKey: !%[10]s, NoValue: !%[11]s, Timestamp: %[12]s.Timestamp, Headers: %[12]s.Headers})\n",
		err, d, p.Field, p.Context, procRecord, g.Key.Type, g.Val.Type, k, v, kOK, vOK, rec)
	fmt.Fprintf(&b, "if %s != nil || %s.%s.Err != nil {\n%s}\n\t}\n\treturn nil\n}\n", err, d, p.Env, strings.TrimSuffix(failed(faultProcess, p.Node, err), "continue\n"))
	e.add("%s", b.String())

	e.add("// %s closes the processor of the global store %s.\nfunc (%s *%s) %s() error { return %s.%s.Close() }\n", p.Close, g.Store, d, e.top.App, p.Close, d, p.Field)
}
