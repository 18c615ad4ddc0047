package jsoncodec

import (
	"cmp"
	"encoding/json/jsontext"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan/shape"
)

// appendRoot prints the function that writes a document.
func (g *generator) appendRoot() {
	t := g.shape.Root
	name := g.name(AppendRoot, t.Go)
	g.line("// %s appends *v to dst as JSON. After an error dst is returned as it was.", name)
	g.line("func %s(dst []byte, v *%s) ([]byte, error) {", name, t.Go)
	if !g.canFail(t) {
		g.appendValue(t, "*v", false, "0")
		g.line("return dst, nil\n}")
		return
	}
	g.line("start := len(dst)")
	if def := g.shape.Def(t.Go); def != nil {
		g.line("dst, err := %s", g.appendCall(def, "*v", "0"))
		g.line("if err != nil {\nreturn dst[:start], %sUnwritten(dst[start:], err)\n}", scanPkg)
		g.line("return dst, nil\n}")
		return
	}
	g.line("var err error")
	g.onFail = "return dst[:start], " + scanPkg + "Unwritten(dst[start:], err)"
	g.appendValue(t, "*v", false, "0")
	g.onFail = ""
	g.line("return dst, nil\n}")
}

// canFail reports whether writing a value has an error to handle.
func (g *generator) canFail(t shape.Type) bool {
	switch t.Kind {
	case shape.Bool, shape.Int, shape.Uint, shape.Bytes, shape.ByteArray:
		return false
	case shape.Pointer:
		return g.canFail(*t.Elem)
	}
	return true
}

// appendDef prints the helper that writes a composite type inside a document.
func (g *generator) appendDef(def *shape.Def) {
	name := g.name(Append, def.Go)
	g.line("// %s appends a %s as JSON.", name, plainType(def.Go))
	param := "v " + def.Go
	if def.Kind == shape.Struct || def.Kind == shape.Array {
		param = "v *" + def.Go
	}
	if def.Kind == shape.Fallback {
		g.line("// Since %s, this is left to encoding/json/v2, off the fast path.", def.Reason)
	}
	if def.Deep {
		param += ", depth int"
	}
	g.line("func %s(dst []byte, %s) ([]byte, error) {", name, param)
	if def.Deep && def.Kind != shape.Fallback {
		g.line("if err := %sTooDeep(depth); err != nil {\nreturn dst, err\n}", scanPkg)
	}
	switch def.Kind {
	case shape.Fallback:
		g.line("text, err := %sMarshal(&v, %sDeterministic(true))", jsonPkg, jsonPkg)
		g.line("if err != nil {\nreturn dst, %sCannotMarshal(%q, err)\n}", scanPkg, plainType(def.Go))
		g.line("return append(dst, text...), nil\n}")
	case shape.List, shape.Array:
		g.errVar(g.canFail(*def.Elem))
		g.line("dst = append(dst, '[')")
		g.line("for i := range v {\nif i > 0 {\ndst = append(dst, ',')\n}")
		g.appendValue(*def.Elem, "v[i]", false, "depth+1")
		g.line("}\nreturn append(dst, ']'), nil\n}")
	case shape.Map:
		g.appendMap(def)
	case shape.Struct:
		g.appendStruct(def)
	}
}

func (g *generator) errVar(used bool) {
	if used {
		g.line("var err error")
	}
}

// appendMap writes entries in the order of their names, as text.
func (g *generator) appendMap(def *shape.Def) {
	key := def.Key
	if key.Kind == shape.Fallback {
		g.appendTextMap(def)
		return
	}
	g.errVar(key.Kind == shape.String || g.canFail(*def.Elem))
	g.line("var few [16]string\nnames := few[:0]")
	g.line("for key := range v {")
	index := ""
	switch key.Kind {
	case shape.Int:
		g.line("names = append(names, %sFormatInt(%s, 10))", convPkg, convert(*key, "int64", "key"))
	case shape.Uint:
		g.line("names = append(names, %sFormatUint(%s, 10))", convPkg, convert(*key, "uint64", "key"))
	default:
		g.line("names = append(names, %s)", convert(*key, "string", "key"))
		index = "name"
	}
	g.line("}\n%sSortNames(names)", scanPkg)
	g.line("dst = append(dst, '{')")
	g.line("for i, name := range names {\nif i > 0 {\ndst = append(dst, ',')\n}")
	switch key.Kind {
	case shape.Int, shape.Uint:
		parse, wide := "ParseInt", "int64"
		if key.Kind == shape.Uint {
			parse, wide = "ParseUint", "uint64"
		}
		g.line("dst = append(dst, '\"')\ndst = append(dst, name...)\ndst = append(dst, `\":`...)")
		g.line("key, _ := %s%s(name, 10, 64) // name was formatted from a key above", convPkg, parse)
		index = "key"
		if key.Go != wide {
			index = key.Go + "(key)"
		}
	default:
		g.line("if dst, err = %sAppendString(dst, name); err != nil {\nreturn dst, err\n}", scanPkg)
		g.line("dst = append(dst, ':')")
		if key.Go != "string" {
			index = key.Go + "(name)"
		}
	}
	g.line("value := v[%s]", index)
	g.appendValue(*def.Elem, "value", false, "depth+1")
	g.line("}\nreturn append(dst, '}'), nil\n}")
}

// appendTextMap writes entries whose keys write themselves as text, in the order of the texts.
func (g *generator) appendTextMap(def *shape.Def) {
	g.line("var err error\nvar few [16]string\nnames := few[:0]\nkeys := make(map[string]%s, len(v))", def.Key.Go)
	g.line("for key := range v {\nstart := len(dst)")
	g.appendValue(*def.Key, "key", false, "depth+1")
	g.line("name, err := %sTextName(dst[start:])\ndst = dst[:start]", scanPkg)
	g.line("if err != nil {\nreturn dst, err\n}\nif _, twice := keys[name]; twice {\nreturn dst, %sTwoKeys(name)\n}", scanPkg)
	g.line("names, keys[name] = append(names, name), key\n}\n%sSortNames(names)", scanPkg)
	g.line("dst = append(dst, '{')")
	g.line("for i, name := range names {\nif i > 0 {\ndst = append(dst, ',')\n}")
	g.line("if dst, err = %sAppendString(dst, name); err != nil {\nreturn dst, err\n}\ndst = append(dst, ':')", scanPkg)
	g.line("value := v[keys[name]]")
	g.appendValue(*def.Elem, "value", false, "depth+1")
	g.line("}\nreturn append(dst, '}'), nil\n}")
}

// appendStruct writes members up to the first one that is always there with a comma behind them, and the rest with a
// comma in front, so that the commas join the constant text of the names.
func (g *generator) appendStruct(def *shape.Def) {
	fails := false
	certain := len(def.Fields) // the first field that is never left out
	for i, f := range def.Fields {
		fails = fails || g.canFail(f.Type)
		if certain == len(def.Fields) && !conditional(f) {
			certain = i
		}
	}
	g.errVar(fails || def.Rest != nil)
	if def.Rest != nil {
		g.line("start := len(dst)")
	}
	if certain > 0 || len(def.Fields) == 0 {
		g.line("dst = append(dst, '{')")
	}
	for i, f := range def.Fields {
		var lead string
		switch {
		case i == 0 && certain == 0:
			lead = "{"
		case i > certain:
			lead = ","
		}
		g.appendField(f, lead, i < certain)
	}
	switch r := def.Rest; {
	case r != nil:
		if certain == len(def.Fields) {
			g.line("if last := len(dst) - 1; dst[last] == ',' {\ndst = dst[:last]\n}")
		}
		g.line("dst = append(dst, '}')\nif len(v.%s) == 0 {\nreturn dst, nil\n}", r.Name)
		g.line("at := len(dst)")
		g.appendValue(r.Type, "v."+r.Name, false, "depth")
		g.line("return %sJoin(dst, start, at)\n}", scanPkg)
	case len(def.Fields) == 0:
		g.line("return append(dst, '}'), nil\n}")
	case certain == len(def.Fields):
		g.line("if last := len(dst) - 1; dst[last] == ',' {\ndst[last] = '}'\nreturn dst, nil\n}")
		g.line("return append(dst, '}'), nil\n}")
	default:
		g.line("return append(dst, '}'), nil\n}")
	}
}

// conditional reports whether a member is sometimes left out.
func conditional(f shape.Field) bool {
	for _, step := range f.Path {
		if step.Alloc != "" {
			return true
		}
	}
	return f.OmitZero != shape.Keep || f.OmitEmpty && mayBeEmpty(f.Type)
}

// mayBeEmpty reports whether the JSON text of some value of t is null, "", {} or [].
func mayBeEmpty(t shape.Type) bool {
	switch t.Kind {
	case shape.Bool, shape.Int, shape.Uint, shape.Float, shape.Time:
		return false
	}
	return true
}

func (g *generator) appendField(f shape.Field, lead string, comma bool) {
	ref := selector("v", f.Path)
	var conditions []string
	for i, step := range f.Path {
		if step.Alloc != "" {
			conditions = append(conditions, selector("v", f.Path[:i+1])+" != nil")
		}
	}
	if c := notZero(f, ref); c != "" {
		conditions = append(conditions, c)
	}
	unwrite := false // whether emptiness shows only in what has been written
	if f.OmitEmpty {
		switch f.Type.Kind {
		case shape.String, shape.List, shape.Map, shape.Array, shape.Bytes, shape.ByteArray:
			conditions = append(conditions, "len("+ref+") > 0")
		case shape.Pointer:
			conditions = append(conditions, ref+" != nil")
			unwrite = mayBeEmpty(*f.Type.Elem)
		default:
			unwrite = mayBeEmpty(f.Type)
		}
	}
	if len(conditions) > 0 {
		g.line("if %s {", strings.Join(conditions, " && "))
	} else if unwrite {
		g.line("{")
	}
	if unwrite {
		g.line("before := len(dst)")
	}
	g.line("dst = append(dst, %s...)", goString(lead+member(f.Name)))
	if unwrite {
		g.line("behind := len(dst)")
	}
	if f.Type.Kind == shape.Pointer && (f.OmitEmpty || f.OmitZero == shape.ZeroNil || f.OmitZero == shape.ZeroNilOr) {
		g.appendValue(*f.Type.Elem, "*"+ref, f.Quoted, "depth+1") // known not to be nil
	} else {
		g.appendValue(f.Type, ref, f.Quoted, "depth+1")
	}
	switch {
	case unwrite && comma:
		g.line("if %sIsEmpty(dst[behind:]) {\ndst = dst[:before]\n} else {\ndst = append(dst, ',')\n}", scanPkg)
	case unwrite:
		g.line("if %sIsEmpty(dst[behind:]) {\ndst = dst[:before]\n}", scanPkg)
	case comma:
		g.line("dst = append(dst, ',')")
	}
	if len(conditions) > 0 || unwrite {
		g.line("}")
	}
}

func notZero(f shape.Field, ref string) string {
	switch f.OmitZero {
	case shape.ZeroFalse:
		return convert(f.Type, "bool", ref)
	case shape.ZeroNumber:
		return ref + " != 0"
	case shape.ZeroString:
		return ref + ` != ""`
	case shape.ZeroNil:
		return ref + " != nil"
	case shape.ZeroMethod:
		return "!" + ref + ".IsZero()"
	case shape.ZeroNilOr:
		return ref + " != nil && !" + ref + ".IsZero()"
	case shape.ZeroLiteral:
		return ref + " != (" + f.Type.Go + "{})"
	}
	return ""
}

// appendValue prints the writing of the value that the expression ref stands for. depth is the number of containers
// around the value, written for deep types only.
func (g *generator) appendValue(t shape.Type, ref string, quoted bool, depth string) {
	fail := cmp.Or(g.onFail, "return dst, err")
	if def := g.shape.Def(t.Go); def != nil {
		g.line("if dst, err = %s; err != nil {\n%s\n}", g.appendCall(def, ref, depth), fail)
		return
	}
	number := func(format string, args ...any) {
		if quoted {
			g.line("dst = append(dst, '\"')")
		}
		g.line(format, args...)
		if quoted {
			g.line("dst = append(dst, '\"')")
		}
	}
	check := "if dst, err = " + scanPkg + "%s(dst, %s); err != nil {\n" + fail + "\n}"
	switch t.Kind {
	case shape.Bool:
		g.line("dst = %sAppendBool(dst, %s)", convPkg, convert(t, "bool", ref))
	case shape.Int:
		number("dst = %sAppendInt(dst, %s, 10)", convPkg, convert(t, "int64", ref))
	case shape.Uint:
		number("dst = %sAppendUint(dst, %s, 10)", convPkg, convert(t, "uint64", ref))
	case shape.Float:
		number(check, "AppendFloat"+strconv.Itoa(t.Bits), convert(t, t.Basic, ref))
	case shape.String:
		g.line(check, "AppendString", convert(t, "string", ref))
	case shape.Time:
		g.line(check, "AppendTime", ref)
	case shape.Bytes:
		g.line("dst = %sAppendBytes(dst, %s)", scanPkg, ref)
	case shape.ByteArray:
		g.line("dst = %sAppendBytes(dst, %s[:])", scanPkg, strings.TrimPrefix(ref, "*"))
	case shape.Pointer:
		g.line("if %s == nil {\ndst = append(dst, \"null\"...)\n} else {", ref)
		g.appendValue(*t.Elem, "*"+ref, quoted, depth)
		g.line("}")
	}
}

// appendCall is the call of a Def's helper on ref.
func (g *generator) appendCall(def *shape.Def, ref, depth string) string {
	if def.Kind == shape.Struct || def.Kind == shape.Array {
		ref = address(ref)
	}
	if def.Deep {
		ref += ", " + depth
	}
	return g.name(Append, def.Go) + "(dst, " + ref + ")"
}

// member is the constant text in front of a member's value.
func member(name string) string {
	quoted, err := jsontext.AppendQuote(nil, name)
	if err != nil {
		// jsonshape refuses such names; a replacement character keeps the text well-formed all the same.
		quoted = []byte(strconv.Quote(strings.ToValidUTF8(name, "\ufffd")))
	}
	return string(quoted) + ":"
}
