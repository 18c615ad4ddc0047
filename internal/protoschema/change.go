package protoschema

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"
)

// Incompatible says what keeps readers of a file's messages from reading values that were written with an earlier one;
// empty when nothing does. The rules are those of Confluent's registry: a message, a member of a oneof or a required field
// must not go, a required field not come, and a number not change what stands under it. Names of fields, of packages
// and all of enums are free. Both files must have been linked.
func Incompatible(before, now *descriptorpb.FileDescriptorProto) (out []string) {
	c := changes{was: scope(before.GetPackage()), is: scope(now.GetPackage())}
	c.messages("", before.GetMessageType(), now.GetMessageType())
	return c.out
}

type changes struct {
	was, is string // prefixes of the names of both files
	out     []string
}

func (c *changes) note(format string, args ...any) {
	c.out = append(c.out, fmt.Sprintf(format, args...))
}

func (c *changes) messages(within string, before, now []*descriptorpb.DescriptorProto) {
	for _, m := range before {
		i := slices.IndexFunc(now, func(n *descriptorpb.DescriptorProto) bool { return n.GetName() == m.GetName() })
		if i < 0 {
			if !m.GetOptions().GetMapEntry() { // which its field speaks for
				c.note("the message %s%s is gone", within, m.GetName())
			}
			continue
		}
		name := within + m.GetName()
		c.fields(name, m, now[i])
		c.messages(name+".", m.GetNestedType(), now[i].GetNestedType())
	}
}

// member is the oneof that a field belongs to, "" for none.
func member(m *descriptorpb.DescriptorProto, f *descriptorpb.FieldDescriptorProto) string {
	if f.OneofIndex == nil || f.GetProto3Optional() || int(f.GetOneofIndex()) >= len(m.GetOneofDecl()) {
		return ""
	}
	return m.GetOneofDecl()[f.GetOneofIndex()].GetName()
}

func byNumber(m *descriptorpb.DescriptorProto, n int32) *descriptorpb.FieldDescriptorProto {
	for _, f := range m.GetField() {
		if f.GetNumber() == n {
			return f
		}
	}
	return nil
}

func (c *changes) fields(name string, before, now *descriptorpb.DescriptorProto) {
	const required = descriptorpb.FieldDescriptorProto_LABEL_REQUIRED
	moved := map[string]int{} // into a oneof, from none
	for _, f := range before.GetField() {
		g := byNumber(now, f.GetNumber())
		switch {
		case g == nil && f.GetLabel() == required:
			c.note("the required field %s.%s is gone", name, f.GetName())
		case g == nil && member(before, f) != "":
			c.note("%s.%s is no member of the oneof %s any more", name, f.GetName(), member(before, f))
		case g == nil:
		case f.GetLabel() != required && g.GetLabel() == required:
			c.note("the field %s.%s is required now", name, g.GetName())
		default:
			c.field(name, f, g)
			was, is := member(before, f), member(now, g)
			if was != "" && is == "" {
				c.note("%s.%s is no member of the oneof %s any more", name, g.GetName(), was)
			}
			if was == "" && is != "" {
				moved[is]++
				if slices.ContainsFunc(before.GetField(), func(f *descriptorpb.FieldDescriptorProto) bool { return member(before, f) == is }) {
					c.note("the field %s.%s is a member of the oneof %s now, which has others", name, g.GetName(), is)
				}
			}
		}
	}
	for _, o := range now.GetOneofDecl() {
		if moved[o.GetName()] > 1 {
			c.note("several fields of %s are members of the oneof %s now", name, o.GetName())
		}
	}
	for _, g := range now.GetField() {
		if g.GetLabel() == required && byNumber(before, g.GetNumber()) == nil {
			c.note("the required field %s.%s is new", name, g.GetName())
		}
	}
}

// group names the types that read each other's bytes.
func group(f *descriptorpb.FieldDescriptorProto) string {
	switch f.GetType() {
	case descriptorpb.FieldDescriptorProto_TYPE_INT32, descriptorpb.FieldDescriptorProto_TYPE_INT64, descriptorpb.FieldDescriptorProto_TYPE_UINT32,
		descriptorpb.FieldDescriptorProto_TYPE_UINT64, descriptorpb.FieldDescriptorProto_TYPE_BOOL, descriptorpb.FieldDescriptorProto_TYPE_ENUM:
		return "number"
	case descriptorpb.FieldDescriptorProto_TYPE_SINT32, descriptorpb.FieldDescriptorProto_TYPE_SINT64:
		return "signed"
	case descriptorpb.FieldDescriptorProto_TYPE_FIXED32, descriptorpb.FieldDescriptorProto_TYPE_SFIXED32:
		return "fixed32"
	case descriptorpb.FieldDescriptorProto_TYPE_FIXED64, descriptorpb.FieldDescriptorProto_TYPE_SFIXED64:
		return "fixed64"
	case descriptorpb.FieldDescriptorProto_TYPE_STRING, descriptorpb.FieldDescriptorProto_TYPE_BYTES:
		return "text"
	case descriptorpb.FieldDescriptorProto_TYPE_MESSAGE:
		return "message"
	}
	return typeName(f)
}

// relative is a field's type as both files would name it.
func relative(prefix string, f *descriptorpb.FieldDescriptorProto) string {
	if rest, ok := strings.CutPrefix(f.GetTypeName(), prefix); ok {
		return rest
	}
	return typeName(f)
}

func (c *changes) field(name string, f, g *descriptorpb.FieldDescriptorProto) {
	was, is := relative(c.was, f), relative(c.is, g)
	if a, b := group(f), group(g); a != b {
		c.note("the field %s.%s was %s and is %s", name, g.GetName(), was, is)
		return
	} else if a == "message" && was != is {
		c.note("the field %s.%s was a message %s and is a message %s", name, g.GetName(), was, is)
		return
	} else if a == "message" || a == "text" {
		return // of several the last counts, and one is a list
	}
	const repeated = descriptorpb.FieldDescriptorProto_LABEL_REPEATED
	if (f.GetLabel() == repeated) != (g.GetLabel() == repeated) {
		c.note("the field %s.%s is repeated in only one of both", name, g.GetName())
	}
}
