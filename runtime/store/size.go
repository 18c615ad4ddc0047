package store

// Size is how many bytes the task's database takes on the disk, 0 when every store is in memory or
// the task is closed. It takes some microseconds.
func (t *Task) Size() int64 {
	if t.db == nil {
		return 0
	}
	return int64(t.db.Metrics().DiskSpaceUsage())
}
