// Package jsoncodec prints JSON codecs for Go types: an append function and a decode function for each root type, and
// helpers for what is below it. They behave as encoding/json/v2 with default options and json.Deterministic(true), byte
// for byte, without reflection and without indirect calls; the work that all types share is in runtime/serde/jsonscan.
//
// The decoder expects members in the order of the struct's fields, compares the document with the next expected name
// before it looks a name up, and so pays for any other order without minding it.
package jsoncodec

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/streamgen/streamgen/codegen/plan/shape"
)

// Role says what a generated declaration does for its type.
type Role string

// The roles.
const (
	AppendRoot Role = "append root" // func(dst []byte, v *T) ([]byte, error)
	DecodeRoot Role = "decode root" // func(src []byte) (T, error)
	Append     Role = "append"      // the same inside a document
	Decode     Role = "decode"
	Members    Role = "members" // the table of a struct's expected members
)

// Namer names the declaration of a role for a type. It gives the same name whenever it is asked again, and fresh only the
// first time, so that types shared by several roots are declared once in a package. hint is the name to prefer.
type Namer func(role Role, goType, hint string) (name string, fresh bool)

// strictly gives decoders that refuse members which a type lacks names of their own; the rest is shared.
func strictly(names Namer) Namer {
	return func(role Role, goType, hint string) (string, bool) {
		switch role {
		case DecodeRoot, Decode, "part", "part root", "check":
			return names("strict "+role, goType, hint+"Strictly")
		}
		return names(role, goType, hint)
	}
}

// NewNamer returns a Namer that prefers the hint and counts up where taken says that the package has the name already.
// It belongs to one goroutine.
func NewNamer(taken func(name string) bool) Namer {
	names, used := map[declaration]string{}, map[string]bool{}
	return func(role Role, goType, hint string) (string, bool) {
		d := declaration{role, goType}
		if name, ok := names[d]; ok {
			return name, false
		}
		name := hint
		for n := 2; used[name] || taken(name); n++ {
			name = fmt.Sprintf("%s%d", hint, n)
		}
		names[d], used[name] = name, true
		return name, true
	}
}

// Code is the codec of one root type.
type Code struct {
	AppendFunc, DecodeFunc string
	// Source holds the declarations that no earlier Generate with the same Namer has given, as text to be formatted, in
	// which qualifiers are marked: ⟦import/path⟧.Name. Names of the target package are bare.
	Source string
	// Cold names the functions in Source that call encoding/json/v2 for types with methods of their own: the only ones
	// that reach an indirect call.
	Cold []string
}

const (
	scanPkg = "⟦github.com/streamgen/streamgen/runtime/serde/jsonscan⟧."
	convPkg = "⟦strconv⟧."
	jsonPkg = "⟦encoding/json/v2⟧."
)

// Generate prints the codec of root, which jsonshape.Of gave without problems. A strict one refuses members that its types lack.
func Generate(root *shape.Shape, names Namer, strict bool) Code {
	if strict {
		names = strictly(names)
	}
	g := &generator{shape: root, named: map[declaration]string{}, strict: strict}
	fresh := map[declaration]bool{}
	ask := func(role Role, goType, hint string) string {
		d := declaration{role, goType}
		g.named[d], fresh[d] = names(role, goType, hint)
		return g.named[d]
	}
	code := Code{}
	code.AppendFunc = ask(AppendRoot, root.Root.Go, "append"+rootHint(root)+"JSON")
	code.DecodeFunc = ask(DecodeRoot, root.Root.Go, "decode"+rootHint(root)+"JSON")
	for _, def := range root.Defs {
		ask(Append, def.Go, "append"+def.Hint)
		ask(Decode, def.Go, "decode"+def.Hint)
		if def.Kind == shape.Struct {
			ask(Members, def.Go, lower(def.Hint)+"Members")
		}
	}

	var source strings.Builder
	print := func(role Role, goType string, body func()) {
		d := declaration{role, goType}
		if !fresh[d] {
			return
		}
		g.text.Reset()
		body()
		source.WriteString(finish(g.text.String()))
		source.WriteByte('\n')
	}
	print(AppendRoot, root.Root.Go, g.appendRoot)
	print(DecodeRoot, root.Root.Go, g.decodeRoot)
	for i := range root.Defs {
		def := &root.Defs[i]
		if def.Kind == shape.Fallback && fresh[declaration{Append, def.Go}] {
			code.Cold = append(code.Cold, g.name(Append, def.Go), g.name(Decode, def.Go))
		}
		print(Append, def.Go, func() { g.appendDef(def) })
		print(Members, def.Go, func() { g.members(def) })
		print(Decode, def.Go, func() { g.decodeDef(def) })
	}
	code.Source = source.String()
	return code
}

// rootHint names the functions of a root: the hint of its Def, or of what it points at, or the type's own text for a scalar.
func rootHint(s *shape.Shape) string {
	suffix := ""
	for t := &s.Root; t != nil; t = t.Elem {
		if def := s.Def(t.Go); def != nil {
			return def.Hint + suffix
		}
		suffix += "Pointer"
	}
	return s.Root.Hint()
}

func lower(name string) string {
	first, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(first)) + name[n:]
}

type declaration struct {
	role   Role
	goType string
}

// generator prints one declaration at a time into text.
type generator struct {
	shape *shape.Shape
	named map[declaration]string
	text  strings.Builder
	part  *partial // of a decoder that reads a part
	// strict decoders refuse members that a type lacks.
	strict bool
	// onFail is what a root that has no helper does with err; otherwise it is handed on.
	onFail string
}

// name is the name of a type's declaration in a role.
func (g *generator) name(role Role, goType string) string {
	return g.named[declaration{role, goType}]
}

// line prints formatted code and ends the line.
func (g *generator) line(format string, args ...any) {
	fmt.Fprintf(&g.text, format, args...)
	g.text.WriteByte('\n')
}
