package convert

import (
	"github.com/streamgen/streamgen/connect/data"
)

// jsonReader turns JSON into Connect's values. It belongs to one goroutine.
type jsonReader struct {
	scanner
	replaceNull bool // a null becomes the default

	// odd says that a value was null although its schema requires one: what Jackson answers when a text is asked of what is none.
	odd bool

	forgiven int            // faults that later members of the same name took back
	names    map[string]any // boxed names of members, so that records share them
}

const (
	maxNames     = 4096
	maxForgiven  = 100 // each costs a look at the rest of the document
	maxKeptNamed = 64
)

// boxed returns a member's name as a key of a Map.
func (r *jsonReader) boxed(text []byte) any {
	if name, ok := r.names[string(text)]; ok {
		return name
	}
	var name any = string(text)
	if len(text) <= maxKeptNamed && len(r.names) < maxNames {
		if r.names == nil {
			r.names = make(map[string]any)
		}
		r.names[string(text)] = name
	}
	return name
}

// value reads the value at i under a schema, which may be nil.
func (r *jsonReader) value(i int, schema *data.Schema) (v any, next int, err error) {
	if i >= len(r.src) {
		return nil, i, r.fail(i, "a value is missing")
	}
	if schema == nil {
		return r.free(i)
	}
	if r.src[i] == 'n' {
		if i, err = r.literal(i, "null"); err != nil {
			return nil, i, err
		}
		v, err = r.null(schema)
		return v, i, err
	}
	switch schema.Name() {
	case "":
	case data.DecimalName, data.DateName, data.TimeName, data.TimestampName:
		return r.logical(i, schema)
	}
	switch schema.Type() {
	case data.TypeStruct:
		return r.structure(i, schema)
	case data.TypeMap:
		if schema.Key().Type() == data.TypeString {
			return r.object(i, schema.Value())
		}
		return r.pairs(i, schema)
	case data.TypeArray:
		return r.array(i, schema.Value())
	case data.TypeString:
		if r.src[i] != '"' {
			return r.odds(i)
		}
		text, i, err := r.str(i)
		return string(text), i, err
	case data.TypeBytes:
		if r.src[i] != '"' {
			return r.odds(i)
		}
		text, i, err := r.str(i)
		if err != nil {
			return nil, i, err
		}
		b, ok := decodeBase64(text)
		if !ok {
			return nil, i, data.Errorf("Invalid bytes field")
		}
		return b, i, nil
	case data.TypeBoolean:
		is := r.src[i] == 't'
		i, err = r.skip(i)
		return is, i, err
	}
	return r.numeric(i, schema.Type())
}

// odds is null for a value of another kind.
func (r *jsonReader) odds(i int) (any, int, error) {
	r.odd = true
	i, err := r.skip(i)
	return nil, i, err
}

// null is the value of a null or missing member.
func (r *jsonReader) null(schema *data.Schema) (any, error) {
	if def := schema.Default(); def != nil && r.replaceNull {
		return def, nil
	}
	if schema.Optional() {
		return nil, nil
	}
	return nil, data.Errorf("Invalid null value for required %s field", schema.Type())
}

func (r *jsonReader) numeric(i int, t data.Type) (v any, next int, err error) {
	var n number
	if c := r.src[i]; c == '-' || digit(c) {
		if n, i, err = r.number(i); err != nil {
			return nil, i, err
		}
	} else {
		// Jackson answers zero when a number is asked of what is none.
		if i, err = r.skip(i); err != nil {
			return nil, i, err
		}
		n = number{text: []byte("0"), integral: true}
	}
	switch t {
	case data.TypeInt8:
		low, _ := n.int32()
		return int8(low), i, nil
	case data.TypeInt16:
		low, _ := n.int32()
		return int16(low), i, nil
	case data.TypeInt32:
		low, _ := n.int32()
		return low, i, nil
	case data.TypeInt64:
		low, _ := n.low()
		return low, i, nil
	case data.TypeFloat32:
		return float32(n.float(32)), i, nil
	}
	return n.float(64), i, nil
}

// free reads a value without a schema.
func (r *jsonReader) free(i int) (v any, next int, err error) {
	switch r.src[i] {
	case '"':
		text, i, err := r.str(i)
		return string(text), i, err
	case '{':
		return r.object(i, nil)
	case '[':
		return r.array(i, nil)
	case 't':
		i, err = r.literal(i, "true")
		return true, i, err
	case 'f':
		i, err = r.literal(i, "false")
		return false, i, err
	case 'n':
		i, err = r.literal(i, "null")
		return nil, i, err
	}
	n, i, err := r.number(i)
	switch {
	case err != nil:
		return nil, i, err
	case n.integral:
		v, _ := n.low()
		return v, i, nil
	}
	return n.float(64), i, nil
}

func (r *jsonReader) object(i int, schema *data.Schema) (any, int, error) {
	if r.src[i] != '{' {
		return nil, i, data.Errorf("Maps with string fields should be encoded as JSON objects, but found %s", r.kind(i))
	}
	m := data.NewMap()
	i, more, err := r.enter(i, '}')
	for more && err == nil {
		var text []byte
		if text, i, err = r.name(i); err != nil {
			break
		}
		key := r.boxed(text)
		var v any
		begin, depth := i, r.depth
		if v, i, err = r.value(i, schema); err != nil {
			if i, err = r.overwritten(begin, depth, key.(string), err); err != nil {
				break
			}
		}
		m.Put(key, v)
		i, more, err = r.next(i, '}')
	}
	if err != nil {
		return nil, i, err
	}
	return m, i, nil
}

// overwritten goes behind the member's value at i, which is at fault, when a member of the same name follows: Jackson has the
// last one alone. Else it returns the fault.
func (r *jsonReader) overwritten(i, depth int, name string, fault error) (next int, err error) {
	if _, syntax := fault.(*syntaxError); syntax || r.forgiven == maxForgiven {
		return i, fault
	}
	r.forgiven++
	r.depth = depth
	s := r.scanner
	s.text = nil
	if next, err = s.skip(i); err != nil {
		return next, err
	}
	i, more, err := s.next(next, '}')
	for more && err == nil {
		var text []byte
		if text, i, err = s.name(i); err != nil {
			break
		}
		if string(text) == name {
			return next, nil
		}
		if i, err = s.skip(i); err != nil {
			break
		}
		i, more, err = s.next(i, '}')
	}
	return next, fault
}

func (r *jsonReader) array(i int, schema *data.Schema) (any, int, error) {
	list := []any{}
	var err error
	var more bool
	switch r.src[i] {
	case '[':
		i, more, err = r.enter(i, ']')
		for more && err == nil {
			var v any
			if v, i, err = r.value(i, schema); err != nil {
				break
			}
			list = append(list, v)
			i, more, err = r.next(i, ']')
		}
	case '{':
		// Jackson iterates over an object's values; of a name that occurs twice it has the last, in the place of the first.
		at := make(map[string]int)
		i, more, err = r.enter(i, '}')
		for more && err == nil {
			var text []byte
			if text, i, err = r.name(i); err != nil {
				break
			}
			name := string(text)
			var v any
			begin, depth := i, r.depth
			if v, i, err = r.value(i, schema); err != nil {
				if i, err = r.overwritten(begin, depth, name, err); err != nil {
					break
				}
			}
			if n, twice := at[name]; twice {
				list[n] = v
			} else {
				at[name] = len(list)
				list = append(list, v)
			}
			i, more, err = r.next(i, '}')
		}
	default: // a scalar has no elements
		i, err = r.skip(i)
	}
	if err != nil {
		return nil, i, err
	}
	return list, i, nil
}

// pairs reads a map whose keys are not strings: an array of arrays of two.
func (r *jsonReader) pairs(i int, schema *data.Schema) (any, int, error) {
	if r.src[i] != '[' {
		return nil, i, data.Errorf("Maps with non-string fields should be encoded as JSON array of tuples, but found %s", r.kind(i))
	}
	m := data.NewMap()
	i, more, err := r.enter(i, ']')
	for more && err == nil {
		if i >= len(r.src) {
			return nil, i, r.fail(i, "a value is missing")
		}
		if r.src[i] != '[' {
			kind := r.kind(i)
			if i, err = r.skip(i); err != nil {
				return nil, i, err
			}
			return nil, i, data.Errorf("Found invalid map entry instead of array tuple: %s", kind)
		}
		var pair [2]any
		if i, err = r.pair(i, schema, &pair); err != nil {
			return nil, i, err
		}
		m.Put(pair[0], pair[1])
		i, more, err = r.next(i, ']')
	}
	if err != nil {
		return nil, i, err
	}
	return m, i, nil
}

func (r *jsonReader) pair(i int, schema *data.Schema, pair *[2]any) (int, error) {
	size := 0
	s := r.scanner
	for j, more, err := s.enter(i, ']'); more; j, more, err = s.next(j, ']') {
		if err != nil {
			return j, err
		}
		if j, err = s.skip(j); err != nil {
			return j, err
		}
		size++
	}
	if size != 2 {
		return i, data.Errorf("Found invalid map entry, expected length 2 but found :%d", size)
	}
	i, _, err := r.enter(i, ']')
	if err != nil {
		return i, err
	}
	if pair[0], i, err = r.value(i, schema.Key()); err != nil {
		return i, err
	}
	if i, _, err = r.next(i, ']'); err != nil {
		return i, err
	}
	if pair[1], i, err = r.value(i, schema.Value()); err != nil {
		return i, err
	}
	i, _, err = r.next(i, ']')
	return i, err
}

// structure reads a struct. Faults of several fields are reported in the schema's order, whichever order the document has.
func (r *jsonReader) structure(i int, schema *data.Schema) (any, int, error) {
	if r.src[i] != '{' {
		return nil, i, data.Errorf("Structs should be encoded as JSON objects, but found %s", r.kind(i))
	}
	fields := schema.Fields()
	st := data.MakeStruct(schema)
	var few [64]fieldState
	state := few[:0]
	if len(fields) > len(few) {
		state = make([]fieldState, len(fields))
	} else {
		state = few[:len(fields)]
	}
	var faults map[int]error
	expected := 0
	odd := r.odd
	r.odd = false
	i, more, err := r.enter(i, '}')
	for more && err == nil {
		var text []byte
		if text, i, err = r.name(i); err != nil {
			break
		}
		at := expected
		if at >= len(fields) || fields[at].Name != string(text) {
			f := schema.Field(string(text))
			if f == nil {
				if i, err = r.skip(i); err != nil {
					break
				}
				i, more, err = r.next(i, '}')
				continue
			}
			at = f.Index
		}
		expected = at + 1
		state[at] = fieldSeen
		begin, depth := i, r.depth
		var v any
		if v, i, err = r.value(i, fields[at].Schema); err != nil {
			if _, syntax := err.(*syntaxError); syntax {
				break
			}
			if faults == nil {
				faults = make(map[int]error)
			}
			faults[at] = err
			state[at] = fieldFaulty
			r.depth = depth
			if i, err = r.skip(begin); err != nil {
				break
			}
		}
		st.Set(at, v)
		i, more, err = r.next(i, '}')
	}
	if err != nil {
		return nil, i, err
	}
	for at := range fields {
		switch state[at] {
		case fieldFaulty:
			return nil, i, faults[at]
		case fieldMissing:
			v, err := r.null(fields[at].Schema)
			if err != nil {
				return nil, i, err
			}
			st.Set(at, v)
		}
		if r.odd {
			if err := st.PutAt(at, st.Raw(at)); err != nil {
				return nil, i, err
			}
		}
	}
	r.odd = odd || r.odd
	return st, i, nil
}

type fieldState uint8

const (
	fieldMissing fieldState = iota
	fieldSeen
	fieldFaulty
)

func (r *jsonReader) logical(i int, schema *data.Schema) (v any, next int, err error) {
	kind := r.kind(i)
	begin := i
	var n number
	if kind == "NUMBER" {
		n, i, err = r.number(i)
	} else {
		i, err = r.skip(i)
	}
	if err != nil {
		return nil, i, err
	}
	switch schema.Name() {
	case data.DecimalName:
		switch kind {
		case "NUMBER":
			return n.decimal(), i, nil
		case "STRING":
			text, _, err := r.str(begin)
			if err != nil {
				return nil, i, err
			}
			b, ok := decodeBase64(text)
			d, err := data.DecimalOf(schema, b)
			if !ok || err != nil {
				return nil, i, data.Errorf("Invalid bytes for Decimal field").Because(err)
			}
			return d, i, nil
		}
		return nil, i, data.Errorf("Invalid type for Decimal, underlying representation should be numeric or bytes but was %s", kind)
	case data.TimestampName:
		if kind != "NUMBER" || !n.integral {
			return nil, i, data.Errorf("Invalid type for Timestamp, underlying representation should be integral but was %s", kind)
		}
		low, _ := n.low()
		v, err := data.TimestampFromMillis(schema, low)
		return v, i, err
	}
	low, fits := int32(0), false
	if kind == "NUMBER" {
		low, fits = n.int32()
	}
	if schema.Name() == data.DateName {
		if !fits {
			return nil, i, data.Errorf("Invalid type for Date, underlying representation should be integer but was %s", kind)
		}
		v, err := data.DateFromDays(schema, low)
		return v, i, err
	}
	if !fits {
		return nil, i, data.Errorf("Invalid type for Time, underlying representation should be integer but was %s", kind)
	}
	t, err := data.TimeFromMillis(schema, low)
	return t, i, err
}
