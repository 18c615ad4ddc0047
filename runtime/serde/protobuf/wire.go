package protobuf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/streamgen/streamgen/internal/protoschema"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// Wire binds the codec of one message type to a topic and a registry: a zero byte, the schema's id and the place of the
// message in its file stand before a value. Values of other schemas that have the message are read as they are, since
// Protobuf carries field numbers. The registry is asked for the first value written and for each id met first; after that
// nothing is locked or looked up. Safe for concurrent use.
type Wire struct {
	schemas wire.Schemas
	use     wire.Use
	message proto.Message // a nil pointer: the type
	form    Form
	fault   error // of the type, for ever

	last   atomic.Pointer[[]byte] // what stood before the value read last
	out    atomic.Pointer[[]byte] // what stands before values
	known  wire.Learned[int32, *writer]
	others wire.Learned[string, *Wire] // by topic, of To

	mu sync.Mutex // of the cold paths
}

// writer is what is known of an id: where its file declares the codec's message.
type writer struct {
	path []int
	head []byte                            // what stands before values
	file *descriptorpb.FileDescriptorProto // nil when its text could not be read
}

// ErrUnbound is the error of a codec that does not know its topic.
var ErrUnbound = &wire.Outage{Lasting: true, Err: errors.New("the codec reads and writes through a Schema Registry and is not bound to a topic; use serde.Bind, or leave it to the topology")}

// ErrNil is the error of a nil message: Kafka's null is not a value.
var ErrNil = errors.New("the message is a nil pointer; an absent value is made with an Opt form or NoValue, not with nil")

// NewWire binds a codec of a message type, given as a nil pointer. form is what generated code takes the type for, ""
// for a codec that looks at the type itself.
func NewWire(m proto.Message, form Form, schemas wire.Schemas, use wire.Use) *Wire {
	w := &Wire{schemas: schemas, use: use, message: m, form: form}
	if form != "" {
		if err := form.check(m); err != nil { // no policy may skip records for it
			w.fault = &wire.Outage{Lasting: true, Err: err}
		}
	}
	return w
}

// To is the same codec bound to another topic: one that a record chose.
func (w *Wire) To(topic string) *Wire {
	if w == nil || topic == w.use.Topic {
		return w
	}
	if other := w.others.Get(topic); other != nil {
		return other
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	other := w.others.Get(topic)
	if other == nil {
		other = NewWire(w.message, w.form, w.schemas, wire.Use{Topic: topic, Key: w.use.Key})
		w.others.Put(topic, other)
	}
	return other
}

func (w *Wire) descriptor() protoreflect.MessageDescriptor {
	return w.message.ProtoReflect().Descriptor()
}

// Body returns the message behind the header of src, where it lies in src.
func (w *Wire) Body(src []byte) ([]byte, error) {
	if w == nil {
		return nil, ErrUnbound
	}
	if head := w.last.Load(); head != nil && bytes.HasPrefix(src, *head) {
		return src[len(*head):], nil
	}
	if len(src) > wire.Header && src[0] == 0 {
		if from := w.known.Get(int32(binary.BigEndian.Uint32(src[1:]))); from != nil && bytes.HasPrefix(src, from.head) {
			w.last.Store(&from.head)
			return src[len(from.head):], nil
		}
	}
	return w.foreign(src)
}

// foreign reads a value whose header was not met before.
//
//go:noinline
func (w *Wire) foreign(src []byte) ([]byte, error) {
	if w.fault != nil {
		return nil, w.fault
	}
	id, err := wire.ID(src)
	if err != nil {
		return nil, err
	}
	path, n := readPath(src[wire.Header:])
	if n < 0 {
		return nil, errors.New("behind the schema's id there is no list of message indexes: the value was not written by a Protobuf serializer")
	}
	from := w.known.Get(id)
	if from == nil {
		if from, err = w.meet(id); err != nil {
			return nil, err
		}
	}
	if !slices.Equal(path, from.path) {
		other := ""
		if from.file != nil {
			if other = protoschema.At(from.file, path); other != "" {
				other = ", which is " + other
			}
		}
		return nil, fmt.Errorf("the value is message %v of the schema with id %d%s; the codec reads %s", path, id, other, w.descriptor().FullName())
	}
	return src[wire.Header+n:], nil
}

// meet asks the registry for the schema of an id and looks for the codec's message in it.
func (w *Wire) meet(id int32) (*writer, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.schemas == nil {
		return nil, wire.ErrNoRegistry
	}
	found, err := w.schemas.Schema(w.use, id)
	if err != nil {
		return nil, err
	}
	if found.Type != "PROTOBUF" {
		return nil, fmt.Errorf("%s: the schema with id %d is %s, not Protobuf", w.use, id, cmpType(found.Type))
	}
	from, err := w.writer(found.Text, id)
	if err != nil {
		return nil, err
	}
	from.head = appendPath(wire.AppendID(nil, id), from.path)
	w.known.Put(id, from)
	return from, nil
}

func cmpType(t string) string {
	if t == "" {
		return "AVRO"
	}
	return t
}

// writer finds the codec's message in a schema. A text that cannot be read, although the registry has taken it, is taken
// to be of the codec's own file.
func (w *Wire) writer(text string, id int32) (*writer, error) {
	file, err := protoschema.Parse(text)
	if err != nil {
		return &writer{path: ownPath(w.descriptor())}, nil
	}
	path := protoschema.Path(file, string(w.descriptor().FullName()))
	if path == nil {
		return nil, fmt.Errorf("%s: the schema with id %d has no message %s (it has %s)", w.use, id, w.descriptor().FullName(), listed(file))
	}
	return &writer{path: path, file: file}, nil
}

// listed are the names of a file's outermost messages.
func listed(f *descriptorpb.FileDescriptorProto) string {
	var names []string
	for i := range f.GetMessageType() {
		names = append(names, protoschema.At(f, []int{i}))
	}
	switch {
	case len(names) == 0:
		return "none"
	case len(names) > 8:
		names = append(names[:8], "…")
	}
	return strings.Join(names, ", ")
}

// ownPath is where the codec's own file declares a message.
func ownPath(md protoreflect.MessageDescriptor) (path []int) {
	for d := protoreflect.Descriptor(md); d != nil; d = d.Parent() {
		if _, file := d.(protoreflect.FileDescriptor); file {
			break
		}
		path = append(path, d.Index())
	}
	slices.Reverse(path)
	return path
}

// maxPath is how deep messages are declared in each other at most.
const maxPath = 100

// readPath reads message indexes: a count and each index, as zigzag varints, or a zero for the first message. It returns
// how many bytes they take, -1 when there are none.
func readPath(src []byte) (path []int, n int) {
	u, i := Varint(src, 0)
	count := Zigzag64(u)
	if i > len(src) || count < 0 || count > maxPath {
		return nil, -1
	}
	if count == 0 {
		return []int{0}, i
	}
	for range count {
		if u, i = Varint(src, i); i > len(src) || Zigzag64(u) < 0 || Zigzag64(u) > 1<<31 {
			return nil, -1
		}
		path = append(path, int(Zigzag64(u)))
	}
	return path, i
}

// appendPath appends message indexes.
func appendPath(dst []byte, path []int) []byte {
	if len(path) == 1 && path[0] == 0 {
		return append(dst, 0)
	}
	dst = binary.AppendVarint(dst, int64(len(path)))
	for _, i := range path {
		dst = binary.AppendVarint(dst, int64(i))
	}
	return dst
}

// Begin appends what stands before a value.
func (w *Wire) Begin(dst []byte) ([]byte, error) {
	if w == nil {
		return dst, ErrUnbound
	}
	if h := w.out.Load(); h != nil {
		return append(dst, *h...), nil
	}
	return w.register(dst)
}

// register asks the registry for the id to write with.
//
//go:noinline
func (w *Wire) register(dst []byte) ([]byte, error) {
	if w.fault != nil {
		return dst, w.fault
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.schemas == nil {
		return dst, wire.ErrNoRegistry
	}
	md := w.descriptor()
	own := Schema(md.ParentFile())
	id, as, err := w.schemas.Register(w.use, string(md.FullName()), own)
	if err != nil {
		return dst, err
	}
	path := ownPath(md)
	if as.Text != own.Text { // the subject's latest
		from, err := w.writer(as.Text, id)
		if err != nil {
			return dst, err
		}
		path = from.path
	}
	head := appendPath(wire.AppendID(nil, id), path)
	w.out.Store(&head)
	return append(dst, head...), nil
}

// Explain says why a body that a generated decoder refused is no value of the codec's message.
//
//go:noinline
func (w *Wire) Explain(body []byte) error {
	if err := explain(w.descriptor(), body, "", 0); err != nil {
		return err
	}
	m := w.message.ProtoReflect().Type().New().Interface()
	if err := proto.Unmarshal(body, m); err != nil {
		return fmt.Errorf("%s: %w", w.descriptor().FullName(), err)
	}
	return fmt.Errorf("%s: the message cannot be read", w.descriptor().FullName())
}

// Refuse says why a message cannot be written.
//
//go:noinline
func (w *Wire) Refuse(m proto.Message) error {
	r := m.ProtoReflect()
	if recursive(r.Descriptor()) && deeper(r, MaxDepth) {
		return fmt.Errorf("%s: %w", r.Descriptor().FullName(), errDeep)
	}
	if _, err := proto.Marshal(m); err != nil {
		return fmt.Errorf("%s: %w", r.Descriptor().FullName(), err)
	}
	return fmt.Errorf("%s cannot be written", r.Descriptor().FullName())
}
