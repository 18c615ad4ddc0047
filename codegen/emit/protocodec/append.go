package protocodec

import "github.com/streamgen/streamgen/codegen/plan/message"

// appendFunc prints the function that appends a message's fields: by number, as Java, C++ and Python do, then what the
// message does not know.
func (g *generator) appendFunc(m *message.Message) {
	name, param := g.name("append", m), ""
	if m.Deep {
		param = ", depth int"
	}
	g.line("// %s appends the fields of a %s; nil when it cannot be written.\nfunc %s(dst []byte, m *%s%s) []byte {", name, comment(m), name, m.Type, param)
	if m.Deep {
		g.line("if depth > %sMaxDepth {\nreturn nil\n}", pkg)
	}
	for i := 0; i < len(m.Fields); i++ {
		f := m.Fields[i]
		if f.Label != message.Member {
			g.field(f)
			continue
		}
		first := i
		for i+1 < len(m.Fields) && m.Fields[i+1].Oneof == f.Oneof {
			i++
		}
		g.members(f.Oneof, m.Fields[first:i+1])
	}
	g.line("return append(dst, *%sUnknown(m, %s)...)\n}", pkg, g.name("unknown", m))
	g.flush()
}

// present is the condition under which a plain value is written: it is not zero, and -0 is not.
func present(f *message.Field, v string) string {
	switch f.Kind {
	case message.Bool:
		return v
	case message.String, message.Bytes:
		return "len(" + v + ") > 0"
	case message.Float:
		return mathPkg + "Float32bits(" + v + ") != 0"
	case message.Double:
		return mathPkg + "Float64bits(" + v + ") != 0"
	case message.Nested:
		return v + " != nil"
	}
	return v + " != 0"
}

func (g *generator) field(f *message.Field) {
	v := "m." + f.Go
	switch {
	case f.Label == message.Map:
		g.mapField(f, v)
	case f.Packed:
		start := g.fresh("start")
		g.line("if len(%s) > 0 {\ndst = append(dst, %s, 0)\n%s := len(dst)\nfor _, x := range %s {", v, tagBytes(f, message.Length), start, v)
		g.value(f, "x")
		g.line("}\ndst = %sEnd(dst, %s)\n}", pkg, start)
	case f.Label == message.Repeated:
		g.line("for _, x := range %s {", v)
		g.tagged(f, "x")
		g.line("}")
	case f.Label == message.Optional && f.Kind == message.Bytes:
		g.line("if %s != nil {", v)
		g.tagged(f, v)
		g.line("}")
	case f.Label == message.Optional:
		g.line("if %s != nil {", v)
		g.tagged(f, "*"+v)
		g.line("}")
	default:
		g.line("if %s {", present(f, v))
		g.tagged(f, v)
		g.line("}")
	}
}

// members prints members of a oneof between which no other field stands.
func (g *generator) members(o *message.Oneof, members []*message.Field) {
	if f := members[0]; len(members) == 1 {
		g.line("if x, _ := m.%s.(*%s); x != nil {", o.Go, f.Wrapper)
		g.tagged(f, "x."+f.Go)
		g.line("}")
		return
	}
	g.line("switch x := m.%s.(type) {", o.Go)
	for _, f := range members {
		g.line("case *%s:\nif x != nil {", f.Wrapper)
		g.tagged(f, "x."+f.Go)
		g.line("}")
	}
	g.line("}")
}

// mapField prints a map's entries in the order of their keys.
func (g *generator) mapField(f *message.Field, v string) {
	start := g.fresh("start")
	if f.Key.Kind == message.Bool { // which have no order in Go
		g.line("for _, key := range [...]%s{false, true} {\nx, ok := %s[key]\nif !ok {\ncontinue\n}", f.Key.Type, v)
	} else {
		g.line("for _, key := range %sSorted(%sKeys(%s)) {\nx := %s[key]", slicesPkg, mapsPkg, v, v)
	}
	g.line("dst = append(dst, %s, 0)\n%s := len(dst)", tagBytes(f, message.Length), start)
	g.tagged(f.Key, "key")
	value := *f
	value.Number = 2
	g.tagged(&value, "x")
	g.line("dst = %sEnd(dst, %s)\n}", pkg, start)
}

// tagged prints a tag and a value.
func (g *generator) tagged(f *message.Field, v string) {
	if f.Kind != message.Nested {
		g.line("dst = append(dst, %s)", tagBytes(f, f.Kind.Wire()))
		g.value(f, v)
		return
	}
	start := g.fresh("start")
	g.line("dst = append(dst, %s, 0)\n%s := len(dst)", tagBytes(f, message.Length), start)
	if f.Label != message.Plain {
		g.line("if %s != nil {", v)
	}
	m := f.Nested
	depth := ""
	if m.Deep {
		depth = ", depth+1"
	}
	if m.Library != "" {
		g.line("if dst = %sAppendByLibrary(dst, %s, depth+1); dst == nil {\nreturn nil\n}", pkg, v)
	} else {
		g.need(m)
		g.line("if dst = %s(dst, %s%s); dst == nil {\nreturn nil\n}", g.name("append", m), v, depth)
	}
	if f.Label != message.Plain {
		g.line("}")
	}
	g.line("dst = %sEnd(dst, %s)", pkg, start)
}

// value prints how a value is appended without its tag.
func (g *generator) value(f *message.Field, v string) {
	switch f.Kind {
	case message.Bool:
		g.line("dst = %sAppendBool(dst, %s)", pkg, v)
	case message.Int32, message.Enum:
		g.line("dst = %sAppendVarint(dst, uint64(int64(%s)))", pkg, v)
	case message.Int64, message.Uint32:
		g.line("dst = %sAppendVarint(dst, uint64(%s))", pkg, v)
	case message.Uint64:
		g.line("dst = %sAppendVarint(dst, %s)", pkg, v)
	case message.Sint32:
		g.line("dst = %sAppendZigzag(dst, int64(%s))", pkg, v)
	case message.Sint64:
		g.line("dst = %sAppendZigzag(dst, %s)", pkg, v)
	case message.Fixed32:
		g.line("dst = %sAppendFixed32(dst, %s)", pkg, v)
	case message.Sfixed32:
		g.line("dst = %sAppendFixed32(dst, uint32(%s))", pkg, v)
	case message.Fixed64:
		g.line("dst = %sAppendFixed64(dst, %s)", pkg, v)
	case message.Sfixed64:
		g.line("dst = %sAppendFixed64(dst, uint64(%s))", pkg, v)
	case message.Float:
		g.line("dst = %sAppendFloat(dst, %s)", pkg, v)
	case message.Double:
		g.line("dst = %sAppendDouble(dst, %s)", pkg, v)
	case message.String:
		g.line("if dst = %sAppendString(dst, %s); dst == nil {\nreturn nil\n}", pkg, v)
	case message.Bytes:
		g.line("dst = %sAppendBytes(dst, %s)", pkg, v)
	}
}
