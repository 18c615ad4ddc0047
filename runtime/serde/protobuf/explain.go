package protobuf

import (
	"fmt"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// explain looks for the place in a message where reading it ends, and says why; nil when there is none.
func explain(md protoreflect.MessageDescriptor, src []byte, at string, depth int) error {
	if at == "" {
		at = string(md.FullName())
	}
	if depth > MaxDepth {
		return fmt.Errorf("%s: messages nest deeper than %d levels", at, MaxDepth)
	}
	for i := 0; i < len(src); {
		num, typ, n := protowire.ConsumeTag(src[i:])
		if n < 0 || num > protowire.MaxValidNumber {
			return fmt.Errorf("%s: there is no field at byte %d of %d", at, i, len(src))
		}
		i += n
		n = protowire.ConsumeFieldValue(num, typ, src[i:])
		fd := md.Fields().ByNumber(num)
		place := fmt.Sprintf("%s.%d", at, num)
		if fd != nil {
			place = at + "." + string(fd.Name())
		}
		if n < 0 {
			return fmt.Errorf("%s: its value, at byte %d of %d, is cut off or of no known kind: %w", place, i, len(src), protowire.ParseError(n))
		}
		if fd != nil {
			if err := explainField(fd, typ, src[i:i+n], place, depth); err != nil {
				return err
			}
		}
		i += n
	}
	return nil
}

func explainField(fd protoreflect.FieldDescriptor, typ protowire.Type, value []byte, place string, depth int) error {
	if typ != protowire.BytesType {
		return nil
	}
	b, _ := protowire.ConsumeBytes(value)
	switch {
	case fd.Kind() == protoreflect.StringKind && !utf8.Valid(b):
		return fmt.Errorf("%s: the string %q is not UTF-8", place, clip(b))
	case fd.Kind() == protoreflect.MessageKind:
		below := depth + 1
		if fd.IsMap() { // its entries are no level
			below = depth
		}
		if err := explain(fd.Message(), b, place, below); err != nil {
			return err
		}
	case fd.IsList() && fd.Kind() != protoreflect.StringKind && fd.Kind() != protoreflect.BytesKind:
		for i := 0; i < len(b); {
			n := 0
			switch fd.Kind() {
			case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
				_, n = protowire.ConsumeFixed32(b[i:])
			case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
				_, n = protowire.ConsumeFixed64(b[i:])
			default:
				_, n = protowire.ConsumeVarint(b[i:])
			}
			if n < 0 {
				return fmt.Errorf("%s: the packed number at byte %d of %d is cut off or too long", place, i, len(b))
			}
			i += n
		}
	}
	return nil
}

func clip(b []byte) []byte { return b[:min(len(b), 64)] }
