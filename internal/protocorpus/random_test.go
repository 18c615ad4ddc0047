package protocorpus

import (
	"math"
	"math/rand/v2"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// entropy makes messages of random choices.
type entropy struct{ *rand.Rand }

var texts = []string{"", "a", "some text", "ünï¢ødé 漢字", "😀\u2028", "\x00", "a longer text that takes more than one hundred and twenty-seven bytes, so that its length does, and then some more of it, to be sure"}

func (e entropy) bits() uint64 {
	switch e.IntN(6) {
	case 0:
		return 0
	case 1:
		return uint64(e.IntN(300))
	case 2:
		return -uint64(e.IntN(300))
	}
	return e.Uint64() >> e.IntN(64)
}

func (e entropy) scalar(fd protoreflect.FieldDescriptor) protoreflect.Value {
	u := e.bits()
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(u%2 == 1)
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(int32(u)))
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(int32(u))
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(int64(u))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(u))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(u)
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32([]float32{0, float32(math.Copysign(0, -1)), 1.5, float32(math.NaN()), math.Float32frombits(uint32(u))}[e.IntN(5)])
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64([]float64{0, math.Copysign(0, -1), 1.5, math.NaN(), math.Float64frombits(u)}[e.IntN(5)])
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(texts[e.IntN(len(texts))])
	}
	return protoreflect.ValueOfBytes([]byte(texts[e.IntN(len(texts))]))
}

// fill sets fields of a message; dense is of a hundred how many.
func (e entropy) fill(m protoreflect.Message, depth, dense int) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if fd.Cardinality() != protoreflect.Required && (e.IntN(100) >= dense || depth > 3 && fd.Message() != nil) {
			continue
		}
		switch {
		case fd.IsMap():
			for range e.IntN(4) {
				key := e.scalar(fd.MapKey()).MapKey()
				if below := fd.MapValue().Message(); below != nil {
					v := m.Mutable(fd).Map().NewValue()
					e.fill(v.Message(), depth+1, dense/2)
					m.Mutable(fd).Map().Set(key, v)
				} else {
					m.Mutable(fd).Map().Set(key, e.scalar(fd.MapValue()))
				}
			}
		case fd.IsList():
			for range e.IntN(4) {
				if fd.Message() != nil {
					e.fill(m.Mutable(fd).List().AppendMutable().Message(), depth+1, dense/2)
				} else {
					m.Mutable(fd).List().Append(e.scalar(fd))
				}
			}
		case fd.Message() != nil:
			e.fill(m.Mutable(fd).Message(), depth+1, dense/2)
		default:
			m.Set(fd, e.scalar(fd))
		}
	}
	if m.Descriptor().ExtensionRanges().Len() == 0 && e.IntN(10) == 0 { // fields that the message does not know
		m.SetUnknown(append(protoreflect.RawFields{}, [][]byte{{0xa2, 0x06, 1, 'x'}, {0xa0, 0x06, 5, 0xa5, 0x06, 1, 2, 3, 4}, {0xa3, 0x06, 0x08, 1, 0xa4, 0x06}}[e.IntN(3)]...))
	}
}
