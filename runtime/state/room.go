package state

// Room is the memory that the caches of one task share for changes that are not committed.
// A cache on its hot path compares its dirty bytes with what it was last granted, and asks
// again beyond that; so the others are looked at rarely. It belongs to the task's goroutine.
type Room struct {
	bound int64
	dirty []*int64 // of each cache
}

// NewRoom returns room for that many dirty bytes. What is used of it can be up to three
// eighths more, when several caches grow by turns.
func NewRoom(bytes int64) *Room { return &Room{bound: max(0, bytes)} }

// grant returns how many dirty bytes a cache that has own of them may come to before it asks
// again; less than own says that it must make room.
//
// While there is room, a cache gets a part of the rest, so that n caches which were granted
// theirs at the same time do not take more than a quarter too much together. When there
// is none, a cache that has little of it keeps that: making room is up to the others, else
// one store that filled the room would have the next one write each key to disk.
func (r *Room) grant(own int64) int64 {
	free := r.bound
	for _, d := range r.dirty {
		free -= *d
	}
	n := int64(len(r.dirty))
	step := r.bound / (8 * n)
	if free > 0 {
		return own + min(free, max(step/2, free/(4*n)))
	}
	return step
}
