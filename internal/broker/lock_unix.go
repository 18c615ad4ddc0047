//go:build unix

package broker

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// dirLock keeps a second broker out of a data folder: two of them would write the same segments. The kernel drops it with
// the process, so a crash leaves no stale lock. One goroutine takes and releases it.
type dirLock struct{ f *os.File }

func lockDir(dir string) (*dirLock, error) {
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close() // the folder stays the other's; nothing was written
		return nil, fmt.Errorf("data folder %s is in use by another broker: stop that one, or name another folder", dir)
	}
	return &dirLock{f}, nil
}

// release gives the folder free; a nil lock (no folder) has nothing to do.
func (l *dirLock) release() error {
	if l == nil {
		return nil
	}
	return l.f.Close()
}
