package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/streamgen/streamgen/codegen/plan/lock"
	"github.com/streamgen/streamgen/internal/protoschema"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// protobufForm is the form of a message in a registry's Protobuf schema: the one whose Go type has the name, as
// protoc-gen-go gives it. What a message of another file is that the registry has not handed over stays open: an empty message.
func protobufForm(s wire.Schema, goName string) (*lock.Format, error) {
	file, err := protoschema.Parse(s.Text)
	if err != nil {
		return nil, err
	}
	var imports []*descriptorpb.FileDescriptorProto
	for _, text := range s.References {
		f, err := protoschema.Parse(text)
		if err != nil {
			return nil, err
		}
		imports = append(imports, f)
	}
	protoschema.Link(file, imports)
	p := &protobufFormer{messages: map[string]*descriptorpb.DescriptorProto{}, names: map[string]string{}, form: &lock.JSON{}}
	full := ""
	var declared []string
	var visit func(prefix, goPrefix string, list []*descriptorpb.DescriptorProto, own bool)
	visit = func(prefix, goPrefix string, list []*descriptorpb.DescriptorProto, own bool) {
		for _, m := range list {
			name, goType := prefix+"."+m.GetName(), goPrefix+goCamel(m.GetName())
			p.messages[name] = m
			if own && !m.GetOptions().GetMapEntry() {
				if declared = append(declared, strings.TrimPrefix(name, ".")); goType == goName {
					full = name
				}
			}
			visit(name, goType+"_", m.GetNestedType(), own)
		}
	}
	for _, f := range append(imports, file) {
		prefix := ""
		if f.GetPackage() != "" {
			prefix = "." + f.GetPackage()
		}
		visit(prefix, "", f.GetMessageType(), f == file)
	}
	if full == "" {
		return nil, fmt.Errorf("it has no message %s, but %s", goName, strings.Join(declared, ", "))
	}
	p.form.Root = p.message(full)
	return &lock.Format{Codec: "protobuf", Type: goName, Proto: p.form}, nil
}

type protobufFormer struct {
	messages map[string]*descriptorpb.DescriptorProto
	names    map[string]string
	form     *lock.JSON
}

// message adds a message to the form and returns its name there.
func (p *protobufFormer) message(full string) string {
	if name := p.names[full]; name != "" {
		return name
	}
	name := full[strings.LastIndexByte(full, '.')+1:]
	for n := 2; slices.ContainsFunc(p.form.Types, func(s lock.Struct) bool { return s.Name == name }); n++ {
		name += "_" + strconv.Itoa(n)
	}
	p.names[full] = name
	at := len(p.form.Types)
	p.form.Types = append(p.form.Types, lock.Struct{Name: name})
	var members []lock.Member
	for _, f := range p.messages[full].GetField() {
		t := p.kind(f)
		if entry := p.messages[f.GetTypeName()]; entry.GetOptions().GetMapEntry() && len(entry.GetField()) == 2 {
			t = "map[" + p.kind(entry.GetField()[0]) + "]" + p.kind(entry.GetField()[1])
		} else if f.GetLabel() == descriptorpb.FieldDescriptorProto_LABEL_REPEATED {
			t = "[]" + t
		}
		members = append(members, lock.Member{Name: strconv.Itoa(int(f.GetNumber())), Type: t, Aliases: []string{f.GetName()}})
	}
	slices.SortFunc(members, func(a, b lock.Member) int {
		x, _ := strconv.Atoi(a.Name)
		y, _ := strconv.Atoi(b.Name)
		return x - y
	})
	p.form.Types[at].Members = members
	return name
}

// kind is the type of one value of a field.
func (p *protobufFormer) kind(f *descriptorpb.FieldDescriptorProto) string {
	switch t := f.GetType(); {
	case t == descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, f.Type == nil: // without a type where its name is declared elsewhere
		if p.messages[f.GetTypeName()].GetOptions().GetMapEntry() {
			return "message"
		}
		return p.message(f.GetTypeName())
	default:
		return strings.ToLower(strings.TrimPrefix(t.String(), "TYPE_"))
	}
}

// goCamel is the Go name that protoc-gen-go makes of a name of the .proto language.
func goCamel(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '_' && i == 0:
			b = append(b, 'X')
		case c == '_' && i+1 < len(s) && 'a' <= s[i+1] && s[i+1] <= 'z': // it goes, and the next letter is a capital
		case 'a' <= c && c <= 'z' && (i == 0 || s[i-1] == '_' || '0' <= s[i-1] && s[i-1] <= '9'):
			b = append(b, c-'a'+'A')
		default:
			b = append(b, c)
		}
	}
	return string(b)
}
