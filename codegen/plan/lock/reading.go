package lock

import (
	"fmt"
	"slices"
	"strings"
)

// Reading is what becomes of values of one form that are read with another.
type Reading struct {
	// Faults say why some or all values cannot be read.
	Faults []string
	// Dropped are members that the values have and the reader does not know; Absent those that it
	// looks for and the values lack: it takes the zero value or the default.
	Dropped, Absent []Part
}

// Part is a member or field of a value. A plain value.
type Part struct{ Path, Name, Type string }

// String is the part's path.
func (p Part) String() string { return strings.TrimPrefix(p.Path+"."+p.Name, ".") }

// Read says what becomes of values of the form from when they are read as f.
func (f *Format) Read(from *Format) Reading {
	switch {
	case f == nil || from == nil:
		if f == from {
			return Reading{}
		}
		return Reading{Faults: []string{fmt.Sprintf("%s instead of %s", f, from)}}
	case f.Codec != from.Codec || (f.JSON == nil) != (from.JSON == nil) || (f.Avro == nil) != (from.Avro == nil) || (f.Proto == nil) != (from.Proto == nil):
		return Reading{Faults: []string{fmt.Sprintf("the codec is %s, it was %s", f, from)}}
	case f.JSON != nil:
		r := &jsonReader{to: f.JSON, from: from.JSON, seen: map[[2]string]bool{}}
		r.value(f.JSON.Root, from.JSON.Root, "")
		return r.Reading
	case f.Avro != nil:
		return readAvro(from.Avro, f.Avro)
	case f.Proto != nil:
		return readProto(from.Proto, f.Proto)
	case f.Text != from.Text:
		return Reading{Faults: []string{"its schema is another one, and schemas of this kind are not compared"}}
	case !f.detailed() && f.Type != from.Type:
		return Reading{Faults: []string{fmt.Sprintf("the type is %s, it was %s", f.Type, from.Type)}}
	}
	return Reading{}
}

type jsonReader struct {
	Reading
	to, from *JSON
	seen     map[[2]string]bool
}

func (r *jsonReader) fault(path, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if path != "" {
		text = path + ": " + text
	}
	r.Faults = append(r.Faults, text)
}

// value compares what is read as to with what was written as from.
func (r *jsonReader) value(to, from, path string) {
	x, y := split(to), split(from)
	switch {
	case x.head == "*" && y.head == "*":
		r.value(x.parts[0], y.parts[0], path)
	case x.head == "*": // null or a value
		r.value(x.parts[0], from, path)
	case y.head == "*": // null gives the zero value
		r.value(to, y.parts[0], path)
	case to == "any":
	case x.head == "struct" && y.head == "struct":
		r.structure(x.name, y.name, path)
	case strings.HasPrefix(x.head, "[") && strings.HasPrefix(y.head, "["):
		if x.head != "[]" && x.head != y.head {
			r.fault(path, "%s cannot hold all lists of %s", to, from)
			return
		}
		r.value(x.parts[0], y.parts[0], path+"[]")
	case x.head == "map" && y.head == "map":
		r.value(x.parts[0], y.parts[0], path+"[key]")
		r.value(x.parts[1], y.parts[1], path+"[]")
	case x.head == y.head && x.name == y.name:
	case strings.HasSuffix(to, ",string") != strings.HasSuffix(from, ",string"):
		r.fault(path, "%s is written otherwise than %s", to, from)
	default:
		if reason := scalar(strings.TrimSuffix(to, ",string"), strings.TrimSuffix(from, ",string")); reason != "" {
			r.fault(path, "%s", reason)
		}
	}
}

// scalar says why a simple value cannot be read as another type, "" when it can.
func scalar(to, from string) string {
	wide, narrow := whole(to), whole(from)
	none := span{}
	switch {
	case strings.HasPrefix(to, "float") && (narrow != none || from == "float32"):
		return ""
	case wide != none && narrow != none:
		if wide.signed == narrow.signed && wide.bits >= narrow.bits || wide.signed && wide.bits > narrow.bits {
			return ""
		}
		return fmt.Sprintf("%s does not hold every %s", to, from)
	case wide != none && strings.HasPrefix(from, "float"), to == "float32" && from == "float64":
		return fmt.Sprintf("%s does not hold every %s", to, from)
	case to == "string" && (from == "time" || strings.HasPrefix(from, "bytes")):
		return ""
	case to == "bytes" && strings.HasPrefix(from, "bytes["):
		return ""
	}
	return fmt.Sprintf("%s cannot be read as %s", from, to)
}

func (r *jsonReader) structure(to, from, path string) {
	at := [2]string{to, from}
	if r.seen[at] {
		return
	}
	r.seen[at] = true
	s, t := r.to.structOf(to), r.from.structOf(from)
	if s == nil || t == nil {
		r.fault(path, "the form of %s or %s is not known", to, from)
		return
	}
	found := map[string]string{} // by member of s, that of t
	for _, old := range t.Members {
		i := slices.IndexFunc(s.Members, func(m Member) bool { return m.Name == old.Name })
		if i < 0 {
			i = slices.IndexFunc(s.Members, func(m Member) bool { return slices.Contains(m.Aliases, old.Name) })
		}
		if i < 0 {
			r.Dropped = append(r.Dropped, Part{path, old.Name, old.Type})
			continue
		}
		m := s.Members[i]
		if other, twice := found[m.Name]; twice {
			r.fault(path, "the members %s and %s would both be %s", other, old.Name, m.Name)
			continue
		}
		found[m.Name] = old.Name
		r.value(m.Type, old.Type, strings.TrimPrefix(path+"."+m.Name, "."))
	}
	for _, m := range s.Members {
		if _, ok := found[m.Name]; !ok {
			r.Absent = append(r.Absent, Part{path, m.Name, m.Type})
		}
	}
}
