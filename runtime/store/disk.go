package store

import (
	"math/rand/v2"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Disk is where a process keeps its files. The zero Disk, as a nil one, is the machine's
// file system; NewMemDisk gives one in memory that can crash. Safe for concurrent use.
type Disk struct {
	mem   *vfs.MemFS
	fault atomic.Pointer[func(path string, read bool) error]
}

// NewMemDisk returns an empty disk in memory, for tests and simulations.
func NewMemDisk() *Disk { return &Disk{mem: vfs.NewCrashableMem()} }

// Crash returns what a disk in memory could hold after the machine lost its power now:
// everything that was synced, and of each other block and directory entry, by lot, one in
// two. The seed draws the lots. The original goes on as if nothing had happened. On the
// machine's file system Crash returns the disk itself.
func (d *Disk) Crash(seed uint64) *Disk {
	if d == nil || d.mem == nil {
		return d
	}
	return &Disk{mem: d.mem.CrashClone(vfs.CrashCloneCfg{
		UnsyncedDataPercent: 50, RNG: rand.New(rand.NewPCG(seed, 0)),
	})}
}

func (d *Disk) fs() vfs.FS {
	if d == nil || d.mem == nil {
		return vfs.Default
	}
	return faulty{d.mem, d}
}

// writeFile replaces path by data so that after a crash either the old or the new content
// is there.
func writeFile(fs vfs.FS, path string, data []byte) error {
	tmp := path + ".tmp"
	f, err := fs.Create(tmp, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if err := fs.Rename(tmp, path); err != nil {
		return err
	}
	return syncDir(fs, fs.PathDir(path))
}

func syncDir(fs vfs.FS, dir string) error {
	d, err := fs.OpenDir(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	return err
}
