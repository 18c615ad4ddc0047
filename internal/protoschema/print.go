// Package protoschema reads and prints Protobuf schemas as a Schema Registry keeps them: .proto text, with a file's
// descriptor as what it means. It also says which changes of a schema leave old values readable.
package protoschema

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"
)

// Print returns the .proto text of a file. Comments are gone, and so are options that do not change what bytes mean,
// but for the names of Java's and Go's packages. The same descriptor gives the same text.
func Print(f *descriptorpb.FileDescriptorProto) string {
	p := &printer{}
	switch syntax := f.GetSyntax(); syntax {
	case "editions":
		p.line("edition = %q;", strings.TrimPrefix(f.GetEdition().String(), "EDITION_"))
	case "":
		p.line(`syntax = "proto2";`)
	default:
		p.line("syntax = %q;", syntax)
	}
	if f.GetPackage() != "" {
		p.line("package %s;", f.GetPackage())
	}
	if len(f.GetDependency()) > 0 {
		p.line("")
	}
	for i, name := range f.GetDependency() {
		how := ""
		if slices.Contains(f.GetPublicDependency(), int32(i)) {
			how = "public "
		}
		p.line("import %s%s;", how, quote(name))
	}
	p.fileOptions(f.GetOptions())
	for _, m := range f.GetMessageType() {
		p.line("")
		p.message(m, f.GetSyntax())
	}
	for _, e := range f.GetEnumType() {
		p.line("")
		p.enum(e)
	}
	p.extensions(f.GetExtension(), f.GetSyntax())
	return p.b.String()
}

type printer struct {
	b      strings.Builder
	indent int
}

func (p *printer) line(format string, args ...any) {
	if format != "" {
		p.b.WriteString(strings.Repeat("  ", p.indent))
		fmt.Fprintf(&p.b, format, args...)
	}
	p.b.WriteByte('\n')
}

func (p *printer) fileOptions(o *descriptorpb.FileOptions) {
	var lines []string
	add := func(name, value string) { lines = append(lines, "option "+name+" = "+value+";") }
	if o != nil {
		if o.JavaPackage != nil {
			add("java_package", quote(o.GetJavaPackage()))
		}
		if o.JavaOuterClassname != nil {
			add("java_outer_classname", quote(o.GetJavaOuterClassname()))
		}
		if o.JavaMultipleFiles != nil {
			add("java_multiple_files", strconv.FormatBool(o.GetJavaMultipleFiles()))
		}
		if o.GoPackage != nil {
			add("go_package", quote(o.GetGoPackage()))
		}
	}
	features(o.GetFeatures(), add)
	if len(lines) > 0 {
		p.line("")
	}
	for _, l := range lines {
		p.line("%s", l)
	}
}

// features are the features of editions that change what bytes mean.
func features(f *descriptorpb.FeatureSet, add func(name, value string)) {
	if f == nil {
		return
	}
	if f.FieldPresence != nil {
		add("features.field_presence", f.GetFieldPresence().String())
	}
	if f.EnumType != nil {
		add("features.enum_type", f.GetEnumType().String())
	}
	if f.RepeatedFieldEncoding != nil {
		add("features.repeated_field_encoding", f.GetRepeatedFieldEncoding().String())
	}
	if f.Utf8Validation != nil {
		add("features.utf8_validation", f.GetUtf8Validation().String())
	}
	if f.MessageEncoding != nil {
		add("features.message_encoding", f.GetMessageEncoding().String())
	}
}

func (p *printer) message(m *descriptorpb.DescriptorProto, syntax string) {
	p.line("message %s {", m.GetName())
	p.body(m, syntax)
	p.line("}")
}

// body prints what stands in a message, or in a group.
func (p *printer) body(m *descriptorpb.DescriptorProto, syntax string) {
	p.indent++
	add := func(name, value string) { p.line("option %s = %s;", name, value) }
	if o := m.GetOptions(); o != nil {
		if o.Deprecated != nil {
			add("deprecated", strconv.FormatBool(o.GetDeprecated()))
		}
		if o.MessageSetWireFormat != nil {
			add("message_set_wire_format", strconv.FormatBool(o.GetMessageSetWireFormat()))
		}
		features(o.Features, add)
	}
	nested := map[string]*descriptorpb.DescriptorProto{} // map entries and groups, printed with their fields
	for _, n := range m.GetNestedType() {
		if n.GetOptions().GetMapEntry() {
			nested[n.GetName()] = n
		}
	}
	for _, f := range slices.Concat(m.GetField(), m.GetExtension()) {
		if f.GetType() == descriptorpb.FieldDescriptorProto_TYPE_GROUP {
			for _, n := range m.GetNestedType() {
				if n.GetName() == last(f.GetTypeName()) {
					nested[n.GetName()] = n
				}
			}
		}
	}
	for _, r := range m.GetReservedRange() {
		p.line("reserved %s;", span(r.GetStart(), r.GetEnd()-1, maxNumber))
	}
	for _, name := range m.GetReservedName() {
		p.line("reserved %s;", quote(name))
	}
	for _, r := range m.GetExtensionRange() {
		p.line("extensions %s;", span(r.GetStart(), r.GetEnd()-1, maxNumber))
	}
	// A message's place among the nested ones is on the wire, and the entry of a map is one of them: what was declared
	// before it stands before its field.
	at := 0
	declare := func(before string) {
		for ; at < len(m.GetNestedType()) && m.GetNestedType()[at].GetName() != before; at++ {
			if n := m.GetNestedType()[at]; nested[n.GetName()] == nil {
				p.message(n, syntax)
			}
		}
	}
	done := map[int32]bool{}
	for _, f := range m.GetField() {
		if nested[last(f.GetTypeName())] != nil && f.OneofIndex == nil {
			declare(last(f.GetTypeName()))
		}
		if f.OneofIndex == nil || f.GetProto3Optional() {
			p.field(f, nested, syntax, false)
			continue
		}
		at := f.GetOneofIndex()
		if done[at] || int(at) >= len(m.GetOneofDecl()) {
			continue
		}
		done[at] = true
		p.line("oneof %s {", m.GetOneofDecl()[at].GetName())
		p.indent++
		for _, member := range m.GetField() {
			if member.OneofIndex != nil && !member.GetProto3Optional() && member.GetOneofIndex() == at {
				p.field(member, nested, syntax, true)
			}
		}
		p.indent--
		p.line("}")
	}
	declare("")
	for _, e := range m.GetEnumType() {
		p.line("")
		p.enum(e)
	}
	p.extensions(m.GetExtension(), syntax)
	p.indent--
}

func (p *printer) extensions(list []*descriptorpb.FieldDescriptorProto, syntax string) {
	for _, f := range list {
		p.line("")
		p.line("extend %s {", f.GetExtendee())
		p.indent++
		p.field(f, nil, syntax, false)
		p.indent--
		p.line("}")
	}
}

const maxNumber = 1<<29 - 1

// span is a range of numbers, both ends within.
func span(from, to, most int32) string {
	switch {
	case from == to:
		return strconv.Itoa(int(from))
	case to == most:
		return fmt.Sprintf("%d to max", from)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

func (p *printer) enum(e *descriptorpb.EnumDescriptorProto) {
	p.line("enum %s {", e.GetName())
	p.indent++
	if o := e.GetOptions(); o != nil {
		add := func(name, value string) { p.line("option %s = %s;", name, value) }
		if o.AllowAlias != nil {
			add("allow_alias", strconv.FormatBool(o.GetAllowAlias()))
		}
		features(o.Features, add)
	}
	for _, r := range e.GetReservedRange() {
		p.line("reserved %s;", span(r.GetStart(), r.GetEnd(), math.MaxInt32))
	}
	for _, name := range e.GetReservedName() {
		p.line("reserved %s;", quote(name))
	}
	for _, v := range e.GetValue() {
		p.line("%s = %d;", v.GetName(), v.GetNumber())
	}
	p.indent--
	p.line("}")
}

func (p *printer) field(f *descriptorpb.FieldDescriptorProto, nested map[string]*descriptorpb.DescriptorProto, syntax string, member bool) {
	label, kind := "", typeName(f)
	switch {
	case f.GetLabel() == descriptorpb.FieldDescriptorProto_LABEL_REPEATED:
		label = "repeated "
		if entry := nested[last(f.GetTypeName())]; entry.GetOptions().GetMapEntry() && entry.GetName() == entryName(f.GetName()) && len(entry.GetField()) == 2 {
			label, kind = "", "map<"+typeName(entry.GetField()[0])+", "+typeName(entry.GetField()[1])+">"
		}
	case member:
	case f.GetLabel() == descriptorpb.FieldDescriptorProto_LABEL_REQUIRED:
		label = "required "
	case f.GetProto3Optional() || syntax == "" || syntax == "proto2":
		label = "optional "
	}
	var options []string
	if f.DefaultValue != nil {
		value := f.GetDefaultValue()
		switch f.GetType() {
		case descriptorpb.FieldDescriptorProto_TYPE_STRING:
			value = quote(value)
		case descriptorpb.FieldDescriptorProto_TYPE_BYTES: // escaped already
			value = `"` + value + `"`
		}
		options = append(options, "default = "+value)
	}
	if f.JsonName != nil && f.GetJsonName() != camel(f.GetName()) && f.Extendee == nil {
		options = append(options, "json_name = "+quote(f.GetJsonName()))
	}
	if o := f.GetOptions(); o != nil {
		if o.Packed != nil {
			options = append(options, "packed = "+strconv.FormatBool(o.GetPacked()))
		}
		if o.Deprecated != nil {
			options = append(options, "deprecated = "+strconv.FormatBool(o.GetDeprecated()))
		}
		features(o.Features, func(name, value string) { options = append(options, name+" = "+value) })
	}
	text := ""
	if len(options) > 0 {
		text = " [" + strings.Join(options, ", ") + "]"
	}
	if f.GetType() == descriptorpb.FieldDescriptorProto_TYPE_GROUP {
		if group := nested[last(f.GetTypeName())]; group != nil {
			p.line("%sgroup %s = %d%s {", label, group.GetName(), f.GetNumber(), text)
			p.body(group, syntax)
			p.line("}")
			return
		}
	}
	p.line("%s%s %s = %d%s;", label, kind, f.GetName(), f.GetNumber(), text)
}

// typeName is a field's type in .proto text.
func typeName(f *descriptorpb.FieldDescriptorProto) string {
	if f.TypeName != nil {
		return f.GetTypeName()
	}
	return scalarNames[f.GetType()]
}

// scalarNames are the predeclared types.
var scalarNames = map[descriptorpb.FieldDescriptorProto_Type]string{
	descriptorpb.FieldDescriptorProto_TYPE_DOUBLE: "double", descriptorpb.FieldDescriptorProto_TYPE_FLOAT: "float",
	descriptorpb.FieldDescriptorProto_TYPE_INT64: "int64", descriptorpb.FieldDescriptorProto_TYPE_UINT64: "uint64",
	descriptorpb.FieldDescriptorProto_TYPE_INT32: "int32", descriptorpb.FieldDescriptorProto_TYPE_FIXED64: "fixed64",
	descriptorpb.FieldDescriptorProto_TYPE_FIXED32: "fixed32", descriptorpb.FieldDescriptorProto_TYPE_BOOL: "bool",
	descriptorpb.FieldDescriptorProto_TYPE_STRING: "string", descriptorpb.FieldDescriptorProto_TYPE_BYTES: "bytes",
	descriptorpb.FieldDescriptorProto_TYPE_UINT32: "uint32", descriptorpb.FieldDescriptorProto_TYPE_SFIXED32: "sfixed32",
	descriptorpb.FieldDescriptorProto_TYPE_SFIXED64: "sfixed64", descriptorpb.FieldDescriptorProto_TYPE_SINT32: "sint32",
	descriptorpb.FieldDescriptorProto_TYPE_SINT64: "sint64",
}

func last(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// camel is the JSON name that a field has unless it says another one.
func camel(name string) string {
	var b strings.Builder
	up := false
	for _, c := range []byte(name) {
		switch {
		case c == '_':
			up = true
			continue
		case up && 'a' <= c && c <= 'z':
			c -= 'a' - 'A'
		}
		up = false
		b.WriteByte(c)
	}
	return b.String()
}

// entryName is the name of the message that an entry of a map is.
func entryName(field string) string {
	name := camel("_" + field)
	if c := name[:min(len(name), 1)]; c >= "a" && c <= "z" {
		name = strings.ToUpper(c) + name[1:]
	}
	return name + "Entry"
}

// quote is a string literal of .proto text.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		switch {
		case c == '\n':
			b.WriteString(`\n`)
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 0x20 || c >= 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
