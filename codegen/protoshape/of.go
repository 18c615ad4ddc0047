// Package protoshape reads the form of a protoc-gen-go message out of go/types: the tags of its fields say how they
// stand on the wire.
package protoshape

import (
	"cmp"
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan/message"
)

// Of returns the form of *M for code that lives in the package from, and the names of the packages that it mentions by
// path. The error says why the type is no message, and after a semicolon what to do.
func Of(t types.Type, from *types.Package) (*message.Message, map[string]string, error) {
	r := &reader{from: from, known: map[string]*message.Message{}, packages: map[string]string{}}
	t = types.Unalias(t)
	p, ok := t.Underlying().(*types.Pointer)
	switch {
	case !ok && isMessage(types.NewPointer(t)):
		return nil, nil, fmt.Errorf("%s is a message, and messages are handled by pointer; write dsl.Protobuf[*%[1]s]()", r.plain(t))
	case !ok && types.IsInterface(t):
		return nil, nil, fmt.Errorf("%s is an interface, which does not say what to make of bytes; use a pointer to a type that protoc-gen-go made", r.plain(t))
	case !ok || !isMessage(t) && r.old(p.Elem()):
		return nil, nil, fmt.Errorf("%s has no method ProtoReflect; use a pointer to a type that protoc-gen-go v1.20 or later made", r.plain(t))
	case !isMessage(t):
		return nil, nil, fmt.Errorf("%s is no Protobuf message; use a pointer to a type that protoc-gen-go made", r.plain(t))
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok || t != types.Type(p) {
		return nil, nil, fmt.Errorf("%s is not a pointer to a named type; use a pointer to a type that protoc-gen-go made", r.plain(t))
	}
	m := r.message(named)
	markDeep(r.known)
	return m, r.packages, nil
}

// isMessage says whether a type has the method that all messages have.
func isMessage(t types.Type) bool {
	sel := types.NewMethodSet(t).Lookup(nil, "ProtoReflect")
	if sel == nil {
		return false
	}
	sig, ok := sel.Type().(*types.Signature)
	return ok && sig.Params().Len() == 0 && sig.Results().Len() == 1 &&
		types.TypeString(sig.Results().At(0).Type(), nil) == "google.golang.org/protobuf/reflect/protoreflect.Message"
}

// old says whether a type is of a generator from before protoc-gen-go v1.20, or of another one.
func (r *reader) old(t types.Type) bool {
	return types.NewMethodSet(types.NewPointer(t)).Lookup(nil, "ProtoMessage") != nil
}

type reader struct {
	from     *types.Package
	known    map[string]*message.Message
	packages map[string]string
}

func (r *reader) goType(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == r.from {
			return ""
		}
		r.packages[p.Path()] = p.Name()
		return "⟦" + p.Path() + "⟧"
	})
}

func (r *reader) plain(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == r.from {
			return ""
		}
		return p.Name()
	})
}

// message reads a message type, once.
func (r *reader) message(t *types.Named) *message.Message {
	text := r.goType(t)
	if m := r.known[text]; m != nil {
		return m
	}
	m := &message.Message{Type: text, Name: t.Obj().Name()}
	r.known[text] = m
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		m.Library = "its Go type is no struct"
		return m
	}
	unknown := false
	for i := range s.NumFields() {
		f, tag := s.Field(i), reflect.StructTag(s.Tag(i))
		wire, isField := tag.Lookup("protobuf")
		oneof, isOneof := tag.Lookup("protobuf_oneof")
		switch {
		case f.Name() == "unknownFields":
			unknown = true
		case f.Name() == "extensionFields":
			m.Library = "it can be extended"
		case (isField || isOneof) && !f.Exported(), strings.HasPrefix(f.Name(), "xxx_hidden_"), strings.HasPrefix(f.Name(), "XXX_"):
			m.Library = "its fields are not exported: it is made for the opaque API"
		case m.Library != "":
		case isOneof:
			r.oneof(m, t, f, oneof)
		case isField:
			r.field(m, f, wire, tag)
		}
	}
	if !unknown && m.Library == "" {
		m.Library = "it has no place for fields that it does not know"
	}
	if m.Library != "" {
		m.Fields = nil
		return m
	}
	slices.SortFunc(m.Fields, func(a, b *message.Field) int { return cmp.Compare(a.Number, b.Number) })
	return m
}

// tagged reads a tag: varint,1,opt,name=id,proto3 and the like.
func tagged(tag string) (f *message.Field, proto3 bool, options []string) {
	parts := strings.Split(tag, ",")
	f = &message.Field{}
	if len(parts) < 3 {
		return f, false, parts
	}
	f.Number, _ = strconv.Atoi(parts[1])
	if parts[2] == "rep" {
		f.Label = message.Repeated
	}
	for _, o := range parts[3:] {
		if strings.HasPrefix(o, "def=") {
			break // the rest is the default
		}
		if name, ok := strings.CutPrefix(o, "name="); ok {
			f.Name = name
		}
		f.Packed = f.Packed || o == "packed"
		proto3 = proto3 || o == "proto3"
	}
	return f, proto3, parts
}

// field reads an ordinary field.
func (r *reader) field(m *message.Message, v *types.Var, tag string, all reflect.StructTag) {
	f, proto3, parts := tagged(tag)
	f.Go = v.Name()
	if !proto3 {
		m.Library = "its file is not proto3"
		return
	}
	t := types.Unalias(v.Type())
	if key, ok := all.Lookup("protobuf_key"); ok {
		u, isMap := t.Underlying().(*types.Map)
		if !isMap {
			m.Library = "the field " + v.Name() + " is no map"
			return
		}
		f.Label, f.Key = message.Map, &message.Field{Number: 1, Name: "key"}
		_, _, keyParts := tagged(key)
		_, _, valParts := tagged(all.Get("protobuf_val"))
		r.value(m, f.Key, u.Key(), keyParts)
		r.value(m, f, u.Elem(), valParts)
		m.Fields = append(m.Fields, f)
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		if f.Label == message.Repeated {
			t = u.Elem()
		} else if slices.Contains(parts, "oneof") {
			f.Label = message.Optional
		}
	case *types.Pointer:
		if _, isStruct := u.Elem().Underlying().(*types.Struct); !isStruct {
			f.Label, t = message.Optional, u.Elem()
		}
	}
	r.value(m, f, t, parts)
	m.Fields = append(m.Fields, f)
}

// value reads what one value of a field is.
func (r *reader) value(m *message.Message, f *message.Field, t types.Type, parts []string) {
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		named, ok := types.Unalias(p.Elem()).(*types.Named)
		if !ok || !isMessage(t) || parts[0] != "bytes" {
			m.Library = "the field " + f.Go + " has no form that the compiler knows"
			return
		}
		f.Kind, f.Nested, f.Type = message.Nested, r.message(named), r.goType(named)
		return
	}
	f.Type = r.goType(t)
	basic, _ := t.Underlying().(*types.Basic)
	unsigned := basic != nil && basic.Info()&types.IsUnsigned != 0
	floating := basic != nil && basic.Info()&types.IsFloat != 0
	wide := basic != nil && (basic.Kind() == types.Int64 || basic.Kind() == types.Uint64)
	enum := slices.ContainsFunc(parts, func(s string) bool { return strings.HasPrefix(s, "enum=") })
	pick := func(yes bool, a, b message.Kind) message.Kind {
		if yes {
			return a
		}
		return b
	}
	switch {
	case parts[0] == "varint" && basic != nil && basic.Info()&types.IsBoolean != 0:
		f.Kind = message.Bool
	case parts[0] == "varint" && enum && basic != nil && basic.Kind() == types.Int32:
		f.Kind = message.Enum
	case parts[0] == "varint" && basic != nil && wide:
		f.Kind = pick(unsigned, message.Uint64, message.Int64)
	case parts[0] == "varint" && basic != nil && basic.Info()&types.IsInteger != 0:
		f.Kind = pick(unsigned, message.Uint32, message.Int32)
	case parts[0] == "zigzag32":
		f.Kind = message.Sint32
	case parts[0] == "zigzag64":
		f.Kind = message.Sint64
	case parts[0] == "fixed32":
		f.Kind = pick(floating, message.Float, pick(unsigned, message.Fixed32, message.Sfixed32))
	case parts[0] == "fixed64":
		f.Kind = pick(floating, message.Double, pick(unsigned, message.Fixed64, message.Sfixed64))
	case parts[0] == "bytes" && basic != nil && basic.Info()&types.IsString != 0:
		f.Kind = message.String
	case parts[0] == "bytes" && f.Type == "[]byte":
		f.Kind = message.Bytes
	default:
		m.Library = "the field " + f.Go + " has no form that the compiler knows"
	}
}

// oneof reads a oneof's members: the types of its package that are pointers to structs and implement the interface.
func (r *reader) oneof(m *message.Message, owner *types.Named, v *types.Var, name string) {
	iface, ok := v.Type().Underlying().(*types.Interface)
	if !ok {
		m.Library = "the field " + v.Name() + " is no interface"
		return
	}
	if pkg := owner.Obj().Pkg(); !pkg.Complete() { // of export data that mentions it only what is mentioned is there
		m.Library = "the compiler sees the members of its oneofs only where its package is imported"
		return
	}
	one := &message.Oneof{Name: name, Go: v.Name()}
	found := false
	scope := owner.Obj().Pkg().Scope()
	for _, n := range scope.Names() {
		obj, ok := scope.Lookup(n).(*types.TypeName)
		if !ok || obj.IsAlias() || !strings.HasPrefix(n, owner.Obj().Name()+"_") {
			continue
		}
		s, ok := obj.Type().Underlying().(*types.Struct)
		if !ok || s.NumFields() != 1 || !types.Implements(types.NewPointer(obj.Type()), iface) {
			continue
		}
		f, proto3, parts := tagged(reflect.StructTag(s.Tag(0)).Get("protobuf"))
		if !proto3 || !s.Field(0).Exported() {
			m.Library = "its file is not proto3"
			return
		}
		f.Go, f.Label, f.Oneof, f.Wrapper = s.Field(0).Name(), message.Member, one, r.goType(obj.Type())
		r.value(m, f, s.Field(0).Type(), parts)
		m.Fields = append(m.Fields, f)
		found = true
	}
	if !found {
		m.Library = "the members of " + v.Name() + " were not found"
	}
}

// markDeep marks the messages that can contain themselves, and those above them.
func markDeep(all map[string]*message.Message) {
	for _, m := range all {
		on, done := map[*message.Message]bool{}, map[*message.Message]bool{}
		var visit func(m *message.Message) bool
		visit = func(m *message.Message) bool {
			if on[m] || m.Library != "" {
				return true // the library counts too
			}
			if done[m] {
				return false
			}
			on[m], done[m] = true, true
			defer delete(on, m)
			for _, f := range m.Fields {
				if f.Nested != nil && visit(f.Nested) {
					return true
				}
			}
			return false
		}
		m.Deep = visit(m) && m.Library == ""
	}
}
