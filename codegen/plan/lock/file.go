// Package lock is streamgen.lock: what an application that is out there keeps and exchanges. It holds the stores and
// topics of a package's topologies with the forms of their keys and values, the earlier forms that a store's values
// may still have, and the schemas of a registry that were pinned. It prints and parses the file, and says what a new
// form makes of values of an old one. Plain data, without go/types.
package lock

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// Name is the file's name. It lies beside the generated file, one for each package.
const Name = "streamgen.lock"

// version is that of the file's own format.
const version = 1

// File is a lock file. Topologies, stores, topics and subjects are sorted by name. It belongs to one goroutine.
type File struct {
	Topologies []*Topology
	Subjects   []*Subject
}

// Topology is what one topology keeps and exchanges. It belongs to one goroutine.
type Topology struct {
	Name   string
	Stores []*Store
	Topics []*Topic
	// Computed is how many topics of keys or values that go through a registry have names that are known only when the
	// application starts; they are not in the file.
	Computed int
}

// Store is a state store. It belongs to one goroutine.
type Store struct {
	Name string
	// Kind is what rows look like, for people and to be compared: "kv, timestamped", "window of 3600000 ms".
	Kind     string
	Key, Val *Format
	// Earlier are forms that values may have which were written by releases before, the newest first.
	Earlier []*Format
}

// Role is what a topology does with a topic.
type Role string

// The roles. Only repartition topics are the application's own.
const (
	Reads       Role = "reads"
	Writes      Role = "writes"
	Repartition Role = "repartition"
)

// Topic is a topic whose name is known when the topology is compiled. A plain value.
type Topic struct {
	Role     Role
	Name     string // of a repartition topic without application id and suffix
	Key, Val *Format
}

// Subject is a subject of the registry with its pinned versions, ascending. It belongs to one goroutine.
type Subject struct {
	Name     string
	Versions []*Version
}

// Version is a pinned version of a subject. A plain value.
type Version struct {
	Number, ID int
	Schema     *Format
}

// Latest is the newest pinned version.
func (s *Subject) Latest() *Version { return s.Versions[len(s.Versions)-1] }

// Format is how keys or values are encoded. Not changed once made, so any goroutine may read it.
type Format struct {
	// Codec is the codec in words: "string", "json", "time-windowed(3600000 ms) of json".
	Codec string
	// Type names what is encoded, for people: a Go type or the name of a record.
	Type string
	JSON *JSON
	Avro *avroschema.Schema
	// Proto is the form of a Protobuf message.
	Proto *JSON
	// Text is a schema that is kept and not understood, such as a registry's Protobuf.
	Text string
}

// detailed says whether more is known than the codec's name.
func (f *Format) detailed() bool {
	return f.JSON != nil || f.Avro != nil || f.Proto != nil || f.Text != ""
}

// Ref names the format in the file: its codec, or codec, type and fingerprint.
func (f *Format) Ref() string {
	switch {
	case f == nil:
		return ""
	case !f.detailed():
		return f.Codec
	}
	return f.Codec + " " + f.Type + " " + f.fingerprint()
}

// String is the format for people.
func (f *Format) String() string {
	switch {
	case f == nil:
		return "no codec"
	case f.Type == "":
		return f.Codec
	}
	return f.Codec + " " + f.Type
}

// fingerprint is of what a format encodes.
func (f *Format) fingerprint() string {
	text := f.Text
	switch {
	case f.JSON != nil:
		text = f.JSON.text()
	case f.Avro != nil:
		text = f.Avro.String()
	case f.Proto != nil:
		text = f.Proto.text()
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// same says whether two formats encode alike, byte for byte.
func (f *Format) same(g *Format) bool {
	if f == nil || g == nil {
		return f == g
	}
	if f.Codec != g.Codec || (f.JSON == nil) != (g.JSON == nil) || (f.Avro == nil) != (g.Avro == nil) || (f.Proto == nil) != (g.Proto == nil) {
		return false
	}
	switch {
	case f.JSON != nil:
		return f.JSON.same(g.JSON)
	case f.Avro != nil:
		return f.Avro.String() == g.Avro.String()
	case f.Proto != nil:
		return f.Proto.text() == g.Proto.text()
	}
	return f.Text == g.Text && (f.detailed() || f.Type == g.Type)
}

// Topology returns the topology of that name, nil when there is none.
func (f *File) Topology(name string) *Topology { return find(f.Topologies, name, (*Topology).id) }

// Subject returns the subject of that name, nil when there is none.
func (f *File) Subject(name string) *Subject { return find(f.Subjects, name, (*Subject).id) }

// Store returns the store of that name, nil when there is none.
func (t *Topology) Store(name string) *Store { return find(t.Stores, name, (*Store).id) }

func (t *Topology) id() string { return t.Name }
func (s *Store) id() string    { return s.Name }
func (s *Subject) id() string  { return s.Name }

// id tells topics apart; they are sorted by it.
func (t *Topic) id() string { return string(t.Role) + " " + t.Name }

func find[T any](list []*T, id string, of func(*T) string) *T {
	i := slices.IndexFunc(list, func(e *T) bool { return of(e) == id })
	if i < 0 {
		return nil
	}
	return list[i]
}

// Sort brings everything into the file's order.
func (f *File) Sort() {
	by := strings.Compare
	slices.SortFunc(f.Topologies, func(a, b *Topology) int { return by(a.Name, b.Name) })
	slices.SortFunc(f.Subjects, func(a, b *Subject) int { return by(a.Name, b.Name) })
	for _, t := range f.Topologies {
		slices.SortFunc(t.Stores, func(a, b *Store) int { return by(a.Name, b.Name) })
		slices.SortFunc(t.Topics, func(a, b *Topic) int { return by(a.id(), b.id()) })
	}
	for _, s := range f.Subjects {
		slices.SortFunc(s.Versions, func(a, b *Version) int { return a.Number - b.Number })
	}
}

// Empty says whether there is nothing to be kept: no store, no topic of known name.
func (f *File) Empty() bool {
	return len(f.Subjects) == 0 && !slices.ContainsFunc(f.Topologies, func(t *Topology) bool { return len(t.Stores)+len(t.Topics) > 0 })
}

// Simple is the format of a codec that says all.
func Simple(codec string) *Format { return &Format{Codec: codec} }

// Windowed is the format of keys with windows: of sessions with size 0, of a size that is only known at run time with -1.
func (f *Format) Windowed(size int64) *Format {
	out := *f
	switch {
	case size > 0:
		out.Codec = "time-windowed(" + strconv.FormatInt(size, 10) + " ms) of " + f.Codec
	case size < 0:
		out.Codec = "time-windowed of " + f.Codec
	default:
		out.Codec = "session-windowed of " + f.Codec
	}
	return &out
}
