//go:build unix

package bench

import (
	"syscall"
	"time"
)

// processorTime is the CPU time of this process so far, user and system, as the kernel counts it.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
