package jsoncodec

import (
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/plan/shape"
)

// partial is the state of a decoder that reads a part of a type.
type partial struct {
	names  Namer
	reads  *plan.Reads // of the type whose function is printed
	queue  []partWanted
	source strings.Builder
}

// partWanted is a function to print: of a type of which reads is read, nothing when that is nil.
type partWanted struct {
	def   *shape.Def
	reads *plan.Reads
	name  string
}

// Part prints a decoder that keeps of root what reads says and checks the rest: a document that the whole decoder
// refuses is refused, with the same error. The whole decoder has been printed with the same names before. Part returns
// the function and the declarations that no earlier call has given.
func Part(root *shape.Shape, reads *plan.Reads, names Namer, strict bool) (function, source string) {
	if strict {
		names = strictly(names)
	}
	g := &generator{shape: root, named: map[declaration]string{}, part: &partial{names: names}, strict: strict}
	for _, def := range root.Defs {
		for _, role := range []Role{Decode, Members} {
			if role == Decode || def.Kind == shape.Struct {
				g.named[declaration{role, def.Go}], _ = names(role, def.Go, "")
			}
		}
	}
	t := root.Root
	function, fresh := names("part root", t.Go+" "+reads.String(), "readPartOf"+rootHint(root)+"JSON")
	if !fresh {
		return function, ""
	}
	g.line("// %s reads %s of src, a whole JSON document, and checks the rest. With an error the value is of no use.", function, listed(reads))
	g.line("func %s(src []byte) (%s, error) {", function, t.Go)
	g.line("s := &%sScanner{Src: src}\nvar v %s\ni := 0\nvar err error", scanPkg, t.Go)
	g.partValue(t, reads, "v", false)
	g.line("if err == nil {\nerr = s.End(i)\n}\nreturn v, err\n}")
	g.flush()
	for len(g.part.queue) > 0 {
		next := g.part.queue[0]
		g.part.queue = g.part.queue[1:]
		g.partDef(next)
		g.flush()
	}
	return function, g.part.source.String()
}

// listed is what is read, for a comment.
func listed(r *plan.Reads) string { return strings.ReplaceAll(r.String(), ",", ", ") }

// flush ends a declaration.
func (g *generator) flush() {
	g.part.source.WriteString(finish(g.text.String()))
	g.part.source.WriteByte('\n')
	g.text.Reset()
}

// partFunc is the function that reads a part of a composite type.
func (g *generator) partFunc(def *shape.Def, reads *plan.Reads) string {
	role, key, hint := Role("check"), def.Go, "check"+def.Hint
	if reads != nil {
		role, key, hint = "part", def.Go+" "+reads.String(), "readPartOf"+def.Hint
	}
	name, fresh := g.part.names(role, key, hint)
	if fresh {
		g.part.queue = append(g.part.queue, partWanted{def, reads, name})
	}
	return name
}

// partDef prints the function that reads a part of a composite type, or checks it.
func (g *generator) partDef(w partWanted) {
	def := w.def
	if g.part.reads = w.reads; w.reads == nil {
		g.line("// %s checks a value of type %s at index i, which nothing reads, and returns the index behind it.", w.name, plainType(def.Go))
		g.line("func %s(s *%sScanner, i int) (int, error) {", w.name, scanPkg)
	} else {
		g.line("// %s reads %s of type %s at index i, checks the rest, and returns the index behind it.", w.name, listed(w.reads), plainType(def.Go))
		g.line("func %s(s *%sScanner, i int, v *%s) (int, error) {", w.name, scanPkg, def.Go)
	}
	element := func(ref string) {
		g.partValue(*def.Elem, w.reads, ref, false)
		g.line("if err != nil {\nreturn i, err\n}")
	}
	switch def.Kind {
	case shape.Struct:
		g.decodeStruct(def)
	case shape.List:
		g.orNull()
		if w.reads == nil {
			g.line("i, more, err := s.Array(i)\nfor more {")
			element("")
			g.line("i, more, err = s.NextElement(i)\n}\nreturn i, err\n}")
			return
		}
		g.line("var zero %s", def.Elem.Go)
		g.line("i, more, err := s.Array(i)\nlist := %s{}", def.Go)
		g.line("if more {\nlist = make(%s, 0, 4)\n}", def.Go)
		g.line("for more {\nlist = append(list, zero)")
		element("list[len(list)-1]")
		g.line("i, more, err = s.NextElement(i)\n}\n*v = list\nreturn i, err\n}")
	case shape.Map: // of which nothing is read
		g.orNull()
		g.line("i, more, err := s.Object(i)\nvar names %sNames\nfor more {\nvar name []byte\nif name, i, err = s.Name(i); err != nil {\nreturn i, err\n}", scanPkg)
		element("")
		g.line("if !names.Add(name) {\nreturn i, s.Duplicate(i)\n}")
		g.line("i, more, err = s.NextMember(i)\n}\nreturn i, err\n}")
	}
}

// partMember prints how a member of a struct is read or passed over.
func (g *generator) partMember(f shape.Field) {
	r := g.part.reads
	for _, step := range f.Path {
		r = r.Field(step.Name)
	}
	if r != nil {
		for j, step := range f.Path {
			if step.Alloc != "" {
				part := selector("v", f.Path[:j+1])
				g.line("if %s == nil {\n%s = new(%s)\n}", part, part, step.Alloc)
			}
		}
	}
	g.partValue(f.Type, r, selector("v", f.Path), f.Quoted)
}

// partValue prints the reading of a part of a value at i into ref, or the passing over it when reads is nil; it sets i and err.
func (g *generator) partValue(t shape.Type, reads *plan.Reads, ref string, quoted bool) {
	if reads != nil && reads.All {
		g.decodeValue(t, ref, quoted)
		return
	}
	if t.Kind == shape.Pointer {
		g.line("if next, null := s.Null(i); null {\ni = next\n} else {")
		if reads != nil {
			g.line("%s = new(%s)", ref, t.Elem.Go)
		}
		if reads != nil && len(reads.Fields) == 0 && g.shape.Def(t.Elem.Go) == nil {
			reads = nil // of a scalar no more was asked than whether it is there
		}
		g.partValue(*t.Elem, reads, "*"+ref, quoted)
		g.line("}")
		return
	}
	if def := g.shape.Def(t.Go); def != nil {
		switch {
		case def.Kind == shape.Struct, def.Kind == shape.List, reads == nil && def.Kind == shape.Map && def.Key.Kind == shape.String && def.Key.Go == "string":
			if reads == nil {
				g.line("i, err = %s(s, i)", g.partFunc(def, nil))
			} else {
				g.line("i, err = %s(s, i, %s)", g.partFunc(def, reads), address(ref))
			}
			return
		}
	}
	if reads != nil {
		g.decodeValue(t, ref, quoted)
		return
	}
	if t.Kind == shape.String {
		g.line("i, err = s.SkipString(i)")
		return
	}
	if quoted && (t.Kind == shape.Int || t.Kind == shape.Uint || t.Kind == shape.Float) {
		method, wide := quotedMethod(t.Kind)
		g.line("var wide %s\ni, err = s.%s(i, %s, &wide)", wide, method, bits(t))
		return
	}
	// What remains is read into a variable that nobody looks at: that is how it is checked.
	g.line("var unread %s", t.Go)
	g.decodeValue(t, "unread", quoted)
}
