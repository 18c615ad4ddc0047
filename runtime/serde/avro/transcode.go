package avro

import (
	"fmt"
	"slices"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// Transcode appends to dst what the value in src, written with a plan's writer's schema, is with the
// reader's. Its error says why there is none.
func Transcode(p *avroschema.Plan, dst, src []byte) ([]byte, error) {
	t := &transcoder{src: src, limit: maxGrowth + 64*len(src)}
	dst, i, err := t.value(p, dst, 0, 0)
	if err == nil && i != len(src) {
		if err = Explain(p.Writer, src); err == nil {
			err = fmt.Errorf("the value does not end where its schema %s does", p.Writer.Label())
		}
	}
	return dst, err
}

// maxGrowth and 64 bytes for each byte read bound what defaults may add to a value.
const maxGrowth = 1 << 20

type transcoder struct {
	src   []byte
	limit int
}

// value follows a plan at index i. An index behind the end means that src is no value.
func (t *transcoder) value(p *avroschema.Plan, dst []byte, i, depth int) ([]byte, int, error) {
	bad := len(t.src) + 1
	if depth > MaxDepth || len(dst) > t.limit {
		return dst, bad, fmt.Errorf("the value is nested deeper than %d levels, or its defaults take more than %d bytes", MaxDepth, t.limit)
	}
	switch p.Op {
	case avroschema.Copy:
		end := skip(p.Writer, t.src, i, depth)
		if end > len(t.src) {
			return dst, bad, nil
		}
		return append(dst, t.src[i:end]...), end, nil
	case avroschema.IntToFloat:
		v, i := Long(t.src, i)
		return AppendFloat(dst, float32(v)), i, nil
	case avroschema.IntToDouble:
		v, i := Long(t.src, i)
		return AppendDouble(dst, float64(v)), i, nil
	case avroschema.FloatToDouble:
		v, i := Float(t.src, i)
		return AppendDouble(dst, float64(v)), i, nil
	case avroschema.ToSymbol:
		v, i := Branch(t.src, i, len(p.Symbols))
		if i > len(t.src) {
			return dst, bad, nil
		}
		if p.Symbols[v] < 0 {
			return dst, bad, fmt.Errorf("the symbol %s is none of the reader's enum %s, which has no default", p.Writer.Symbols[v], p.Reader.Name)
		}
		return AppendLong(dst, int64(p.Symbols[v])), i, nil
	case avroschema.ToUnion:
		return t.value(p.Items, AppendLong(dst, int64(p.Branch)), i, depth+1)
	case avroschema.FromUnion:
		b, i := Branch(t.src, i, len(p.Branches))
		if i > len(t.src) {
			return dst, bad, nil
		}
		return t.value(p.Branches[b], dst, i, depth+1)
	case avroschema.ToItems:
		return t.items(p, dst, i, depth)
	case avroschema.ToRecord:
		return t.record(p, dst, i, depth)
	}
	return dst, bad, fmt.Errorf("the value cannot be read: %s", p.Reason)
}

func (t *transcoder) items(p *avroschema.Plan, dst []byte, i, depth int) ([]byte, int, error) {
	least := Least(p.Writer.Items)
	if p.Writer.Kind == avroschema.Map {
		least++
	}
	for total := 0; ; {
		var n int
		if n, i = Block(t.src, i, least, total); n == 0 {
			return append(dst, 0), i, nil
		}
		total += n
		dst = AppendLong(dst, int64(n))
		for range n {
			if p.Writer.Kind == avroschema.Map {
				var key []byte
				if key, i = Text(t.src, i); i > len(t.src) {
					return dst, i, nil
				}
				dst = AppendBytes(dst, key)
			}
			var err error
			if dst, i, err = t.value(p.Items, dst, i, depth+1); err != nil || i > len(t.src) {
				return dst, i, err
			}
		}
	}
}

func (t *transcoder) record(p *avroschema.Plan, dst []byte, i, depth int) ([]byte, int, error) {
	fields := p.Reader.Fields
	if p.Ordered { // written as they come, defaults in between
		next := 0
		for k, f := range p.Fields {
			to := p.To[k]
			if to < 0 {
				i = skip(p.Writer.Fields[k].Type, t.src, i, depth+1)
			}
			for ; next < to; next++ {
				dst = append(dst, fields[next].Bytes...)
			}
			if to >= 0 {
				var err error
				if dst, i, err = t.value(f, dst, i, depth+1); err != nil {
					return dst, i, err
				}
				next++
			}
			if i > len(t.src) {
				return dst, i, nil
			}
		}
		for ; next < len(fields); next++ {
			dst = append(dst, fields[next].Bytes...)
		}
		return dst, i, nil
	}
	// In another order: the fields are written behind the record's end and then put in order.
	start := len(dst)
	parts := make([][2]int, len(fields))
	for k, f := range p.Fields {
		to := p.To[k]
		if to < 0 {
			i = skip(p.Writer.Fields[k].Type, t.src, i, depth+1)
		} else {
			from := len(dst)
			var err error
			if dst, i, err = t.value(f, dst, i, depth+1); err != nil {
				return dst, i, err
			}
			parts[to] = [2]int{from, len(dst)}
		}
		if i > len(t.src) {
			return dst, i, nil
		}
	}
	read := slices.Clone(dst[start:])
	dst = dst[:start]
	for k, part := range parts {
		if slices.Contains(p.To, k) {
			dst = append(dst, read[part[0]-start:part[1]-start]...)
		} else {
			dst = append(dst, fields[k].Bytes...)
		}
	}
	return dst, i, nil
}
