package query

import "math"

// Options say how a query is answered; the zero Options ask for committed rows of active tasks,
// wherever they are. A plain value, safe for concurrent use while nobody changes it.
type Options struct {
	// Uncommitted reads what the task's next record would see.
	Uncommitted bool `json:"uncommitted,omitzero"`
	// Stale lets standbys answer that are at most MaxLag changelog records behind.
	Stale  bool  `json:"stale,omitzero"`
	MaxLag int64 `json:"maxLag,omitzero"`
	// AtLeast is what the answer must contain.
	AtLeast Position `json:"atLeast,omitzero"`
	// Local asks this instance alone, for what it has.
	Local bool `json:"local,omitzero"`
	// Partitions are those asked; nil asks the one of the key, or all.
	Partitions []int32 `json:"partitions,omitzero"`
	// Reverse gives rows in descending order.
	Reverse bool `json:"reverse,omitzero"`
	// Limit is how many rows are wanted; 0 is all.
	Limit int `json:"limit,omitzero"`

	info *Info
}

// Option changes how a query is answered.
type Option func(*Options)

// Uncommitted reads what the task has changed since its last commit, too: what its next record
// would see. It may be taken back, and is read on the goroutine of the task, between records.
func Uncommitted() Option { return func(o *Options) { o.Uncommitted = true } }

// Stale lets a standby answer where no active task does, or where it is nearer, if it is at
// most maxLag changelog records behind; a negative maxLag allows any (Kafka Streams'
// enableStaleStores).
func Stale(maxLag int64) Option {
	return func(o *Options) {
		o.Stale, o.MaxLag = true, maxLag
		if maxLag < 0 {
			o.MaxLag = math.MaxInt64
		}
	}
}

// AtLeast waits until the answer contains the input up to p: what an earlier answer gave as its
// position, or the offset that a record was produced to. The wait ends with the context's
// deadline, or without one after 10 s, with ErrNotUpToBound.
func AtLeast(p Position) Option { return func(o *Options) { o.AtLeast = o.AtLeast.Merge(p) } }

// Local asks this instance alone. What it has not got fails with ErrNotAvailable for a key, and
// is left out of a range.
func Local() Option { return func(o *Options) { o.Local = true } }

// Partition asks the task of that partition alone. It may be given more than once.
func Partition(p int32) Option {
	return func(o *Options) { o.Partitions = append(o.Partitions, p) }
}

// Reverse gives rows in descending order.
func Reverse() Option { return func(o *Options) { o.Reverse = true } }

// Limit ends a range after n rows.
func Limit(n int) Option { return func(o *Options) { o.Limit = n } }

// Tell fills info with what the answer came from, while rows are read.
func Tell(info *Info) Option { return func(o *Options) { o.info = info } }

func options(list []Option) Options {
	var o Options
	for _, f := range list {
		f(&o)
	}
	return o
}
