// Package avrocodec prints Avro codecs for Go types: an append and a decode function for each record, union, array and
// map below a root type, over runtime/serde/avro, without reflection and without indirect calls. A read beyond the end,
// or of what is no value, gives an index behind the end and is noticed once, at the end of the value.
package avrocodec

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/streamgen/streamgen/internal/avroschema"
)

const (
	avroPkg   = "⟦github.com/streamgen/streamgen/runtime/serde/avro⟧."
	slicesPkg = "⟦slices⟧."
	mapsPkg   = "⟦maps⟧."
	timePkg   = "⟦time⟧."
	mathPkg   = "⟦math⟧."
)

// Code is the codec of one root type.
type Code struct {
	Append, Decode, View string // functions; View is Decode with strings and bytes that lie in the source
	Fails                bool   // Append returns an error too
	Depth                string // further argument of the functions, ", 0" where depth is counted
	Source               string // declarations that were not printed before, as text with marked qualifiers
}

// Printer prints the codecs of one package; what several roots share is printed once. It belongs to one goroutine.
type Printer struct {
	taken func(name string) bool
	names map[string]string // by role and types
	used  map[string]bool
	done  map[string]bool
	parts map[*avroschema.Shape]string // of shapes that are read in part: which
	cut   map[cutting]*avroschema.Shape
}

// NewPrinter returns a Printer for a package in which names are taken.
func NewPrinter(taken func(name string) bool) *Printer {
	return &Printer{taken: taken, names: map[string]string{}, used: map[string]bool{}, done: map[string]bool{},
		parts: map[*avroschema.Shape]string{}, cut: map[cutting]*avroschema.Shape{}}
}

// Generate prints the codec of root. view says whether View is wanted.
func (p *Printer) Generate(root *avroschema.Shape, view bool) Code {
	g := &generator{p: p}
	code := Code{Append: g.name("append", root), Decode: g.name("decode", root), Fails: fails(root, map[*avroschema.Shape]bool{})}
	if deep(root) {
		code.Depth = ", 0"
	}
	g.need(root, false)
	if view {
		code.View = g.name("view", root)
		g.need(root, true)
	}
	g.drain()
	code.Source = g.out.String()
	return code
}

// drain prints the functions that are wanted.
func (g *generator) drain() {
	for len(g.queue) > 0 {
		next := g.queue[0]
		g.queue = g.queue[1:]
		g.text.Reset()
		if !next.view && g.p.parts[next.shape] == "" {
			g.appendFunc(next.shape)
		}
		g.decodeFunc(next.shape, next.view)
		g.out.WriteString(g.text.String())
	}
}

type wanted struct {
	shape *avroschema.Shape
	view  bool
}

type generator struct {
	p     *Printer
	queue []wanted
	text  strings.Builder
	out   strings.Builder
	vars  int
	plans []planned
	view  bool     // strings and bytes lie in the source
	fixed int      // bytes of values of fixed size that are to be passed over
	over  []string // their names

	within map[*avroschema.Schema]bool // records being skipped
}

func (g *generator) line(format string, args ...any) {
	fmt.Fprintf(&g.text, format, args...)
	g.text.WriteByte('\n')
}

// fresh is a local name.
func (g *generator) fresh(want string) string {
	g.vars++
	return want + strconv.Itoa(g.vars)
}

// id tells shapes apart: types that are written alike with schemas that are, read to the same part.
func (g *generator) id(s *avroschema.Shape) string {
	return s.Type.Go + " " + s.Schema.String() + g.p.parts[s]
}

// name is the name of a shape's function in a role.
func (g *generator) name(role string, s *avroschema.Shape) string {
	key := role + " " + g.id(s)
	if name := g.p.names[key]; name != "" {
		return name
	}
	want := role + hint(s) + "Avro"
	name := want
	for n := 2; g.p.used[name] || g.p.taken(name); n++ {
		name = fmt.Sprintf("%s%d", want, n)
	}
	g.p.names[key], g.p.used[name] = name, true
	return name
}

// hint is an identifier for a shape.
func hint(s *avroschema.Shape) string {
	switch {
	case s.Type.Name != "" && s.Form != avroschema.FormOpt:
		return title(s.Type.Name)
	case s.Form == avroschema.FormList:
		return hint(s.Elem) + "List"
	case s.Form == avroschema.FormMap:
		return hint(s.Elem) + "Map"
	case s.Elem != nil:
		return "Optional" + hint(s.Elem)
	case s.Schema.Kind.Named():
		return title(s.Schema.Short())
	}
	return title(s.Schema.Kind.String())
}

func title(name string) string {
	first, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[n:]
}

// need queues the functions of a shape, once.
func (g *generator) need(s *avroschema.Shape, view bool) {
	key := fmt.Sprint(view, " ", g.id(s))
	if !g.p.done[key] {
		g.p.done[key] = true
		g.queue = append(g.queue, wanted{s, view})
	}
}

// own says whether a shape has functions of its own: others are printed in place.
func own(s *avroschema.Shape) bool {
	switch s.Form {
	case avroschema.FormRecord, avroschema.FormUnion, avroschema.FormList, avroschema.FormMap:
		return true
	}
	return false
}

// fails says whether writing a value can fail.
func fails(s *avroschema.Shape, seen map[*avroschema.Shape]bool) bool {
	if s == nil || seen[s] {
		return false
	}
	seen[s] = true
	switch s.Form {
	case avroschema.FormInt:
		if s.Schema.Kind == avroschema.Int && !(s.Type.Bits > 0 && (s.Type.Bits < 32 || s.Type.Bits == 32 && s.Type.Kind == avroschema.GoInt)) ||
			s.Type.Kind == avroschema.GoUint && (s.Type.Bits == 0 || s.Type.Bits == 64) {
			return true
		}
	case avroschema.FormSymbol, avroschema.FormIndex, avroschema.FormRequired, avroschema.FormTime, avroschema.FormDecimal:
		return true
	case avroschema.FormClock:
		return true
	case avroschema.FormUnion:
		if s.Null < 0 {
			return true
		}
	}
	if s.Deep || fails(s.Elem, seen) {
		return true
	}
	for _, f := range s.Fields {
		if fails(f.Shape, seen) {
			return true
		}
	}
	return false
}

func (g *generator) fails(s *avroschema.Shape) bool { return fails(s, map[*avroschema.Shape]bool{}) }

// deep says whether a shape counts its depth: it can contain itself, or something in it can.
func deep(s *avroschema.Shape) bool { return deepIn(s, map[*avroschema.Shape]bool{}) }

func deepIn(s *avroschema.Shape, seen map[*avroschema.Shape]bool) bool {
	if s == nil || seen[s] {
		return false
	}
	seen[s] = true
	if s.Deep || deepIn(s.Elem, seen) {
		return true
	}
	for _, f := range s.Fields {
		if deepIn(f.Shape, seen) {
			return true
		}
	}
	return false
}

// bare is a Go type in the target package: marks of the package itself are taken out.
func bare(goType string) string { return strings.ReplaceAll(goType, "⟦⟧.", "") }

// comment is a type's name for a comment.
func comment(s *avroschema.Shape) string {
	text := bare(s.Type.Go)
	for {
		open, end := strings.Index(text, "⟦"), strings.Index(text, "⟧")
		if open < 0 || end < open {
			return text
		}
		path := text[open+len("⟦") : end]
		text = text[:open] + path[strings.LastIndexByte(path, '/')+1:] + text[end+len("⟧"):]
	}
}
