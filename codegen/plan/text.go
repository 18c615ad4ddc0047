package plan

import (
	"fmt"
	"strings"
)

// String prints the program in a stable form, one thing a line.
func (p *Program) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s %s from %s%s\n", p.Package, p.Output, strings.Join(p.Sources, " "), prefixed(" built for ", p.Constraint))
	for _, t := range p.Topologies {
		fmt.Fprintf(&b, "topology %s constructor %s app %s hash %s\n", t.Name, t.Constructor, t.App, t.Hash)
		for _, q := range t.Params {
			fmt.Fprintf(&b, "  param %s %s\n", q.Name, q.Type)
		}
		for _, f := range t.Fields {
			fmt.Fprintf(&b, "  field %s %s = %s\n", f.Name, f.Type, f.Init)
		}
		for _, a := range t.Setup {
			fmt.Fprintf(&b, "  setup %s = %s\n", strings.Join(a.Names, ", "), oneLine(a.Expr))
		}
		functions(&b, t.Functions)
		for _, g := range t.Globals {
			fmt.Fprintf(&b, "  global %s topic %s field %s key %s val %s%s\n", g.Node, g.Topic, g.Field, g.Key.Value, g.Val.Value, g.Policy)
			if p := g.Processor; p != nil {
				fmt.Fprintf(&b, "    processor %s %s node %s%s handle %s *%s\n", p.Field, p.Type, p.Node, called(" new ", p.New), p.Handle.Field, p.Handle.Type)
				readers(&b, p.Readers)
			}
		}
		for _, k := range t.Tasks {
			k.text(&b)
		}
	}
	for _, j := range p.JSON {
		fmt.Fprintf(&b, "json %s of %s\n", j.Name, j.Type)
	}
	for _, a := range p.Avro {
		fmt.Fprintf(&b, "avro %s of %s\n", a.Name, a.Type)
	}
	for _, q := range p.Protobuf {
		fmt.Fprintf(&b, "protobuf %s of %s%s\n", q.Name, q.Type, prefixed(" by the library: ", q.Message.Library))
	}
	for _, w := range p.Windowed {
		if w.Session {
			fmt.Fprintf(&b, "session-windowed %s of %s\n", w.Name, w.Inner.Value)
			continue
		}
		if w.Sized {
			fmt.Fprintf(&b, "windowed %s of %s size computed\n", w.Name, w.Inner.Value)
			continue
		}
		fmt.Fprintf(&b, "windowed %s of %s size %d\n", w.Name, w.Inner.Value, w.Size)
	}
	return b.String()
}

func functions(b *strings.Builder, list []*Function) {
	for _, f := range list {
		fmt.Fprintf(b, "  function %s%s for %s: %s\n", f.Name, prefixed(" of ", string(f.Scope)), f.Node, oneLine(f.Text))
	}
}

func readers(b *strings.Builder, list []*Reader) {
	for _, r := range list {
		fmt.Fprintf(b, "    reader %s *%s of global %s\n", r.Field, r.Type, r.Global.Store)
	}
}

func (t *Task) text(b *strings.Builder) {
	fmt.Fprintf(b, "  task %d %s\n", t.ID, t.Type)
	functions(b, t.Functions)
	for _, s := range t.Stores {
		fmt.Fprintf(b, "    store %s window=%v retention=%s logged=%v%s", s.Name, s.Window, s.Retention, s.Logged, onlyIf(" session", s.Session)+onlyIf(" in-memory", s.InMemory))
		if s.Handle != nil {
			fmt.Fprintf(b, " handle %s *%s", s.Handle.Field, s.Handle.Type)
		}
		b.WriteByte('\n')
	}
	readers(b, t.Readers)
	for _, s := range t.Sinks {
		fmt.Fprintf(b, "    sink %s topic %s repartition=%v dead-letter=%v\n", s.Field, s.Topic, s.Repartition, s.DeadLetter)
	}
	for _, k := range t.Kernels {
		fmt.Fprintf(b, "    kernel %s %s[%s, %s, %s] node %s store %d every=%v", k.Field, k.Template, k.Key, k.Val, k.Agg, k.Node, k.Store, k.EmitEvery)
		if w := k.Window; w != nil {
			fmt.Fprintf(b, " %s %d/%d/%d%s", windowKind(w), w.Size, w.Advance, w.Grace, prefixed(" spec ", w.Spec))
		}
		if k.OnClose {
			b.WriteString(" on-close")
		}
		if k.SendOld {
			b.WriteString(" send-old")
		}
		fmt.Fprintf(b, "%s%s\n", called(" init ", k.Init), called(" add ", k.Add)+called(" merge ", k.Merge)+called(" subtract ", k.Subtract))
		steps(b, k.Next, "      ")
	}
	for _, j := range t.StreamJoins {
		fmt.Fprintf(b, "    %s %s [%s, %s, %s] node %s stores %v within %d/%d/%d%s%s\n", j.Op, j.Field, j.Key, j.Left, j.Right, j.Node, j.Stores,
			j.Before, j.After, j.Grace, prefixed(" spec ", j.Spec), called(" join ", j.Join))
		steps(b, j.Next, "      ")
	}
	for _, v := range t.Views {
		fmt.Fprintf(b, "    view %s node %s kernel %d (%s) -> %s\n", v.Method, v.Node, v.Kernel, v.Key, v.Val)
	}
	for _, p := range t.Processors {
		fmt.Fprintf(b, "    processor %s %s node %s%s\n", p.Field, p.Type, p.Node, called(" new ", p.New))
		steps(b, p.Next, "      ")
	}
	for _, s := range t.Sources {
		fmt.Fprintf(b, "    source %s node %s topic %s key %s val %s%s%s%s%s\n", s.Method, s.Node, s.Topic, s.Key.Value, s.Val.Value, s.Policy,
			prefixed(" pattern ", s.Pattern), prefixed(" timestamps ", s.Times), called(" ", s.Time))
		for _, side := range []struct {
			name  string
			reads *Reads
		}{{"key", s.KeyReads}, {"value", s.ValReads}} {
			if side.reads != nil {
				fmt.Fprintf(b, "      reads of the %s %s%s%s\n", side.name, side.reads, prefixed(": it ", side.reads.Why), prefixed(" at ", side.reads.At))
			}
		}
		steps(b, s.Next, "      ")
	}
	for _, s := range t.Methods {
		fmt.Fprintf(b, "    method %s\n", s.Method)
		s.text(b, "      ")
	}
	for _, m := range t.Together {
		fmt.Fprintf(b, "    together %v %v for %s\n", m.Left, m.Right, m.Node)
	}
	if len(t.Flush) > 0 {
		fmt.Fprintf(b, "    flush %v\n", t.Flush)
	}
}

func steps(b *strings.Builder, list []*Step, indent string) {
	for _, s := range list {
		if s.Method != "" {
			fmt.Fprintf(b, "%scall %s\n", indent, s.Method)
			continue
		}
		s.text(b, indent)
	}
}

func (s *Step) text(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%s%s%s %s (%s, %s)", indent, s.Op, prefixed("/", s.Form), s.Node, s.InKey, s.InVal)
	if s.Key != "" {
		fmt.Fprintf(b, " -> (%s, %s)", s.Key, s.Val)
	}
	b.WriteString(called(" fn ", s.Fn) + called(" join ", s.Join))
	if s.View != nil {
		b.WriteString(" view " + s.View.Method)
	}
	if s.Sink >= 0 {
		fmt.Fprintf(b, " sink %d key %s val %s%s", s.Sink, s.KeyCodec.Value, s.ValCodec.Value, called(" partitioner ", s.Part))
	}
	fmt.Fprintf(b, "%s\n", s.Policy)
	steps(b, s.Next, indent)
}

// String prints a policy other than the default.
func (p Policy) String() string {
	switch p.Action {
	case "", "fail":
		return ""
	case "dead-letter":
		return fmt.Sprintf(" dead-letter %s sink %d", p.Topic, p.Sink)
	}
	return " " + p.Action
}

func called(head string, f *Func) string {
	if f == nil {
		return ""
	}
	return head + string(f.Scope) + dot(f.Scope) + f.Name + onlyIf(" no-panic", f.NoPanic)
}

func dot(s Scope) string {
	if s == Package {
		return ""
	}
	return "."
}

func prefixed(head, text string) string {
	if text == "" {
		return ""
	}
	return head + text
}

func windowKind(w *Window) string {
	if w.Session {
		return "session"
	}
	return "window"
}

func onlyIf(text string, on bool) string {
	if on {
		return text
	}
	return ""
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
