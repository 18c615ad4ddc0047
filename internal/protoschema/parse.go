package protoschema

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// Limits on a schema; there is no way past them.
const (
	maxText   = 4 << 20
	maxNested = 100
)

// Parse reads a schema as registries hold it: .proto text, or a file's descriptor in base64, as Python's client hands it
// in. Names of types stay as they are written; Link resolves them. Options are read over but for those that Print prints.
func Parse(text string) (*descriptorpb.FileDescriptorProto, error) {
	if len(text) > maxText {
		return nil, fmt.Errorf("the schema has %d bytes; %d are the most", len(text), maxText)
	}
	tokens, err := scan(text)
	if err != nil {
		return nil, err
	}
	if f := binary(text); f != nil {
		return f, nil
	}
	p := &parser{tokens: tokens, file: &descriptorpb.FileDescriptorProto{}}
	p.parseFile()
	if p.err != nil {
		return nil, p.err
	}
	return p.file, nil
}

// binary is a descriptor in base64, nil when the text is none.
func binary(text string) *descriptorpb.FileDescriptorProto {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(b) == 0 {
		return nil
	}
	f := &descriptorpb.FileDescriptorProto{}
	if (proto.UnmarshalOptions{RecursionLimit: 2 * maxNested}).Unmarshal(b, f) != nil || len(f.ProtoReflect().GetUnknown()) > 0 {
		return nil
	}
	return f
}

type parser struct {
	tokens []token
	at     int
	depth  int
	file   *descriptorpb.FileDescriptorProto
	err    error
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if p.at < len(p.tokens)-1 {
		p.at++
	}
	return t
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("line %d: %s", p.peek().line, fmt.Sprintf(format, args...))
	}
	p.at = len(p.tokens) - 1
}

// is takes the next token if it has a text and is no string.
func (p *parser) is(text string) bool {
	if t := p.peek(); t.text == text && t.kind != literal && t.kind != end {
		p.next()
		return true
	}
	return false
}

func (p *parser) want(text string) {
	if !p.is(text) {
		p.fail("%q stands where %q should", p.peek().text, text)
	}
}

func (p *parser) ident() string {
	if p.peek().kind != word {
		p.fail("%q stands where a name should", p.peek().text)
		return ""
	}
	return p.next().text
}

// name is a name of several parts, perhaps with a leading dot.
func (p *parser) name() string {
	var b strings.Builder
	if p.is(".") {
		b.WriteByte('.')
	}
	b.WriteString(p.ident())
	for p.err == nil && p.is(".") {
		b.WriteString("." + p.ident())
	}
	return b.String()
}

// str is a string; several in a row are one.
func (p *parser) str() string {
	if p.peek().kind != literal {
		p.fail("%q stands where a string should", p.peek().text)
		return ""
	}
	var b strings.Builder
	for p.peek().kind == literal {
		b.WriteString(p.next().text)
	}
	return b.String()
}

func (p *parser) integer(low, high int64) int32 {
	sign := ""
	if p.is("-") {
		sign = "-"
	}
	t := p.peek()
	v, err := strconv.ParseInt(sign+t.text, 0, 64)
	if t.kind != number || err != nil || v < low || v > high {
		p.fail("%q stands where a number from %d to %d should", sign+t.text, low, high)
		return 0
	}
	p.next()
	return int32(v)
}

func (p *parser) parseFile() {
	f := p.file
	for p.err == nil && p.peek().kind != end {
		switch t := p.next(); {
		case t.text == ";" && t.kind == symbol:
		case t.kind != word:
			p.fail("%q stands where a declaration should", t.text)
		case t.text == "syntax":
			p.want("=")
			if s := p.str(); s != "proto2" && s != "proto3" {
				p.fail("unknown syntax %q", s)
			} else if s == "proto3" {
				f.Syntax = &s
			}
			p.want(";")
		case t.text == "edition":
			p.want("=")
			s := p.str()
			v, ok := descriptorpb.Edition_value["EDITION_"+s]
			if !ok {
				p.fail("unknown edition %q", s)
			}
			f.Syntax, f.Edition = proto.String("editions"), descriptorpb.Edition(v).Enum()
			p.want(";")
		case t.text == "package":
			f.Package = proto.String(p.name())
			p.want(";")
		case t.text == "import":
			if public := p.is("public"); public {
				f.PublicDependency = append(f.PublicDependency, int32(len(f.Dependency)))
			} else if !p.is("weak") {
				p.is("option")
			}
			f.Dependency = append(f.Dependency, p.str())
			p.want(";")
		case t.text == "option":
			name, value := p.option()
			p.fileOption(name, value)
			p.want(";")
		case t.text == "message":
			f.MessageType = append(f.MessageType, p.message(p.ident()))
		case t.text == "enum":
			f.EnumType = append(f.EnumType, p.enum())
		case t.text == "extend":
			f.Extension = append(f.Extension, p.extend(&f.MessageType)...)
		case t.text == "service":
			p.ident()
			p.block()
		default:
			p.fail("unknown declaration %q", t.text)
		}
	}
}

func (p *parser) fileOption(name, value string) {
	o := p.file.Options
	if o == nil {
		o = &descriptorpb.FileOptions{}
	}
	switch name {
	case "java_package":
		o.JavaPackage = &value
	case "java_outer_classname":
		o.JavaOuterClassname = &value
	case "java_multiple_files":
		o.JavaMultipleFiles = proto.Bool(value == "true")
	case "go_package":
		o.GoPackage = &value
	default:
		if !feature(&o.Features, name, value) {
			return
		}
	}
	p.file.Options = o
}

// feature sets a feature of editions.
func feature(f **descriptorpb.FeatureSet, name, value string) bool {
	out := *f
	if out == nil {
		out = &descriptorpb.FeatureSet{}
	}
	switch name {
	case "features.field_presence":
		out.FieldPresence = descriptorpb.FeatureSet_FieldPresence(descriptorpb.FeatureSet_FieldPresence_value[value]).Enum()
	case "features.enum_type":
		out.EnumType = descriptorpb.FeatureSet_EnumType(descriptorpb.FeatureSet_EnumType_value[value]).Enum()
	case "features.repeated_field_encoding":
		out.RepeatedFieldEncoding = descriptorpb.FeatureSet_RepeatedFieldEncoding(descriptorpb.FeatureSet_RepeatedFieldEncoding_value[value]).Enum()
	case "features.utf8_validation":
		out.Utf8Validation = descriptorpb.FeatureSet_Utf8Validation(descriptorpb.FeatureSet_Utf8Validation_value[value]).Enum()
	case "features.message_encoding":
		out.MessageEncoding = descriptorpb.FeatureSet_MessageEncoding(descriptorpb.FeatureSet_MessageEncoding_value[value]).Enum()
	default:
		return false
	}
	*f = out
	return true
}

// option reads name = value; the value is text, "" for one in braces.
func (p *parser) option() (name, value string) {
	for p.err == nil {
		if p.is("(") {
			name += "(" + p.name() + ")"
			p.want(")")
		} else {
			name += p.ident()
		}
		if !p.is(".") {
			break
		}
		name += "."
	}
	p.want("=")
	switch t := p.peek(); {
	case t.kind == literal:
		return name, p.str()
	case t.kind == symbol && (t.text == "{" || t.text == "["):
		p.block()
		return name, ""
	case t.kind == symbol && (t.text == "-" || t.text == "+"):
		p.next()
		return name, strings.TrimPrefix(t.text, "+") + p.next().text
	case t.kind == word || t.kind == number:
		return name, p.next().text
	}
	p.fail("%q stands where a value should", p.peek().text)
	return name, ""
}

// block reads over what stands in braces or brackets.
func (p *parser) block() {
	open := 0
	for p.err == nil {
		switch t := p.next(); {
		case t.kind == end:
			p.fail("something in braces has no end")
			return
		case t.kind != symbol:
		case t.text == "{" || t.text == "[":
			open++
		case t.text == "}" || t.text == "]":
			if open--; open == 0 {
				return
			}
		}
		if open == 0 {
			p.fail("%q stands where a brace should", p.peek().text)
		}
	}
}

func (p *parser) message(name string) *descriptorpb.DescriptorProto {
	m := &descriptorpb.DescriptorProto{Name: &name}
	if p.depth++; p.depth > maxNested {
		p.fail("messages are declared in each other more than %d levels deep", maxNested)
	}
	defer func() { p.depth-- }()
	p.want("{")
	var synthetic []*descriptorpb.FieldDescriptorProto
	for p.err == nil && !p.is("}") {
		t := p.peek()
		switch {
		case p.is(";"):
		case t.kind == word && p.declares("message", "enum", "oneof", "extend"):
			switch p.next().text {
			case "message":
				m.NestedType = append(m.NestedType, p.message(p.ident()))
			case "enum":
				m.EnumType = append(m.EnumType, p.enum())
			case "extend":
				m.Extension = append(m.Extension, p.extend(&m.NestedType)...)
			default:
				p.oneof(m)
			}
		case t.text == "option" && p.option0():
			p.next()
			p.messageOption(m)
		case t.text == "reserved" && p.ahead(1).text != "=":
			p.next()
			p.reserved(m)
		case t.text == "extensions" && p.ahead(1).kind == number:
			p.next()
			p.extensions(m)
		default:
			f := p.field(&m.NestedType, true)
			m.Field = append(m.Field, f)
			if f.GetProto3Optional() {
				synthetic = append(synthetic, f)
			}
		}
	}
	for _, f := range synthetic {
		f.OneofIndex = proto.Int32(int32(len(m.OneofDecl)))
		m.OneofDecl = append(m.OneofDecl, &descriptorpb.OneofDescriptorProto{Name: proto.String("_" + f.GetName())})
	}
	return m
}

func (p *parser) ahead(n int) token { return p.tokens[min(p.at+n, len(p.tokens)-1)] }

// declares says whether one of some words begins a declaration here, and is no field's type.
func (p *parser) declares(words ...string) bool {
	for _, w := range words {
		if p.peek().text == w {
			after := p.ahead(2).text
			return p.ahead(1).text == "." || p.ahead(1).kind == word && (after == "{" || after == ".")
		}
	}
	return false
}

// option0 says whether the word option begins one.
func (p *parser) option0() bool {
	return p.ahead(2).text == "=" || p.ahead(1).text == "(" || p.ahead(2).text == "."
}

func (p *parser) messageOption(m *descriptorpb.DescriptorProto) {
	name, value := p.option()
	p.want(";")
	o := m.Options
	if o == nil {
		o = &descriptorpb.MessageOptions{}
	}
	switch name {
	case "deprecated":
		o.Deprecated = proto.Bool(value == "true")
	case "message_set_wire_format":
		o.MessageSetWireFormat = proto.Bool(value == "true")
	default:
		if !feature(&o.Features, name, value) {
			return
		}
	}
	m.Options = o
}

func (p *parser) reserved(m *descriptorpb.DescriptorProto) {
	for p.err == nil {
		if t := p.peek(); t.kind == literal || t.kind == word {
			if t.kind == literal {
				m.ReservedName = append(m.ReservedName, p.str())
			} else {
				m.ReservedName = append(m.ReservedName, p.ident())
			}
		} else {
			from, to := p.span(1, maxNumber)
			m.ReservedRange = append(m.ReservedRange, &descriptorpb.DescriptorProto_ReservedRange{Start: &from, End: proto.Int32(to + 1)})
		}
		if !p.is(",") {
			break
		}
	}
	p.want(";")
}

func (p *parser) span(low, high int64) (from, to int32) {
	from = p.integer(low, high)
	to = from
	if p.is("to") {
		if p.is("max") {
			return from, int32(high)
		}
		if to = p.integer(low, high); to < from {
			p.fail("a range ends at %d before it begins", to)
		}
	}
	return from, to
}

func (p *parser) extensions(m *descriptorpb.DescriptorProto) {
	for p.err == nil {
		from, to := p.span(1, maxNumber)
		m.ExtensionRange = append(m.ExtensionRange, &descriptorpb.DescriptorProto_ExtensionRange{Start: &from, End: proto.Int32(to + 1)})
		if !p.is(",") {
			break
		}
	}
	if p.peek().text == "[" {
		p.block()
	}
	p.want(";")
}

func (p *parser) oneof(m *descriptorpb.DescriptorProto) {
	at := int32(len(m.OneofDecl))
	m.OneofDecl = append(m.OneofDecl, &descriptorpb.OneofDescriptorProto{Name: proto.String(p.ident())})
	p.want("{")
	for p.err == nil && !p.is("}") {
		switch {
		case p.is(";"):
		case p.peek().text == "option" && p.option0():
			p.next()
			p.option()
			p.want(";")
		default:
			f := p.field(&m.NestedType, false)
			f.OneofIndex = &at
			m.Field = append(m.Field, f)
		}
	}
}

func (p *parser) extend(nested *[]*descriptorpb.DescriptorProto) (out []*descriptorpb.FieldDescriptorProto) {
	extendee := p.name()
	p.want("{")
	for p.err == nil && !p.is("}") {
		if p.is(";") {
			continue
		}
		f := p.field(nested, true)
		f.Extendee = &extendee
		out = append(out, f)
	}
	return out
}

// field reads a field; groups and maps add the message that they bring along to nested.
func (p *parser) field(nested *[]*descriptorpb.DescriptorProto, labels bool) *descriptorpb.FieldDescriptorProto {
	f := &descriptorpb.FieldDescriptorProto{Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()}
	if labels {
		switch {
		case p.ahead(1).kind != word && p.ahead(1).text != ".": // a field's type
		case p.is("repeated"):
			f.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
		case p.is("required"):
			f.Label = descriptorpb.FieldDescriptorProto_LABEL_REQUIRED.Enum()
		case p.is("optional"):
			if p.file.GetSyntax() == "proto3" {
				f.Proto3Optional = proto.Bool(true)
			}
		}
	}
	if p.peek().text == "map" && p.ahead(1).text == "<" {
		p.mapField(f, nested)
		return f
	}
	if p.peek().text == "group" && p.ahead(1).kind == word && p.ahead(2).text == "=" {
		p.group(f, nested)
		return f
	}
	p.setType(f, p.name())
	f.Name = proto.String(p.ident())
	p.rest(f)
	p.want(";")
	return f
}

func (p *parser) setType(f *descriptorpb.FieldDescriptorProto, name string) {
	for t, text := range scalarNames {
		if text == name {
			f.Type = t.Enum()
			return
		}
	}
	f.TypeName = &name
}

// rest reads a field's number and options.
func (p *parser) rest(f *descriptorpb.FieldDescriptorProto) {
	p.want("=")
	f.Number = proto.Int32(p.integer(1, maxNumber))
	f.JsonName = proto.String(camel(f.GetName()))
	if !p.is("[") {
		return
	}
	for p.err == nil && !p.is("]") {
		name, value := p.option()
		p.fieldOption(f, name, value)
		if !p.is(",") && p.peek().text != "]" {
			p.fail("%q stands between the options of the field %s", p.peek().text, f.GetName())
		}
	}
}

func (p *parser) fieldOption(f *descriptorpb.FieldDescriptorProto, name, value string) {
	o := f.Options
	if o == nil {
		o = &descriptorpb.FieldOptions{}
	}
	switch name {
	case "default":
		f.DefaultValue = &value
		if f.GetType() == descriptorpb.FieldDescriptorProto_TYPE_BYTES {
			*f.DefaultValue = strings.Trim(quote(value), `"`)
		}
		return
	case "json_name":
		f.JsonName = &value
		return
	case "packed":
		o.Packed = proto.Bool(value == "true")
	case "deprecated":
		o.Deprecated = proto.Bool(value == "true")
	default:
		if !feature(&o.Features, name, value) {
			return
		}
	}
	f.Options = o
}

func (p *parser) mapField(f *descriptorpb.FieldDescriptorProto, nested *[]*descriptorpb.DescriptorProto) {
	p.next()
	p.want("<")
	entry := func(name string, n int32) *descriptorpb.FieldDescriptorProto {
		e := &descriptorpb.FieldDescriptorProto{Name: &name, Number: &n, JsonName: &name, Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()}
		p.setType(e, p.name())
		return e
	}
	key := entry("key", 1)
	p.want(",")
	value := entry("value", 2)
	p.want(">")
	f.Name = proto.String(p.ident())
	p.rest(f)
	p.want(";")
	name := entryName(f.GetName())
	f.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
	f.TypeName = &name
	*nested = append(*nested, &descriptorpb.DescriptorProto{Name: proto.String(name), Options: &descriptorpb.MessageOptions{MapEntry: proto.Bool(true)},
		Field: []*descriptorpb.FieldDescriptorProto{key, value}})
}

func (p *parser) group(f *descriptorpb.FieldDescriptorProto, nested *[]*descriptorpb.DescriptorProto) {
	p.next()
	name := p.ident()
	f.Name, f.TypeName, f.Type = proto.String(strings.ToLower(name)), &name, descriptorpb.FieldDescriptorProto_TYPE_GROUP.Enum()
	p.rest(f)
	*nested = append(*nested, p.message(name))
}

func (p *parser) enum() *descriptorpb.EnumDescriptorProto {
	e := &descriptorpb.EnumDescriptorProto{Name: proto.String(p.ident())}
	p.want("{")
	for p.err == nil && !p.is("}") {
		switch t := p.peek(); {
		case p.is(";"):
		case t.text == "option" && p.ahead(1).text != "=":
			p.next()
			name, value := p.option()
			p.want(";")
			if name == "allow_alias" {
				e.Options = &descriptorpb.EnumOptions{AllowAlias: proto.Bool(value == "true")}
			}
		case t.text == "reserved" && p.ahead(1).text != "=":
			p.next()
			for p.err == nil {
				switch p.peek().kind {
				case literal:
					e.ReservedName = append(e.ReservedName, p.str())
				case word:
					e.ReservedName = append(e.ReservedName, p.ident())
				default:
					from, to := p.span(math.MinInt32, math.MaxInt32)
					e.ReservedRange = append(e.ReservedRange, &descriptorpb.EnumDescriptorProto_EnumReservedRange{Start: &from, End: &to})
				}
				if !p.is(",") {
					break
				}
			}
			p.want(";")
		default:
			v := &descriptorpb.EnumValueDescriptorProto{Name: proto.String(p.ident())}
			p.want("=")
			v.Number = proto.Int32(p.integer(math.MinInt32, math.MaxInt32))
			if p.peek().text == "[" {
				p.block()
			}
			p.want(";")
			e.Value = append(e.Value, v)
		}
	}
	return e
}
