package poll

import (
	"context"
	"time"
)

// pause waits before the n-th retry, from 20 ms doubling up to 1 s; it fails when ctx ends.
func pause(ctx context.Context, n int) error {
	t := time.NewTimer(min(time.Second, 20*time.Millisecond<<min(n, 6)))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
