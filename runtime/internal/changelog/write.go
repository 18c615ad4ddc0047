package changelog

import (
	"fmt"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
)

// Batch takes the rows of a commit to the task's database; *store.Batch is one. It belongs
// to the task's goroutine.
type Batch interface {
	// Put copies its slices; a nil value deletes.
	Put(i int, key, value []byte, ts int64) error
}

// Write appends what changed in s, store i of its task, to the records of its changelog
// topic and to the batch that will be applied once they are committed. A value is encoded
// once for both, and each changed key gives one record, in the order of last changes. out is nil for a store
// without a changelog; its Full may take records before the end. partition is the task's: a changelog is not partitioned by its keys.
// After an error both out and b must be thrown away.
func Write(s state.Store, i int, b Batch, out *gen.Sink, partition int32) error {
	return s.EachDirty(func(key, value []byte, ts int64) error {
		if out != nil {
			out.Put(key, value, partition, ts)
		}
		if err := b.Put(i, key, value, ts); err != nil {
			return fmt.Errorf("changes of store %d: %w", i, err)
		}
		return nil
	})
}
