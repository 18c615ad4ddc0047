package avro

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"sync"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// Skip returns the index behind a value of the schema, an index behind the end of src when there is none.
func Skip(s *Schema, src []byte, i int) int { return skip(s, src, i, 0) }

func skip(s *Schema, src []byte, i, depth int) int {
	if depth > MaxDepth {
		return len(src) + 1
	}
	switch s.Kind {
	case avroschema.Null:
	case avroschema.Boolean:
		_, i = Bool(src, i)
	case avroschema.Int:
		_, i = Int(src, i)
	case avroschema.Long:
		_, i = Long(src, i)
	case avroschema.Float:
		_, i = Float(src, i)
	case avroschema.Double:
		_, i = Double(src, i)
	case avroschema.Bytes, avroschema.String:
		_, i = Text(src, i)
	case avroschema.Fixed:
		_, i = Fixed(src, i, s.Size)
	case avroschema.Enum:
		_, i = Branch(src, i, len(s.Symbols))
	case avroschema.Array, avroschema.Map:
		i = skipItems(s, src, i, depth)
	case avroschema.Union:
		var b int
		if b, i = Branch(src, i, len(s.Branches)); i <= len(src) {
			i = skip(s.Branches[b], src, i, depth+1)
		}
	case avroschema.Record:
		for _, f := range s.Fields {
			if i = skip(f.Type, src, i, depth+1); i > len(src) {
				break
			}
		}
	}
	return i
}

func skipItems(s *Schema, src []byte, i, depth int) int {
	least := Least(s.Items)
	if s.Kind == avroschema.Map {
		least++
	}
	for total := 0; ; {
		var n int
		if n, i = Block(src, i, least, total); n == 0 {
			return i
		}
		total += n
		for range n {
			if s.Kind == avroschema.Map {
				_, i = Text(src, i)
			}
			if i = skip(s.Items, src, i, depth+1); i > len(src) {
				return i
			}
		}
	}
}

// SkipText returns the index behind a string or bytes.
func SkipText(src []byte, i int) int {
	_, i = Text(src, i)
	return i
}

// SkipLong returns the index behind a long, or an int that is widened.
func SkipLong(src []byte, i int) int {
	if uint(i) < uint(len(src)) && src[i] < 0x80 {
		return i + 1
	}
	return skipLong(src, i)
}

// skipLong is SkipLong for a long of more than one byte: eight bytes are looked at as one word.
func skipLong(src []byte, i int) int {
	if i < 0 || len(src)-i < 10 {
		_, i = long(src, i)
		return i
	}
	if last := ^binary.LittleEndian.Uint64(src[i:]) & 0x8080808080808080; last != 0 {
		return i + bits.TrailingZeros64(last)>>3 + 1
	}
	// Whether a ninth or a tenth byte is the last nobody can predict, so there is no branch on it. A tenth holds the 64th bit.
	more := int(src[i+8] >> 7)
	if more*int(src[i+9]>>1) != 0 {
		return len(src) + 1
	}
	return i + 9 + more
}

// SkipInt returns the index behind an int.
func SkipInt(src []byte, i int) int {
	if uint(i) < uint(len(src)) && src[i] < 0x80 {
		return i + 1
	}
	_, i = Int(src, i)
	return i
}

// SkipBool returns the index behind a boolean.
func SkipBool(src []byte, i int) int {
	if uint(i) >= uint(len(src)) || src[i] > 1 {
		return len(src) + 1
	}
	return i + 1
}

// SkipBytes returns the index behind n bytes.
func SkipBytes(src []byte, i, n int) int {
	if n > len(src)-i {
		return len(src) + 1
	}
	return i + n
}

// Least is the least number of bytes that a value of the schema takes.
func Least(s *Schema) int { return avroschema.Least(s) }

// Explain says where and why bytes are no value of the schema; nil when they are one, and nothing
// stands behind it.
func Explain(s *Schema, src []byte) error {
	e := &explainer{src: src}
	i, err := e.value(s, 0, s.Label(), 0)
	if err == nil && i < len(src) {
		err = fmt.Errorf("%d bytes stand behind the value of %s", len(src)-i, s.Label())
	}
	return err
}

type explainer struct{ src []byte }

// value is skip with a reason.
func (e *explainer) value(s *Schema, i int, path string, depth int) (int, error) {
	if depth > MaxDepth {
		return i, fmt.Errorf("%s: nested deeper than %d levels", path, MaxDepth)
	}
	var err error
	switch s.Kind {
	case avroschema.Record:
		for _, f := range s.Fields {
			if i, err = e.value(f.Type, i, path+"."+f.Name, depth+1); err != nil {
				return i, err
			}
		}
		return i, nil
	case avroschema.Union:
		b, next := Branch(e.src, i, len(s.Branches))
		if next > len(e.src) {
			return i, fmt.Errorf("%s, byte %d: no branch of a union of %d", path, i, len(s.Branches))
		}
		return e.value(s.Branches[b], next, path, depth+1)
	case avroschema.Array, avroschema.Map:
		least := Least(s.Items)
		if s.Kind == avroschema.Map {
			least++
		}
		for total := 0; ; {
			n, next := Block(e.src, i, least, total)
			if next > len(e.src) {
				return i, fmt.Errorf("%s, byte %d: no count of items that the remaining %d bytes can hold", path, i, max(len(e.src)-i, 0))
			}
			if i = next; n == 0 {
				return i, nil
			}
			for k := range n {
				if s.Kind == avroschema.Map {
					if _, next = Text(e.src, i); next > len(e.src) {
						return i, fmt.Errorf("%s, byte %d: no key of a map", path, i)
					}
					i = next
				}
				if i, err = e.value(s.Items, i, fmt.Sprintf("%s[%d]", path, total+k), depth+1); err != nil {
					return i, err
				}
			}
			total += n
		}
	}
	next := skip(s, e.src, i, depth)
	if next > len(e.src) {
		return i, fmt.Errorf("%s, byte %d of %d: no %s", path, i, len(e.src), s.Label())
	}
	return next, nil
}

// skipped are the schemas that SkipValue was asked for.
var skipped sync.Map

// SkipValue is Skip for the JSON of a schema: what generated code does with a record within itself that nothing reads.
func SkipValue(schema string, src []byte, i int) int {
	known, ok := skipped.Load(schema)
	if !ok {
		s, err := Parse(schema)
		if err != nil {
			return len(src) + 1
		}
		known, _ = skipped.LoadOrStore(schema, s)
	}
	return Skip(known.(*Schema), src, i)
}
