package avroschema

import (
	"fmt"
	"slices"
	"strings"
)

// Form says how a Go value stands for an Avro one.
type Form uint8

// The forms. What they need beside the schema and the Go type is in Shape.
const (
	FormBool Form = iota
	FormInt       // int or long, also of a narrower Go type, whose range is checked
	FormFloat
	FormDouble
	FormString
	FormBytes
	FormFixed
	FormSymbol // an enum as its symbol
	FormIndex  // an enum as its index
	FormList
	FormMap
	FormPointer  // a union of null and Elem, as a pointer; nil is null
	FormOpt      // the same as an Opt
	FormNil      // the same as a slice or map; nil is null
	FormRequired // a pointer that must not be nil
	FormUnion    // a struct with a pointer for each branch
	FormRecord
	FormTime     // date, timestamps
	FormClock    // time-millis, time-micros as a time.Duration
	FormDecimal  // *big.Rat
	FormDuration // avro.Duration
)

// Shape is a Go type as a schema's values. Not changed once made, so any goroutine may read it. A
// recursive shape contains itself by pointer.
type Shape struct {
	Form   Form
	Schema *Schema
	Type   *GoType
	Elem   *Shape
	Null   int // the branch that is null, -1 for none (FormUnion)
	Fields []ShapeField
	// Deep says that values can nest without bound, so that their depth is counted.
	Deep bool
}

// ShapeField is a field of a record or a branch of a union, in the order of the schema. A plain value.
type ShapeField struct {
	Name  string // of the Go field; "" when the struct has none for it
	Shape *Shape // nil when Name is ""
	Field *Field // of the record, nil for a branch
	Type  *Schema
}

// Match finds how values of a Go type stand for those of a schema. Its error says where they do not.
func Match(s *Schema, t *GoType) (*Shape, error) {
	m := &matcher{shapes: map[typed]*Shape{}}
	shape, err := m.match(s, t, t.Go)
	if err != nil {
		return nil, err
	}
	for _, sh := range m.shapes {
		sh.Deep = reaches(sh, sh, map[*Shape]bool{})
	}
	return shape, nil
}

// reaches says whether a shape stands below another.
func reaches(from, to *Shape, seen map[*Shape]bool) bool {
	below := func(s *Shape) bool {
		if s == nil || seen[s] {
			return false
		}
		seen[s] = true
		return s == to || reaches(s, to, seen)
	}
	if below(from.Elem) {
		return true
	}
	return slices.ContainsFunc(from.Fields, func(f ShapeField) bool { return below(f.Shape) })
}

type typed struct {
	schema *Schema
	typ    *GoType
}

type matcher struct{ shapes map[typed]*Shape }

func (m *matcher) match(s *Schema, t *GoType, path string) (*Shape, error) {
	if sh := m.shapes[typed{s, t}]; sh != nil {
		return sh, nil
	}
	sh := &Shape{Schema: s, Type: t, Null: -1}
	m.shapes[typed{s, t}] = sh
	no := func(hint string) (*Shape, error) {
		if t.Kind == GoOther && t.Reason != "" {
			hint = t.Reason
		}
		return nil, fmt.Errorf("%s: %s does not stand for Avro's %s; %s", path, t.Go, s.Label(), hint)
	}
	var err error
	if t.Kind == GoPointer && s.Kind != Union && t.Elem.Kind != GoPointer {
		sh.Form = FormRequired
		sh.Elem, err = m.match(s, t.Elem, path)
		return sh, err
	}
	whole := t.Kind == GoInt || t.Kind == GoUint
	switch s.Kind {
	case Boolean:
		if t.Kind != GoBool {
			return no("use bool")
		}
	case Int, Long:
		switch {
		case t.Kind == GoTime && (s.Logical == "date" || strings.Contains(s.Logical, "timestamp")):
			sh.Form = FormTime
		case t.Kind == GoDuration && strings.HasPrefix(s.Logical, "time-"):
			sh.Form = FormClock
		case whole:
			sh.Form = FormInt
		default:
			return no("use an integer type, or time.Time and time.Duration for their logical types")
		}
	case Float, Double:
		if sh.Form = FormFloat; s.Kind == Double {
			sh.Form = FormDouble
		}
		if t.Kind != GoFloat || t.Bits != 32 && s.Kind == Float || t.Bits != 64 && s.Kind == Double {
			return no("use float32 for float and float64 for double")
		}
	case String:
		if sh.Form = FormString; t.Kind != GoString {
			return no("use string")
		}
	case Bytes:
		switch {
		case t.Kind == GoRat && s.Logical == "decimal":
			sh.Form = FormDecimal
		case t.Kind == GoBytes:
			sh.Form = FormBytes
		default:
			return no("use []byte, or *big.Rat for a decimal")
		}
	case Fixed:
		switch {
		case t.Kind == GoRat && s.Logical == "decimal":
			sh.Form = FormDecimal
		case t.Kind == GoSpan && s.Logical == "duration":
			sh.Form = FormDuration
		case t.Kind == GoByteArray && t.Len == int64(s.Size):
			sh.Form = FormFixed
		default:
			return no(fmt.Sprintf("use [%d]byte, or *big.Rat for a decimal", s.Size))
		}
	case Enum:
		switch {
		case t.Kind == GoString:
			sh.Form = FormSymbol
		case whole:
			sh.Form = FormIndex
		default:
			return no("use a string type for the symbol or an integer type for its index")
		}
	case Array, Map:
		if sh.Form = FormList; s.Kind == Map {
			sh.Form = FormMap
		}
		if t.Kind != GoSlice && s.Kind == Array || t.Kind != GoMap && s.Kind == Map {
			return no("use a slice for an array and a map with string keys for a map")
		}
		sh.Elem, err = m.match(s.Items, t.Elem, path+"[]")
	case Union:
		return m.union(sh, path, no)
	case Record:
		sh.Form = FormRecord
		if t.Kind != GoStruct {
			return no("use a struct")
		}
		err = m.record(sh, path)
	default:
		return no("null alone has no Go type")
	}
	return sh, err
}

func (m *matcher) union(sh *Shape, path string, no func(string) (*Shape, error)) (*Shape, error) {
	s, t := sh.Schema, sh.Type
	other, null := s.Nullable()
	var err error
	switch {
	case other != nil && (t.Kind == GoPointer || t.Kind == GoOpt):
		sh.Form, sh.Null = FormPointer, null
		if t.Kind == GoOpt {
			sh.Form = FormOpt
		}
		sh.Elem, err = m.match(other, t.Elem, path)
		return sh, err
	case other != nil && t.Kind == GoRat:
		sh.Form, sh.Null = FormNil, null
		sh.Elem, err = m.match(other, t, path)
		return sh, err
	case other != nil && (t.Kind == GoBytes || t.Kind == GoSlice || t.Kind == GoMap):
		sh.Form, sh.Null = FormNil, null
		sh.Elem, err = m.match(other, t, path)
		return sh, err
	}
	sum := false
	for i := range t.Fields {
		if t.Fields[i].Name == "_" {
			o, err := t.Fields[i].tag()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			sum = o.union
		}
	}
	if t.Kind != GoStruct || !sum {
		return no("use a pointer for a union of null and one type, else a struct of pointers, one for each branch, that has the field _ struct{} `avro:\",union\"`")
	}
	sh.Form = FormUnion
	used := map[int]bool{}
	for i, b := range s.Branches {
		if b.Kind == Null {
			sh.Null = i
			sh.Fields = append(sh.Fields, ShapeField{Type: b})
			continue
		}
		at := -1
		for j := range t.Fields {
			f := &t.Fields[j]
			if f.Name == "_" || used[j] || f.Type.Kind != GoPointer {
				continue
			}
			o, err := f.tag()
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", path, f.Name, err)
			}
			name := b.Kind.String()
			if b.Kind.Named() {
				name = b.Short()
			}
			if o.name == name || o.name == b.Name && b.Name != "" || o.name == "" && strings.EqualFold(f.Name, name) {
				at = j
				break
			}
		}
		if at < 0 {
			return nil, fmt.Errorf("%s: the union has the branch %s, but %s has no pointer for it; name a field %s, or give it the tag `avro:%q`", path, b.Label(), t.Go, title(b.Kind.String()), b.Label())
		}
		used[at] = true
		f := &t.Fields[at]
		elem, err := m.match(b, f.Type.Elem, path+"."+f.Name)
		if err != nil {
			return nil, err
		}
		sh.Fields = append(sh.Fields, ShapeField{Name: f.Name, Shape: elem, Type: b})
	}
	return sh, nil
}

func title(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

func (m *matcher) record(sh *Shape, path string) error {
	t := sh.Type
	used := map[int]bool{}
	for _, f := range sh.Schema.Fields {
		at := -1
		for pass := 0; pass < 2 && at < 0; pass++ {
			for i := range t.Fields {
				g := &t.Fields[i]
				if g.Name == "_" || g.Tag == "-" || used[i] {
					continue
				}
				o, err := g.tag()
				if err != nil {
					return fmt.Errorf("%s.%s: %w", path, g.Name, err)
				}
				if o.name == f.Name || o.name == "" && (g.Name == f.Name || pass == 1 && strings.EqualFold(g.Name, strings.ReplaceAll(f.Name, "_", ""))) {
					at = i
					break
				}
			}
		}
		if at < 0 {
			if f.Bytes == nil {
				return fmt.Errorf("%s: %s has no field for %s, which has no default to write; add one, or take it out with a schema of its own", path, t.Go, f.Name)
			}
			sh.Fields = append(sh.Fields, ShapeField{Field: f, Type: f.Type})
			continue
		}
		used[at] = true
		elem, err := m.match(f.Type, t.Fields[at].Type, path+"."+t.Fields[at].Name)
		if err != nil {
			return err
		}
		sh.Fields = append(sh.Fields, ShapeField{Name: t.Fields[at].Name, Shape: elem, Field: f, Type: f.Type})
	}
	for i := range t.Fields {
		if g := &t.Fields[i]; !used[i] && g.Name != "_" && g.Tag != "-" {
			return fmt.Errorf("%s.%s: the schema %s has no such field; name it in the tag `avro:\"name\"`, or leave it out with `avro:\"-\"`", path, g.Name, sh.Schema.Name)
		}
	}
	return nil
}
