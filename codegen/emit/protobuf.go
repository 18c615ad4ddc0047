package emit

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/codegen/emit/protocodec"
)

// protobufCodecs prints the Protobuf codecs of the user's messages.
func (e *emitter) protobufCodecs() (out []string) {
	printer := protocodec.NewPrinter(func(name string) bool { return e.plan.Taken[name] || e.taken[name] })
	for _, q := range e.plan.Protobuf {
		code := printer.Generate(q.Message)
		write, read := fmt.Sprintf("%s(out, v%s)", code.Append, code.Depth), fmt.Sprintf("%s(body, v%s)", code.Decode, code.Depth)
		how := ""
		if q.Message.Library != "" {
			write, read = protobufPkg+"AppendByLibrary(out, v, 0)", protobufPkg+"MergeByLibrary(body, v, 0)"
			code.Incomplete = true
			how = "\n// google.golang.org/protobuf reads and writes it: " + q.Message.Library + "."
		}
		if code.Incomplete {
			read += " || !" + protobufPkg + "Complete(v)"
		}
		out = append(out, fmt.Sprintf(`// %[1]s is the Protobuf codec of %[2]s, bound to a topic.%[10]s
type %[1]s struct{ w *%[6]sWire }

// %[4]s is what the code takes the message for; it is compared with the message's own description.
const %[4]s %[6]sForm = %[5]s

// Bind implements serde.Bound.
func (%[1]s) Bind(use %[7]sUse, schemas %[7]sSchemas) %[8]sCodec[%[3]s] {
	return %[1]s{%[6]sNewWire((%[3]s)(nil), %[4]s, schemas, use)}
}

// To is the codec for another topic, which a record chose.
func (c %[1]s) To(topic string) %[1]s { return %[1]s{c.w.To(topic)} }

// Append appends the header and the Protobuf of v to dst.
func (c %[1]s) Append(dst []byte, v %[3]s) ([]byte, error) {
	if v == nil {
		return dst, %[6]sErrNil
	}
	out, err := c.w.Begin(dst)
	if err != nil {
		return dst, err
	}
	if out = %[9]s; out == nil {
		return dst, c.w.Refuse(v)
	}
	return out, nil
}

// Decode reads a header and Protobuf.
func (c %[1]s) Decode(src []byte) (%[3]s, error) {
	body, err := c.w.Body(src)
	if err != nil {
		return nil, err
	}
	v := new(%[11]s)
	if !%[12]s {
		return nil, c.w.Explain(body)
	}
	return v, nil
}
`, q.Name, plainType(q.Type), q.Type, q.Const, rawString(q.Message.Form()), protobufPkg, wirePkg, serdePkg, write, how, strings.TrimPrefix(q.Type, "*"), read))
		if code.Source != "" {
			out = append(out, code.Source)
		}
	}
	for _, text := range out {
		for name := range identifiers(text) {
			if strings.Contains(name, "Protobuf") {
				e.taken[name] = true
			}
		}
	}
	return out
}
