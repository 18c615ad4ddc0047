package store

import (
	"encoding/binary"
	"fmt"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
)

// The database's own records; see the package comment for the layout.
const (
	kindIdentity = 'i'
	kindNumber   = 'n'
	kindOffset   = 'o'
	kindTime     = 't'
)

// prefixLen is the length of the store number that every key starts with.
const prefixLen = 2

func identityKey() []byte { return []byte{0, 0, kindIdentity} }

func numberKey(name string) []byte { return append([]byte{0, 0, kindNumber}, name...) }

func metaKey(kind byte, number uint16) []byte {
	return binary.BigEndian.AppendUint16([]byte{0, 0, kind}, number)
}

// layout is what the rows of a store look like on disk; a store whose layout has changed
// is rebuilt from its changelog.
type layout struct {
	Number      uint16 `json:"number"`
	Window      bool   `json:"window,omitempty"`
	Session     bool   `json:"session,omitempty"`
	Timestamped bool   `json:"timestamped,omitempty"`
	Segment     int64  `json:"segmentMs,omitempty"`
}

func layoutOf(s gen.Store, number uint16) layout {
	l := layout{Number: number, Window: s.Window, Session: s.Session, Timestamped: s.Timestamped}
	if s.Window {
		l.Segment = segmentInterval(s)
	}
	return l
}

// segmentInterval is the width of a segment in milliseconds: what the spec says, else
// max(retention/2, one minute) as in Kafka Streams.
func segmentInterval(s gen.Store) int64 {
	if s.Segment > 0 {
		return s.Segment
	}
	return max(s.Retention/2, 60_000)
}

// table is the place of one store in a database.
type table struct {
	spec     gen.Store
	number   uint16
	interval int64 // of segments, milliseconds; window stores
	// time is the highest window start (session end) put and committed, -1 before the first;
	// rows in segments below low are gone.
	time int64
	low  int64
	// next is the changelog offset to read next; valid with known.
	next  int64
	known bool
	mem   *state.Memory // in-memory stores
	disk  *backend      // the others
}

func newTable(s gen.Store) *table {
	t := &table{spec: s, time: -1}
	if s.Window {
		t.interval = segmentInterval(s)
	}
	if s.InMemory {
		t.mem = state.NewMemory()
	}
	return t
}

// appendKey appends the physical key of a row. A row key too short for a window store's
// layout cannot be stored.
func (t *table) appendKey(dst, row []byte) ([]byte, error) {
	if !t.spec.Window {
		return append(binary.BigEndian.AppendUint16(dst, t.number), row...), nil
	}
	at, ok := state.RowTime(row, t.spec.Session)
	if !ok || at < 0 {
		return dst, badRow(t.spec, row)
	}
	dst = t.appendSegment(dst, at/t.interval)
	return append(dst, row...), nil
}

func (t *table) appendSegment(dst []byte, segment int64) []byte {
	dst = binary.BigEndian.AppendUint16(dst, t.number)
	return binary.BigEndian.AppendUint64(dst, uint64(segment))
}

// bounds returns the physical keys that enclose everything of the store.
func (t *table) bounds() (from, to []byte) {
	return binary.BigEndian.AppendUint16(nil, t.number), binary.BigEndian.AppendUint16(nil, t.number+1)
}

// firstLive is the lowest segment that retention keeps when the store's time is now:
// a segment is dropped when its id is below (now - retention) / interval.
func (t *table) firstLive(now int64) int64 {
	return max(0, (now-t.spec.Retention)/t.interval)
}

//go:noinline
func badRow(s gen.Store, row []byte) error {
	is := "key ++ window start int64 ++ sequence int32 with a start"
	if s.Session {
		is = "key ++ session end int64 ++ session start int64 with an end"
	}
	return fmt.Errorf("store %s: key %q is not %s at or after the epoch; the changelog belongs to another kind of store", s.Name, row, is)
}
