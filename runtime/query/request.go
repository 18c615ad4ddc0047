package query

import (
	"context"
	"math"

	"github.com/streamgen/streamgen/runtime/gen"
)

// Client answers queries; *rt.App is one. It is safe for concurrent use.
type Client interface {
	// Query begins a query. The error is an *Error, or the context's.
	Query(ctx context.Context, r Request) (Cursor, error)
	// Store returns how the store of that name is made. The error, an *Error, names the nearest.
	Store(name string) (*Store, error)
	// Locate says where a serialised key of a store is.
	Locate(store string, key []byte) (KeyMetadata, error)
}

// Cursor gives the rows of a query. It belongs to one goroutine.
type Cursor interface {
	// Next returns the rows that come next, at least one, or none at the end. They stay valid.
	Next(ctx context.Context) ([]Row, error)
	// Info says what the rows so far came from.
	Info() Info
	// Close ends the query; it may be called more than once.
	Close()
}

// Row is one row as bytes. A plain value; nobody changes its slices, so it is safe for
// concurrent use.
type Row struct {
	// Key is the key as it lies in the store: of a window store, key ++ start int64 ++ sequence
	// int32; of a session store, key ++ end int64 ++ start int64.
	Key       []byte
	Value     []byte
	Timestamp int64 // of the last update, epoch milliseconds; -1 where the store keeps none
	Partition int32 // -1 of a global table or store
}

// Info says what an answer came from. A plain value, safe for concurrent use while nobody
// changes it.
type Info struct {
	// Position is up to where the input is contained in the answer: the offset of the last
	// record taken in, by topic and partition. Given to AtLeast, no later answer is older.
	// Standbys and global tables know none.
	Position Position `json:"position,omitzero"`
	// Lag is by how many changelog records the answer is behind, where a standby gave it.
	Lag int64 `json:"lag,omitzero"`
	// Standby says that a standby gave some of the rows.
	Standby bool `json:"standby,omitzero"`
	// Remote says that some of the rows came from another instance.
	Remote bool `json:"remote,omitzero"`
}

// add takes in what another part of an answer came from.
func (i *Info) add(o Info) {
	i.Position = i.Position.Merge(o.Position)
	i.Lag = max(i.Lag, o.Lag)
	i.Standby, i.Remote = i.Standby || o.Standby, i.Remote || o.Remote
}

// Add takes in what another part of an answer came from.
func (i *Info) Add(o Info) { i.add(o) }

// Request is a query as bytes; the stores of this package make it. The zero Request, with a
// store's name and Last, asks for all rows. A plain value, safe for concurrent use while nobody
// changes it.
type Request struct {
	Store string `json:"store"`
	// Row asks for one row, by its key as it lies in the store.
	Row []byte `json:"row,omitzero"`
	// Key asks for the windows or sessions of one key.
	Key []byte `json:"key,omitzero"`
	// Keyed says that Key is meant although it may be empty, One that Row is.
	Keyed bool `json:"keyed,omitzero"`
	One   bool `json:"one,omitzero"`
	// From and To bound the keys: from <= key < to; nil is open. Of window and session stores
	// they bound the keys without what follows them.
	From []byte `json:"from,omitzero"`
	To   []byte `json:"to,omitzero"`
	// First and Last bound the windows: first <= start <= last. Of sessions, First is the
	// earliest end and Last the latest start.
	First int64 `json:"first,omitzero"`
	Last  int64 `json:"last"`
	// After goes on behind a row: by its key as it lies in the store.
	After []byte `json:"after,omitzero"`
	// Count asks for no rows but how many there are, in the Timestamp of one row.
	Count bool `json:"count,omitzero"`
	Options
}

// Store says how a store is made. It is immutable and safe for concurrent use.
type Store struct {
	gen.Store
	// Global is of global tables and stores: every instance has all rows.
	Global bool
	// Sub is the number of the sub-topology in Kafka Streams' description, -1 of global ones.
	Sub int
}

// Kind names what the store is: "key-value", "window", "session", or "join" for what a
// stream-stream join keeps, which is not queried.
func (s *Store) Kind() string {
	switch {
	case s.Duplicates, s.Unmatched:
		return "join"
	case s.Session:
		return "session"
	case s.Window:
		return "window"
	}
	return "key-value"
}

// everything is the highest window start there may be.
const everything = math.MaxInt64
