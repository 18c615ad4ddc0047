// Package avroshape reads the Avro form of a Go type out of go/types: the schema of its own or one made of its
// fields, and how the type stands for it. The rules are internal/avroschema's, which the runtime applies to
// the same types by reflection.
package avroshape

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"reflect"
	"regexp"
	"strings"

	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/avroschema"
)

// Of returns the shape of a type for code that lives in the package from, and the JSON of its schema. The error says
// which part of the type has no Avro form and what to use instead.
func Of(t types.Type, from *topo.Package) (*avroschema.Shape, string, error) {
	r := &reader{from: from, known: map[string]*avroschema.GoType{}}
	described := r.of(t)
	s, err := avroschema.Derive(described)
	if err != nil {
		return nil, "", plain(err)
	}
	shape, err := avroschema.Match(s, described)
	if err != nil {
		return nil, "", plain(err)
	}
	text := described.Schema
	if text == "" {
		text = s.String()
	}
	return shape, text, nil
}

var marks = regexp.MustCompile(`⟦([^⟧]*)⟧\.`)

// plain takes the marks out of an error's types.
func plain(err error) error {
	return fmt.Errorf("%s", marks.ReplaceAllStringFunc(err.Error(), func(m string) string {
		path := marks.FindStringSubmatch(m)[1]
		if path == "" {
			return ""
		}
		return path[strings.LastIndexByte(path, '/')+1:] + "."
	}))
}

type reader struct {
	from  *topo.Package
	known map[string]*avroschema.GoType
}

func (r *reader) goType(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == r.from.Types {
			return "⟦⟧"
		}
		return "⟦" + p.Path() + "⟧"
	})
}

// standard are types that stand for a logical type.
var standard = map[string]avroschema.GoKind{
	"⟦time⟧.Time": avroschema.GoTime, "⟦time⟧.Duration": avroschema.GoDuration, "*⟦math/big⟧.Rat": avroschema.GoRat,
	"⟦github.com/streamgen/streamgen/runtime/serde/avro⟧.Duration": avroschema.GoSpan,
}

func (r *reader) of(t types.Type) *avroschema.GoType {
	t = types.Unalias(t)
	text := r.goType(t)
	if known := r.known[text]; known != nil {
		return known
	}
	out := &avroschema.GoType{Go: text}
	r.known[text] = out
	if named, ok := t.(*types.Named); ok {
		obj := named.Obj()
		out.Name = obj.Name()
		switch {
		case obj.Pkg() != nil && obj.Pkg() != r.from.Types && !obj.Exported():
			out.Reason = "the type is not exported; export it, or copy it into a type of your own"
			return out
		case obj.Pkg() != nil && obj.Parent() != obj.Pkg().Scope():
			out.Reason = "the type is declared inside a function; declare it at the top of its package"
			return out
		}
		schema, reason := r.ownSchema(named)
		if out.Schema = schema; reason != "" {
			out.Reason = reason
			return out
		}
	}
	if kind, ok := standard[text]; ok {
		out.Kind = kind
		return out
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		basic(out, u)
	case *types.Slice:
		if b, ok := types.Unalias(u.Elem()).(*types.Basic); ok && b.Kind() == types.Uint8 {
			out.Kind, out.Basic = avroschema.GoBytes, "[]byte"
			return out
		}
		out.Kind, out.Elem = avroschema.GoSlice, r.of(u.Elem())
	case *types.Array:
		if b, ok := types.Unalias(u.Elem()).(*types.Basic); !ok || b.Kind() != types.Uint8 {
			out.Reason = "arrays of Go have no Avro type, but for arrays of bytes; use a slice"
			return out
		}
		out.Kind, out.Len = avroschema.GoByteArray, u.Len()
	case *types.Map:
		if b, ok := u.Key().Underlying().(*types.Basic); !ok || b.Info()&types.IsString == 0 {
			out.Reason = "the keys of Avro's maps are strings"
			return out
		}
		out.Kind, out.Key, out.Elem = avroschema.GoMap, r.of(u.Key()), r.of(u.Elem())
	case *types.Pointer:
		out.Kind, out.Elem = avroschema.GoPointer, r.of(u.Elem())
	case *types.Struct:
		if strings.HasPrefix(text, "⟦github.com/streamgen/streamgen/runtime/processor⟧.Opt[") {
			out.Kind, out.Elem = avroschema.GoOpt, r.of(u.Field(0).Type())
			return out
		}
		out.Kind = avroschema.GoStruct
		for i := range u.NumFields() {
			if f := u.Field(i); f.Name() == "_" || f.Exported() {
				out.Fields = append(out.Fields, avroschema.GoField{Name: f.Name(), Tag: reflect.StructTag(u.Tag(i)).Get("avro"), Type: r.of(f.Type())})
			}
		}
	default:
		out.Reason = "leave it out with the tag avro:\"-\", or use a type that Avro has"
	}
	return out
}

func basic(out *avroschema.GoType, b *types.Basic) {
	info := b.Info()
	out.Basic = b.Name()
	switch b.Kind() {
	case types.Uint8:
		out.Basic = "uint8"
	case types.Int32:
		out.Basic = "int32"
	}
	fmt.Sscanf(strings.TrimLeft(out.Basic, "abcdefghijklmnopqrstuvwxyz"), "%d", &out.Bits)
	switch {
	case info&types.IsBoolean != 0:
		out.Kind = avroschema.GoBool
	case info&types.IsString != 0:
		out.Kind = avroschema.GoString
	case info&types.IsFloat != 0:
		out.Kind = avroschema.GoFloat
	case info&types.IsUnsigned != 0:
		out.Kind = avroschema.GoUint
	case info&types.IsInteger != 0:
		out.Kind = avroschema.GoInt
	default:
		out.Reason = "leave it out with the tag avro:\"-\", or use a type that Avro has"
	}
}

// ownSchema is the constant that the type's method AvroSchema returns. A method of another package must return the
// constant <Type>AvroSchema of that package: its body is not at hand.
func (r *reader) ownSchema(t *types.Named) (text, reason string) {
	obj, _, _ := types.LookupFieldOrMethod(t, false, t.Obj().Pkg(), "AvroSchema")
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Params().Len() != 0 || fn.Signature().Results().Len() != 1 {
		return "", ""
	}
	if fn.Pkg() == r.from.Types {
		for _, file := range r.from.Files {
			for _, d := range file.Decls {
				fd, ok := d.(*ast.FuncDecl)
				if !ok || r.from.Info.Defs[fd.Name] != fn || fd.Body == nil || len(fd.Body.List) != 1 {
					continue
				}
				if ret, ok := fd.Body.List[0].(*ast.ReturnStmt); ok && len(ret.Results) == 1 {
					if v := r.from.Info.Types[ret.Results[0]].Value; v != nil && v.Kind() == constant.String {
						return constant.StringVal(v), ""
					}
				}
			}
		}
	}
	if c, ok := fn.Pkg().Scope().Lookup(t.Obj().Name() + "AvroSchema").(*types.Const); ok && c.Val().Kind() == constant.String {
		return constant.StringVal(c.Val()), ""
	}
	return "", "its method AvroSchema does not return a constant that the compiler can see; let it return the constant " + t.Obj().Name() + "AvroSchema of its package and nothing else"
}
