package avrocodec

import (
	"fmt"
	"strconv"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// Resolve prints the function that reads values of another schema as root, which p makes of them, and returns its name
// and the declarations. What p drops is skipped and what values lack is the default, without a value of the own schema in
// between.
func (p *Printer) Resolve(plan *avroschema.Plan, root *avroschema.Shape, view bool) (name, source string) {
	g := &generator{p: p, view: view}
	name = g.resolved(plan, root)
	for len(g.plans) > 0 {
		next := g.plans[0]
		g.plans = g.plans[1:]
		g.text.Reset()
		g.resolveFunc(next.plan, next.shape)
		g.out.WriteString(g.text.String())
	}
	source = g.out.String()
	// What reads alike has the functions that any value has.
	for len(g.queue) > 0 {
		next := g.queue[0]
		g.queue = g.queue[1:]
		g.text.Reset()
		if !next.view {
			g.appendFunc(next.shape)
		}
		g.decodeFunc(next.shape, next.view)
		source += g.text.String()
	}
	return name, source
}

type planned struct {
	plan  *avroschema.Plan
	shape *avroschema.Shape
}

// resolved is the name of the function for a plan, which is queued the first time.
func (g *generator) resolved(p *avroschema.Plan, s *avroschema.Shape) string {
	role := "read"
	if g.view {
		role = "see"
	}
	key := role + " " + p.Writer.String() + " " + g.id(s)
	if name := g.p.names[key]; name != "" {
		return name
	}
	want := role + "Other" + hint(s)
	name := want + "Avro"
	for n := 2; g.p.used[name] || g.p.taken(name); n++ {
		name = fmt.Sprintf("%s%dAvro", want, n)
	}
	g.p.names[key], g.p.used[name] = name, true
	g.plans = append(g.plans, planned{p, s})
	return name
}

func (g *generator) resolveFunc(p *avroschema.Plan, s *avroschema.Shape) {
	g.vars = 0
	name, how, param := g.resolved(p, s), "", ""
	if g.view {
		how = "; strings and bytes lie in src"
	}
	if deep(s) {
		param = ", depth int"
	}
	g.line("// %s reads a %s that was written as another %s and returns the index behind it%s.\nfunc %s(src []byte, i int, v *%s%s) int {", name, comment(s), p.Writer.Label(), how, name, bare(s.Type.Go), param)
	if s.Deep {
		g.line("if depth > %sMaxDepth {\nreturn %sBad(src)\n}", avroPkg, avroPkg)
	}
	least := 0
	if p.Op == avroschema.ToItems {
		least = avroschema.Least(p.Writer.Items)
	}
	switch {
	case p.Op == avroschema.ToRecord:
		for k, f := range p.Writer.Fields {
			to := p.To[k]
			if to < 0 || s.Fields[to].Shape == nil {
				g.skip(f.Type, f.Name)
				continue
			}
			g.resolve(p.Fields[k], s.Fields[to].Shape, "v."+s.Fields[to].Name)
		}
		g.defaults(p, s)
		g.line("return i\n}\n")
	case s.Form == avroschema.FormMap:
		key := "key"
		if s.Type.Key.Go != "string" {
			key = bare(s.Type.Key.Go) + "(key)"
		}
		g.line("m := %s{}\nfor total := 0; ; {\nvar n int\nif n, i = %sBlock(src, i, %d, total); n == 0 {\n*v = m\nreturn i\n}\ntotal += n\nfor range n {", bare(s.Type.Go), avroPkg, least+1)
		g.line("var key string\nkey, i = %s%s(src, i)\nvar item %s", avroPkg, g.text0("String", "View"), bare(s.Elem.Type.Go))
		g.resolve(p.Items, s.Elem, "item")
		g.line("if i > len(src) {\nreturn i\n}\nm[%s] = item\n}\n}\n}\n", key)
	default:
		g.line("list := %s{}\nfor {\nvar n int\nif n, i = %sBlock(src, i, %d, len(list)); n == 0 {\n*v = list\nreturn i\n}", bare(s.Type.Go), avroPkg, least)
		g.line("list = %sGrow(list, min(n, 64))\nfor range n {\nvar item %s", slicesPkg, bare(s.Elem.Type.Go))
		g.resolve(p.Items, s.Elem, "item")
		g.line("if i > len(src) {\nreturn i\n}\nlist = append(list, item)\n}\n}\n}\n")
	}
}

// defaults prints what fields become that the writer does not have.
func (g *generator) defaults(p *avroschema.Plan, s *avroschema.Shape) {
	have := map[int]bool{}
	for _, to := range p.To {
		have[to] = true
	}
	for k, f := range s.Fields {
		if have[k] || f.Shape == nil || zeroDefault(f.Shape, f.Field.Bytes) {
			continue
		}
		g.line("{ // the default of %s\nsrc, i := []byte(%s), 0", f.Field.Name, strconv.Quote(string(f.Field.Bytes)))
		g.read(f.Shape, "v."+f.Name)
		g.line("_ = i\n}")
	}
}

// zeroDefault says whether the bytes of a default are those of the Go type's zero value.
func zeroDefault(s *avroschema.Shape, b []byte) bool {
	switch s.Form {
	case avroschema.FormPointer, avroschema.FormOpt, avroschema.FormNil:
		return len(b) == 1 && int(b[0]) == 2*s.Null
	case avroschema.FormBool, avroschema.FormInt, avroschema.FormString, avroschema.FormIndex, avroschema.FormFloat, avroschema.FormDouble:
		for _, c := range b {
			if c != 0 {
				return false
			}
		}
		return true
	}
	return false
}

// resolve prints how a value is read into v as its plan says; v is addressable and zero.
func (g *generator) resolve(p *avroschema.Plan, s *avroschema.Shape, v string) {
	t := s.Type
	if s.Form == avroschema.FormRequired && p.Op != avroschema.Copy {
		g.line("%s = new(%s)", v, bare(t.Elem.Go))
		g.resolve(p, s.Elem, "(*"+v+")")
		return
	}
	switch p.Op {
	case avroschema.Copy:
		g.read(s, v)
	case avroschema.IntToFloat, avroschema.IntToDouble:
		x := g.fresh("x")
		g.line("var %s int64\n%s, i = %sLong(src, i)\n%s = %s(%s)", x, x, avroPkg, v, bare(t.Go), x)
	case avroschema.FloatToDouble:
		x := g.fresh("x")
		g.line("var %s float32\n%s, i = %sFloat(src, i)\n%s = %s(%s)", x, x, avroPkg, v, bare(t.Go), x)
	case avroschema.ToSymbol:
		at := g.fresh("at")
		g.line("var %s int\nif %s, i = %sBranch(src, i, %d); i > len(src) {\nreturn i\n}\nswitch %s {", at, at, avroPkg, len(p.Symbols), at)
		for k, to := range p.Symbols {
			switch {
			case to < 0 || s.Form == avroschema.FormIndex && to >= highest(t):
				g.line("case %d: // %s\nreturn %sBad(src)", k, p.Writer.Symbols[k], avroPkg)
			case s.Form == avroschema.FormIndex:
				g.line("case %d:\n%s = %d", k, v, to)
			default:
				g.line("case %d:\n%s = %q", k, v, p.Reader.Symbols[to])
			}
		}
		g.line("}")
	case avroschema.ToUnion:
		g.intoBranch(p, s, v)
	case avroschema.FromUnion:
		b := g.fresh("branch")
		g.line("var %s int\nif %s, i = %sBranch(src, i, %d); i > len(src) {\nreturn i\n}\nswitch %s {", b, b, avroPkg, len(p.Branches), b)
		for k, branch := range p.Branches {
			g.line("case %d: // %s", k, branch.Writer.Label())
			if branch.Op == avroschema.Fail {
				g.line("return %sBad(src)", avroPkg)
				continue
			}
			g.resolve(branch, s, v)
		}
		g.line("}")
	default: // ToRecord, ToItems
		depth := ""
		if deep(s) {
			depth = ", depth+1"
		}
		g.line("i = %s(src, i, &%s%s)", g.resolved(p, s), v, depth)
	}
}

// intoBranch prints how a value becomes one of a union.
func (g *generator) intoBranch(p *avroschema.Plan, s *avroschema.Shape, v string) {
	if p.Branch == s.Null {
		return // null takes no bytes, and v is zero
	}
	switch s.Form {
	case avroschema.FormPointer:
		e := g.fresh("p")
		g.line("%s := new(%s)\n%s = %s", e, bare(s.Type.Elem.Go), v, e)
		g.resolve(p.Items, s.Elem, "(*"+e+")")
	case avroschema.FormOpt:
		g.line("%s.OK = true", v)
		g.resolve(p.Items, s.Elem, v+".V")
	case avroschema.FormNil:
		g.resolve(p.Items, s.Elem, v)
	default:
		f := s.Fields[p.Branch]
		g.line("%s.%s = new(%s)", v, f.Name, bare(f.Shape.Type.Go))
		g.resolve(p.Items, f.Shape, "(*"+v+"."+f.Name+")")
	}
}
