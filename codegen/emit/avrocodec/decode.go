package avrocodec

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// decodeFunc prints the function that reads a value; with view strings and bytes lie in the source.
func (g *generator) decodeFunc(s *avroschema.Shape, view bool) {
	g.vars = 0
	g.view = view
	how, nothing := "", g.p.parts[s] == unread
	if view {
		how = "; strings and bytes lie in src"
	}
	name, param := g.name(g.role(s, view), s), ""
	if deep(s) {
		param = ", depth int"
	}
	switch part := strings.TrimSpace(g.p.parts[s]); {
	case nothing:
		g.line("// %s checks a value of type %s at index i, which nothing reads, and returns the index behind it.\nfunc %s(src []byte, i int%s) int {", name, comment(s), name, param)
	case part != "":
		g.line("// %s reads %s of type %s at index i, checks the rest, and returns the index behind it%s.\nfunc %s(src []byte, i int, v *%s%s) int {",
			name, strings.ReplaceAll(part, ",", ", "), comment(s), how, name, bare(s.Type.Go), param)
	default:
		g.line("// %s reads a %s at index i and returns the index behind it%s.\nfunc %s(src []byte, i int, v *%s%s) int {", name, comment(s), how, name, bare(s.Type.Go), param)
	}
	if s.Deep {
		g.line("if depth > %sMaxDepth {\nreturn %sBad(src)\n}", avroPkg, avroPkg)
	}
	switch s.Form {
	case avroschema.FormRecord:
		for _, f := range s.Fields {
			if f.Shape == nil {
				g.passOver()
				g.skip(f.Type, f.Field.Name)
				continue
			}
			if g.p.parts[f.Shape] == unread {
				g.check(f.Shape, f.Field.Name)
				continue
			}
			g.passOver()
			g.read(f.Shape, "v."+f.Name)
		}
		g.passOver()
	case avroschema.FormUnion:
		g.line("branch, i := %sBranch(src, i, %d)\nif i > len(src) {\nreturn i\n}\nswitch branch {", avroPkg, len(s.Fields))
		for k, f := range s.Fields {
			if f.Shape == nil {
				continue
			}
			if g.p.parts[f.Shape] == unread {
				g.line("case %d:", k)
				g.check(f.Shape, f.Name)
				g.passOver()
				continue
			}
			g.line("case %d:\nv.%s = new(%s)", k, f.Name, bare(f.Shape.Type.Go))
			g.read(f.Shape, "(*v."+f.Name+")")
		}
		g.line("}")
	case avroschema.FormList:
		if nothing {
			g.line("for total := 0; ; {\nvar n int\nif n, i = %sBlock(src, i, %d, total); n == 0 {\nreturn i\n}\ntotal += n\nfor range n {", avroPkg, avroschema.Least(s.Schema.Items))
			g.check(s.Elem, "item")
			g.passOver()
			g.line("if i > len(src) {\nreturn i\n}\n}\n}\n}\n")
			return
		}
		g.line("list := %s{}\nfor {\nvar n int\nif n, i = %sBlock(src, i, %d, len(list)); n == 0 {\n*v = list\nreturn i\n}", bare(s.Type.Go), avroPkg, avroschema.Least(s.Schema.Items))
		g.line("list = %sGrow(list, min(n, 64))\nfor range n {\nvar item %s", slicesPkg, bare(s.Elem.Type.Go))
		g.readOrCheck(s.Elem, "item")
		g.line("if i > len(src) {\nreturn i\n}\nlist = append(list, item)\n}\n}\n}\n")
		return
	case avroschema.FormMap:
		if nothing {
			g.line("for total := 0; ; {\nvar n int\nif n, i = %sBlock(src, i, %d, total); n == 0 {\nreturn i\n}\ntotal += n\nfor range n {\ni = %sSkipText(src, i)", avroPkg, avroschema.Least(s.Schema.Items)+1, avroPkg)
			g.check(s.Elem, "item")
			g.passOver()
			g.line("if i > len(src) {\nreturn i\n}\n}\n}\n}\n")
			return
		}
		g.line("m := %s{}\nfor total := 0; ; {\nvar n int\nif n, i = %sBlock(src, i, %d, total); n == 0 {\n*v = m\nreturn i\n}\ntotal += n\nfor range n {", bare(s.Type.Go), avroPkg, avroschema.Least(s.Schema.Items)+1)
		g.line("var key string\nkey, i = %s%s(src, i)\nvar item %s", avroPkg, g.text0("String", "View"), bare(s.Elem.Type.Go))
		g.read(s.Elem, "item")
		key := "key"
		if s.Type.Key.Go != "string" {
			key = bare(s.Type.Key.Go) + "(key)"
		}
		g.line("if i > len(src) {\nreturn i\n}\nm[%s] = item\n}\n}\n}\n", key)
		return
	default:
		g.readOrCheck(s, "(*v)")
	}
	g.line("return i\n}\n")
}

// readOrCheck prints how a value is read into v, or passed over when nothing reads it.
func (g *generator) readOrCheck(s *avroschema.Shape, v string) {
	if g.p.parts[s] == unread {
		g.check(s, v)
		g.passOver()
		return
	}
	g.read(s, v)
}

// text0 chooses between copying and viewing.
func (g *generator) text0(copies, views string) string {
	if g.view {
		return views
	}
	return copies
}

// set prints v, i = call, converted where the Go type is not the predeclared one.
func (g *generator) set(v string, t *avroschema.GoType, basic, call string) {
	if t.Go == basic {
		g.line("%s, i = %s", v, call)
		return
	}
	x := g.fresh("x")
	g.line("var %s %s\n%s, i = %s\n%s = %s(%s)", x, basic, x, call, v, bare(t.Go), x)
}

// read prints how a value is read into v, which is addressable.
func (g *generator) read(s *avroschema.Shape, v string) {
	t := s.Type
	if own(s) {
		g.need(s, g.view)
		depth := ""
		if deep(s) {
			depth = ", depth+1"
		}
		g.line("i = %s(src, i, &%s%s)", g.name(g.role(s, g.view), s), v, depth)
		return
	}
	size := "-1"
	if s.Schema.Kind == avroschema.Fixed {
		size = strconv.Itoa(s.Schema.Size)
	}
	switch s.Form {
	case avroschema.FormBool:
		g.set(v, t, "bool", avroPkg+"Bool(src, i)")
	case avroschema.FormInt:
		g.whole(s, v)
	case avroschema.FormFloat:
		g.set(v, t, "float32", avroPkg+"Float(src, i)")
	case avroschema.FormDouble:
		g.set(v, t, "float64", avroPkg+"Double(src, i)")
	case avroschema.FormString:
		g.set(v, t, "string", avroPkg+g.text0("String", "View")+"(src, i)")
	case avroschema.FormBytes:
		g.line("%s, i = %s%s(src, i)", v, avroPkg, g.text0("Bytes", "Lent"))
	case avroschema.FormFixed:
		b := g.fresh("b")
		g.line("var %s []byte\n%s, i = %sFixed(src, i, %s)\ncopy(%s[:], %s)", b, b, avroPkg, size, v, b)
	case avroschema.FormSymbol:
		b := g.fresh("at")
		g.line("var %s int\n%s, i = %sBranch(src, i, %d)\nswitch %s {", b, b, avroPkg, len(s.Schema.Symbols), b)
		for i, symbol := range s.Schema.Symbols {
			g.line("case %d:\n%s = %q", i, v, symbol)
		}
		g.line("}")
	case avroschema.FormIndex:
		b := g.fresh("at")
		g.line("var %s int\n%s, i = %sBranch(src, i, %d)\n%s = %s(%s)", b, b, avroPkg, min(len(s.Schema.Symbols), highest(t)), v, bare(t.Go), b)
	case avroschema.FormPointer, avroschema.FormOpt, avroschema.FormNil:
		b := g.fresh("branch")
		g.line("var %s int\nif %s, i = %sBranch(src, i, 2); i > len(src) {\nreturn i\n}\nif %s == %d {", b, b, avroPkg, b, 1-s.Null)
		switch s.Form {
		case avroschema.FormPointer:
			p := g.fresh("p")
			g.line("%s := new(%s)\n%s = %s", p, bare(t.Elem.Go), v, p)
			g.readOrCheck(s.Elem, "(*"+p+")")
		case avroschema.FormOpt:
			g.line("%s.OK = true", v)
			g.readOrCheck(s.Elem, v+".V")
		default:
			g.read(s.Elem, v)
		}
		g.line("}")
	case avroschema.FormRequired:
		g.line("%s = new(%s)", v, bare(t.Elem.Go))
		g.readOrCheck(s.Elem, "(*"+v+")")
	case avroschema.FormTime, avroschema.FormDecimal, avroschema.FormDuration:
		g.line("%s, i = %s", v, special(s))
	case avroschema.FormClock:
		g.set(v, t, timePkg+"Duration", special(s))
	}
}

// highest is how many indices an integer type has room for.
func highest(t *avroschema.GoType) int {
	switch {
	case t.Bits == 8 && t.Kind == avroschema.GoInt:
		return 1 << 7
	case t.Bits == 8:
		return 1 << 8
	case t.Bits == 16 && t.Kind == avroschema.GoInt:
		return 1 << 15
	}
	return 1 << 16 << 15
}

// whole reads an int or long into an integer type, whose range it checks where it is narrower.
func (g *generator) whole(s *avroschema.Shape, v string) {
	call, basic := whole(s)
	if basic == "" {
		x := g.fresh("x")
		g.line("var %s int64\n%s, i = %s\n%s = %s(%s)", x, x, call, v, bare(s.Type.Go), x)
		return
	}
	g.set(v, s.Type, basic, call)
}

// whole is the call that reads an int or long, and the type of what it returns; "" is an int64 within the range of
// another type.
func whole(s *avroschema.Shape) (call, basic string) {
	t := s.Type
	low, high := "", ""
	switch {
	case t.Kind == avroschema.GoInt && t.Bits == 64, t.Kind == avroschema.GoInt && t.Bits == 32 && s.Schema.Kind == avroschema.Int:
	case t.Kind == avroschema.GoInt && t.Bits > 0:
		low, high = fmt.Sprintf("%sMinInt%d", mathPkg, t.Bits), fmt.Sprintf("%sMaxInt%d", mathPkg, t.Bits)
	case t.Kind == avroschema.GoInt:
		low, high = mathPkg+"MinInt", mathPkg+"MaxInt"
	case t.Bits > 0 && t.Bits < 64:
		low, high = "0", fmt.Sprintf("%sMaxUint%d", mathPkg, t.Bits)
	case t.Bits == 64:
		low, high = "0", mathPkg+"MaxInt64"
	default:
		low, high = "0", mathPkg+"MaxInt"
	}
	switch {
	case s.Schema.Kind == avroschema.Int && (low == "" || t.Bits == 64 || t.Bits == 0 && t.Kind == avroschema.GoInt):
		return avroPkg + "Int(src, i)", "int32"
	case s.Schema.Kind == avroschema.Int && (t.Bits == 0 || t.Bits >= 32): // unsigned: not above an int's range
		return fmt.Sprintf("%sWithin(src, i, 0, %sMaxInt32)", avroPkg, mathPkg), ""
	case low == "":
		return avroPkg + "Long(src, i)", "int64"
	}
	return fmt.Sprintf("%sWithin(src, i, %s, %s)", avroPkg, low, high), ""
}

// skip prints how a value that nobody reads is passed over.
func (g *generator) skip(s *avroschema.Schema, label string) {
	switch s.Kind {
	case avroschema.Null:
	case avroschema.Boolean:
		g.line("i = %sSkipBytes(src, i, 1) // %s", avroPkg, label)
	case avroschema.Int, avroschema.Long, avroschema.Enum:
		g.line("i = %sSkipLong(src, i) // %s", avroPkg, label)
	case avroschema.Float:
		g.line("i = %sSkipBytes(src, i, 4) // %s", avroPkg, label)
	case avroschema.Double:
		g.line("i = %sSkipBytes(src, i, 8) // %s", avroPkg, label)
	case avroschema.Bytes, avroschema.String:
		g.line("i = %sSkipText(src, i) // %s", avroPkg, label)
	case avroschema.Fixed:
		g.line("i = %sSkipBytes(src, i, %d) // %s", avroPkg, s.Size, label)
	case avroschema.Union:
		b := g.fresh("branch")
		g.line("var %s int\nif %s, i = %sBranch(src, i, %d); i > len(src) {\nreturn i\n}\nswitch %s { // %s", b, b, avroPkg, len(s.Branches), b, label)
		for k, branch := range s.Branches {
			if branch.Kind != avroschema.Null {
				g.line("case %d:", k)
				g.skip(branch, branch.Label())
			}
		}
		g.line("}")
	case avroschema.Record:
		if g.within[s] {
			g.line("i = %sSkipValue(%q, src, i) // %s", avroPkg, s.String(), label)
			return
		}
		if g.within == nil {
			g.within = map[*avroschema.Schema]bool{}
		}
		g.within[s] = true
		for _, f := range s.Fields {
			g.skip(f.Type, label+"."+f.Name)
		}
		delete(g.within, s)
	case avroschema.Array, avroschema.Map:
		least := avroschema.Least(s.Items)
		if s.Kind == avroschema.Map {
			least++
		}
		n, total := g.fresh("n"), g.fresh("total")
		g.line("for %s := 0; ; { // %s\nvar %s int\nif %s, i = %sBlock(src, i, %d, %s); %s == 0 {\nbreak\n}\n%s += %s\nfor range %s {", total, label, n, n, avroPkg, least, total, n, total, n, n)
		if s.Kind == avroschema.Map {
			g.line("i = %sSkipText(src, i)", avroPkg)
		}
		g.skip(s.Items, "item")
		g.line("if i > len(src) {\nreturn i\n}\n}\n}")
	}
}
