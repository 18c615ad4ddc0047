package store

import "github.com/cockroachdb/pebble/v2/vfs"

// Fail makes a disk in memory fail from now on where f returns an error: at each read of a
// file opened from now on, and at each write. Nil ends it. The machine's file system does
// not take orders.
func (d *Disk) Fail(f func(path string, read bool) error) {
	if f == nil {
		d.fault.Store(nil)
		return
	}
	d.fault.Store(&f)
}

func (d *Disk) ask(path string, read bool) error {
	if f := d.fault.Load(); f != nil {
		return (*f)(path, read)
	}
	return nil
}

// faulty is a disk in memory that fails on demand.
type faulty struct {
	*vfs.MemFS
	d *Disk
}

// Create implements vfs.FS. As on a full disk, it is the writing that fails.
func (fs faulty) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.MemFS.Create(name, c)
	if err != nil {
		return nil, err
	}
	return &faultyFile{f, name, fs.d}, nil
}

// Open implements vfs.FS.
func (fs faulty) Open(name string, opts ...vfs.OpenOption) (vfs.File, error) {
	f, err := fs.MemFS.Open(name, opts...)
	if err != nil {
		return nil, err
	}
	return &faultyFile{f, name, fs.d}, nil
}

type faultyFile struct {
	vfs.File
	name string
	d    *Disk
}

// Write implements vfs.File.
func (f *faultyFile) Write(p []byte) (int, error) {
	if err := f.d.ask(f.name, false); err != nil {
		return 0, err
	}
	return f.File.Write(p)
}

// ReadAt implements vfs.File.
func (f *faultyFile) ReadAt(p []byte, at int64) (int, error) {
	if err := f.d.ask(f.name, true); err != nil {
		return 0, err
	}
	return f.File.ReadAt(p, at)
}
