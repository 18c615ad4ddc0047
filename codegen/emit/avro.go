package emit

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/codegen/emit/avrocodec"
)

// viewed says whether a source hands values of a codec to sinks alone, so that they may lie in what was fetched.
func (e *emitter) viewed(codec string) bool {
	for _, t := range e.plan.Topologies {
		for _, k := range t.Tasks {
			for _, s := range k.Sources {
				if (s.Key.GoType == codec || s.Val.GoType == codec) && !s.Change && lends(s.Next) {
					return true
				}
			}
		}
	}
	return false
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
		out = append(out, fmt.Sprintf(`// %[1]s is the Avro codec of %[2]s, bound to a topic.
type %[1]s struct{ w *%[5]sWire }

// %[9]s is its schema.
const %[9]s = %[8]s

// Bind implements serde.Bound.
func (%[1]s) Bind(use %[6]sUse, schemas %[6]sSchemas) %[7]sCodec[%[3]s] {
	return %[1]s{%[5]sNewWire(%[9]s, schemas, use)}
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
func (c %[1]s) Decode(src []byte) (%[3]s, error) {
	var v %[3]s
	body, err := c.w.Body(src)
	if err == nil && %[10]s(body, 0, &v%[11]s) != len(body) {
		err = c.w.Explain(body)
	}
	return v, err
}
`, a.Name, plainType(a.Type), a.Type, write, avroPkg, wirePkg, serdePkg, rawString(a.Schema), a.Const, code.Decode, code.Depth))
		if viewed {
			out = append(out, fmt.Sprintf(`// View is Decode for a value that nobody keeps: its strings and bytes lie in src.
func (c %[1]s) View(src []byte) (%[2]s, error) {
	var v %[2]s
	body, err := c.w.Body(src)
	if err == nil && %[3]s(body, 0, &v%[4]s) != len(body) {
		err = c.w.Explain(body)
	}
	return v, err
}
`, a.Name, a.Type, code.View, code.Depth))
		}
		if code.Source != "" {
			out = append(out, code.Source)
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
