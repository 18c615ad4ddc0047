package lock

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan/shape"
)

// JSON is the form of a type in JSON: the expression of its root and the members of each struct below it. Not changed
// once made, so any goroutine may read it.
//
// An expression is bool, a Go name of a number, string, bytes (base64), bytes[16], time, any, opaque(T) for a type with
// methods of its own, *E, []E, [3]E, map[K]E or the name of a struct; ",string" behind a number says that it stands in
// a string.
type JSON struct {
	Root  string
	Types []Struct // in the order of their first use
}

// Struct is a struct's members in the order in which they are written. A plain value.
type Struct struct {
	Name    string
	Members []Member
}

// Member is a member of a JSON object. A plain value.
type Member struct {
	Name, Type string
	Aliases    []string // names that are read as well
}

var marked = regexp.MustCompile(`⟦[^⟧]*⟧\.?`)

// FormOf is the form that a shape describes.
func FormOf(s *shape.Shape) *JSON {
	p := &former{shape: s, names: map[string]string{}, form: &JSON{}, taken: map[string]bool{}}
	p.form.Root = p.expr(&s.Root)
	return p.form
}

type former struct {
	shape *shape.Shape
	names map[string]string // of structs, by Go type
	taken map[string]bool
	form  *JSON
}

func (p *former) expr(t *shape.Type) string {
	switch t.Kind {
	case shape.Bool, shape.Int, shape.Uint, shape.Float, shape.String:
		return t.Basic
	case shape.Bytes:
		return "bytes"
	case shape.ByteArray:
		return "bytes[" + strconv.FormatInt(t.Len, 10) + "]"
	case shape.Time:
		return "time"
	case shape.Pointer:
		return "*" + p.expr(t.Elem)
	}
	def := p.shape.Def(t.Go)
	if def == nil {
		return "opaque(" + marked.ReplaceAllString(t.Go, "") + ")"
	}
	switch def.Kind {
	case shape.List:
		return "[]" + p.expr(def.Elem)
	case shape.Array:
		return "[" + strconv.FormatInt(def.Len, 10) + "]" + p.expr(def.Elem)
	case shape.Map:
		return "map[" + p.expr(def.Key) + "]" + p.expr(def.Elem)
	case shape.Struct:
		return p.structure(def)
	}
	if def.Go == "any" {
		return "any"
	}
	return "opaque(" + marked.ReplaceAllString(def.Go, "") + ")"
}

// structure adds a struct once and returns its name.
func (p *former) structure(def *shape.Def) string {
	if name := p.names[def.Go]; name != "" {
		return name
	}
	name := def.Hint
	for n := 2; p.taken[name] || basic(name); n++ {
		name = def.Hint + "_" + strconv.Itoa(n)
	}
	p.names[def.Go], p.taken[name] = name, true
	at := len(p.form.Types)
	p.form.Types = append(p.form.Types, Struct{Name: name})
	var members []Member
	for i := range def.Fields {
		f := &def.Fields[i]
		m := Member{Name: f.Name, Type: p.expr(&f.Type), Aliases: f.Aliases}
		if f.Quoted {
			m.Type += ",string"
		}
		members = append(members, m)
	}
	p.form.Types[at].Members = members
	return name
}

// basic says whether a name is an expression of its own.
func basic(name string) bool {
	return slices.Contains([]string{"bool", "string", "bytes", "time", "any"}, name) || strings.HasPrefix(name, "opaque(") || number(name)
}

// number says whether an expression is a number's.
func number(name string) bool { return strings.HasPrefix(name, "float") || whole(name) != (span{}) }

// span is how many bits an integer has, and whether it has a sign.
type span struct {
	bits   int
	signed bool
}

func whole(name string) span {
	text, unsigned := strings.CutPrefix(name, "u")
	rest, ok := strings.CutPrefix(text, "int")
	if !ok {
		return span{}
	}
	switch rest {
	case "8", "16", "32", "64":
		n, _ := strconv.Atoi(rest)
		return span{n, !unsigned}
	case "", "ptr":
		return span{64, !unsigned}
	}
	return span{}
}

// structOf finds a struct by its name.
func (f *JSON) structOf(name string) *Struct {
	i := slices.IndexFunc(f.Types, func(s Struct) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &f.Types[i]
}

// text is the form as one text, for fingerprints.
func (f *JSON) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q", f.Root)
	for _, s := range f.Types {
		fmt.Fprintf(&b, "\n%q", s.Name)
		for _, m := range s.Members {
			fmt.Fprintf(&b, " %q %q %q", m.Name, m.Type, m.Aliases)
		}
	}
	return b.String()
}

// same says whether values of two forms are written alike: the names of structs and the aliases aside.
func (f *JSON) same(g *JSON) bool {
	return alike(f, g, f.Root, g.Root, map[[2]string]bool{})
}

func alike(f, g *JSON, a, b string, seen map[[2]string]bool) bool {
	x, y := split(a), split(b)
	if x.head != y.head || len(x.parts) != len(y.parts) {
		return false
	}
	for i := range x.parts {
		if !alike(f, g, x.parts[i], y.parts[i], seen) {
			return false
		}
	}
	if x.head != "struct" {
		return x.name == y.name
	}
	at := [2]string{x.name, y.name}
	if seen[at] {
		return true
	}
	seen[at] = true
	s, t := f.structOf(x.name), g.structOf(y.name)
	if s == nil || t == nil || len(s.Members) != len(t.Members) {
		return false
	}
	for i := range s.Members {
		if s.Members[i].Name != t.Members[i].Name || !alike(f, g, s.Members[i].Type, t.Members[i].Type, seen) {
			return false
		}
	}
	return true
}

// expr is an expression taken apart.
type expr struct {
	head  string // "*", "[]", "[3]", "map", "struct", or the expression itself
	name  string // of a struct, or the expression of a simple one
	parts []string
}

func split(e string) expr {
	switch {
	case strings.HasPrefix(e, "*"):
		return expr{head: "*", parts: []string{e[1:]}}
	case strings.HasPrefix(e, "["):
		if end := strings.IndexByte(e, ']'); end > 0 {
			return expr{head: e[:end+1], parts: []string{e[end+1:]}}
		}
	case strings.HasPrefix(e, "map["):
		depth := 0
		for i := 3; i < len(e); i++ {
			switch e[i] {
			case '[':
				depth++
			case ']':
				if depth--; depth == 0 {
					return expr{head: "map", parts: []string{e[4:i], e[i+1:]}}
				}
			}
		}
	}
	bare := strings.TrimSuffix(e, ",string")
	if basic(bare) || strings.HasPrefix(bare, "bytes[") || bare != e {
		return expr{head: e, name: e}
	}
	return expr{head: "struct", name: e}
}
