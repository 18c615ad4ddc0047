package avrocodec

import (
	"strings"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// Inexact says why a value's bytes can never be known to be those that its codec writes, "" when they can.
func Inexact(s *avroschema.Shape) string { return inexact(s, map[*avroschema.Shape]bool{}) }

func inexact(s *avroschema.Shape, seen map[*avroschema.Shape]bool) string {
	if s == nil || seen[s] {
		return ""
	}
	seen[s] = true
	for _, f := range s.Fields {
		if f.Shape == nil && f.Field != nil {
			return "the Go type lacks the schema's field " + f.Field.Name
		}
		if why := inexact(f.Shape, seen); why != "" {
			return why
		}
	}
	return inexact(s.Elem, seen)
}

// Exact prints a function that says whether a value's bytes are those that the codec would write. It returns the function
// and the declarations that were not printed before.
func (p *Printer) Exact(root *avroschema.Shape) (function, source string) {
	g := &generator{p: p}
	g.needExact(root)
	function = g.name("exact", root)
	for len(g.queue) > 0 {
		next := g.queue[0].shape
		g.queue = g.queue[1:]
		g.text.Reset()
		g.exactFunc(next)
		g.out.WriteString(g.text.String())
	}
	return function, g.out.String()
}

// needExact queues the function of a shape, once.
func (g *generator) needExact(s *avroschema.Shape) {
	if key := "exact " + g.id(s); !g.p.done[key] {
		g.p.done[key] = true
		g.queue = append(g.queue, wanted{s, false})
	}
}

func (g *generator) exactFunc(s *avroschema.Shape) {
	g.vars = 0
	param := ""
	if deep(s) {
		param = ", depth int"
	}
	name := g.name("exact", s)
	g.line("// %s returns the index behind a %s at index i that stands there as %s would write it, an index behind the end when it does not.\nfunc %s(src []byte, i int%s) int {",
		name, comment(s), g.name("append", s), name, param)
	if s.Deep {
		g.line("if depth > %sMaxDepth {\nreturn %sBad(src)\n}", avroPkg, avroPkg)
	}
	switch s.Form {
	case avroschema.FormRecord:
		for _, f := range s.Fields {
			g.exact(f.Shape, f.Field.Name)
		}
		g.passOver()
	case avroschema.FormUnion:
		g.line("branch, i := %sExactBranch(src, i, %d)\nif i > len(src) {\nreturn i\n}\nswitch branch {", avroPkg, len(s.Fields))
		for k, f := range s.Fields {
			if f.Shape != nil {
				g.line("case %d:", k)
				g.exact(f.Shape, f.Name)
				g.passOver()
			}
		}
		g.line("}")
	case avroschema.FormList:
		g.line("n, i := %sExactCount(src, i, %d)\nfor range n {", avroPkg, avroschema.Least(s.Schema.Items))
		g.exact(s.Elem, "item")
		g.passOver()
		g.line("if i > len(src) {\nreturn i\n}\n}\nreturn %sExactEnd(src, i, n)\n}\n", avroPkg)
		return
	case avroschema.FormMap:
		g.line("n, i := %sExactCount(src, i, %d)\nvar last []byte\nfor k := range n {\nvar key []byte\nif key, i = %sExactKey(src, i); i > len(src) || k > 0 && string(key) <= string(last) {\nreturn %sBad(src)\n}\nlast = key",
			avroPkg, avroschema.Least(s.Schema.Items)+1, avroPkg, avroPkg)
		g.exact(s.Elem, "item")
		g.passOver()
		g.line("if i > len(src) {\nreturn i\n}\n}\nreturn %sExactEnd(src, i, n)\n}\n", avroPkg)
		return
	default:
		g.exact(s, "value")
		g.passOver()
	}
	g.line("return i\n}\n")
}

// exact prints how a value is passed over, or found not to be as it would be written.
func (g *generator) exact(s *avroschema.Shape, label string) {
	size := 0
	switch s.Form {
	case avroschema.FormFloat:
		size = 4
	case avroschema.FormDouble:
		size = 8
	case avroschema.FormDuration:
		size = 12
	case avroschema.FormFixed:
		size = s.Schema.Size
	}
	if size > 0 {
		g.fixed += size
		g.over = append(g.over, label)
		return
	}
	g.passOver()
	if own(s) {
		g.needExact(s)
		depth := ""
		if deep(s) {
			depth = ", depth+1"
		}
		g.line("i = %s(src, i%s) // %s", g.name("exact", s), depth, label)
		return
	}
	switch s.Form {
	case avroschema.FormBool:
		g.line("i = %sSkipBool(src, i) // %s", avroPkg, label)
	case avroschema.FormInt:
		call, _ := whole(s)
		g.line("i = %s // %s", strings.Replace(call, avroPkg, avroPkg+"Exact", 1), label)
	case avroschema.FormString, avroschema.FormBytes:
		g.line("i = %sExactText(src, i) // %s", avroPkg, label)
	case avroschema.FormSymbol:
		g.line("_, i = %sExactBranch(src, i, %d) // %s", avroPkg, len(s.Schema.Symbols), label)
	case avroschema.FormIndex:
		g.line("_, i = %sExactBranch(src, i, %d) // %s", avroPkg, min(len(s.Schema.Symbols), highest(s.Type)), label)
	case avroschema.FormPointer, avroschema.FormOpt, avroschema.FormNil:
		b := g.fresh("branch")
		g.line("var %s int\nif %s, i = %sExactBranch(src, i, 2); i > len(src) {\nreturn i\n}\nif %s == %d {", b, b, avroPkg, b, 1-s.Null)
		g.exact(s.Elem, label)
		g.passOver()
		g.line("}")
	case avroschema.FormRequired:
		g.exact(s.Elem, label)
	case avroschema.FormTime:
		g.line("i = %sExactTime(src, i, %q) // %s", avroPkg, s.Schema.Logical, label)
	case avroschema.FormDecimal:
		size := -1
		if s.Schema.Kind == avroschema.Fixed {
			size = s.Schema.Size
		}
		g.line("i = %sExactDecimal(src, i, %d, %d, %d) // %s", avroPkg, size, s.Schema.Precision, s.Schema.Scale, label)
	case avroschema.FormClock:
		g.line("i = %sExactClock(src, i, %s) // %s", avroPkg, unit(s), label)
	}
}
