package avro

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/streamgen/streamgen/internal/avroschema"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// Wire binds the codec of one schema to a topic and a registry: what stands before a value, and how
// values that were written with another schema become those of this one. The registry is asked for the
// first value written and for each id met first; after that nothing is locked or looked up. Safe
// for concurrent use.
type Wire struct {
	schemas wire.Schemas
	use     wire.Use
	text    string
	pins    []string // schemas that the codec has code for
	// same is the id met last whose values lie as they are read, with the number of its pinned schema above it; -1
	// before. Java's writers and this codec's own mostly share it.
	same   atomic.Int64
	known  wire.Learned[int32, *writer]
	out    atomic.Pointer[header]
	others wire.Learned[string, *Wire] // by topic, of To

	mu     sync.Mutex // of the cold paths
	schema *Schema
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
		other = NewWire(w.text, w.schemas, wire.Use{Topic: topic, Key: w.use.Key}).Pinned(w.pins...)
		w.others.Put(topic, other)
	}
	return other
}

// ErrUnbound is the error of a codec that does not know its topic.
var ErrUnbound = &wire.Outage{Lasting: true, Err: errors.New("the codec reads and writes through a Schema Registry and is not bound to a topic; use serde.Bind, or leave it to the topology")}

// writer is what is known of an id: how its values become the reader's. A nil plan means that they are. pin is the
// number of the pinned schema that it is, 0 for none.
type writer struct {
	plan *avroschema.Plan
	pin  int
}

// header is what is written: the id, and the plan that makes values those of the registry's latest
// schema, nil when that is this one.
type header struct {
	bytes [wire.Header]byte
	plan  *avroschema.Plan
}

// NewWire binds a codec of a schema, which is its own reader's and writer's.
func NewWire(schema string, schemas wire.Schemas, use wire.Use) *Wire {
	w := &Wire{schemas: schemas, use: use, text: schema}
	w.same.Store(-1)
	return w
}

// Pinned says which schemas the codec has code for, in their canonical texts, and returns w. It is called before w is
// used.
func (w *Wire) Pinned(schemas ...string) *Wire {
	w.pins = schemas
	return w
}

// From is Body for a codec that has code for pinned schemas: from is the number of the one that body was written
// with, from 1 on, and 0 when body is as the codec's own schema encodes it.
func (w *Wire) From(src []byte) (body []byte, from int, err error) {
	if w == nil {
		return nil, 0, ErrUnbound
	}
	if same := w.same.Load(); len(src) >= wire.Header && src[0] == 0 && same >= 0 && binary.BigEndian.Uint32(src[1:]) == uint32(same) {
		return src[wire.Header:], int(same >> 32), nil
	}
	return w.foreignFrom(src)
}

// foreignFrom reads a value whose id is not the last one.
//
//go:noinline
func (w *Wire) foreignFrom(src []byte) ([]byte, int, error) {
	id, err := wire.ID(src)
	if err != nil {
		return nil, 0, err
	}
	from, err := w.writer(id)
	if err != nil || from.pin == 0 {
		body, err := w.foreign(src)
		return body, 0, err
	}
	w.same.Store(int64(from.pin)<<32 | int64(uint32(id)))
	return src[wire.Header:], from.pin, nil
}

// Refused says why a body that generated code refused is no value of the pinned schema that From named.
//
//go:noinline
func (w *Wire) Refused(from int, body []byte) error {
	if from == 0 {
		return w.Explain(body)
	}
	w.mu.Lock()
	own, err := w.own()
	w.mu.Unlock()
	if err != nil {
		return err
	}
	theirs, err := Parse(w.pins[from-1])
	if err != nil {
		return err
	}
	plan, err := avroschema.Resolve(theirs, own)
	if err != nil {
		return err
	}
	read, err := Transcode(plan, nil, body)
	if err != nil {
		return fmt.Errorf("a value of the pinned schema %s: %w", theirs.Label(), err)
	}
	return w.Explain(read)
}

// Body returns the value behind the header of src, as the codec's own schema encodes it: where it lies
// in src, unless it was written with another schema.
func (w *Wire) Body(src []byte) ([]byte, error) {
	if w == nil {
		return nil, ErrUnbound
	}
	if len(src) >= wire.Header && src[0] == 0 && int64(binary.BigEndian.Uint32(src[1:])) == w.same.Load() {
		return src[wire.Header:], nil
	}
	return w.foreign(src)
}

// foreign reads a value whose id is not the last one.
//
//go:noinline
func (w *Wire) foreign(src []byte) ([]byte, error) {
	id, err := wire.ID(src)
	if err != nil {
		return nil, err
	}
	from, err := w.writer(id)
	if err != nil {
		return nil, err
	}
	if from.plan == nil {
		w.same.Store(int64(uint32(id)))
		return src[wire.Header:], nil
	}
	body, err := Transcode(from.plan, make([]byte, 0, len(src)+64), src[wire.Header:])
	if err != nil {
		return nil, fmt.Errorf("schema id %d: %w", id, err)
	}
	return body, nil
}

// writer is what is known of an id, asked for the first time.
func (w *Wire) writer(id int32) (*writer, error) {
	if from := w.known.Get(id); from != nil {
		return from, nil
	}
	return w.meet(id)
}

// meet asks the registry for the schema of an id and plans its resolution.
func (w *Wire) meet(id int32) (*writer, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	own, err := w.own()
	if err != nil {
		return nil, err
	}
	theirs, err := Fetch(w.schemas, w.use, id)
	if err != nil {
		return nil, err
	}
	plan, err := avroschema.Resolve(theirs, own)
	if err != nil {
		return nil, fmt.Errorf("%s: the schema %s with id %d does not resolve to the codec's own: %w", w.use, theirs.Label(), id, err)
	}
	from := &writer{plan: plan}
	if plan.Op == avroschema.Copy {
		from.plan = nil
	} else {
		from.pin = slices.Index(w.pins, theirs.String()) + 1
	}
	w.known.Put(id, from)
	return from, nil
}

// Writes says whether src, which from has just read, has the header of w's values and was read as w's own schema encodes
// them: not before w has written a value, and never when the registry's latest schema is another one.
func (w *Wire) Writes(src []byte, from *Wire) bool {
	if w == nil || len(src) < wire.Header || src[0] != 0 {
		return false
	}
	h := w.out.Load()
	return h != nil && h.plan == nil && string(src[:wire.Header]) == string(h.bytes[:]) && int64(binary.BigEndian.Uint32(src[1:])) == from.same.Load()
}

// own parses the codec's schema, once. The caller holds mu.
func (w *Wire) own() (*Schema, error) {
	if w.schema == nil {
		s, err := Parse(w.text)
		if err != nil {
			return nil, err
		}
		w.schema = s
	}
	return w.schema, nil
}

// Fetch asks a registry for an Avro schema.
func Fetch(schemas wire.Schemas, use wire.Use, id int32) (*Schema, error) {
	if schemas == nil {
		return nil, wire.ErrNoRegistry
	}
	found, err := schemas.Schema(use, id)
	if err != nil {
		return nil, err
	}
	if found.Type != "" && found.Type != "AVRO" {
		return nil, fmt.Errorf("%s: the schema with id %d is %s, not Avro", use, id, found.Type)
	}
	return parseAll(found)
}

// parseAll parses a registry's schema with those that it refers to.
func parseAll(s wire.Schema) (*Schema, error) {
	var known []*Schema
	for _, text := range s.References {
		r, err := avroschema.ParseWith(text, known...)
		if err != nil {
			return nil, err
		}
		known = append(known, r)
	}
	return avroschema.ParseWith(s.Text, known...)
}

// Begin appends the header of a value. Values follow it as the codec's schema encodes them, and then
// End.
func (w *Wire) Begin(dst []byte) ([]byte, error) {
	if w == nil {
		return dst, ErrUnbound
	}
	if h := w.out.Load(); h != nil {
		return append(dst, h.bytes[:]...), nil
	}
	return w.register(dst)
}

// register asks the registry for the id to write with.
//
//go:noinline
func (w *Wire) register(dst []byte) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	own, err := w.own()
	if err != nil {
		return dst, err
	}
	h, err := register(w.schemas, w.use, own, w.text)
	if err != nil {
		return dst, err
	}
	w.out.Store(h)
	return append(dst, h.bytes[:]...), nil
}

// register returns the header of a schema's values on a topic.
func register(schemas wire.Schemas, use wire.Use, own *Schema, text string) (*header, error) {
	if schemas == nil {
		return nil, wire.ErrNoRegistry
	}
	id, as, err := schemas.Register(use, own.Name, wire.Schema{Type: "AVRO", Text: text})
	if err != nil {
		return nil, err
	}
	h := &header{}
	wire.AppendID(h.bytes[:0], id)
	if as.Text != text {
		latest, err := parseAll(as)
		if err != nil {
			return nil, err
		}
		if h.plan, err = avroschema.Resolve(own, latest); err != nil {
			return nil, fmt.Errorf("%s: the registry's latest schema (id %d) cannot take the codec's values: %w", use, id, err)
		}
		if h.plan.Op == avroschema.Copy {
			h.plan = nil
		}
	}
	return h, nil
}

// End ends the value whose header begins at start: with use.latest.version it becomes one of the latest
// schema.
func (w *Wire) End(dst []byte, start int) ([]byte, error) {
	if h := w.out.Load(); h.plan != nil {
		return w.convert(h.plan, dst, start)
	}
	return dst, nil
}

//go:noinline
func (w *Wire) convert(p *avroschema.Plan, dst []byte, start int) ([]byte, error) {
	body := slices.Clone(dst[start+wire.Header:])
	return Transcode(p, dst[:start+wire.Header], body)
}

// Explain says why a body that a generated decoder refused is no value of the codec's schema.
//
//go:noinline
func (w *Wire) Explain(body []byte) error {
	w.mu.Lock()
	own, err := w.own()
	w.mu.Unlock()
	if err != nil {
		return err
	}
	if err := Explain(own, body); err != nil {
		return err
	}
	return fmt.Errorf("a number in the value does not fit the Go type of its field (schema %s)", own.Label())
}
