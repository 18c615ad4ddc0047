package avrocodec

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/internal/avroschema"
)

// cutting is a shape and what is read of it.
type cutting struct {
	shape *avroschema.Shape
	reads string
}

// unread marks shapes of which nothing is read: their values are checked as a decoder would, and passed over.
const unread = " unread"

// Part prints a decoder of root that keeps what reads says and checks the rest: bytes that the whole decoder refuses are
// refused. With view strings and bytes lie in the source. It returns the function and the declarations that were not
// printed before.
func (p *Printer) Part(root *avroschema.Shape, reads *plan.Reads, view bool) (function, source string) {
	g := &generator{p: p}
	s := p.part(root, reads)
	g.need(s, view)
	function = g.name(g.role(s, view), s)
	g.drain()
	return function, g.out.String()
}

// part is a shape of which only a part is read; nil reads nothing.
func (p *Printer) part(s *avroschema.Shape, r *plan.Reads) *avroschema.Shape {
	if s == nil || r != nil && r.All {
		return s
	}
	text := unread
	if r != nil {
		text = " " + r.String()
	}
	if c := p.cut[cutting{s, text}]; c != nil {
		return c
	}
	if r != nil && !divisible(s) {
		return s
	}
	c := *s
	p.cut[cutting{s, text}], p.parts[&c] = &c, text
	below := r
	if s.Form == avroschema.FormOpt {
		below = r.Field("V")
	}
	c.Elem = p.part(s.Elem, below)
	c.Fields = nil
	for _, f := range s.Fields {
		f.Shape = p.part(f.Shape, r.Field(f.Name))
		c.Fields = append(c.Fields, f)
	}
	return &c
}

// divisible says whether a value can be read in part.
func divisible(s *avroschema.Shape) bool {
	switch s.Form {
	case avroschema.FormRecord, avroschema.FormUnion, avroschema.FormList, avroschema.FormPointer, avroschema.FormOpt, avroschema.FormNil, avroschema.FormRequired:
		return true
	}
	return false
}

// role says what the function of a shape does.
func (g *generator) role(s *avroschema.Shape, view bool) string {
	part := g.p.parts[s]
	switch {
	case part == unread:
		return "check"
	case part != "" && view:
		return "viewPartOf"
	case part != "":
		return "readPartOf"
	case view:
		return "view"
	}
	return "decode"
}

// check prints how a value that nobody reads is checked and passed over.
func (g *generator) check(s *avroschema.Shape, label string) {
	size := 0
	switch s.Form {
	case avroschema.FormFloat:
		size = 4
	case avroschema.FormDouble:
		size = 8
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
		g.need(s, false)
		depth := ""
		if deep(s) {
			depth = ", depth+1"
		}
		g.line("i = %s(src, i%s) // %s", g.name("check", s), depth, label)
		return
	}
	switch s.Form {
	case avroschema.FormBool:
		g.line("i = %sSkipBool(src, i) // %s", avroPkg, label)
	case avroschema.FormInt:
		call, _ := whole(s)
		switch call {
		case avroPkg + "Long(src, i)":
			call = avroPkg + "SkipLong(src, i)"
		case avroPkg + "Int(src, i)":
			call = avroPkg + "SkipInt(src, i)"
		default:
			call = ""
		}
		if call == "" {
			call, _ = whole(s)
			g.line("_, i = %s // %s", call, label)
			return
		}
		g.line("i = %s // %s", call, label)
	case avroschema.FormString, avroschema.FormBytes:
		g.line("i = %sSkipText(src, i) // %s", avroPkg, label)
	case avroschema.FormSymbol:
		g.line("_, i = %sBranch(src, i, %d) // %s", avroPkg, len(s.Schema.Symbols), label)
	case avroschema.FormIndex:
		g.line("_, i = %sBranch(src, i, %d) // %s", avroPkg, min(len(s.Schema.Symbols), highest(s.Type)), label)
	case avroschema.FormPointer, avroschema.FormOpt, avroschema.FormNil:
		b := g.fresh("branch")
		g.line("var %s int\nif %s, i = %sBranch(src, i, 2); i > len(src) {\nreturn i\n}\nif %s == %d {", b, b, avroPkg, b, 1-s.Null)
		g.check(s.Elem, label)
		g.passOver()
		g.line("}")
	case avroschema.FormRequired:
		g.check(s.Elem, label)
	case avroschema.FormTime, avroschema.FormClock, avroschema.FormDecimal, avroschema.FormDuration:
		g.line("_, i = %s // %s", special(s), label)
	}
}

// passOver prints the passing over of values of fixed size that stand one behind the other.
func (g *generator) passOver() {
	if g.fixed > 0 {
		g.line("i = %sSkipBytes(src, i, %d) // %s", avroPkg, g.fixed, strings.Join(g.over, ", "))
	}
	g.fixed, g.over = 0, nil
}

// special is the call that reads a value of a logical type.
func special(s *avroschema.Shape) string {
	size := "-1"
	if s.Schema.Kind == avroschema.Fixed {
		size = fmt.Sprint(s.Schema.Size)
	}
	switch s.Form {
	case avroschema.FormTime:
		return fmt.Sprintf("%sReadTime(src, i, %q)", avroPkg, s.Schema.Logical)
	case avroschema.FormClock:
		return fmt.Sprintf("%sClock(src, i, %s)", avroPkg, unit(s))
	case avroschema.FormDecimal:
		return fmt.Sprintf("%sReadDecimal(src, i, %s, %d)", avroPkg, size, s.Schema.Scale)
	}
	return avroPkg + "ReadDuration(src, i)"
}
