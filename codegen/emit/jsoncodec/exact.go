package jsoncodec

import (
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan/shape"
)

// Inexact says why a document can never be known to be the one that its codec writes, "" when it can.
func Inexact(s *shape.Shape) string {
	for i := range s.Defs {
		def := &s.Defs[i]
		switch {
		case def.Kind == shape.Fallback:
			return "it holds a " + plainType(def.Go) + ": " + def.Reason
		case def.Rest != nil:
			return "its field " + def.Rest.Name + " keeps members of any order"
		case def.Kind == shape.Map && def.Key.Kind == shape.Fallback:
			return "the keys of " + plainType(def.Go) + " write themselves"
		}
		for _, f := range def.Fields {
			switch f.OmitZero {
			case shape.ZeroMethod, shape.ZeroNilOr, shape.ZeroLiteral:
				return "whether " + f.Name + " is left out only its value says"
			}
			for _, step := range f.Path {
				if step.Alloc != "" {
					return "it embeds a pointer, " + step.Name
				}
			}
			if f.OmitEmpty && mayBeEmpty(f.Type) && s.Def(f.Type.Go) != nil && s.Def(f.Type.Go).Kind == shape.Array {
				return "whether " + f.Name + " is left out only its value says"
			}
		}
	}
	return ""
}

// Exact prints a function that says whether a document is the one that the codec would write of it. It returns the function
// and the declarations that no earlier call has given.
func Exact(root *shape.Shape, names Namer) (function, source string) {
	g := &generator{shape: root, named: map[declaration]string{}, part: &partial{names: names}}
	t := root.Root
	function, fresh := names("exact root", t.Go, "exact"+rootHint(root)+"JSON")
	if !fresh {
		return function, ""
	}
	g.line("// %s says whether src is the JSON that would be written of the value that it holds: true only if it is.", function)
	g.line("func %s(src []byte) bool {\ni := 0", function)
	g.exact(t, false, "0")
	g.line("return i == len(src)\n}")
	g.flush()
	for len(g.part.queue) > 0 {
		next := g.part.queue[0]
		g.part.queue = g.part.queue[1:]
		g.exactDef(next.def, next.name)
		g.flush()
	}
	return function, g.part.source.String()
}

// exactDef prints the function of a composite type.
func (g *generator) exactDef(def *shape.Def, name string) {
	g.line("// %s returns the index behind a %s at index i that stands there as it would be written, an index behind the end when it does not.", name, plainType(def.Go))
	param := ""
	if def.Deep {
		param = ", depth int"
	}
	g.line("func %s(src []byte, i int%s) int {", name, param)
	if def.Deep {
		g.line("if depth >= %sMaxDepth {\nreturn len(src) + 1\n}", scanPkg)
	}
	switch def.Kind {
	case shape.List, shape.Array:
		least, most := "", ""
		if def.Kind == shape.Array {
			least, most = "n := 0\n", "if n != "+strconv.FormatInt(def.Len, 10)+" {\nreturn len(src) + 1\n}\n"
		} else {
			g.line("if i+1 < len(src) && src[i] == '[' && src[i+1] == ']' {\nreturn i + 2\n}")
		}
		if def.Kind == shape.Array && def.Len == 0 {
			g.line("return %sExactly(src, i, \"[]\")\n}", scanPkg)
			return
		}
		g.line("%sfor lead := \"[\"; ; lead = \",\" {\ni = %sExactly(src, i, lead)", least, scanPkg)
		g.exact(*def.Elem, false, "depth+1")
		count := ""
		if def.Kind == shape.Array {
			count = "n++\n"
		}
		g.line("%sif i >= len(src) {\nreturn len(src) + 1\n}\nif src[i] == ']' {\n%sreturn i + 1\n}\n}\n}", count, most)
	case shape.Map:
		g.line("if i+1 < len(src) && src[i] == '{' && src[i+1] == '}' {\nreturn i + 2\n}")
		g.line("var last []byte\nfor lead := \"{\"; ; lead = \",\" {\nvar name []byte\nname, i = %sExactText(src, %sExactly(src, i, lead))", scanPkg, scanPkg)
		check := ""
		if def.Key.Kind == shape.Int || def.Key.Kind == shape.Uint {
			check = " || !" + scanPkg + "ExactNumberName(name, " + bits(*def.Key) + ", " + strconv.FormatBool(def.Key.Kind == shape.Int) + ")"
		}
		g.line("if i > len(src) || last != nil && string(name) <= string(last)%s {\nreturn len(src) + 1\n}\nlast = name\ni = %sExactly(src, i, \":\")", check, scanPkg)
		g.exact(*def.Elem, false, "depth+1")
		g.line("if i >= len(src) {\nreturn len(src) + 1\n}\nif src[i] == '}' {\nreturn i + 1\n}\n}\n}")
	case shape.Struct:
		g.exactStruct(def)
	}
}

// exactStruct takes members in their order. Up to the first one that is always there a variable knows what stands before a
// member.
func (g *generator) exactStruct(def *shape.Def) {
	certain := false
	if len(def.Fields) == 0 {
		g.line("return %sExactly(src, i, \"{}\")\n}", scanPkg)
		return
	}
	if conditional(def.Fields[0]) {
		g.line("lead := byte('{')")
	}
	for k, f := range def.Fields {
		if !conditional(f) {
			switch {
			case k == 0:
				g.line("i = %sExactly(src, i, %s)", scanPkg, goString("{"+member(f.Name)))
			case certain:
				g.line("i = %sExactly(src, i, %s)", scanPkg, goString(","+member(f.Name)))
			default:
				g.line("if next, more := %sExactMember(src, i, lead, %s); more {\ni = next\n} else {\nreturn len(src) + 1\n}", scanPkg, goString(member(f.Name)))
			}
			certain = true
			g.exact(f.Type, f.Quoted, "depth+1")
			continue
		}
		lead, then := "lead", "\nlead = ','"
		if certain {
			lead, then = "','", ""
		}
		g.line("if next, more := %sExactMember(src, i, %s, %s); more {\ni = next\nstart := i", scanPkg, lead, goString(member(f.Name)))
		g.exact(f.Type, f.Quoted, "depth+1")
		g.line("if i > len(src) {\nreturn i\n}\nswitch string(src[start:i]) {\ncase %s:\nreturn len(src) + 1\n}%s\n}", strings.Join(leftOut(f), ", "), then)
	}
	if certain {
		g.line("return %sExactly(src, i, \"}\")\n}", scanPkg)
		return
	}
	g.line("return %sExactClose(src, i, lead)\n}", scanPkg)
}

// leftOut are the texts of the values with which a member is not written.
func leftOut(f shape.Field) (out []string) {
	texts := map[string]bool{}
	if f.OmitEmpty {
		for _, t := range []string{"null", `""`, "{}", "[]"} {
			texts[t] = true
		}
	}
	switch f.OmitZero {
	case shape.ZeroFalse:
		texts["false"] = true
	case shape.ZeroNumber:
		texts["0"], texts[`"0"`] = true, true
	case shape.ZeroString:
		texts[`""`] = true
	case shape.ZeroNil:
		texts["null"] = true
	}
	for _, t := range []string{"null", `""`, "{}", "[]", "false", "0", `"0"`} {
		if texts[t] {
			out = append(out, goString(t))
		}
	}
	return out
}

// exact prints how a value at i is passed over where it stands as it would be written; it sets i.
func (g *generator) exact(t shape.Type, quoted bool, depth string) {
	if def := g.shape.Def(t.Go); def != nil {
		name, fresh := g.part.names("exact", def.Go, "exact"+def.Hint)
		if fresh {
			g.part.queue = append(g.part.queue, partWanted{def, nil, name})
		}
		param := ""
		if def.Deep {
			param = ", " + depth
		}
		g.line("i = %s(src, i%s)", name, param)
		return
	}
	number := func(call string, args ...string) {
		if quoted {
			g.line("i = %sExactly(src, i, `\"`)", scanPkg)
		}
		g.line("i = %s%s(src, i%s)", scanPkg, call, strings.Join(append([]string{""}, args...), ", "))
		if quoted {
			g.line("i = %sExactly(src, i, `\"`)", scanPkg)
		}
	}
	switch t.Kind {
	case shape.Bool:
		g.line("i = %sExactBool(src, i)", scanPkg)
	case shape.Int:
		number("ExactInt", bits(t))
	case shape.Uint:
		number("ExactUint", bits(t))
	case shape.Float:
		number("ExactFloat", strconv.Itoa(t.Bits))
	case shape.String:
		g.line("i = %sExactString(src, i)", scanPkg)
	case shape.Time:
		g.line("i = %sExactTime(src, i)", scanPkg)
	case shape.Bytes:
		g.line("i = %sExactBytes(src, i, -1)", scanPkg)
	case shape.ByteArray:
		g.line("i = %sExactBytes(src, i, %d)", scanPkg, t.Len)
	case shape.Pointer:
		// null is the pointer's own; what it points at is never written as null but where it is a pointer too.
		g.line("if i < len(src) && src[i] == 'n' {\ni = %sExactly(src, i, \"null\")\n} else {", scanPkg)
		g.exact(*t.Elem, quoted, depth)
		g.line("}")
	}
}
