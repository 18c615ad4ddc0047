package main

import "github.com/cockroachdb/pebble/v2"

// disk holds the rows at the last commit. Changes gather in a batch, which is applied once the commit is through.
type disk struct {
	db    *pebble.DB
	batch *pebble.Batch
}

func openDisk(dir string) (*disk, error) {
	cache := pebble.NewCache(64 << 20)
	defer cache.Unref()
	db, err := pebble.Open(dir, &pebble.Options{Cache: cache, DisableWAL: true, FormatMajorVersion: pebble.FormatNewest, MemTableSize: 16 << 20})
	if err != nil {
		return nil, err
	}
	return &disk{db: db, batch: db.NewBatch()}, nil
}

func (d *disk) set(key, value []byte) error { return d.batch.Set(key, value, nil) }

func (d *disk) delete(key []byte) error { return d.batch.Delete(key, nil) }

func (d *disk) apply() error {
	if err := d.batch.Commit(pebble.NoSync); err != nil {
		return err
	}
	err := d.batch.Close()
	d.batch = d.db.NewBatch()
	return err
}

// close ends the process's use of the database; a failure to flush costs a later start time, no data.
func (d *disk) close() { _ = d.db.Close() }
