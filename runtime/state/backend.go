// Package state holds the typed write-back caches that operators and processors work
// on. A cache is also the transaction buffer: dirty entries reach the backend only
// after a commit. Keys are identified by their serialised bytes.
package state

// Backend is what lies behind a cache: committed data, read on a miss. One goroutine
// uses a backend at a time. Get returns bytes that are valid until the next call.
type Backend interface {
	Get(key []byte) (value []byte, found bool, err error)
	// Scan calls visit for committed entries with from <= key < to (nil: open end) in
	// ascending key order until visit returns false. The slices are valid during the call;
	// visit may call Get and Scan.
	Scan(from, to []byte, visit func(key, value []byte) bool) error
}

// WindowBackend is what a backend of a window store knows besides: rows by their window
// starts. A plain Backend does as well, with the cache's own knowledge. It belongs to the
// goroutine of its Backend.
type WindowBackend interface {
	Backend
	// Time is the highest window start committed, epoch milliseconds; -1 before the first.
	Time() int64
	// ScanStarts is Scan, but may leave out rows that start outside first <= start <= last.
	ScanStarts(from, to []byte, first, last int64, visit func(key, value []byte) bool) error
}

// Store is a cache seen by the commit: untyped, cold. One goroutine uses it at a time.
type Store interface {
	// EachDirty encodes the entries changed since the last Committed, in the order of
	// their last change, and calls put for each; a nil value is a deletion. ts is the
	// timestamp of the last change. The slices are valid during the call.
	EachDirty(put func(key, value []byte, ts int64) error) error
	// Committed forgets that entries are dirty, after their commit has been applied to
	// the backend, and evicts clean entries beyond the byte budget.
	Committed()
	// Bytes estimates the memory held, in bytes: dirty entries and all entries.
	Bytes() (dirty, total int64)
}
