package changelog

import "fmt"

// Target is the store that is restored; *store.Loader is one. Place and Turn are called on
// the goroutine of the Restore; Apply on another when it has Buffers, while Place goes on,
// but never twice at once.
type Target interface {
	// Place appends to dst the key by which rows are to be ordered. live is false when
	// retention has dropped the row; an error says that the key cannot be of this store.
	Place(dst, key []byte) (phys []byte, live bool, err error)
	// Turn says that the rows placed so far are what the next Apply takes.
	Turn()
	// Apply takes n rows with strictly ascending keys from Place, nil values delete, and
	// notes that the store holds everything below the changelog offset next.
	Apply(n int, at func(i int) (phys, value []byte, ts int64), next int64) error
}

// Direct is a Target in memory when Direct says so: it takes records as they come, since collecting
// and sorting them would only be a second copy. *store.Loader is one. Put is called where Place
// would be, on the goroutine of the Restore.
type Direct interface {
	Direct() bool
	Put(key, value []byte, ts int64) (live bool, err error)
}

// DefaultChunk is how many bytes of rows a Restore without Buffers collects before it applies
// them. Bigger chunks drop more records that later ones override, and make fewer, larger
// tables.
const DefaultChunk = 64 << 20

// keepChunk is what a Restore keeps allocated for the next records after Finish: one that
// follows a changelog gets few at a time.
const keepChunk = 64 << 10

// Restore collects changelog records in chunks: within a chunk the last record of a key
// wins, and a chunk goes to the target sorted, which makes it one table to be linked in
// rather than rows to be inserted. A chunk in which most records lost is thinned out and goes
// on. It belongs to one goroutine.
type Restore struct {
	target  Target
	direct  Direct // of a target in memory; nil for others
	limit   int    // bytes of a chunk
	buffers *Buffers
	chunk   *chunk     // nil before the first record, and when it is being applied
	next    int64      // offset behind the last record added
	writing chan error // has the outcome of the chunk that is being applied; nil without one
	rows    int64      // of that chunk
	Stats   Stats
}

// Stats count what a Restore has done. A plain value; it belongs to the Restore's goroutine.
type Stats struct {
	Records int64 // added
	Bytes   int64 // of their keys and values
	Expired int64 // of those, dropped by retention
	Rows    int64 // handed to the target; the rest was overridden within a chunk
	Chunks  int64 // handed to the target
}

// NewRestore returns a Restore into t with chunks of about limit bytes, DefaultChunk when
// it is 0. It applies them itself, in Add and Finish.
func NewRestore(t Target, limit int) *Restore {
	if limit <= 0 {
		limit = DefaultChunk
	}
	return &Restore{target: t, direct: direct(t), limit: min(limit, maxChunk)}
}

// Add takes one record; offsets ascend. value nil deletes. The slices are copied. When the
// chunk is full it is applied.
func (r *Restore) Add(key, value []byte, ts, offset int64) error {
	if key == nil {
		return fmt.Errorf("changelog record at offset %d has no key; a changelog's records always have one, so the topic is not this store's changelog", offset)
	}
	r.Stats.Records++
	r.Stats.Bytes += int64(len(key) + len(value))
	if r.direct != nil {
		return r.put(key, value, ts, offset)
	}
	c := r.chunk
	if c == nil {
		c = r.take()
	}
	// A physical key has a few bytes before the key.
	c.room(headerLen+len(key)+16+len(value), r.limit)
	phys, live, err := r.target.Place(c.begin(), key)
	if err != nil {
		return fmt.Errorf("changelog record at offset %d: %w", offset, err)
	}
	r.next = offset + 1
	if !live {
		r.Stats.Expired++
		return nil
	}
	c.end(phys, value, ts)
	if c.size() >= r.limit {
		return r.full()
	}
	return nil
}

func direct(t Target) Direct {
	if d, ok := t.(Direct); ok && d.Direct() {
		return d
	}
	return nil
}

// put hands a record to a target in memory.
func (r *Restore) put(key, value []byte, ts, offset int64) error {
	live, err := r.direct.Put(key, value, ts)
	if err != nil {
		return fmt.Errorf("changelog record at offset %d: %w", offset, err)
	}
	r.next = offset + 1
	if live {
		r.Stats.Rows++
	} else {
		r.Stats.Expired++
	}
	return nil
}

func (r *Restore) take() *chunk {
	r.chunk = &chunk{}
	return r.chunk
}

// full makes room in the chunk, or applies it.
func (r *Restore) full() error {
	c := r.chunk
	c.sort()
	// At least half of the chunk is won each time, so sorting again costs a bounded part.
	if len(c.items) <= c.n/2 && c.won() <= r.limit/2 {
		c.thin()
		return nil
	}
	return r.apply(r.next)
}

// Pending is the number of records that wait for their chunk to be full.
func (r *Restore) Pending() int {
	if r.chunk == nil {
		return 0
	}
	return r.chunk.n
}

// Finish applies what is pending. next is the changelog position reached, which may lie
// behind the last record added (transaction markers take offsets too). More records may be
// added afterwards: a standby goes on like this.
func (r *Restore) Finish(next int64) error {
	if r.chunk == nil {
		r.take()
	}
	r.chunk.sort()
	err := r.apply(max(next, r.next))
	if e := r.wait(); err == nil {
		err = e
	}
	if r.buffers != nil || r.chunk != nil && cap(r.chunk.buf) > keepChunk {
		r.Close()
	}
	return err
}

// Close gives the memory back; it waits for a chunk that is being applied. A Restore that was
// given up before Finish must be closed; one that goes on after Close takes memory again.
func (r *Restore) Close() {
	_ = r.wait() // nobody asks any more
	if r.buffers != nil {
		if r.chunk != nil {
			r.buffers.give(r.chunk)
		}
		r.buffers.closed()
		r.buffers = nil
	}
	r.chunk = nil
}

// wait waits until the chunk that is being applied is.
func (r *Restore) wait() error {
	if r.writing == nil {
		return nil
	}
	err := <-r.writing
	r.writing = nil
	if err != nil {
		return err
	}
	r.Stats.Chunks++
	r.Stats.Rows += r.rows
	return nil
}

// apply hands the sorted chunk to the target: on a goroutine of its own where there is a
// buffer for what comes meanwhile. Chunks are applied one after the other, since the rows of a
// later one override those of an earlier one.
func (r *Restore) apply(next int64) error {
	if err := r.wait(); err != nil {
		return err
	}
	c := r.chunk
	r.target.Turn()
	r.rows = int64(len(c.items))
	write := func() error {
		return r.target.Apply(len(c.items), c.row, next)
	}
	done := make(chan error, 1)
	r.writing = done
	var other *chunk
	if r.buffers != nil {
		other = r.buffers.try()
	}
	if other == nil {
		done <- write()
		c.reset()
		return r.wait()
	}
	r.chunk = other
	buffers := r.buffers
	go func() {
		err := write()
		buffers.give(c)
		done <- err
	}()
	return nil
}
