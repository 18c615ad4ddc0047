package avroschema

import (
	"fmt"
	"strings"
)

// GoKind is what a Go type is to Avro.
type GoKind uint8

// The kinds of Go types.
const (
	GoOther GoKind = iota // none that Avro knows
	GoBool
	GoInt  // Bits
	GoUint // Bits
	GoFloat
	GoString
	GoBytes // []byte
	GoByteArray
	GoSlice
	GoMap // with string keys
	GoPointer
	GoOpt // processor.Opt
	GoStruct
	GoTime     // time.Time
	GoDuration // time.Duration
	GoRat      // *big.Rat
	GoSpan     // avro.Duration: months, days and milliseconds
)

// GoType describes a Go type, read by reflection or by the compiler: both are matched with schemas
// by the same rules. Not changed once made, so any goroutine may read it. A recursive type contains
// itself by pointer.
type GoType struct {
	Kind GoKind
	Go   string // type expression, as the reader prints it
	Name string // of a named type, "" otherwise
	// Basic is the predeclared type below a scalar: a conversion is needed where it differs from Go.
	Basic  string
	Bits   int
	Len    int64
	Elem   *GoType
	Key    *GoType
	Fields []GoField
	// Schema is what the type's method AvroSchema returns, "" without one.
	Schema string
	// Reason says why the type is GoOther.
	Reason string
}

// GoField is an exported field of a struct, or its blank field. A plain value.
type GoField struct {
	Name string
	Tag  string // of the key avro
	Type *GoType
}

// tag is a field's tag taken apart: name and options.
type tag struct {
	name, logical, fallback string
	aliases, symbols        []string
	precision, scale        int
	union                   bool
}

func (f *GoField) tag() (tag, error) {
	var t tag
	text, fallback, given := strings.Cut(f.Tag, ",default=")
	if given {
		t.fallback = fallback
	}
	name, rest, more := strings.Cut(text, ",")
	t.name = name
	for more {
		var o string
		o, rest, more = strings.Cut(rest, ",")
		key, value, _ := strings.Cut(o, "=")
		switch {
		case key == "alias":
			t.aliases = append(t.aliases, strings.Split(value, "|")...)
		case key == "enum":
			t.symbols = strings.Split(value, "|")
		case key == "union":
			t.union = true
		case key == "decimal":
			if _, err := fmt.Sscanf(value, "%d.%d", &t.precision, &t.scale); err != nil {
				return t, fmt.Errorf("the option %q is not decimal=PRECISION.SCALE, such as decimal=9.2", o)
			}
			t.logical = "decimal"
		case logicalKinds[key] != nil && value == "":
			t.logical = key
		default:
			return t, fmt.Errorf("unknown option %q; there are alias=A|B, enum=A|B, union, decimal=PRECISION.SCALE, the logical types, and last default=JSON", o)
		}
	}
	return t, nil
}

// Derive makes the schema of a Go type: what its method AvroSchema returns, else one made of its
// fields. An error says which field has no Avro type, and what to use instead.
func Derive(t *GoType) (*Schema, error) {
	if t.Schema != "" {
		return Parse(t.Schema)
	}
	d := &deriver{records: map[*GoType]*Schema{}, names: map[string]*GoType{}}
	s, err := d.schema(t, tag{}, t.Go, t.Name)
	if err != nil {
		return nil, err
	}
	return Parse(s.String()) // checks names and encodes defaults
}

type deriver struct {
	// space is the namespace of the outermost record. What is named below it and says no namespace has the same: a
	// name without one could not be referred to there.
	space   string
	records map[*GoType]*Schema
	names   map[string]*GoType
}

// full is a name with the namespace of the outermost record where it has none.
func (d *deriver) full(name string) string { return full(name, d.space) }

// schema derives the schema of a type at a place; hint names a fixed or enum that has no name of its own.
func (d *deriver) schema(t *GoType, o tag, path, hint string) (*Schema, error) {
	no := func(format string, args ...any) (*Schema, error) {
		return nil, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...))
	}
	simple := func(k Kind) (*Schema, error) {
		s := &Schema{Kind: k}
		if o.logical != "" {
			ok := false
			for _, fits := range logicalKinds[o.logical] {
				ok = ok || fits == k
			}
			if !ok {
				return no("%s is no %s", t.Go, o.logical)
			}
			s.Logical, s.Precision, s.Scale = o.logical, o.precision, o.scale
		}
		return s, nil
	}
	if len(o.symbols) > 0 && (t.Kind == GoString || t.Kind == GoInt) {
		name := t.Name
		if name == "" {
			name = hint
		}
		return &Schema{Kind: Enum, Name: d.full(name), Symbols: o.symbols}, nil
	}
	switch t.Kind {
	case GoBool:
		return simple(Boolean)
	case GoInt, GoUint:
		switch {
		case t.Bits > 0 && t.Bits < 32, t.Kind == GoInt && t.Bits == 32:
			return simple(Int)
		case t.Kind == GoInt, t.Bits == 32:
			return simple(Long)
		}
		return no("%s does not fit Avro's long; use int64", t.Go)
	case GoFloat:
		if t.Bits == 32 {
			return simple(Float)
		}
		return simple(Double)
	case GoString:
		return simple(String)
	case GoBytes:
		return simple(Bytes)
	case GoByteArray:
		s, err := simple(Fixed)
		if err != nil {
			return nil, err
		}
		if s.Name, s.Size = t.Name, int(t.Len); s.Name == "" {
			s.Name = hint
		}
		s.Name = d.full(s.Name)
		return s, nil
	case GoTime:
		if o.logical == "" {
			o.logical = "timestamp-millis"
		}
		if o.logical == "date" {
			return simple(Int)
		}
		return simple(Long)
	case GoDuration:
		switch o.logical {
		case "time-millis":
			return simple(Int)
		case "time-micros":
			return simple(Long)
		}
		return no("time.Duration stands for a time of the day: say time-millis or time-micros in the field's tag, or use an int64 of a stated unit")
	case GoRat:
		if o.logical != "decimal" {
			return no("*big.Rat needs its precision and scale in the field's tag: decimal=9.2")
		}
		return simple(Bytes)
	case GoSpan:
		return &Schema{Kind: Fixed, Name: d.full("Duration"), Size: 12, Logical: "duration"}, nil
	case GoPointer, GoOpt:
		elem, err := d.schema(t.Elem, o, path, hint)
		if err != nil {
			return nil, err
		}
		if elem.Kind == Union {
			return no("a pointer to a pointer, or to a union, has no Avro type; use one pointer")
		}
		return &Schema{Kind: Union, Branches: []*Schema{{Kind: Null}, elem}}, nil
	case GoSlice, GoMap:
		items, err := d.schema(t.Elem, o, path+"[]", hint)
		if err != nil {
			return nil, err
		}
		k := Array
		if t.Kind == GoMap {
			k = Map
		}
		return &Schema{Kind: k, Items: items}, nil
	case GoStruct:
		return d.record(t, path, hint)
	}
	return no("%s has no Avro type; %s", t.Go, t.Reason)
}

func (d *deriver) record(t *GoType, path, hint string) (*Schema, error) {
	if s := d.records[t]; s != nil {
		return s, nil
	}
	s := &Schema{Kind: Record, Name: t.Name}
	if s.Name == "" {
		s.Name = hint
	}
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Name == "_" {
			o, err := f.tag()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			if o.union {
				s.Kind = Union
			}
			if o.name != "" {
				s.Name = o.name
			}
			s.Aliases = o.aliases
		}
	}
	if s.Kind == Union {
		return d.union(s, t, path)
	}
	if len(d.records) == 0 {
		d.space = s.Namespace()
	}
	s.Name = d.full(s.Name)
	if other := d.names[s.Name]; other != nil && other != t {
		return nil, fmt.Errorf("%s: two types would be the record %s; name one otherwise: _ struct{} `avro:\"another.Name\"`", path, s.Name)
	}
	d.records[t], d.names[s.Name] = s, t
	for i := range t.Fields {
		f := &t.Fields[i]
		o, err := f.tag()
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", path, f.Name, err)
		}
		if f.Name == "_" || f.Tag == "-" {
			continue
		}
		own := &Field{Name: o.name, Aliases: o.aliases, Default: o.fallback}
		if own.Name == "" {
			own.Name = f.Name
		}
		if own.Type, err = d.schema(f.Type, o, path+"."+f.Name, s.Short()+f.Name); err != nil {
			return nil, err
		}
		if _, null := own.Type.Nullable(); own.Default == "" && own.Type.Kind == Union && own.Type.Branches[null].Kind == Null && null == 0 {
			own.Default = "null"
		}
		s.Fields = append(s.Fields, own)
	}
	return s, nil
}

// union is the schema of a struct that stands for a union: a branch for each of its pointers.
func (d *deriver) union(s *Schema, t *GoType, path string) (*Schema, error) {
	s.Name, s.Aliases = "", nil
	for _, f := range t.Fields {
		if f.Name == "_" {
			s.Branches = append(s.Branches, &Schema{Kind: Null})
			continue
		}
		o, err := f.tag()
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", path, f.Name, err)
		}
		if f.Type.Kind != GoPointer {
			return nil, fmt.Errorf("%s.%s: the branches of a union are pointers", path, f.Name)
		}
		b, err := d.schema(f.Type.Elem, o, path+"."+f.Name, f.Name)
		if err != nil {
			return nil, err
		}
		s.Branches = append(s.Branches, b)
	}
	return s, nil
}
