package protobuf

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// appendReflected appends the fields of a message by number. The library puts the members of oneofs behind the other
// fields and extensions before them, where other languages go by number alone; so keys with oneofs would have other bytes.
func appendReflected(dst []byte, m protoreflect.Message) ([]byte, error) {
	type field struct {
		fd protoreflect.FieldDescriptor
		v  protoreflect.Value
	}
	var fields []field
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		fields = append(fields, field{fd, v})
		return true
	})
	slices.SortFunc(fields, func(a, b field) int { return cmp.Compare(a.fd.Number(), b.fd.Number()) })
	for _, f := range fields {
		var err error
		switch {
		case f.fd.IsMap():
			dst, err = appendMap(dst, f.fd, f.v.Map())
		case f.fd.IsList():
			dst, err = appendList(dst, f.fd, f.v.List())
		default:
			dst, err = appendTagged(dst, f.fd, f.v)
		}
		if err != nil {
			return dst, err
		}
	}
	return append(dst, m.GetUnknown()...), nil
}

func appendList(dst []byte, fd protoreflect.FieldDescriptor, list protoreflect.List) (_ []byte, err error) {
	if !fd.IsPacked() {
		for i := range list.Len() {
			if dst, err = appendTagged(dst, fd, list.Get(i)); err != nil {
				return dst, err
			}
		}
		return dst, nil
	}
	var packed []byte
	for i := range list.Len() {
		if packed, err = appendValue(packed, fd, list.Get(i)); err != nil {
			return dst, err
		}
	}
	dst = protowire.AppendTag(dst, fd.Number(), protowire.BytesType)
	return protowire.AppendBytes(dst, packed), nil
}

func appendMap(dst []byte, fd protoreflect.FieldDescriptor, m protoreflect.Map) (_ []byte, err error) {
	var keys []protoreflect.MapKey
	m.Range(func(k protoreflect.MapKey, _ protoreflect.Value) bool {
		keys = append(keys, k)
		return true
	})
	slices.SortFunc(keys, func(a, b protoreflect.MapKey) int {
		switch a.Interface().(type) {
		case bool:
			return cmp.Compare(protowire.EncodeBool(a.Bool()), protowire.EncodeBool(b.Bool()))
		case string:
			return cmp.Compare(a.String(), b.String())
		case uint32, uint64:
			return cmp.Compare(a.Uint(), b.Uint())
		}
		return cmp.Compare(a.Int(), b.Int())
	})
	for _, k := range keys {
		entry, err := appendTagged(nil, fd.MapKey(), k.Value())
		if err == nil {
			entry, err = appendTagged(entry, fd.MapValue(), m.Get(k))
		}
		if err != nil {
			return dst, err
		}
		dst = protowire.AppendTag(dst, fd.Number(), protowire.BytesType)
		dst = protowire.AppendBytes(dst, entry)
	}
	return dst, nil
}

// framing is how values of a kind stand behind their tag.
func framing(k protoreflect.Kind) protowire.Type {
	switch k {
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return protowire.BytesType
	case protoreflect.GroupKind:
		return protowire.StartGroupType
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		return protowire.Fixed32Type
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	}
	return protowire.VarintType
}

func appendTagged(dst []byte, fd protoreflect.FieldDescriptor, v protoreflect.Value) ([]byte, error) {
	return appendValue(protowire.AppendTag(dst, fd.Number(), framing(fd.Kind())), fd, v)
}

func appendValue(dst []byte, fd protoreflect.FieldDescriptor, v protoreflect.Value) ([]byte, error) {
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return protowire.AppendVarint(dst, protowire.EncodeBool(v.Bool())), nil
	case protoreflect.EnumKind:
		return protowire.AppendVarint(dst, uint64(int64(v.Enum()))), nil
	case protoreflect.Int32Kind, protoreflect.Int64Kind:
		return protowire.AppendVarint(dst, uint64(v.Int())), nil
	case protoreflect.Uint32Kind, protoreflect.Uint64Kind:
		return protowire.AppendVarint(dst, v.Uint()), nil
	case protoreflect.Sint32Kind, protoreflect.Sint64Kind:
		return protowire.AppendVarint(dst, protowire.EncodeZigZag(v.Int())), nil
	case protoreflect.Fixed32Kind:
		return protowire.AppendFixed32(dst, uint32(v.Uint())), nil
	case protoreflect.Sfixed32Kind:
		return protowire.AppendFixed32(dst, uint32(v.Int())), nil
	case protoreflect.FloatKind:
		return protowire.AppendFixed32(dst, math.Float32bits(float32(v.Float()))), nil
	case protoreflect.Fixed64Kind:
		return protowire.AppendFixed64(dst, v.Uint()), nil
	case protoreflect.Sfixed64Kind:
		return protowire.AppendFixed64(dst, uint64(v.Int())), nil
	case protoreflect.DoubleKind:
		return protowire.AppendFixed64(dst, math.Float64bits(v.Float())), nil
	case protoreflect.StringKind:
		if s := v.String(); strict(fd) && !utf8.ValidString(s) {
			return dst, fmt.Errorf("%s: the string %q is not UTF-8", fd.FullName(), clip([]byte(s)))
		}
		return protowire.AppendString(dst, v.String()), nil
	case protoreflect.BytesKind:
		return protowire.AppendBytes(dst, v.Bytes()), nil
	case protoreflect.GroupKind:
		dst, err := appendReflected(dst, v.Message())
		return protowire.AppendTag(dst, fd.Number(), protowire.EndGroupType), err
	}
	below, err := appendReflected(nil, v.Message())
	if err != nil {
		return dst, err
	}
	return protowire.AppendBytes(dst, below), nil
}

// strict says whether a string must be UTF-8: everywhere but in proto2, and where an edition's feature says otherwise.
func strict(fd protoreflect.FieldDescriptor) bool {
	if f, ok := fd.(interface{ EnforceUTF8() bool }); ok {
		return f.EnforceUTF8()
	}
	return fd.ParentFile().Syntax() == protoreflect.Proto3
}
