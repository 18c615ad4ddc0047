package avro

import (
	"math/big"
	"reflect"
	"time"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// goTypes reads Go types by reflection.
type goTypes struct {
	known map[reflect.Type]*avroschema.GoType
	back  map[*avroschema.GoType]reflect.Type
}

func (g *goTypes) of(t reflect.Type) *avroschema.GoType {
	if known := g.known[t]; known != nil {
		return known
	}
	out := &avroschema.GoType{Go: t.String(), Name: t.Name()}
	g.known[t], g.back[out] = out, t
	if m, ok := reflect.Zero(t).Interface().(interface{ AvroSchema() string }); ok && t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface {
		out.Schema = m.AvroSchema()
	}
	scalar := func(kind avroschema.GoKind, bits int) { out.Kind, out.Bits, out.Basic = kind, bits, t.Kind().String() }
	switch t {
	case reflect.TypeFor[time.Time]():
		out.Kind = avroschema.GoTime
		return out
	case reflect.TypeFor[time.Duration]():
		out.Kind = avroschema.GoDuration
		return out
	case reflect.TypeFor[*big.Rat]():
		out.Kind = avroschema.GoRat
		return out
	case reflect.TypeFor[Duration]():
		out.Kind = avroschema.GoSpan
		return out
	}
	switch t.Kind() {
	case reflect.Bool:
		scalar(avroschema.GoBool, 0)
	case reflect.Int:
		scalar(avroschema.GoInt, 0)
	case reflect.Uint, reflect.Uintptr:
		scalar(avroschema.GoUint, 0)
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		scalar(avroschema.GoInt, t.Bits())
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		scalar(avroschema.GoUint, t.Bits())
	case reflect.Float32, reflect.Float64:
		scalar(avroschema.GoFloat, t.Bits())
	case reflect.String:
		scalar(avroschema.GoString, 0)
	case reflect.Slice:
		out.Kind = avroschema.GoSlice
		if t.Elem() == reflect.TypeFor[byte]() {
			out.Kind = avroschema.GoBytes
			return out
		}
		out.Elem = g.of(t.Elem())
	case reflect.Array:
		if t.Elem() != reflect.TypeFor[byte]() {
			out.Reason = "arrays of Go have no Avro type, but for arrays of bytes; use a slice"
			return out
		}
		out.Kind, out.Len = avroschema.GoByteArray, int64(t.Len())
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			out.Reason = "the keys of Avro's maps are strings"
			return out
		}
		out.Kind, out.Key, out.Elem = avroschema.GoMap, g.of(t.Key()), g.of(t.Elem())
	case reflect.Pointer:
		out.Kind, out.Elem = avroschema.GoPointer, g.of(t.Elem())
	case reflect.Struct:
		g.structure(out, t)
	default:
		out.Reason = "leave it out with the tag avro:\"-\", or use a type that Avro has"
	}
	return out
}

func (g *goTypes) structure(out *avroschema.GoType, t reflect.Type) {
	if isOpt(t) {
		out.Kind, out.Elem = avroschema.GoOpt, g.of(t.Field(0).Type)
		return
	}
	out.Kind = avroschema.GoStruct
	for f := range t.Fields() {
		if f.Name == "_" || f.IsExported() {
			out.Fields = append(out.Fields, avroschema.GoField{Name: f.Name, Tag: f.Tag.Get("avro"), Type: g.of(f.Type)})
		}
	}
}

// isOpt says whether a type is an Opt of package processor, which imports this one.
func isOpt(t reflect.Type) bool {
	return t.PkgPath() == "github.com/streamgen/streamgen/runtime/processor" && len(t.Name()) > 4 && t.Name()[:4] == "Opt["
}
