package avroschema

import (
	"strconv"
	"strings"
)

// String is the schema's JSON, without spaces, its attributes in the order in which Java's Schema
// prints them. A named type is written out where it stands first.
func (s *Schema) String() string {
	w := &writer{seen: map[string]bool{}}
	w.schema(s, "")
	return w.b.String()
}

// Canonical is the parsing canonical form: equal for schemas that encode and name alike.
func (s *Schema) Canonical() string {
	w := &writer{seen: map[string]bool{}, canonical: true}
	w.schema(s, "")
	return w.b.String()
}

type writer struct {
	b         strings.Builder
	seen      map[string]bool
	canonical bool
}

func (w *writer) member(name, value string) {
	if b := w.b.String(); !strings.HasSuffix(b, "{") {
		w.b.WriteByte(',')
	}
	w.b.WriteString(quote(name) + ":" + value)
}

func (w *writer) props(props []Prop) {
	if w.canonical {
		return
	}
	for _, p := range props {
		w.member(p.Name, p.JSON)
	}
}

func list(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

func (w *writer) schema(s *Schema, space string) {
	switch {
	case s.Kind == Union:
		w.b.WriteByte('[')
		for i, b := range s.Branches {
			if i > 0 {
				w.b.WriteByte(',')
			}
			w.schema(b, space)
		}
		w.b.WriteByte(']')
		return
	case s.Kind.Named() && w.seen[s.Name]:
		name := s.Name
		if !w.canonical && s.Namespace() == space {
			name = s.Short()
		}
		w.b.WriteString(quote(name))
		return
	case s.Kind < Array && (w.canonical || s.Logical == "" && len(s.Props) == 0):
		w.b.WriteString(quote(s.Kind.String()))
		return
	}
	w.b.WriteByte('{')
	if s.Kind.Named() {
		w.seen[s.Name] = true
	}
	if w.canonical && s.Kind.Named() {
		w.member("name", quote(s.Name))
	}
	w.member("type", quote(s.Kind.String()))
	if !w.canonical && s.Kind.Named() {
		w.member("name", quote(s.Short()))
		if ns := s.Namespace(); ns != space {
			w.member("namespace", quote(ns))
		}
		if s.Doc != "" {
			w.member("doc", quote(s.Doc))
		}
	}
	switch s.Kind {
	case Record:
		w.fields(s)
	case Enum:
		w.member("symbols", list(s.Symbols))
		if s.Default != "" && !w.canonical {
			w.member("default", quote(s.Default))
		}
	case Fixed:
		w.member("size", strconv.Itoa(s.Size))
	case Array:
		w.member("items", "")
		w.schema(s.Items, space)
	case Map:
		w.member("values", "")
		w.schema(s.Items, space)
	}
	if s.Logical != "" && !w.canonical {
		w.member("logicalType", quote(s.Logical))
		if s.Logical == "decimal" {
			w.member("precision", strconv.Itoa(s.Precision))
			w.member("scale", strconv.Itoa(s.Scale))
		}
	}
	w.props(s.Props)
	if len(s.Aliases) > 0 && !w.canonical {
		var names []string
		for _, a := range s.Aliases {
			names = append(names, strings.TrimPrefix(a, s.Namespace()+"."))
		}
		w.member("aliases", list(names))
	}
	w.b.WriteByte('}')
}

func (w *writer) fields(s *Schema) {
	w.member("fields", "[")
	for i, f := range s.Fields {
		if i > 0 {
			w.b.WriteByte(',')
		}
		w.b.WriteByte('{')
		w.member("name", quote(f.Name))
		w.member("type", "")
		w.schema(f.Type, s.Namespace())
		if !w.canonical {
			if f.Doc != "" {
				w.member("doc", quote(f.Doc))
			}
			if f.Default != "" {
				w.member("default", f.Default)
			}
			if f.Order != "" {
				w.member("order", quote(f.Order))
			}
			if len(f.Aliases) > 0 {
				w.member("aliases", list(f.Aliases))
			}
			w.props(f.Props)
		}
		w.b.WriteByte('}')
	}
	w.b.WriteByte(']')
}
