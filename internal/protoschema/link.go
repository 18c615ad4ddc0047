package protoschema

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// Link writes the types of a file's fields out in full, as protoc does, with the help of the files that it imports. A
// name that none of them declares stays as it is and is returned.
func Link(f *descriptorpb.FileDescriptorProto, imports []*descriptorpb.FileDescriptorProto) (unknown []string) {
	l := linker{known: map[string]descriptorpb.FieldDescriptorProto_Type{}}
	for _, file := range append(slices.Clone(imports), f) {
		l.declare(scope(file.GetPackage()), file.GetMessageType(), file.GetEnumType())
	}
	within := scope(f.GetPackage())
	for _, m := range f.GetMessageType() {
		l.message(within, m)
	}
	l.fields(within, f.GetExtension())
	slices.Sort(l.unknown)
	return slices.Compact(l.unknown)
}

// scope is the prefix of the names that a package declares.
func scope(pkg string) string {
	if pkg == "" {
		return "."
	}
	return "." + pkg + "."
}

type linker struct {
	known   map[string]descriptorpb.FieldDescriptorProto_Type
	unknown []string
}

func (l *linker) declare(within string, messages []*descriptorpb.DescriptorProto, enums []*descriptorpb.EnumDescriptorProto) {
	for _, e := range enums {
		l.known[within+e.GetName()] = descriptorpb.FieldDescriptorProto_TYPE_ENUM
	}
	for _, m := range messages {
		l.known[within+m.GetName()] = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE
		l.declare(within+m.GetName()+".", m.GetNestedType(), m.GetEnumType())
	}
}

func (l *linker) message(within string, m *descriptorpb.DescriptorProto) {
	within += m.GetName() + "."
	l.fields(within, m.GetField())
	l.fields(within, m.GetExtension())
	for _, n := range m.GetNestedType() {
		l.message(within, n)
	}
}

func (l *linker) fields(within string, list []*descriptorpb.FieldDescriptorProto) {
	for _, f := range list {
		if f.Extendee != nil {
			f.Extendee = proto.String(l.resolve(within, f.GetExtendee()))
		}
		if f.TypeName == nil {
			continue
		}
		name := l.resolve(within, f.GetTypeName())
		f.TypeName = &name
		t, ok := l.known[name]
		switch {
		case !ok:
			l.unknown = append(l.unknown, name)
		case f.GetType() != descriptorpb.FieldDescriptorProto_TYPE_GROUP || t == descriptorpb.FieldDescriptorProto_TYPE_ENUM:
			f.Type = t.Enum()
		}
	}
}

// resolve looks a name up from the inside to the outside, as C++ and protoc do: the first part decides.
func (l *linker) resolve(within, name string) string {
	if strings.HasPrefix(name, ".") {
		return name
	}
	for at := within; ; {
		if _, ok := l.known[at+name]; ok {
			return at + name
		}
		if at == "." {
			return name
		}
		at = at[:strings.LastIndexByte(at[:len(at)-1], '.')+1]
	}
}

// Path is where a message is declared in a file: the index of each level. The name is its full one; nil when the file
// does not declare it.
func Path(f *descriptorpb.FileDescriptorProto, name string) []int {
	rest, ok := strings.CutPrefix("."+name, scope(f.GetPackage()))
	if !ok {
		return nil
	}
	var path []int
	list := f.GetMessageType()
	for part := range strings.SplitSeq(rest, ".") {
		i := slices.IndexFunc(list, func(m *descriptorpb.DescriptorProto) bool { return m.GetName() == part })
		if i < 0 {
			return nil
		}
		path = append(path, i)
		list = list[i].GetNestedType()
	}
	return path
}

// At is the full name of the message at a path, "" when there is none.
func At(f *descriptorpb.FileDescriptorProto, path []int) string {
	name, list := strings.TrimPrefix(scope(f.GetPackage()), "."), f.GetMessageType()
	for _, i := range path {
		if i < 0 || i >= len(list) {
			return ""
		}
		name += list[i].GetName() + "."
		list = list[i].GetNestedType()
	}
	return strings.TrimSuffix(name, ".")
}
