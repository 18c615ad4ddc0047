package protobuf

import (
	"strings"

	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/streamgen/streamgen/internal/protoschema"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// Schema is what goes to a registry for the file that declares a message: its .proto text, made of the descriptor, and
// the files that it imports, but for those that every registry knows.
func Schema(f protoreflect.FileDescriptor) wire.Schema {
	out := wire.Schema{Type: "PROTOBUF", Text: protoschema.Print(protodesc.ToFileDescriptorProto(f))}
	for i := range f.Imports().Len() {
		if file := f.Imports().Get(i).FileDescriptor; !known(file.Path()) {
			out.Imports = append(out.Imports, wire.Import{Name: file.Path(), Schema: Schema(file)})
		}
	}
	return out
}

// known says whether a file is one that registries have without being told, as Confluent's clients do.
func known(path string) bool {
	return strings.HasPrefix(path, "google/protobuf/") || strings.HasPrefix(path, "google/type/") || strings.HasPrefix(path, "confluent/")
}
