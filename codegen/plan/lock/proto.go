package lock

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan/message"
)

// FormOfMessage is the form of a Protobuf message: as that of JSON, but members are named by their numbers, have the name
// in the .proto file for an alias, and types are those of the .proto language.
func FormOfMessage(m *message.Message) *JSON {
	out := &JSON{}
	names := map[string]string{}
	var structure func(m *message.Message) string
	one := func(f *message.Field) string {
		if f.Kind == message.Nested {
			return structure(f.Nested)
		}
		return string(f.Kind)
	}
	structure = func(m *message.Message) string {
		if name := names[m.Type]; name != "" {
			return name
		}
		if m.Library != "" {
			return "library(" + marked.ReplaceAllString(m.Type, "") + ")"
		}
		name := m.Name
		for n := 2; out.structOf(name) != nil; n++ {
			name = m.Name + "_" + strconv.Itoa(n)
		}
		names[m.Type] = name
		at := len(out.Types)
		out.Types = append(out.Types, Struct{Name: name})
		var members []Member
		for _, f := range m.Fields {
			t := one(f)
			switch f.Label {
			case message.Map:
				t = "map[" + one(f.Key) + "]" + t
			case message.Repeated:
				t = "[]" + t
			}
			members = append(members, Member{Name: strconv.Itoa(f.Number), Type: t, Aliases: []string{f.Name}})
		}
		slices.SortFunc(members, func(a, b Member) int {
			x, _ := strconv.Atoi(a.Name)
			y, _ := strconv.Atoi(b.Name)
			return x - y
		})
		out.Types[at].Members = members
		return name
	}
	out.Root = structure(m)
	return out
}

// readProto says what becomes of values of one message for another.
func readProto(from, to *JSON) Reading {
	r := &protoReader{to: to, from: from, seen: map[[2]string]bool{}}
	r.value(to.Root, from.Root, "")
	return r.Reading
}

type protoReader struct {
	Reading
	to, from *JSON
	seen     map[[2]string]bool
}

func (r *protoReader) fault(path, format string, args ...any) {
	r.Faults = append(r.Faults, strings.TrimPrefix(path+": ", ": ")+fmt.Sprintf(format, args...))
}

func (r *protoReader) value(to, from, path string) {
	x, y := split(to), split(from)
	s, t := r.to.structOf(to), r.from.structOf(from)
	switch {
	case to == from && s == nil && x.parts == nil:
	case s != nil && t != nil:
		r.message(s, t, path)
	case x.head == "map" && y.head == "map":
		r.value(x.parts[0], y.parts[0], path+"[key]")
		r.value(x.parts[1], y.parts[1], path+"[]")
	case x.head == "[]" && y.head == "[]":
		r.value(x.parts[0], y.parts[0], path+"[]")
	case x.head == "[]" && y.parts == nil: // one value is a list of one
		r.value(x.parts[0], from, path+"[]")
	case !slices.Contains(protoReads[to], from):
		r.fault(path, "%s does not hold every %s", to, from)
	}
}

// protoReads are the types whose values another one holds, all framed alike.
var protoReads = map[string][]string{
	"int64":  {"int32", "uint32", "bool", "enum"},
	"uint64": {"uint32", "bool"},
	"int32":  {"bool", "enum"},
	"uint32": {"bool"},
	"enum":   {"int32", "bool"},
	"sint64": {"sint32"},
	"bytes":  {"string"},
}

func (r *protoReader) message(s, t *Struct, path string) {
	at := [2]string{s.Name, t.Name}
	if r.seen[at] {
		return
	}
	r.seen[at] = true
	label := func(m Member) string { return m.Name + " " + strings.Join(m.Aliases, "") }
	have := map[string]bool{}
	for _, old := range t.Members {
		i := slices.IndexFunc(s.Members, func(m Member) bool { return m.Name == old.Name })
		if i < 0 {
			if j := slices.IndexFunc(s.Members, func(m Member) bool { return slices.Equal(m.Aliases, old.Aliases) }); j >= 0 {
				r.fault(path, "the field %s has the number %s, it had %s", strings.Join(old.Aliases, ""), s.Members[j].Name, old.Name)
			}
			r.Dropped = append(r.Dropped, Part{path, label(old), old.Type})
			continue
		}
		have[old.Name] = true
		r.value(s.Members[i].Type, old.Type, strings.TrimPrefix(path+"."+strings.Join(old.Aliases, ""), "."))
	}
	for _, m := range s.Members {
		if !have[m.Name] {
			r.Absent = append(r.Absent, Part{path, label(m), m.Type})
		}
	}
}
