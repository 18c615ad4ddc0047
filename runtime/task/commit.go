package task

import (
	"fmt"

	"github.com/streamgen/streamgen/runtime/fault"
)

// Flush emits the results that were coalesced since the last one; they are in the sinks
// afterwards. First step of a commit.
func (t *Task) Flush() error {
	if t.failed != nil {
		return t.failed
	}
	if t.state != Running && t.state != Suspended {
		return fmt.Errorf("task %s is %v; there is nothing to flush", t.env.TaskID, t.state)
	}
	t.env.Meta = noMetadata
	return t.guard(where{phase: fault.Commit}, t.code.Flush)
}

// EachDirty encodes what changed in the stores since the last commit and calls visit with the
// store's index in Subtopology.Stores, in order of stores and then of last change. A nil
// value is a deletion; ts is the timestamp of the change, which the changelog record carries
// and which precedes the value in a timestamped store. The slices are valid during the call.
func (t *Task) EachDirty(visit func(store int, key, value []byte, ts int64) error) error {
	if t.failed != nil {
		return t.failed
	}
	for i, s := range t.stores {
		if s == nil {
			continue
		}
		err := s.EachDirty(func(key, value []byte, ts int64) error { return visit(i, key, value, ts) })
		if err != nil {
			t.failed = &fault.Error{Phase: fault.Commit, Operator: fmt.Sprintf("task %s, store %s", t.env.TaskID, t.sub.Stores[i].Name),
				Partition: t.env.Partition, Offset: -1, Cause: err}
			return t.failed
		}
	}
	return nil
}

// Committed tells the stores that what EachDirty gave is durable and applied to the backends.
func (t *Task) Committed() {
	for _, s := range t.stores {
		if s != nil {
			s.Committed()
		}
	}
	t.needed, t.env.CommitWanted = false, false
}

// Bytes estimates the memory that the stores' caches hold: dirty entries, and all entries.
func (t *Task) Bytes() (dirty, total int64) {
	for _, s := range t.stores {
		if s != nil {
			d, n := s.Bytes()
			dirty, total = dirty+d, total+n
		}
	}
	return dirty, total
}

// CommitNeeded says whether anything happened since the last commit.
func (t *Task) CommitNeeded() bool { return t.needed }

// CommitWanted says whether a processor asked for a commit soon.
func (t *Task) CommitWanted() bool { return t.env.CommitWanted }
