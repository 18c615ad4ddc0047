package protocodec

import "github.com/streamgen/streamgen/codegen/plan/message"

// decodeFunc prints the function that reads a message's fields into it. A field that comes twice counts the last time;
// repeated ones add up, messages are merged.
func (g *generator) decodeFunc(m *message.Message) {
	name, param := g.name("decode", m), ""
	if m.Deep {
		param = ", depth int"
	}
	g.line("// %s reads fields into a %s and says whether src is nothing but fields.\nfunc %s(src []byte, m *%s%s) bool {", name, comment(m), name, m.Type, param)
	if m.Deep {
		g.line("if depth > %sMaxDepth {\nreturn false\n}", pkg)
	}
	g.line("i := 0\nfor i < len(src) {\ntag := uint64(src[i])\nif i++; tag >= 0x80 {\ntag, i = %sVarint(src, i-1)\n}", pkg)
	if len(m.Fields) > 0 {
		g.line("switch tag {")
		for _, f := range m.Fields {
			g.read(f)
		}
		g.line("default:")
	}
	g.line("i = %sKeep(%sUnknown(m, %s), src, tag, i)\n}", pkg, pkg, g.name("unknown", m))
	if len(m.Fields) > 0 {
		g.line("}")
	}
	g.line("return i == len(src)\n}")
	g.flush()
}

// read prints the cases of a field.
func (g *generator) read(f *message.Field) {
	v := "m." + f.Go
	g.line("case %d: // %s", tag(f, caseWire(f)), f.Name)
	switch f.Label {
	case message.Map:
		g.readMap(f, v)
	case message.Repeated:
		g.readOne(f, func(x string) { g.line("i, %s = next, append(%s, %s)", v, v, x) })
		if w := f.Kind.Wire(); w != message.Length {
			g.readPacked(f, v)
		}
	case message.Optional:
		if f.Kind == message.Bytes {
			g.line("%s, i = %sBytes(src, i)", v, pkg)
			break
		}
		g.readOne(f, func(x string) {
			if x == "x" {
				g.line("i, %s = next, &x", v)
			} else {
				g.line("x := %s\ni, %s = next, &x", x, v)
			}
		})
	case message.Member:
		g.readMember(f)
	default:
		if f.Kind == message.Nested {
			g.line("b, next := %sText(src, i)\nif i = next; i > len(src) {\nreturn false\n}\nif %s == nil {\n%s = new(%s)\n}", pkg, v, v, f.Nested.Type)
			g.merge(f.Nested, "b", v)
			break
		}
		if f.Kind == message.Bytes {
			g.line("%s, i = %sSome(src, i)", v, pkg)
			break
		}
		if call, ok := direct(f); ok {
			g.line("%s, i = %s(src, i)", v, pkg+call)
			break
		}
		g.readOne(f, func(x string) { g.line("i, %s = next, %s", v, x) })
	}
}

// caseWire is how the values of a field are framed one by one, or an entry of a map is.
func caseWire(f *message.Field) message.Wire {
	if f.Label == message.Map {
		return message.Length
	}
	return f.Kind.Wire()
}

// direct is the function that reads a value of the field's very type, if there is one.
func direct(f *message.Field) (call string, ok bool) {
	switch f.Kind {
	case message.Uint64:
		return "Varint", true
	case message.Fixed32:
		return "Fixed32", true
	case message.Fixed64:
		return "Fixed64", true
	case message.Float:
		return "Float", true
	case message.Double:
		return "Double", true
	case message.String:
		return "String", true
	case message.Bytes:
		return "Bytes", true
	}
	return "", false
}

// convert is the expression of a value that was read as a number u.
func convert(f *message.Field, u string) string {
	switch f.Kind {
	case message.Bool:
		return u + " != 0"
	case message.Sint32:
		return pkg + "Zigzag32(" + u + ")"
	case message.Sint64:
		return pkg + "Zigzag64(" + u + ")"
	}
	return f.Type + "(" + u + ")"
}

// number is the function that reads what convert converts.
func number(f *message.Field) string {
	switch f.Kind.Wire() {
	case message.Four:
		return "Fixed32"
	case message.Eight:
		return "Fixed64"
	}
	return "Varint"
}

// readOne prints how one value is read; use takes it, and next for the index behind it.
func (g *generator) readOne(f *message.Field, use func(x string)) {
	if f.Kind == message.Nested {
		g.line("b, next := %sText(src, i)\nif next > len(src) {\nreturn false\n}\nx := new(%s)", pkg, f.Nested.Type)
		g.merge(f.Nested, "b", "x")
		use("x")
		return
	}
	if call, ok := direct(f); ok {
		g.line("x, next := %s(src, i)", pkg+call)
		use("x")
		return
	}
	g.line("u, next := %s(src, i)", pkg+number(f))
	use(convert(f, "u"))
}

// merge prints how the message in b is read into v.
func (g *generator) merge(m *message.Message, b, v string) {
	if m.Library != "" {
		g.line("if !%sMergeByLibrary(%s, %s, depth+1) {\nreturn false\n}", pkg, b, v)
		return
	}
	g.need(m)
	depth := ""
	if m.Deep {
		depth = ", depth+1"
	}
	g.line("if !%s(%s, %s%s) {\nreturn false\n}", g.name("decode", m), b, v, depth)
}

// readPacked prints the case of numbers that are packed into one field.
func (g *generator) readPacked(f *message.Field, v string) {
	count := pkg + "Count(b)"
	switch f.Kind.Wire() {
	case message.Four:
		count = "len(b)/4"
	case message.Eight:
		count = "len(b)/8"
	}
	g.line("case %d: // %s, packed\nb, next := %sText(src, i)\ni = next\n%s = %sGrow(%s, %s)\nfor at := 0; at < len(b); {", tag(f, message.Length), f.Name, pkg, v, slicesPkg, v, count)
	if call, ok := direct(f); ok {
		g.line("x, next := %s(b, at)\nif at = next; at > len(b) {\nreturn false\n}\n%s = append(%s, x)", pkg+call, v, v)
	} else {
		g.line("u, next := %s(b, at)\nif at = next; at > len(b) {\nreturn false\n}\n%s = append(%s, %s)", pkg+number(f), v, v, convert(f, "u"))
	}
	g.line("}")
}

// readMember prints how a member of a oneof is read; a message is merged with the one that is there.
func (g *generator) readMember(f *message.Field) {
	v := "m." + f.Oneof.Go
	if f.Kind != message.Nested {
		g.readOne(f, func(x string) { g.line("i, %s = next, &%s{%s: %s}", v, f.Wrapper, f.Go, x) })
		return
	}
	g.line("b, next := %sText(src, i)\nif i = next; i > len(src) {\nreturn false\n}", pkg)
	g.line("w, _ := %s.(*%s)\nif w == nil {\nw = &%s{}\n%s = w\n}\nif w.%s == nil {\nw.%s = new(%s)\n}", v, f.Wrapper, f.Wrapper, v, f.Go, f.Go, f.Nested.Type)
	g.merge(f.Nested, "b", "w."+f.Go)
}

// readMap prints how an entry of a map is read: its key and value in any order, each the last time that it comes.
func (g *generator) readMap(f *message.Field, v string) {
	value := *f
	value.Number, value.Label = 2, message.Plain
	kind := f.Type
	if f.Kind == message.Nested {
		kind = "*" + f.Nested.Type
	}
	g.line("b, next := %sText(src, i)\ni = next\nif i > len(src) {\nreturn false\n}\nvar key %s\nvar val %s", pkg, f.Key.Type, kind)
	if f.Kind == message.Nested {
		g.line("val = new(%s)", f.Nested.Type)
	}
	g.line("for at := 0; at < len(b); {\ntag, next := %sVarint(b, at)\nat = next\nswitch tag {", pkg)
	for _, e := range []struct {
		f *message.Field
		v string
	}{{f.Key, "key"}, {&value, "val"}} {
		g.line("case %d:", tag(e.f, e.f.Kind.Wire()))
		switch call, ok := direct(e.f); {
		case e.f.Kind == message.Nested:
			g.line("nested, next := %sText(b, at)\nif at = next; at > len(b) {\nreturn false\n}", pkg)
			g.merge(e.f.Nested, "nested", e.v)
		case ok:
			g.line("%s, at = %s(b, at)", e.v, pkg+call)
		default:
			g.line("u, next := %s(b, at)\nat = next\n%s = %s", pkg+number(e.f), e.v, convert(e.f, "u"))
		}
	}
	g.line("default:\nat = %sSkip(b, tag, at)\n}\nif at > len(b) {\nreturn false\n}\n}\nif %s == nil {\n%s = map[%s]%s{}\n}\n%s[key] = val", pkg, v, v, f.Key.Type, kind, v)
}
