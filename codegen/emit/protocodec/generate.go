// Package protocodec prints Protobuf codecs for protoc-gen-go messages: an append and a decode function for each message
// below a root, over runtime/serde/protobuf, without reflection and without indirect calls. What google.golang.org/protobuf
// alone can do (the opaque API, proto2, extensions) is left to its tables.
package protocodec

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan/message"
)

const (
	pkg       = "⟦github.com/streamgen/streamgen/runtime/serde/protobuf⟧."
	slicesPkg = "⟦slices⟧."
	mapsPkg   = "⟦maps⟧."
	mathPkg   = "⟦math⟧."
)

// Code is the codec of one root message.
type Code struct {
	Append, Decode string // functions; "" when the library does it
	Depth          string // further argument of the functions, ", 0" where depth is counted
	Incomplete     bool   // required fields may be missing after Decode: the library reads a message below the root
	Source         string // declarations that were not printed before, as text with marked qualifiers
}

// Printer prints the codecs of one package; what several roots share is printed once. It belongs to one goroutine.
type Printer struct {
	taken func(name string) bool
	names map[string]string // by role and type
	used  map[string]bool
	done  map[string]bool
}

// NewPrinter returns a Printer for a package in which names are taken.
func NewPrinter(taken func(name string) bool) *Printer {
	return &Printer{taken: taken, names: map[string]string{}, used: map[string]bool{}, done: map[string]bool{}}
}

// Generate prints the codec of root.
func (p *Printer) Generate(root *message.Message) Code {
	if root.Library != "" {
		return Code{}
	}
	g := &generator{p: p}
	code := Code{Append: g.name("append", root), Decode: g.name("decode", root), Incomplete: library(root, map[*message.Message]bool{})}
	if root.Deep {
		code.Depth = ", 0"
	}
	g.need(root)
	for len(g.queue) > 0 {
		m := g.queue[0]
		g.queue = g.queue[1:]
		g.out = append(g.out, "// "+g.name("unknown", m)+" is where a "+comment(m)+" keeps fields that it does not know.\nvar "+
			g.name("unknown", m)+" = "+pkg+"UnknownAt["+m.Type+"]()\n")
		g.appendFunc(m)
		g.decodeFunc(m)
	}
	code.Source = strings.Join(g.out, "\n")
	return code
}

// library says whether the library reads a message or one below it.
func library(m *message.Message, seen map[*message.Message]bool) bool {
	if m.Library != "" {
		return true
	}
	seen[m] = true
	for _, f := range m.Fields {
		if f.Nested != nil && !seen[f.Nested] && library(f.Nested, seen) {
			return true
		}
	}
	return false
}

type generator struct {
	p     *Printer
	queue []*message.Message
	text  strings.Builder
	out   []string
	vars  int
}

func (g *generator) line(format string, args ...any) {
	fmt.Fprintf(&g.text, format, args...)
	g.text.WriteByte('\n')
}

func (g *generator) flush() {
	g.out = append(g.out, g.text.String())
	g.text.Reset()
	g.vars = 0
}

// fresh is a local name.
func (g *generator) fresh(want string) string {
	g.vars++
	return want + strconv.Itoa(g.vars)
}

// name is the name of a message's function or variable in a role.
func (g *generator) name(role string, m *message.Message) string {
	key := role + " " + m.Type
	if name := g.p.names[key]; name != "" {
		return name
	}
	short := strings.ReplaceAll(m.Name, "_", "")
	want := role + strings.ToUpper(short[:1]) + short[1:] + "Protobuf"
	name := want
	for n := 2; g.p.used[name] || g.p.taken(name); n++ {
		name = fmt.Sprintf("%s%d", want, n)
	}
	g.p.names[key], g.p.used[name] = name, true
	return name
}

// need queues the functions of a message, once.
func (g *generator) need(m *message.Message) {
	if !g.p.done[m.Type] {
		g.p.done[m.Type] = true
		g.queue = append(g.queue, m)
	}
}

// tag is a field's tag: its number and how it is framed.
func tag(f *message.Field, w message.Wire) int { return f.Number<<3 | int(w) }

// tagBytes is a tag as arguments of append.
func tagBytes(f *message.Field, w message.Wire) string {
	var out []string
	u := uint64(tag(f, w))
	for ; u >= 0x80; u >>= 7 {
		out = append(out, fmt.Sprintf("0x%02x", byte(u)|0x80))
	}
	return strings.Join(append(out, fmt.Sprintf("0x%02x", byte(u))), ", ")
}

// comment is a type's name for a comment.
func comment(m *message.Message) string {
	text := m.Type
	if open, end := strings.Index(text, "⟦"), strings.Index(text, "⟧"); open >= 0 && end > open {
		path := text[open+len("⟦") : end]
		text = text[:open] + path[strings.LastIndexByte(path, '/')+1:] + text[end+len("⟧"):]
	}
	return text
}
