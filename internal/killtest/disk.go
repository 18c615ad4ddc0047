//go:build linux

package killtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// disk is a small file system of its own under an application's state, in memory. It belongs
// to one goroutine.
type disk struct{ dir string }

// mount makes a disk of so many MiB. It takes root, and fails without.
func mount(dir string, size int) (*disk, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", size)); err != nil {
		return nil, fmt.Errorf("no small disk can be mounted on %s: %w; this test has to run as root, where mounting is allowed", dir, err)
	}
	return &disk{dir}, nil
}

func (d *disk) unmount() error {
	if err := syscall.Unmount(d.dir, 0); err != nil {
		return fmt.Errorf("unmounting %s: %w", d.dir, err)
	}
	return nil
}

func (d *disk) resize(size int) error {
	return syscall.Mount("tmpfs", d.dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%dm", size))
}

// full says whether hardly anything is free.
func (d *disk) full() bool {
	var s syscall.Statfs_t
	return syscall.Statfs(d.dir, &s) == nil && s.Bavail < s.Blocks/20
}

func (d *disk) ballast() string { return filepath.Join(d.dir, "ballast") }

// fill takes all the space that is left.
func (d *disk) fill() error {
	f, err := os.Create(d.ballast())
	if err != nil {
		return err
	}
	for size, at := int64(64<<20), int64(0); size >= 4096; {
		err := syscall.Fallocate(int(f.Fd()), 0, at, size)
		switch {
		case err == nil:
			at += size
		case errors.Is(err, syscall.ENOSPC):
			size /= 4
		case !errors.Is(err, syscall.EINTR):
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}

// free gives back what fill took.
func (d *disk) free() error { return os.Remove(d.ballast()) }
