package state

import (
	"bytes"
	"encoding/binary"
	"sync"
)

// Shared is the rows of a global store, as bytes: one goroutine changes them, every task of the
// instance reads. Get and Scan are safe for concurrent use while nobody changes rows, which a
// lock of the caller's sees to: readers hold it for reading over a whole run of records, and
// Apply runs under it alone. It is the Backend of the cache that the store's own processor
// works on.
type Shared struct {
	// Topic is where the rows come from; set before anybody reads.
	Topic   string
	rows    *Memory
	version uint64     // of the rows; moves with each Apply
	sorting sync.Mutex // of readers that bring the rows into order
}

// NewShared returns an empty Shared.
func NewShared() *Shared { return &Shared{rows: NewMemory()} }

// Len is the number of rows.
func (s *Shared) Len() int { return s.rows.Len() }

// Version tells two states of the rows apart: it moves when they change.
func (s *Shared) Version() uint64 { return s.version }

// Get implements Backend. The bytes stay as they are, and must not be changed.
func (s *Shared) Get(key []byte) ([]byte, bool, error) { return s.rows.Get(key) }

// Scan implements Backend. Rows are brought into order by the first scan after keys have come;
// stores that are only looked up pay nothing for it.
//
//go:noinline
func (s *Shared) Scan(from, to []byte, visit func(key, value []byte) bool) error {
	if to != nil && bytes.Compare(from, to) >= 0 {
		return nil
	}
	s.sorting.Lock()
	s.rows.sort()
	s.sorting.Unlock()
	s.rows.scan(from, to, visit)
	return nil
}

// Apply takes over what has changed in a cache over these rows, and lets the cache forget that
// it has. Rows are laid out as in a store on disk: timestamped ones as ts int64 ++ value.
func (s *Shared) Apply(changed Store, timestamped bool) error {
	var row []byte
	err := changed.EachDirty(func(key, value []byte, ts int64) error {
		s.version++
		if timestamped && value != nil {
			row = append(binary.BigEndian.AppendUint64(row[:0], uint64(ts)), value...)
			value = row
		}
		s.rows.Put(key, value)
		return nil
	})
	if err == nil {
		changed.Committed()
	}
	return err
}
