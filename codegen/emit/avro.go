package emit

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/codegen/emit/avrocodec"
	"github.com/streamgen/streamgen/codegen/plan"
)

// viewed says whether a source hands values of a codec to sinks alone, so that they may lie in what was fetched.
func (e *emitter) viewed(codec string) bool {
	for _, t := range e.plan.Topologies {
		for _, k := range t.Tasks {
			for _, s := range k.Sources {
				if (s.Key.GoType == codec && s.KeyPick == nil || s.Val.GoType == codec && s.ValPick == nil) && !s.Change && lends(s.Next) {
					return true
				}
			}
		}
	}
	return false
}

// picked says which of two decoders sources take of a pick: the one that views, the one that copies.
func (e *emitter) picked(p *plan.Pick) (views, copies bool) {
	for _, t := range e.plan.Topologies {
		for _, k := range t.Tasks {
			for _, s := range k.Sources {
				if s.KeyPick == p || s.ValPick == p {
					if lends(s.Next) {
						views = true
					} else {
						copies = true
					}
				}
			}
		}
	}
	return views, copies
}

// avroPicks prints the decoders that read parts of a type.
func (e *emitter) avroPicks(a *plan.Avro, printer *avrocodec.Printer, depth string) (out []string) {
	for _, p := range a.Picks {
		views, copies := e.picked(p)
		for _, view := range []bool{true, false} {
			if view && !views || !view && !copies {
				continue
			}
			how := ""
			if view {
				how = "; its strings and bytes lie in src"
			}
			function, source := printer.Part(a.Shape, p.Reads, view)
			body, others := e.avroDecode(a, printer, avrocodec.Code{Decode: function, View: function, Depth: depth}, view)
			source += others
			out = append(out, fmt.Sprintf("// %[2]s is Decode for a source behind which %[3]s: the rest is checked and left out%[4]s.\nfunc (c %[1]s) %[2]s(src []byte) (v %[5]s, _ error) {\n\t%[6]s\n}\n",
				a.Name, pickMethod(p, view), readBy(p.Reads), how, a.Type, body))
			if source != "" {
				out = append(out, source)
			}
		}
	}
	return out
}

// pickMethod is the method of a codec that reads a part.
func pickMethod(p *plan.Pick, view bool) string {
	if view {
		return "View" + strings.TrimPrefix(p.Method, "Read")
	}
	return p.Method
}

// readBy says for a comment what is read.
func readBy(r *plan.Reads) string {
	paths := r.Paths()
	switch len(paths) {
	case 0:
		return "nothing is read"
	case 1:
		return paths[0] + " is read"
	}
	return strings.Join(paths[:len(paths)-1], ", ") + " and " + paths[len(paths)-1] + " are read"
}

// avroCodecs prints the Avro codecs of the user's types.
func (e *emitter) avroCodecs() (out []string) {
	printer := avrocodec.NewPrinter(func(name string) bool { return e.plan.Taken[name] || e.taken[name] })
	for _, a := range e.plan.Avro {
		viewed := e.viewed(a.Name)
		code := printer.Generate(a.Shape, viewed)
		write := fmt.Sprintf("dst = %s(dst, &v%s)", code.Append, code.Depth)
		if code.Fails {
			write = fmt.Sprintf("if dst, err = %s(dst, &v%s); err != nil {\n\t\treturn dst[:start], err\n\t}", code.Append, code.Depth)
		}
		decode, others := e.avroDecode(a, printer, code, false)
		pins := ""
		if len(a.Pinned) > 0 {
			pins = ".Pinned(" + a.Pins + "...)"
		}
		out = append(out, fmt.Sprintf(`// %[1]s is the Avro codec of %[2]s, bound to a topic.
type %[1]s struct{ w *%[5]sWire }

// %[9]s is its schema.
const %[9]s = %[8]s

// Bind implements serde.Bound.
func (%[1]s) Bind(use %[6]sUse, schemas %[6]sSchemas) %[7]sCodec[%[3]s] {
	return %[1]s{%[5]sNewWire(%[9]s, schemas, use)%[11]s}
}

// To is the codec for another topic, which a record chose.
func (c %[1]s) To(topic string) %[1]s { return %[1]s{c.w.To(topic)} }

// Append appends the header and the Avro of v to dst.
func (c %[1]s) Append(dst []byte, v %[3]s) ([]byte, error) {
	start := len(dst)
	dst, err := c.w.Begin(dst)
	if err != nil {
		return dst, err
	}
	%[4]s
	return c.w.End(dst, start)
}

// Decode reads a header and Avro.
func (c %[1]s) Decode(src []byte) (v %[3]s, _ error) {
	%[10]s
}
`, a.Name, plainType(a.Type), a.Type, write, avroPkg, wirePkg, serdePkg, rawString(a.Schema), a.Const, decode, pins))
		if len(a.Pinned) > 0 {
			out = append(out, e.avroPins(a))
		}
		if viewed {
			look, more := e.avroDecode(a, printer, code, true)
			others += more
			out = append(out, fmt.Sprintf(`// View is Decode for a value that nobody keeps: its strings and bytes lie in src.
func (c %s) View(src []byte) (v %s, _ error) {
	%s
}
`, a.Name, a.Type, look))
		}
		if code.Source != "" {
			out = append(out, code.Source)
		}
		if others != "" {
			out = append(out, others)
		}
		out = append(out, e.avroPicks(a, printer, code.Depth)...)
		if a.Forwards {
			function, source := printer.Exact(a.Shape)
			out = append(out, fmt.Sprintf(`// Forward appends what Append would of the value of src, which from has read or checked: src itself where it is that. v is the
// value, nil when there was no need for it.
func (c %[1]s) Forward(dst, src []byte, from %[1]s, v *%[2]s) ([]byte, error) {
	if c.w.Writes(src, from.w) && %[3]s(src, %[4]sHeader%[5]s) == len(src) {
		return append(dst, src...), nil
	}
	if v != nil {
		return c.Append(dst, *v)
	}
	whole, err := from.Decode(src)
	if err != nil {
		return dst, err
	}
	return c.Append(dst, whole)
}
`, a.Name, a.Type, function, wirePkg, code.Depth))
			if source != "" {
				out = append(out, source)
			}
		}
	}
	for _, text := range out {
		for name := range identifiers(text) {
			if strings.HasSuffix(name, "Avro") || strings.HasSuffix(name, "AvroSchema") {
				e.taken[name] = true
			}
		}
	}
	return out
}

// avroDecode is the body of Decode or View, and the functions for other schemas that it calls.
func (e *emitter) avroDecode(a *plan.Avro, printer *avrocodec.Printer, code avrocodec.Code, view bool) (body, others string) {
	own := code.Decode
	if view {
		own = code.View
	}
	if len(a.Pinned) == 0 {
		return fmt.Sprintf(`body, err := c.w.Body(src)
	if err == nil && %s(body, 0, &v%s) != len(body) {
		err = c.w.Explain(body)
	}
	return v, err`, own, code.Depth), ""
	}
	var cases strings.Builder
	for i, p := range a.Pinned {
		name, source := printer.Resolve(p.Plan, a.Shape, view)
		others += source
		fmt.Fprintf(&cases, "case %d: // %s\n\t\tend = %s(body, 0, &v%s)\n\t", i+1, p.Of, name, code.Depth)
	}
	return fmt.Sprintf(`body, from, err := c.w.From(src)
	if err != nil {
		return v, err
	}
	end := 0
	switch from {
	%sdefault:
		end = %s(body, 0, &v%s)
	}
	if end != len(body) {
		err = c.w.Refused(from, body)
	}
	return v, err`, cases.String(), own, code.Depth), others
}

// avroPins is the list of the schemas that a codec has code for.
func (e *emitter) avroPins(a *plan.Avro) string {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s are the schemas of streamgen.lock whose values %s reads straight, whatever their ids are.\nvar %s = []string{\n", a.Pins, a.Name, a.Pins)
	for _, p := range a.Pinned {
		fmt.Fprintf(&b, "\t%s, // %s\n", rawString(p.Schema), p.Of)
	}
	b.WriteString("}\n")
	return b.String()
}
