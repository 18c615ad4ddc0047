package protocorpus

import (
	"encoding/base64"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/streamgen/streamgen/internal/protocorpus/pb"
	"github.com/streamgen/streamgen/internal/protoschema"
)

// bare is a descriptor without what a schema's text leaves out: custom options, and those that change no bytes.
func bare(f *descriptorpb.FileDescriptorProto) *descriptorpb.FileDescriptorProto {
	f = proto.CloneOf(f)
	f.Name, f.SourceCodeInfo, f.Service = nil, nil, nil
	if o := f.Options; o != nil {
		f.Options = &descriptorpb.FileOptions{JavaPackage: o.JavaPackage, JavaOuterClassname: o.JavaOuterClassname, JavaMultipleFiles: o.JavaMultipleFiles, GoPackage: o.GoPackage}
	}
	var messages func(list []*descriptorpb.DescriptorProto)
	fields := func(list []*descriptorpb.FieldDescriptorProto) {
		for _, f := range list {
			if o := f.Options; o != nil {
				f.Options = &descriptorpb.FieldOptions{Packed: o.Packed, Deprecated: o.Deprecated, Features: o.Features}
				if proto.Size(f.Options) == 0 {
					f.Options = nil
				}
			}
		}
	}
	enums := func(list []*descriptorpb.EnumDescriptorProto) {
		for _, e := range list {
			for _, v := range e.Value {
				v.Options = nil
			}
		}
	}
	messages = func(list []*descriptorpb.DescriptorProto) {
		for _, m := range list {
			for _, r := range m.ExtensionRange {
				r.Options = nil
			}
			fields(m.Field)
			fields(m.Extension)
			messages(m.NestedType)
			enums(m.EnumType)
		}
	}
	messages(f.MessageType)
	fields(f.Extension)
	enums(f.EnumType)
	return f
}

// TestSchemasAreReadAsPrinted: the text of a file, read again, is the file; so is its descriptor in base64.
func TestSchemasAreReadAsPrinted(t *testing.T) {
	var files []protoreflect.FileDescriptor
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		files = append(files, f)
		return true
	})
	if len(files) < 6 {
		t.Fatalf("only %d files", len(files))
	}
	for _, file := range files {
		want := protodesc.ToFileDescriptorProto(file)
		var imports []*descriptorpb.FileDescriptorProto
		for i := range file.Imports().Len() {
			imports = append(imports, protodesc.ToFileDescriptorProto(file.Imports().Get(i).FileDescriptor))
		}
		text := protoschema.Print(want)
		raw, err := proto.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		for _, schema := range []string{text, base64.StdEncoding.EncodeToString(raw)} {
			got, err := protoschema.Parse(schema)
			if err != nil {
				t.Fatalf("%s: %v\n%s", file.Path(), err, text)
			}
			if unknown := protoschema.Link(got, imports); len(unknown) > 0 {
				t.Errorf("%s: unknown %v", file.Path(), unknown)
			}
			if a, b := plain(bare(got)), plain(bare(want)); !proto.Equal(a, b) {
				t.Errorf("%s: %s\nbecame\n%s", file.Path(), text, protoschema.Print(a))
			}
			if again := protoschema.Print(got); again != text {
				t.Errorf("%s printed again:\n%s\nfirst:\n%s", file.Path(), again, text)
			}
		}
	}
}

// plain is a file without empty options and the JSON names of maps' entries, which some compilers leave out.
func plain(f *descriptorpb.FileDescriptorProto) *descriptorpb.FileDescriptorProto {
	var visit func(list []*descriptorpb.DescriptorProto)
	visit = func(list []*descriptorpb.DescriptorProto) {
		for _, m := range list {
			if proto.Size(m.GetOptions()) == 0 {
				m.Options = nil
			}
			for _, f := range m.Field {
				if f.GetJsonName() == "" {
					f.JsonName = nil
				}
			}
			for _, e := range m.NestedType {
				if e.GetOptions().GetMapEntry() {
					for _, f := range e.Field {
						f.JsonName = nil
					}
				}
			}
			visit(m.NestedType)
		}
	}
	visit(f.MessageType)
	if proto.Size(f.Options) == 0 {
		f.Options = nil
	}
	return f
}

func FuzzParse(f *testing.F) {
	f.Add(protoschema.Print(protodesc.ToFileDescriptorProto((&pb.Kitchen{}).ProtoReflect().Descriptor().ParentFile())))
	f.Add(protoschema.Print(protodesc.ToFileDescriptorProto((&pb.Legacy{}).ProtoReflect().Descriptor().ParentFile())))
	f.Add("syntax = 'proto3'; /* c */ message A { reserved 1 to max; map<string, .a.B> x = 1 [(y).z = {a: [1, 2]}, json_name = \"\\x41\\u00e9\\101\"]; oneof o { int32 i = 2; } } // end")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := protoschema.Parse(text)
		if err != nil {
			return
		}
		protoschema.Link(file, nil)
		printed := protoschema.Print(file)
		protoschema.Path(file, "a.b.C")
		protoschema.At(file, []int{0, 0, 1})
		protoschema.Incompatible(file, file)
		_ = printed
	})
}

// TestChangesOfSchemas: what keeps values readable and what does not, with Confluent's rules. S248.
func TestChangesOfSchemas(t *testing.T) {
	const before = `syntax = "proto3"; package p; message A { int32 n = 1; string s = 2; repeated int32 list = 3; B b = 4; oneof o { int32 x = 5; string y = 6; } E e = 7; map<string, int32> m = 8; int32 u = 9; int32 v = 10; } message B { int32 n = 1; } message C {} enum E { Z = 0; }`
	for change, want := range map[string]string{
		"int32 n = 1; string s→int64 renamed = 1; bytes s":                  "",
		"int32 n = 1; string→bool n = 1; string":                            "",
		"package p→package q":                                               "",
		"int32 n = 1; string s→sint32 n = 1; string s":                      "the field A.n was int32 and is sint32",
		"string s = 2;→":                                                    "",
		"string s = 2;→double s = 2;":                                       "the field A.s was string and is double",
		"string s = 2;→repeated string s = 2;":                              "",
		"repeated int32 list→int32 list":                                    "the field A.list is repeated in only one of both",
		"B b = 4→C b = 4":                                                   "the field A.b was a message B and is a message C",
		"B b = 4→int32 b = 4":                                               "the field A.b was B and is int32",
		"int32 x = 5;→":                                                     "A.x is no member of the oneof o any more",
		"string y = 6; }→string y = 6; int32 new = 11; } int32 more =12;":   "",
		"int32 u = 9; int32 v = 10;→oneof w { int32 u = 9; int32 v = 10; }": "several fields of A are members of the oneof w now",
		"int32 u = 9;→oneof w { int32 u = 9; }":                             "",
		"message C {}→":                                                     "the message C is gone",
		"E e = 7→int32 e = 7":                                               "",
		"map<string, int32> m→map<string, string> m":                        "the field A.MEntry.value was int32 and is string",
		"enum E { Z = 0; }→enum E { Y = 0; W = 1; }":                        "",
	} {
		from, to, _ := strings.Cut(change, "→")
		text := strings.Replace(before, from, to, 1)
		if text == before {
			t.Fatalf("%q changes nothing", change)
		}
		a, err := protoschema.Parse(before)
		if err != nil {
			t.Fatal(err)
		}
		b, err := protoschema.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if unknown := append(protoschema.Link(a, nil), protoschema.Link(b, nil)...); len(unknown) > 0 {
			t.Fatal(unknown)
		}
		if got := strings.Join(protoschema.Incompatible(a, b), "; "); got != want {
			t.Errorf("%s\n got %q\nwant %q", change, got, want)
		}
	}
}

// TestBadSchemasAreRefused: with the line.
func TestBadSchemasAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"message A {":                                 `line 1`,
		"message A {\n int32 = 1; }":                  `line 2: "=" stands where a name should`,
		"message A { int32 a = 0; }":                  "a number from 1 to 536870911 should",
		"syntax = \"proto4\";":                        "unknown syntax",
		"message A { string a = 1 [default = \"x ; }": "a string has no end",
		"/* ":                              "a comment has no end",
		"message A { reserved 5 to 3; }":   "before it begins",
		strings.Repeat("message A {", 200): "more than 100 levels",
		"oops":                             `unknown declaration "oops"`,
		"message Ä {}":                     "has no place",
		strings.Repeat(" ", 5<<20):         "are the most",
	} {
		if _, err := protoschema.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v; want %s", text, err, want)
		}
	}
}
