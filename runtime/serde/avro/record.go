package avro

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// Record is a record whose schema is known at run time only. It keeps each field as its bytes: what is
// not looked at is not decoded, and what passes from one record to another is not encoded again. A
// field's bytes are never changed in place, so records may share them; a Record itself belongs to
// one goroutine at a time, like any value of a topology.
type Record struct {
	schema *Schema
	fields [][]byte // as encoded; nil where not set
}

// NewRecord returns a record of a schema with its fields' defaults; fields without one are to be set.
// The error says that the schema is no record's.
func NewRecord(schema *Schema) (*Record, error) {
	if schema == nil || schema.Kind != KindRecord {
		return nil, errors.New("avro.NewRecord: the schema is no record's")
	}
	r := &Record{schema: schema, fields: make([][]byte, len(schema.Fields))}
	for i, f := range schema.Fields {
		r.fields[i] = f.Bytes
	}
	return r, nil
}

// decodeRecord splits a value into its fields, which stay where they lie in src.
func decodeRecord(s *Schema, src []byte) (*Record, error) {
	r, i := splitRecord(s, src, 0, 0)
	if i != len(src) {
		return nil, Explain(s, src)
	}
	return r, nil
}

func splitRecord(s *Schema, src []byte, i, depth int) (*Record, int) {
	r := &Record{schema: s, fields: make([][]byte, len(s.Fields))}
	for k, f := range s.Fields {
		end := skip(f.Type, src, i, depth+1)
		if end > len(src) {
			return nil, end
		}
		r.fields[k] = src[i:end:end]
		i = end
	}
	return r, i
}

// append appends the encoding.
func (r *Record) append(dst []byte) ([]byte, error) {
	for i, b := range r.fields {
		if b == nil {
			return dst, fmt.Errorf("the field %s of %s has neither a value nor a default; set it", r.schema.Fields[i].Name, r.schema.Name)
		}
		dst = append(dst, b...)
	}
	return dst, nil
}

// Schema returns the record's schema.
func (r *Record) Schema() *Schema { return r.schema }

// Has says whether the schema has a field with that name.
func (r *Record) Has(name string) bool { return r.schema.Index(name) >= 0 }

// Get returns the value of a field; its errors, like those of all accessors, name the field, the
// record and what there is instead.
func (r *Record) Get(name string) (Value, error) {
	i := r.schema.Index(name)
	if i < 0 {
		return Value{}, r.noField(name)
	}
	if r.fields[i] == nil {
		return Value{}, fmt.Errorf("the field %s of %s has neither a value nor a default; set it", name, r.schema.Name)
	}
	return Value{r.schema.Fields[i].Type, r.fields[i], r.schema.Name + "." + name}, nil
}

func (r *Record) noField(name string) error {
	var names []string
	for _, f := range r.schema.Fields {
		names = append(names, f.Name)
	}
	return fmt.Errorf("the record %s has no field %s; it has %s", r.schema.Name, name, strings.Join(names, ", "))
}

// Null says whether a field is null.
func (r *Record) Null(name string) (bool, error) {
	v, err := r.Get(name)
	return err == nil && v.Null(), err
}

// Bool returns a boolean field.
func (r *Record) Bool(name string) (bool, error) {
	v, err := r.Get(name)
	if err != nil {
		return false, err
	}
	return v.Bool()
}

// Long returns an int or long field.
func (r *Record) Long(name string) (int64, error) {
	v, err := r.Get(name)
	if err != nil {
		return 0, err
	}
	return v.Long()
}

// Double returns a number field: double, float, int or long.
func (r *Record) Double(name string) (float64, error) {
	v, err := r.Get(name)
	if err != nil {
		return 0, err
	}
	return v.Double()
}

// Text returns a string field, or the symbol of an enum.
func (r *Record) Text(name string) (string, error) {
	v, err := r.Get(name)
	if err != nil {
		return "", err
	}
	return v.Text()
}

// Bytes returns a copy of a field of bytes or fixed.
func (r *Record) Bytes(name string) ([]byte, error) {
	v, err := r.Get(name)
	if err != nil {
		return nil, err
	}
	return v.Bytes()
}

// Record returns a field that is a record.
func (r *Record) Record(name string) (*Record, error) {
	v, err := r.Get(name)
	if err != nil {
		return nil, err
	}
	return v.Record()
}

// Set gives a field a value that was read from some record or made by Make: the value is resolved to the
// field's schema, as Avro resolves a writer's schema to a reader's.
func (r *Record) Set(name string, v Value) error {
	i := r.schema.Index(name)
	if i < 0 {
		return r.noField(name)
	}
	if v.schema == nil {
		return fmt.Errorf("the field %s of %s is set to no value at all", name, r.schema.Name)
	}
	to := r.schema.Fields[i].Type
	if v.schema == to {
		r.fields[i] = v.bytes
		return nil
	}
	plan, err := avroschema.Resolve(v.schema, to)
	if err != nil {
		return fmt.Errorf("the field %s of %s: %w", name, r.schema.Name, err)
	}
	if plan.Op == avroschema.Copy {
		r.fields[i] = v.bytes
		return nil
	}
	b, err := Transcode(plan, []byte{}, v.bytes)
	if err != nil {
		return fmt.Errorf("the field %s of %s: %w", name, r.schema.Name, err)
	}
	r.fields[i] = b
	return nil
}

// SetBool sets a boolean field, or one that may be a boolean.
func (r *Record) SetBool(name string, v bool) error {
	return r.Set(name, Value{schema: boolean, bytes: AppendBool(nil, v)})
}

// SetLong sets a field that takes a whole number: long, int when it fits, float and double.
func (r *Record) SetLong(name string, v int64) error {
	if v == int64(int32(v)) {
		return r.Set(name, Value{schema: integer, bytes: AppendLong(nil, v)})
	}
	return r.Set(name, Value{schema: long64, bytes: AppendLong(nil, v)})
}

// SetDouble sets a field that takes a double.
func (r *Record) SetDouble(name string, v float64) error {
	return r.Set(name, Value{schema: double, bytes: AppendDouble(nil, v)})
}

// SetText sets a string field, or an enum to a symbol.
func (r *Record) SetText(name, v string) error {
	if i := r.schema.Index(name); i >= 0 {
		f := r.schema.Fields[i].Type
		if other, _ := f.Nullable(); other != nil {
			f = other
		}
		if f.Kind == KindEnum {
			at := slices.Index(f.Symbols, v)
			if at < 0 {
				return fmt.Errorf("the field %s of %s: %w", name, r.schema.Name, NoSymbol(v, f.Name))
			}
			return r.Set(name, Value{schema: f, bytes: AppendLong(nil, int64(at))})
		}
	}
	return r.Set(name, Value{schema: text, bytes: AppendString(nil, v)})
}

// SetBytes sets a field of bytes, or a fixed of as many.
func (r *Record) SetBytes(name string, v []byte) error {
	if i := r.schema.Index(name); i >= 0 {
		if f := r.schema.Fields[i].Type; f.Kind == KindFixed && f.Size == len(v) {
			return r.Set(name, Value{schema: f, bytes: append([]byte{}, v...)})
		}
	}
	return r.Set(name, Value{schema: octets, bytes: AppendBytes(nil, v)})
}

// SetNull sets a field to null.
func (r *Record) SetNull(name string) error { return r.Set(name, Value{schema: null, bytes: []byte{}}) }

// SetRecord sets a field to a record.
func (r *Record) SetRecord(name string, v *Record) error {
	if v == nil {
		return r.SetNull(name)
	}
	b, err := v.append([]byte{})
	if err != nil {
		return err
	}
	return r.Set(name, Value{schema: v.schema, bytes: b})
}

var (
	null    = Primitive(KindNull)
	boolean = Primitive(KindBoolean)
	integer = Primitive(KindInt)
	long64  = Primitive(KindLong)
	double  = Primitive(KindDouble)
	text    = Primitive(KindString)
	octets  = Primitive(KindBytes)
)

// Clone returns a record that can be changed without changing this one.
func (r *Record) Clone() *Record {
	return &Record{schema: r.schema, fields: append([][]byte{}, r.fields...)}
}

// String is the record as JSON, for logs and tests.
func (r *Record) String() string {
	if r == nil {
		return "null"
	}
	b, err := r.append([]byte{})
	if err != nil {
		return "(" + err.Error() + ")"
	}
	return Value{schema: r.schema, bytes: b}.String()
}

// MarshalJSON implements json.Marshaler: queries show records as String does.
func (r *Record) MarshalJSON() ([]byte, error) { return []byte(r.String()), nil }

// AppendTo appends the record's encoding without a header. The error names a field that is not set.
func (r *Record) AppendTo(dst []byte) ([]byte, error) { return r.append(dst) }
