package testdriver

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/streamgen/streamgen/runtime/window"
)

// stored lays a value out as it lies behind the cache.
func stored(s *gen.Store, value []byte, ts int64) []byte {
	if value == nil {
		return nil
	}
	var b []byte
	if s.Timestamped {
		b = binary.BigEndian.AppendUint64(nil, uint64(ts))
	}
	return append(append([]byte{}, b...), value...)
}

// Changelog returns what commits wrote to the changelog topic of a store so far, as bytes.
func (d *Driver) Changelog(store string) []Record {
	if _, _, ok := d.store(store); !ok {
		return nil
	}
	return d.changelogs[task.ChangelogTopic(d.config.ApplicationID, store)]
}

func (d *Driver) store(name string) (sub, i int, ok bool) {
	for sub := range d.topology.Subtopologies {
		for i := range d.topology.Subtopologies[sub].Stores {
			if d.topology.Subtopologies[sub].Stores[i].Name == name {
				return sub, i, true
			}
		}
	}
	d.fail(d.unknownStore(name))
	return 0, 0, false
}

// Contents returns the rows of a store, committed and uncommitted, ascending by key bytes.
// In a window store the key is key ++ start int64 ++ sequence int32; rows beyond its
// retention are kept here. Timestamp is set for stores that keep one.
func (d *Driver) Contents(store string) []Record {
	for _, g := range d.topology.Globals {
		if g.Store == store && g.Rows != nil {
			return globalContents(g)
		}
	}
	sub, i, ok := d.store(store)
	if !ok || d.closed {
		return nil
	}
	spec := &d.topology.Subtopologies[sub].Stores[i]
	rows := map[string][]byte{}
	err := d.backends[sub][i].Scan(nil, nil, func(k, v []byte) bool {
		rows[string(k)] = slices.Clone(v)
		return true
	})
	if err == nil && d.err == nil {
		err = d.tasks[sub].EachDirty(func(s int, k, v []byte, ts int64) error {
			if s != i {
				return nil
			}
			if v == nil {
				delete(rows, string(k))
			} else {
				rows[string(k)] = stored(spec, v, ts)
			}
			return nil
		})
	}
	if err != nil {
		d.fail(err)
		return nil
	}
	var out []Record
	for _, k := range slices.Sorted(maps.Keys(rows)) {
		r := Record{Key: []byte(k), Value: rows[k]}
		if spec.Timestamped && len(r.Value) >= 8 {
			r.Timestamp = int64(binary.BigEndian.Uint64(r.Value))
			r.Value = r.Value[8:]
		}
		out = append(out, r)
	}
	return out
}

// globalContents are the rows of a global store.
func globalContents(g *gen.Global) (out []Record) {
	g.Rows.Scan(nil, nil, func(k, v []byte) bool {
		r := Record{Key: slices.Clone(k), Value: slices.Clone(v)}
		if g.Timestamped && len(v) >= 8 {
			r.Timestamp, r.Value = int64(binary.BigEndian.Uint64(v)), r.Value[8:]
		}
		out = append(out, r)
		return true
	})
	return out
}

// Row is one row of a key-value store. A plain value, safe for concurrent use when its
// parts are.
type Row[K, V any] struct {
	Key       K
	Value     V
	Timestamp int64 // of the last update, for tables of the DSL
}

// KeyValueView reads a key-value store as it is between records. It belongs to the
// driver's goroutine.
type KeyValueView[K, V any] struct {
	d     *Driver
	store string
	key   serde.Codec[K]
	val   serde.Codec[V]
}

// KeyValue returns a view of a key-value store or table. An unknown name and bytes that the
// codecs cannot read are errors of the driver, see Driver.Err.
func KeyValue[K, V any](d *Driver, store string, key serde.Codec[K], val serde.Codec[V]) KeyValueView[K, V] {
	return viewOf(d, store, key, val)
}

// viewOf binds the codecs of a view to the store's changelog.
func viewOf[K, V any](d *Driver, store string, key serde.Codec[K], val serde.Codec[V]) KeyValueView[K, V] {
	topic := task.ChangelogTopic(d.config.ApplicationID, store)
	return KeyValueView[K, V]{d, store, serde.Bind(key, wire.Use{Topic: topic, Key: true}, d.config.Schemas), serde.Bind(val, wire.Use{Topic: topic}, d.config.Schemas)}
}

// Get returns the value of k and whether there is one.
func (s KeyValueView[K, V]) Get(k K) (v V, ok bool) {
	b, err := s.key.Append(nil, k)
	if err != nil {
		s.d.fail(fmt.Errorf("store %s: key: %w", s.store, err))
		return v, false
	}
	for _, r := range s.d.Contents(s.store) {
		if string(r.Key) == string(b) {
			return decode(s.d, s.store, s.val, r.Value)
		}
	}
	return v, false
}

// All returns the rows ascending by key bytes.
func (s KeyValueView[K, V]) All() []Row[K, V] {
	var out []Row[K, V]
	for _, r := range s.d.Contents(s.store) {
		k, okK := decode(s.d, s.store, s.key, r.Key)
		v, okV := decode(s.d, s.store, s.val, r.Value)
		if okK && okV {
			out = append(out, Row[K, V]{k, v, r.Timestamp})
		}
	}
	return out
}

// WindowRow is one row of a window store. A plain value, safe for concurrent use when its
// parts are.
type WindowRow[K, V any] struct {
	Key       K
	Start     int64 // of the window, epoch milliseconds
	Value     V
	Timestamp int64 // of the last update, for tables of the DSL
}

// WindowView reads a window store as it is between records. It belongs to the driver's
// goroutine.
type WindowView[K, V any] struct{ kv KeyValueView[K, V] }

// Window returns a view of a window store or window table; see KeyValue.
func Window[K, V any](d *Driver, store string, key serde.Codec[K], val serde.Codec[V]) WindowView[K, V] {
	return WindowView[K, V]{viewOf(d, store, key, val)}
}

// Get returns the value of k in the window that starts at start, and whether there is one.
func (s WindowView[K, V]) Get(k K, start int64) (v V, ok bool) {
	b, err := s.kv.key.Append(nil, k)
	if err != nil {
		s.kv.d.fail(fmt.Errorf("store %s: key: %w", s.kv.store, err))
		return v, false
	}
	row := state.AppendKey(nil, b, start)
	for _, r := range s.kv.d.Contents(s.kv.store) {
		if string(r.Key) == string(row) {
			return decode(s.kv.d, s.kv.store, s.kv.val, r.Value)
		}
	}
	return v, false
}

// All returns the rows ascending by key bytes, then window.
func (s WindowView[K, V]) All() []WindowRow[K, V] {
	var out []WindowRow[K, V]
	for _, r := range s.kv.d.Contents(s.kv.store) {
		key, start, ok := state.SplitKey(r.Key)
		if !ok {
			s.kv.d.fail(fmt.Errorf("store %s: row key %q is too short for a window store", s.kv.store, r.Key))
			return out
		}
		k, okK := decode(s.kv.d, s.kv.store, s.kv.key, key)
		v, okV := decode(s.kv.d, s.kv.store, s.kv.val, r.Value)
		if okK && okV {
			out = append(out, WindowRow[K, V]{k, start, v, r.Timestamp})
		}
	}
	return out
}

// SessionRow is one row of a session store. A plain value, safe for concurrent use when its
// parts are.
type SessionRow[K, V any] struct {
	Key     K
	Session window.Session
	Value   V
}

// Session returns the rows of a session table's store ascending by key bytes, then end.
func Session[K, V any](d *Driver, store string, key serde.Codec[K], val serde.Codec[V]) []SessionRow[K, V] {
	var out []SessionRow[K, V]
	for _, r := range d.Contents(store) {
		b, w, ok := state.SplitSession(r.Key)
		if !ok {
			d.fail(fmt.Errorf("store %s: row key %q is too short for a session store", store, r.Key))
			return out
		}
		k, okK := decode(d, store, key, b)
		v, okV := decode(d, store, val, r.Value)
		if okK && okV {
			out = append(out, SessionRow[K, V]{k, w, v})
		}
	}
	return out
}

func decode[T any](d *Driver, store string, c serde.Codec[T], b []byte) (T, bool) {
	v, err := c.Decode(b)
	if err != nil {
		d.fail(fmt.Errorf("store %s: %q: %w", store, b, err))
	}
	return v, err == nil
}
