package protobuf

import (
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// traits are what is known of a message type with all that is below it.
type traits struct {
	recursive bool // one can contain itself, or be extended by whatever
	byNumber  bool // the library writes its fields by number: none is a member of a oneof or an extension
}

var types sync.Map // traits by protoreflect.MessageDescriptor

func recursive(md protoreflect.MessageDescriptor) bool { return traitsOf(md).recursive }
func byNumber(md protoreflect.MessageDescriptor) bool  { return traitsOf(md).byNumber }

func traitsOf(md protoreflect.MessageDescriptor) traits {
	if known, ok := types.Load(md); ok {
		return known.(traits)
	}
	out := traits{byNumber: true}
	on, done := map[protoreflect.FullName]bool{}, map[protoreflect.FullName]bool{}
	var visit func(md protoreflect.MessageDescriptor)
	visit = func(md protoreflect.MessageDescriptor) {
		name := md.FullName()
		out.recursive = out.recursive || on[name]
		if done[name] {
			return
		}
		on[name], done[name] = true, true
		defer delete(on, name)
		if md.ExtensionRanges().Len() > 0 {
			out = traits{recursive: true}
		}
		for i := range md.Oneofs().Len() {
			out.byNumber = out.byNumber && md.Oneofs().Get(i).IsSynthetic()
		}
		for i := range md.Fields().Len() {
			if below := md.Fields().Get(i).Message(); below != nil {
				visit(below)
			}
		}
	}
	visit(md)
	types.Store(md, out)
	return out
}
