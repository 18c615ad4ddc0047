package data

import (
	"math"
	"math/big"
	"strings"
)

// ParseValue guesses what a header's text stands for: null, true, false, the smallest integer that it fits, a float, a date,
// time or timestamp in ISO form, a list, a map, or text. An error is a value that Connect fails to read too.
func ParseValue(text string) (SchemaAndValue, error) {
	if text == "" {
		return SchemaAndValue{StringSchema, ""}, nil
	}
	p := valueParser{text: text}
	v, err := p.parse(false, 0)
	if err != nil || v == nil {
		return SchemaAndValue{}, err
	}
	return *v, nil
}

// valueParser cuts a text into tokens at the characters that structure values. token is one that was looked at and not taken.
type valueParser struct {
	text     string
	at       int
	token    string
	ahead    bool
	previous string
}

func (p *valueParser) mark() int { return p.at - len(p.token) }

func (p *valueParser) rewind(at int) { p.at, p.token, p.ahead, p.previous = at, "", false, "" }

func (p *valueParser) hasNext() bool { return p.ahead || p.at < len(p.text) }

func (p *valueParser) next() string {
	if p.ahead {
		p.previous, p.token, p.ahead = p.token, "", false
	} else {
		p.previous = p.cut()
	}
	return p.previous
}

func (p *valueParser) cut() string {
	escaped := false
	start := p.at
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case '\\':
			escaped = !escaped
		case ':', ',', '{', '}', '[', ']', '"':
			if !escaped {
				if start == p.at {
					p.at++
				}
				return p.text[start:p.at]
			}
			escaped = false
		default:
			escaped = false
		}
		p.at++
	}
	return p.text[start:]
}

// following returns the text of the next n tokens; ok is false when there are fewer.
func (p *valueParser) following(n int) (text string, ok bool) {
	start := p.mark()
	for range n {
		if !p.hasNext() {
			p.rewind(start)
			return "", false
		}
		p.next()
	}
	return p.text[start:p.at], true
}

// take takes the next token when it is the expected one, white space aside.
func (p *valueParser) take(expected string) bool {
	if !p.ahead {
		if p.at >= len(p.text) {
			return false
		}
		p.token, p.ahead = p.cut(), true
	}
	for trim(p.token) == "" && p.at < len(p.text) {
		p.token = p.cut()
	}
	if trim(p.token) != expected {
		return false
	}
	p.token, p.ahead = "", false
	return true
}

// trim is Java's String.trim.
func trim(s string) string { return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }) }

func (p *valueParser) literal(embedded bool, word string) bool {
	start := p.mark()
	if p.take(word) && (embedded || !p.hasNext()) {
		return true
	}
	p.rewind(start)
	return false
}

// parse returns nil for null.
func (p *valueParser) parse(embedded bool, depth int) (*SchemaAndValue, error) {
	if depth > maxTextDepth {
		return nil, ErrorOf("java.lang.StackOverflowError", "values are nested deeper than %d", maxTextDepth)
	}
	switch {
	case !p.hasNext():
		return nil, nil
	case embedded && p.take(`"`):
		return p.quoted(), nil
	case p.literal(embedded, "null"):
		return nil, nil
	case p.literal(embedded, "true"):
		return &SchemaAndValue{BooleanSchema, true}, nil
	case p.literal(embedded, "false"):
		return &SchemaAndValue{BooleanSchema, false}, nil
	}
	start := p.mark()
	var v *SchemaAndValue
	var err error
	switch {
	case p.take("["):
		v, err = p.array(depth)
	case p.take("{"):
		v, err = p.mapping(depth)
	}
	if v != nil {
		return v, nil
	}
	if err != nil {
		if e, ok := err.(*Error); !ok || e.Class != DataException {
			return nil, err
		}
		p.rewind(start)
	}
	token := p.next()
	if trim(token) == "" {
		return &SchemaAndValue{StringSchema, token}, nil
	}
	return p.single(embedded, trim(token))
}

func (p *valueParser) single(embedded bool, token string) (*SchemaAndValue, error) {
	c := token[0]
	digit := c-'0' <= 9
	if digit {
		if v := p.temporal(token); v != nil {
			return v, nil
		}
	}
	if digit || c == '+' || c == '-' {
		if d, err := ParseDecimal(token); err == nil {
			return numberOf(d), nil
		}
	}
	if embedded {
		return nil, Errorf("Failed to parse embedded value")
	}
	return &SchemaAndValue{StringSchema, p.text}, nil
}

func (p *valueParser) quoted() *SchemaAndValue {
	var b strings.Builder
	for p.hasNext() {
		if p.take(`"`) {
			break
		}
		b.WriteString(p.next())
	}
	if v := temporalOf(b.String()); v != nil {
		return v
	}
	return &SchemaAndValue{StringSchema, b.String()}
}

func (p *valueParser) array(depth int) (*SchemaAndValue, error) {
	list := []any{}
	var elements merger
	for p.hasNext() {
		if p.take("]") {
			schema := (&Schema{typ: TypeArray, value: elements.common}).seal()
			if elements.common != nil {
				for i := range list {
					v, err := convert(elements.common, list[i])
					if err != nil {
						return nil, err
					}
					list[i] = v
				}
			}
			return &SchemaAndValue{schema, list}, nil
		}
		if p.take(",") {
			return nil, Errorf("Unable to parse an empty array element: %s", p.text)
		}
		element, err := p.parse(true, depth+1)
		if err != nil {
			return nil, err
		}
		elements.merge(element)
		list = append(list, element.value())
		at := p.mark()
		if p.take("]") {
			p.rewind(at)
		} else if !p.take(",") {
			return nil, Errorf("Array elements missing ',' delimiter")
		}
	}
	if p.previous == "," {
		return nil, Errorf("Array is missing element after ',': %s", p.text)
	}
	return nil, Errorf("Array is missing terminating ']': %s", p.text)
}

func (v *SchemaAndValue) value() any {
	if v == nil {
		return nil
	}
	return v.Value
}

func (p *valueParser) mapping(depth int) (*SchemaAndValue, error) {
	m := NewLinkedMap()
	var keys, values merger
	for p.hasNext() {
		if p.take("}") {
			return aligned(m, keys.common, values.common)
		}
		if p.take(",") {
			return nil, Errorf("Unable to parse a map entry with no key or value: %s", p.text)
		}
		key, err := p.parse(true, depth+1)
		if err != nil {
			return nil, err
		}
		if key.value() == nil {
			return nil, Errorf("Map entry may not have a null key: %s", p.text)
		}
		if !p.take(":") {
			return nil, Errorf("Map entry is missing ':' at %d in %s", p.at, p.text)
		}
		value, err := p.parse(true, depth+1)
		if err != nil {
			return nil, err
		}
		m.Put(key.Value, value.value())
		p.take(",")
		keys.merge(key)
		values.merge(value)
	}
	if p.previous == "," {
		return nil, Errorf("Map is missing element after ',': %s", p.text)
	}
	return nil, Errorf("Map is missing terminating '}': %s", p.text)
}

func aligned(m *Map, keys, values *Schema) (*SchemaAndValue, error) {
	if keys == nil {
		return &SchemaAndValue{(&Schema{typ: TypeMap}).seal(), m}, nil
	}
	out := NewLinkedMap()
	for k, v := range m.All() {
		key, err := convert(keys, k)
		if err != nil {
			return nil, err
		}
		if values != nil {
			if v, err = convert(values, v); err != nil {
				return nil, err
			}
		}
		out.Put(key, v)
	}
	return &SchemaAndValue{(&Schema{typ: TypeMap, key: keys, value: values}).seal(), out}, nil
}

// temporal looks whether the token begins a time, which colons cut into five tokens, or is one.
func (p *valueParser) temporal(token string) *SchemaAndValue {
	start := p.mark()
	if rest, ok := p.following(4); ok {
		if v := temporalOf(token + rest); v != nil {
			return v
		}
	}
	p.rewind(start)
	return temporalOf(token)
}

func temporalOf(token string) *SchemaAndValue {
	token = strings.ReplaceAll(token, `\:`, ":")
	pattern, schema := isoDate, DateSchema
	switch utf16Len(token) {
	case len("HH:mm:ss.SSSZ"):
		pattern, schema = isoTime, TimeSchema
	case len("yyyy-MM-ddTHH:mm:ss.SSSZ"):
		pattern, schema = isoTimestamp, TimestampSchema
	case len("yyyy-MM-dd"):
	default:
		return nil
	}
	ms, ok := pattern.Parse(token)
	if !ok {
		return nil
	}
	return &SchemaAndValue{schema, Millis(ms)}
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		if n++; r >= 0x10000 {
			n++
		}
	}
	return n
}

// numberOf returns the smallest integer type that holds a number, else a float, else the decimal itself.
func numberOf(d Decimal) *SchemaAndValue {
	if n, ok := d.integer(); ok {
		switch {
		case n == int64(int8(n)):
			return &SchemaAndValue{Int8Schema, int8(n)}
		case n == int64(int16(n)):
			return &SchemaAndValue{Int16Schema, int16(n)}
		case n == int64(int32(n)):
			return &SchemaAndValue{Int32Schema, int32(n)}
		}
		return &SchemaAndValue{Int64Schema, n}
	}
	if d.Scale != 0 {
		if f := d.Float32(); !math.IsInf(float64(f), 0) {
			return &SchemaAndValue{Float32Schema, f}
		}
		if f := d.Float64(); !math.IsInf(f, 0) {
			return &SchemaAndValue{Float64Schema, f}
		}
	}
	// The parameters can be no others, so this cannot fail.
	schema, _ := DecimalSchema(d.Scale).Build()
	return &SchemaAndValue{schema, d}
}

// integer returns the number when it is whole and fits 64 bits.
func (d Decimal) integer() (int64, bool) {
	n := d.Int()
	if n.Sign() == 0 {
		return 0, true
	}
	digits := int64(len(new(big.Int).Abs(n).Append(nil, 10)))
	if whole := digits - int64(d.Scale); whole < 1 || whole > 20 {
		return 0, false
	}
	if d.Scale < 0 {
		n = new(big.Int).Mul(n, pow10(-int64(d.Scale)))
	} else if d.Scale > 0 {
		q, r := new(big.Int).QuoRem(n, pow10(int64(d.Scale)), new(big.Int))
		if r.Sign() != 0 {
			return 0, false
		}
		n = q
	}
	if !n.IsInt64() {
		return 0, false
	}
	return n.Int64(), true
}

// merger finds the schema that the elements of a list have in common.
type merger struct {
	common *Schema
	differ bool
}

func (m *merger) merge(v *SchemaAndValue) {
	if v == nil || v.Schema == nil || m.differ {
		return
	}
	if m.common == nil {
		m.common = v.Schema
		return
	}
	m.common = mergeSchemas(m.common, v.Schema)
	m.differ = m.common == nil
}

// mergeSchemas returns the wider of two numbers' schemas, the newer of two of the same type, else nil.
func mergeSchemas(a, b *Schema) *Schema {
	switch {
	case a.typ == b.typ && a.optional == b.optional:
		if a.optional {
			return a
		}
		return b
	case a.typ == b.typ:
		if a.Equal(b) {
			return a
		}
		return nil
	case !a.typ.Number() || !b.typ.Number():
		return nil
	case a.typ > b.typ:
		return a
	}
	return b
}

// convert turns a parsed value into the common type of its list.
func convert(s *Schema, v any) (any, error) {
	if v == nil {
		if s.optional {
			return nil, nil
		}
		return nil, Errorf("Unable to convert a null value to a schema that requires a value")
	}
	if s.fits(v) || !s.typ.Number() || s.logical != noLogical && isTime(v) {
		return v, nil
	}
	var low int64
	var f float64
	switch v := v.(type) {
	case int8:
		low, f = int64(v), float64(v)
	case int16:
		low, f = int64(v), float64(v)
	case int32:
		low, f = int64(v), float64(v)
	case int64:
		low, f = v, float64(v)
	case float32:
		low, f = truncate(float64(v)), float64(v)
	case float64:
		low, f = truncate(v), v
	default:
		// A time beside numbers: Connect does not know its schema here.
		return nil, Errorf("Unable to convert %s (class %s) to a number", Text(v), JavaClass(v))
	}
	switch s.logical {
	case date:
		return DateFromDays(s, int32(low))
	case timeOfDay:
		return TimeFromMillis(s, int32(low))
	case timestamp:
		return TimestampFromMillis(s, low)
	}
	switch s.typ {
	case TypeInt8:
		return int8(low), nil
	case TypeInt16:
		return int16(low), nil
	case TypeInt32:
		return int32(low), nil
	case TypeInt64:
		return low, nil
	case TypeFloat32:
		return float32(f), nil
	}
	return f, nil
}

func isTime(v any) bool { return JavaClass(v) == "java.util.Date" }

// truncate is Java's cast of a double to a long: it saturates, NaN is 0.
func truncate(f float64) int64 {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}
