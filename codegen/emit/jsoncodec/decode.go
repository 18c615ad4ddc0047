package jsoncodec

import (
	"fmt"
	"strconv"
	"unicode"

	"github.com/streamgen/streamgen/codegen/plan/shape"
)

// decodeRoot prints the function that reads a document.
func (g *generator) decodeRoot() {
	t := g.shape.Root
	name := g.name(DecodeRoot, t.Go)
	g.line("// %s reads src, a whole JSON document. With an error the value is of no use.", name)
	g.line("func %s(src []byte) (%s, error) {", name, t.Go)
	if def := g.shape.Def(t.Go); def != nil {
		g.line("s := %sScanner{Src: src}\nvar v %s", scanPkg, t.Go)
		g.line("i, err := %s(&s, 0, &v)", g.name(Decode, def.Go))
	} else { // as in the helpers s is a pointer, which decodeValue relies on
		g.line("s := &%sScanner{Src: src}\nvar v %s", scanPkg, t.Go)
		g.line("i := 0\nvar err error")
		g.decodeValue(t, "v", false)
	}
	g.line("if err == nil {\nerr = s.End(i)\n}\nreturn v, err\n}")
}

// members prints the table of names in the order in which they are expected.
func (g *generator) members(def *shape.Def) {
	if len(def.Fields) == 0 {
		return
	}
	name := g.name(Members, def.Go)
	g.line("// %s are the members of a %s in the order in which they are expected.", name, plainType(def.Go))
	g.line("var %s = [...]string{", name)
	for _, f := range def.Fields {
		g.line("%s,", goString(member(f.Name)))
	}
	g.line("}")
}

// decodeDef prints the helper that reads a composite type inside a document.
func (g *generator) decodeDef(def *shape.Def) {
	name := g.name(Decode, def.Go)
	g.line("// %s reads a %s at index i and returns the index behind it.", name, plainType(def.Go))
	if def.Kind == shape.Fallback {
		g.line("// Since %s, this is left to encoding/json/v2, off the fast path.", def.Reason)
	}
	g.line("func %s(s *%sScanner, i int, v *%s) (int, error) {", name, scanPkg, def.Go)
	switch def.Kind {
	case shape.Fallback:
		g.line("text, next, err := s.Raw(i)\nif err != nil {\nreturn next, err\n}")
		g.line("var value %s // v itself would escape to the heap", def.Go)
		g.line("if err := %sUnmarshal(text, &value%s); err != nil {\nreturn i, s.Method(i, %q, err)\n}", jsonPkg, g.refusing(), plainType(def.Go))
		g.line("*v = value\nreturn next, nil\n}")
	case shape.List:
		g.orNull()
		g.line("var zero %s", def.Elem.Go)
		g.line("i, more, err := s.Array(i)\nlist := %s{}", def.Go)
		g.line("if more {\nlist = make(%s, 0, 4)\n}", def.Go)
		g.line("for more {\nlist = append(list, zero)")
		g.decodeValue(*def.Elem, "list[len(list)-1]", false)
		g.line("if err != nil {\nreturn i, err\n}\ni, more, err = s.NextElement(i)\n}")
		g.line("*v = list\nreturn i, err\n}")
	case shape.Array:
		g.orNull()
		g.line("i, more, err := s.Array(i)\nn := 0")
		g.line("for more {\nif n == len(v) {\nreturn i, s.ArrayLength(i, len(v))\n}")
		g.decodeValue(*def.Elem, "v[n]", false)
		g.line("if err != nil {\nreturn i, err\n}\nn++\ni, more, err = s.NextElement(i)\n}")
		g.line("if err == nil && n < len(v) {\nerr = s.ArrayLength(i, len(v))\n}\nreturn i, err\n}")
	case shape.Map:
		g.decodeMap(def)
	case shape.Struct:
		g.decodeStruct(def)
	}
}

// refuses says whether a member that a struct lacks is an error: where no field keeps it.
func (g *generator) refuses(def *shape.Def) bool { return g.strict && def.Rest == nil }

// refusing is the option with which encoding/json/v2 is called.
func (g *generator) refusing() string {
	if g.strict {
		return ", " + jsonPkg + "RejectUnknownMembers(true)"
	}
	return ""
}

func (g *generator) orNull() {
	g.line("if next, null := s.Null(i); null {\nreturn next, nil\n}")
}

func (g *generator) decodeMap(def *shape.Def) {
	g.orNull()
	g.line("i, more, err := s.Object(i)\nm := make(%s)", def.Go)
	g.line("for more {")
	wide := "string"
	switch def.Key.Kind {
	case shape.Int:
		wide = "int64"
		g.line("var key int64\nif i, err = s.NameInt(i, %s, &key); err != nil {\nreturn i, err\n}", bits(*def.Key))
	case shape.Uint:
		wide = "uint64"
		g.line("var key uint64\nif i, err = s.NameUint(i, %s, &key); err != nil {\nreturn i, err\n}", bits(*def.Key))
	case shape.Fallback: // a name is a string, which the key reads as it would a value
		wide = def.Key.Go
		g.line("var key %s\nif i, err = s.TextName(i); err == nil {", def.Key.Go)
		g.decodeValue(*def.Key, "key", false)
		g.line("}\nif err == nil {\ni, err = s.Colon(i)\n}\nif err != nil {\nreturn i, err\n}")
	default:
		g.line("var key string\nif i, err = s.NameString(i, &key); err != nil {\nreturn i, err\n}")
	}
	key := "key"
	if def.Key.Go != wide {
		key = def.Key.Go + "(key)"
	}
	g.line("var value %s", def.Elem.Go)
	g.decodeValue(*def.Elem, "value", false)
	g.line("if err != nil {\nreturn i, err\n}")
	g.line("known := len(m)\nm[%s] = value\nif len(m) == known {\nreturn i, s.Duplicate(i)\n}", key)
	g.line("i, more, err = s.NextMember(i)\n}\n*v = m\nreturn i, err\n}")
}

// bits is the width of an integer type as a Go expression.
func bits(t shape.Type) string {
	if t.Bits == 0 {
		return convPkg + "IntSize"
	}
	return strconv.Itoa(t.Bits)
}

func (g *generator) decodeStruct(def *shape.Def) {
	n := len(def.Fields)
	g.line("i, more, err := s.Object(i)")
	if !g.refuses(def) {
		g.line("var unknown %sNames", scanPkg)
	}
	if n == 0 {
		g.line("for more {\nvar name []byte")
		g.at(def)
		g.line("if name, i, err = s.Name(i); err != nil {\nreturn i, err\n}")
		g.unknown(def)
		if g.refuses(def) {
			g.line("}\nreturn i, err\n}")
			return
		}
		g.line("i, more, err = s.NextMember(i)\n}\nreturn i, err\n}")
		return
	}
	table := g.name(Members, def.Go)
	seen, bit := "seen", "1 << field"
	if n <= 64 {
		g.line("var seen uint64")
	} else {
		g.line("var seen [%d]uint64", (n+63)/64)
		seen, bit = "seen[field/64]", "1 << (field % 64)"
	}
	g.line("for expected := 0; more; {")
	g.line("field := expected")
	g.line("if expected < len(%s) && s.At(i, %s[expected]) {", table, table)
	g.line("i += len(%s[expected])", table)
	g.line("} else {")
	g.line("var name []byte")
	g.at(def)
	g.line("if name, i, err = s.Name(i); err != nil {\nreturn i, err\n}")
	g.line("switch string(name) {")
	for k, f := range def.Fields {
		names := goString(f.Name)
		for _, a := range f.Aliases {
			names += ", " + goString(a)
		}
		g.line("case %s:\nfield = %d", names, k)
	}
	g.line("default:")
	g.foldedLookup(def)
	g.line("}")
	g.line("if field < 0 {")
	g.unknown(def)
	if g.refuses(def) {
		g.line("}\n}")
	} else {
		g.line("if i, more, err = s.NextMember(i); err != nil {\nreturn i, err\n}")
		g.line("continue\n}\n}")
	}
	g.line("if %s&(%s) != 0 {\nreturn i, s.Duplicate(i)\n}", seen, bit)
	g.line("%s |= %s\nexpected = field + 1", seen, bit)
	g.line("switch field {")
	for k, f := range def.Fields {
		g.line("case %d:", k)
		if g.part != nil {
			g.partMember(f)
			continue
		}
		for j, step := range f.Path {
			if step.Alloc != "" {
				part := selector("v", f.Path[:j+1])
				g.line("if %s == nil {\n%s = new(%s)\n}", part, part, step.Alloc)
			}
		}
		g.decodeValue(f.Type, selector("v", f.Path), f.Quoted)
	}
	g.line("}\nif err != nil {\nreturn i, err\n}")
	g.line("i, more, err = s.NextMember(i)\n}\nreturn i, err\n}")
}

// at notes where a member's name begins, for those that are kept as they came.
func (g *generator) at(def *shape.Def) {
	if g.keeps(def) && def.Rest.Elem == nil {
		g.line("at := i")
	}
}

// keeps says whether a decoder keeps the members that no field has: all do that have a place for them, but for those that
// read a part of which they are none.
func (g *generator) keeps(def *shape.Def) bool {
	return def.Rest != nil && (g.part == nil || g.part.reads.Field(def.Rest.Name) != nil)
}

// unknown prints what happens to a member that no field has: it is checked, and kept where the struct has a place for it.
func (g *generator) unknown(def *shape.Def) {
	r := def.Rest
	switch {
	case g.refuses(def):
		g.line("return i, s.Unknown(i, name)")
	case r == nil, r.Elem == nil && !g.keeps(def):
		g.line("if i, err = s.SkipUnknown(i, name, &unknown); err != nil {\nreturn i, err\n}")
	case !g.keeps(def):
		g.line("if !unknown.Add(name) {\nreturn i, s.Duplicate(i)\n}")
		g.partValue(*r.Elem, nil, "", false)
		g.line("if err != nil {\nreturn i, err\n}")
	case r.Elem == nil:
		g.line("if i, v.%s, err = s.KeepUnknown(at, i, name, &unknown, v.%s); err != nil {\nreturn i, err\n}", r.Name, r.Name)
	default:
		g.line("if !unknown.Add(name) {\nreturn i, s.Duplicate(i)\n}\nkey := %s(name)\nvar kept %s", r.Key, r.Elem.Go)
		g.decodeValue(*r.Elem, "kept", false)
		g.line("if err != nil {\nreturn i, err\n}\nif v.%s == nil {\nv.%s = %s{}\n}\nv.%s[key] = kept", r.Name, r.Name, r.Type.Go, r.Name)
	}
}

// foldedLookup prints the search for a name among the fields of the tag option case:ignore, after no field had it exactly.
func (g *generator) foldedLookup(def *shape.Def) {
	byFold := map[string][]int{}
	var order []string
	for k, f := range def.Fields {
		if f.IgnoreCase {
			key := fold(f.Name)
			if byFold[key] == nil {
				order = append(order, key)
			}
			byFold[key] = append(byFold[key], k)
		}
	}
	if len(order) == 0 {
		g.line("field = -1")
		return
	}
	g.line("switch string(%sAppendFolded(nil, name)) {", scanPkg)
	for _, key := range order {
		g.line("case %s:", goString(key))
		if fields := byFold[key]; len(fields) == 1 {
			g.line("field = %d", fields[0])
		} else {
			g.line("return i, s.Ambiguous(i, name)")
		}
	}
	g.line("default:\nfield = -1\n}")
}

// fold is the form of a name in which case:ignore compares; jsonscan.AppendFolded does the same to names in documents.
func fold(name string) string {
	var folded []rune
	for _, c := range name {
		if c == '_' || c == '-' {
			continue
		}
		if 'a' <= c && c <= 'z' {
			folded = append(folded, c-'a'+'A')
			continue
		}
		least := c
		if c > unicode.MaxASCII {
			for other := unicode.SimpleFold(c); other != c; other = unicode.SimpleFold(other) {
				least = min(least, other)
			}
		}
		folded = append(folded, least)
	}
	return string(folded)
}

// decodeValue prints the reading of a value at i into ref, which sets i and err.
func (g *generator) decodeValue(t shape.Type, ref string, quoted bool) {
	if def := g.shape.Def(t.Go); def != nil {
		g.line("i, err = %s(s, i, %s)", g.name(Decode, def.Go), address(ref))
		return
	}
	read := func(method, basic string) { g.line("i, err = s.%s(i, %s)", method, pointerTo(t, basic, ref)) }
	switch t.Kind {
	case shape.Bool:
		read("Bool", "bool")
	case shape.Int, shape.Uint, shape.Float:
		if !quoted {
			read(methodOf(t.Basic), t.Basic)
			return
		}
		method, wide := quotedMethod(t.Kind)
		if t.Go == wide {
			g.line("i, err = s.%s(i, %s, %s)", method, bits(t), address(ref))
			return
		}
		g.line("var wide %s\ni, err = s.%s(i, %s, &wide)\n%s = %s(wide)", wide, method, bits(t), ref, t.Go)
	case shape.String:
		read("String", "string")
	case shape.Time:
		g.line("i, err = s.Time(i, %s)", address(ref))
	case shape.Bytes:
		read("Bytes", "[]byte")
	case shape.ByteArray:
		if pointer := address(ref); pointer[0] != '&' {
			ref = pointer
		}
		g.line("i, err = s.ByteArray(i, %s[:])", ref)
	case shape.Pointer:
		g.line("if next, null := s.Null(i); null {\ni = next\n} else {")
		g.line("%s = new(%s)", ref, t.Elem.Go)
		g.decodeValue(*t.Elem, "*"+ref, quoted)
		g.line("}")
	}
}

// quotedMethod is the Scanner's method for a number in a string, and the type that it gives.
func quotedMethod(kind shape.Kind) (method, wide string) {
	switch kind {
	case shape.Uint:
		return "QuotedUint", "uint64"
	case shape.Float:
		return "QuotedFloat", "float64"
	}
	return "QuotedInt", "int64"
}

// methodOf is the Scanner's method for a predeclared number type.
func methodOf(basic string) string {
	return fmt.Sprintf("%c%s", unicode.ToUpper(rune(basic[0])), basic[1:])
}
