package avro

import (
	"errors"
	"fmt"
	"sync"

	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// Generic binds the codec of generic records to a topic and a registry: a record is written with its own
// schema, and read with its writer's. Safe for concurrent use.
type Generic struct {
	schemas wire.Schemas
	use     wire.Use
	read    wire.Learned[int32, *Schema]
	written wire.Learned[*Schema, *header]
	others  wire.Learned[string, *Generic] // by topic, of To

	mu    sync.Mutex         // of the cold paths
	texts map[string]*header // schemas that are made anew for each record share what their text has
}

// NewGeneric binds a codec.
func NewGeneric(schemas wire.Schemas, use wire.Use) *Generic {
	return &Generic{schemas: schemas, use: use, texts: map[string]*header{}}
}

// To is the same codec bound to another topic: one that a record chose.
func (g *Generic) To(topic string) *Generic {
	if g == nil || topic == g.use.Topic {
		return g
	}
	if other := g.others.Get(topic); other != nil {
		return other
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	other := g.others.Get(topic)
	if other == nil {
		other = NewGeneric(g.schemas, wire.Use{Topic: topic, Key: g.use.Key})
		g.others.Put(topic, other)
	}
	return other
}

// Decode reads a record, with the schema that it was written with.
func (g *Generic) Decode(src []byte) (*Record, error) {
	id, err := wire.ID(src)
	if err != nil {
		return nil, err
	}
	s := g.read.Get(id)
	if s == nil {
		if s, err = g.meet(id); err != nil {
			return nil, err
		}
	}
	// One copy for all fields: nothing of src is kept.
	return decodeRecord(s, append([]byte{}, src[wire.Header:]...))
}

func (g *Generic) meet(id int32) (*Schema, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s, err := Fetch(g.schemas, g.use, id)
	if err != nil {
		return nil, err
	}
	if s.Kind != KindRecord {
		return nil, fmt.Errorf("%s: the schema with id %d is %s, no record", g.use, id, s.Label())
	}
	g.read.Put(id, s)
	return s, nil
}

// Append writes a record with its own schema.
func (g *Generic) Append(dst []byte, r *Record) ([]byte, error) {
	if r == nil {
		return dst, errors.New("the record is nil; an absent value is made with an Opt form or NoValue, not with nil")
	}
	h := g.written.Get(r.schema)
	if h == nil {
		var err error
		if h, err = g.register(r.schema); err != nil {
			return dst, err
		}
	}
	start := len(dst)
	out, err := r.append(append(dst, h.bytes[:]...))
	if err != nil {
		return dst[:start], err
	}
	if h.plan != nil {
		body := append([]byte{}, out[start+wire.Header:]...)
		if out, err = Transcode(h.plan, out[:start+wire.Header], body); err != nil {
			return dst[:start], err
		}
	}
	return out, nil
}

// maxWritten bounds how many schemas are known by pointer: a topology that makes one for each record
// shall not keep them all.
const maxWritten = 256

func (g *Generic) register(s *Schema) (*header, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	text := s.String()
	h := g.texts[text]
	if h == nil {
		var err error
		if h, err = register(g.schemas, g.use, s, text); err != nil {
			return nil, err
		}
		g.texts[text] = h
	}
	g.written.Forget(maxWritten)
	g.written.Put(s, h)
	return h, nil
}
