package state

import (
	"encoding/binary"
	"math"

	"github.com/streamgen/streamgen/runtime/serde"
)

// Windows is a cache of windowed values. Keys lie as Kafka Streams lays them out:
// key ++ window start int64 ++ sequence int32 (zero). Reads of ranges are strict, as in
// Kafka Streams: rows whose start is below time - retention + 1 are not there, even while
// their segment still is. It belongs to one goroutine.
type Windows[V any] struct {
	*Cache[V]
	retention int64 // milliseconds
	time      int64 // highest start ever put, epoch milliseconds; -1 before the first
	swept     int64 // time at which expired entries last left the cache
	key       []byte
}

// NewWindows returns an empty cache whose rows expire retention ms behind the highest start
// put. A WindowBackend says how far the store had come.
func NewWindows[V any](o Options[V], retention int64) *Windows[V] {
	o.window = true
	w := &Windows[V]{Cache: NewCache(o), retention: retention, time: -1}
	w.gone = math.MaxInt64
	if t, ok := o.Backend.(WindowBackend); ok {
		w.time = t.Time()
		w.gone = w.time // rows of later windows have yet to be put, through this cache
	}
	w.swept = w.time
	return w
}

// AppendKey appends the row key of (key, start) to dst.
func AppendKey(dst, key []byte, start int64) []byte {
	dst = append(dst, key...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(start))
	return append(dst, 0, 0, 0, 0)
}

// SplitKey cuts a row key into the record key and the window start; ok is false when
// row is too short to be one.
func SplitKey(row []byte) (key []byte, start int64, ok bool) {
	n := len(row) - 12
	if n < 0 {
		return nil, 0, false
	}
	return row[:n:n], int64(binary.BigEndian.Uint64(row[n:])), true
}

// RowTime is the time by which a row of a window store or, with session, of a session store
// expires: window start, session end. ok is false when row is too short.
func RowTime(row []byte, session bool) (at int64, ok bool) {
	tail := 12
	if session {
		tail = 16
	}
	if len(row) < tail {
		return 0, false
	}
	return int64(binary.BigEndian.Uint64(row[len(row)-tail:])), true
}

// FindAt returns the entry of (key, start), like Find. It does not ask whether the row is
// Live: a caller that has not checked lateness itself does.
//
// Most keys are new to a window that is young, and a row of a window of which every row that was ever
// put is in memory is there or nowhere: the backend is not asked.
func (w *Windows[V]) FindAt(key []byte, start int64) (*Entry[V], error) {
	w.key = AppendKey(w.key[:0], key, start)
	if start <= w.gone || w.dirtyBytes > w.bound {
		return w.Find(w.key)
	}
	w.finds++
	ref := w.index.Find(w.key)
	if ref == 0 {
		return w.absent(w.key), nil
	}
	e := w.entry(ref)
	e.used = true
	return e, nil
}

// SetAt stores v in an entry that FindAt returned for start and advances the store's time.
func (w *Windows[V]) SetAt(e *Entry[V], start int64, v V, ts int64, h []serde.Header) {
	w.time = max(w.time, start)
	w.Set(e, v, ts, h)
}

// DeleteAt removes the value of an entry that FindAt returned for start and advances the
// store's time.
func (w *Windows[V]) DeleteAt(e *Entry[V], start int64, ts int64, h []serde.Header) {
	w.time = max(w.time, start)
	w.Delete(e, ts, h)
}

// Time is the highest start ever put, -1 before the first.
func (w *Windows[V]) Time() int64 { return w.time }

// Live says whether rows that start at start are within the retention.
func (w *Windows[V]) Live(start int64) bool { return start > w.time-w.retention }

// oldest is the lowest start that is Live.
func (w *Windows[V]) oldest() int64 { return max(0, w.time-w.retention+1) }

// Fetch visits the present windows of key with from <= start <= to in ascending order.
func (w *Windows[V]) Fetch(key []byte, from, to int64, visit func(start int64, e *Entry[V]) bool) error {
	from = max(from, w.oldest())
	if to < from {
		return nil
	}
	// Rows of longer keys that begin with this one may lie in between.
	lo, hi := keyBounds(key, from, to)
	return w.scan(lo, hi, from, to, func(row []byte, e *Entry[V]) bool {
		k, start, ok := SplitKey(row)
		if !ok || string(k) != string(key) {
			return true
		}
		return visit(start, e)
	})
}

// keyBounds encloses the rows of key with from <= start <= to, whatever their sequence.
func keyBounds(key []byte, from, to int64) (lo, hi []byte) {
	lo = AppendKey(nil, key, from)
	hi = AppendKey(nil, key, to)
	if to < math.MaxInt64 {
		return lo, AppendKey(nil, key, to+1)
	}
	return lo, append(hi, 0xff, 0xff, 0xff, 0xff)
}

// ViewKey captures the windows of key with from <= start <= to as of the call.
//
//go:noinline
func (w *Windows[V]) ViewKey(key []byte, from, to int64) *View[V] {
	v := w.view(from, to)
	v.key = append([]byte{}, key...)
	v.from, v.to = []byte{1}, []byte{0} // nothing
	if v.min <= v.max {
		v.from, v.to = keyBounds(key, v.min, v.max)
	}
	v.capture()
	return v
}

// ViewTimes captures the windows of all keys with from <= start <= to as of the call, to be
// visited in the order of their row keys.
//
//go:noinline
func (w *Windows[V]) ViewTimes(from, to int64) *View[V] {
	v := w.view(from, to)
	v.capture()
	return v
}

func (w *Windows[V]) view(from, to int64) *View[V] {
	return &View[V]{c: w.Cache, window: true, min: max(from, w.oldest()), max: to}
}

// Committed implements Store. Rows that have expired leave the cache, once the store's time
// has moved by a sixteenth of the retention since they last did: they are out of sight
// anyway, and looking for them means looking at every entry.
func (w *Windows[V]) Committed() {
	w.Cache.Committed()
	if w.time-w.swept < max(1, w.retention/16) || w.time < w.retention {
		return
	}
	w.swept = w.time
	w.drop(w.oldest())
}

// drop removes the entries of windows that start before oldest.
//
//go:noinline
func (w *Windows[V]) drop(oldest int64) {
	for _, p := range w.pages {
		for i := range p {
			e := &p[i]
			if e.ref == 0 {
				continue
			}
			if _, start, ok := SplitKey(w.index.Key(e.ref)); ok && start < oldest {
				w.remove(e)
			}
		}
	}
	w.compact()
}
