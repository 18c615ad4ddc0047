package plan

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Reads is what of a value is read: all of it, or some fields. The zero value is a value of which nothing is read but
// whether it is there. Plain data.
type Reads struct {
	All bool
	// Why says what reads all, At where ("topology.go:12"); of All alone.
	Why, At string
	Fields  []FieldRead // of a struct, of what a pointer points at, or of the items of a list; in the struct's order
}

// FieldRead is a field of which something is read.
type FieldRead struct {
	Name  string // of the Go field
	Reads *Reads
}

// Field returns what is read of a field, nil for nothing.
func (r *Reads) Field(name string) *Reads {
	if r == nil {
		return nil
	}
	if r.All {
		return r
	}
	for _, f := range r.Fields {
		if f.Name == name {
			return f.Reads
		}
	}
	return nil
}

// Path returns what is read at the end of a path of fields, nil for nothing.
func (r *Reads) Path(names ...string) *Reads {
	for _, name := range names {
		r = r.Field(name)
	}
	return r
}

// Paths lists the fields that are read, nested ones with the path that leads to them. A question mark is behind those of
// which it is asked only whether they are there, or how long they are.
func (r *Reads) Paths() []string {
	if r == nil || r.All {
		return nil
	}
	var out []string
	for _, f := range r.Fields {
		below := f.Reads.Paths()
		switch {
		case f.Reads.All:
			out = append(out, f.Name)
		case len(below) == 0:
			out = append(out, f.Name+"?")
		}
		for _, path := range below {
			out = append(out, f.Name+"."+path)
		}
	}
	return out
}

// String prints it for plans: "all", "nothing" or the paths.
func (r *Reads) String() string {
	switch {
	case r == nil:
		return "unknown"
	case r.All:
		return "all"
	case len(r.Fields) == 0:
		return "nothing"
	}
	return strings.Join(r.Paths(), ",")
}

// Name is an identifier for the decoder that reads r: ReadIDTotal, or Read7Fields where they are many.
func (r *Reads) Name() string {
	paths := r.Paths()
	switch {
	case len(paths) == 0:
		return "ReadNothing"
	case len(paths) > 3:
		return fmt.Sprintf("Read%dFields", len(paths))
	}
	var b strings.Builder
	b.WriteString("Read")
	for _, p := range paths {
		for _, part := range strings.Split(strings.TrimSuffix(p, "?"), ".") {
			first, n := utf8.DecodeRuneInString(part)
			b.WriteString(string(unicode.ToUpper(first)) + part[n:])
		}
	}
	return b.String()
}

// Pick is a decoder that reads a part of a type: a method of its codec.
type Pick struct {
	Method string
	Reads  *Reads
}

// Forward says how a sink gets a key or value that nothing replaced since it was read: as the bytes that came, where they
// are those that its codec writes.
type Forward struct {
	Why, At string // it is always encoded anew, "" when it passes
	From    *Codec // what it was read with; nil of codecs with which any bytes are as they would be written
	Whole   bool   // it was decoded whole, so that it need not be decoded to be written
}

// pick finds or adds the decoder that reads r.
func pick(list []*Pick, r *Reads) (*Pick, []*Pick) {
	names := map[string]bool{}
	for _, p := range list {
		if p.Reads.String() == r.String() {
			return p, list
		}
		names[p.Method] = true
	}
	p := &Pick{Method: r.Name(), Reads: r}
	for n := 2; names[p.Method]; n++ {
		p.Method = fmt.Sprintf("%s%d", r.Name(), n)
	}
	return p, append(list, p)
}

// Pick is the codec's decoder that reads r.
func (j *JSON) Pick(r *Reads) (p *Pick) {
	p, j.Picks = pick(j.Picks, r)
	return p
}

// Pick is the codec's decoder that reads r.
func (a *Avro) Pick(r *Reads) (p *Pick) {
	p, a.Picks = pick(a.Picks, r)
	return p
}
