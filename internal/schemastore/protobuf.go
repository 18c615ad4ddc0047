package schemastore

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/streamgen/streamgen/internal/protoschema"

	// What schemas import without a reference: every registry has these files.
	_ "google.golang.org/protobuf/types/known/anypb"
	_ "google.golang.org/protobuf/types/known/durationpb"
	_ "google.golang.org/protobuf/types/known/emptypb"
	_ "google.golang.org/protobuf/types/known/fieldmaskpb"
	_ "google.golang.org/protobuf/types/known/structpb"
	_ "google.golang.org/protobuf/types/known/timestamppb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"
)

// file reads a Protobuf schema with what it imports.
func (s *Store) file(schema Schema, depth int) (f *descriptorpb.FileDescriptorProto, all []*descriptorpb.FileDescriptorProto, err error) {
	if depth > 16 {
		return nil, nil, fmt.Errorf("references go deeper than 16 levels")
	}
	f, err = protoschema.Parse(schema.Text)
	if err != nil {
		return nil, nil, err
	}
	foreign := false
	for _, name := range f.GetDependency() {
		i := slices.IndexFunc(schema.References, func(r Reference) bool { return r.Name == name })
		if i < 0 {
			known, err := protoregistry.GlobalFiles.FindFileByPath(name)
			switch {
			case err == nil:
				all = append(all, protodesc.ToFileDescriptorProto(known))
			case strings.HasPrefix(name, "google/type/") || strings.HasPrefix(name, "confluent/"):
				foreign = true // which clients take to be known
			default:
				return nil, nil, fmt.Errorf("%s is imported, and no reference has that name", name)
			}
			continue
		}
		r := schema.References[i]
		at := slices.IndexFunc(s.state.Subjects[r.Subject], func(e Entry) bool { return e.Version == r.Version || r.Version == -1 })
		if at < 0 {
			return nil, nil, fmt.Errorf("no reference found for subject %q and version %d", r.Subject, r.Version)
		}
		below, more, err := s.file(s.state.Subjects[r.Subject][at].Schema, depth+1)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		below.Name = &name
		all = append(append(all, more...), below)
	}
	if unknown := protoschema.Link(f, all); len(unknown) > 0 && !foreign {
		return nil, nil, fmt.Errorf("the type %s is declared nowhere", unknown[0])
	}
	return f, all, nil
}

// protobuf is the text that is kept of a schema: as it came, but a descriptor in base64 becomes .proto text, and normalized
// the one that its meaning has.
func (s *Store) protobuf(schema Schema, normalize bool) (string, error) {
	f, _, err := s.file(schema, 0)
	if err != nil {
		return "", refuse(42201, "Invalid schema: %v", err)
	}
	if _, err := base64.StdEncoding.DecodeString(strings.TrimSpace(schema.Text)); err == nil || normalize {
		return protoschema.Print(f), nil
	}
	return schema.Text, nil
}

// Serialized is a Protobuf schema as a descriptor in base64, which Python's client asks for; others are their text.
func (s *Store) Serialized(schema Schema) (string, error) {
	if kind(schema) != "PROTOBUF" {
		return schema.Text, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, _, err := s.file(schema, 0)
	if err != nil {
		return "", refuse(42201, "Invalid schema: %v", err)
	}
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(f)
	return base64.StdEncoding.EncodeToString(b), err
}
