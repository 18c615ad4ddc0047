package protobuf

import (
	"errors"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// MergeByLibrary reads a message that generated code does not read itself: by the tables that google.golang.org/protobuf
// makes once for each type. depth is how deep the message lies in others. Whether all required fields are there is asked
// when the outermost message has been read: fields come in parts.
func MergeByLibrary(src []byte, m proto.Message, depth int) bool {
	return depth <= MaxDepth && proto.UnmarshalOptions{Merge: true, AllowPartial: true, RecursionLimit: MaxDepth + 1 - depth}.Unmarshal(src, m) == nil
}

// Complete says whether the required fields of a message, and of those below it, are there.
func Complete(m proto.Message) bool { return proto.CheckInitialized(m) == nil }

// AppendByLibrary appends a message that generated code does not append itself; nil when it cannot be written.
func AppendByLibrary(dst []byte, m proto.Message, depth int) []byte {
	out, err := write(dst, m, depth)
	if err != nil {
		return nil
	}
	return out
}

func write(dst []byte, m proto.Message, depth int) ([]byte, error) {
	r := m.ProtoReflect()
	if recursive(r.Descriptor()) && deeper(r, MaxDepth-depth) {
		return dst, errDeep
	}
	if err := proto.CheckInitialized(m); err != nil {
		return dst, err
	}
	if byNumber(r.Descriptor()) {
		return proto.MarshalOptions{Deterministic: true, AllowPartial: true}.MarshalAppend(dst, m)
	}
	return appendReflected(dst, r)
}

var errDeep = errors.New("messages nest deeper than 100 levels, or one contains itself")

// deeper says whether messages nest below m by more than some levels.
func deeper(m protoreflect.Message, levels int) (found bool) {
	if levels < 0 {
		return true
	}
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.IsMap():
			if fd.MapValue().Message() != nil {
				v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
					found = deeper(v.Message(), levels-1)
					return !found
				})
			}
		case fd.Message() == nil:
		case fd.IsList():
			for i := range v.List().Len() {
				if found = deeper(v.List().Get(i).Message(), levels-1); found {
					break
				}
			}
		default:
			found = deeper(v.Message(), levels-1)
		}
		return !found
	})
	return found
}
