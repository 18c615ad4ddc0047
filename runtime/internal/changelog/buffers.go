package changelog

import (
	"context"
	"sync"
)

// Buffers are the memory that several Restores share, for chunks that fill and for chunks
// that are being applied meanwhile. Safe for concurrent use.
type Buffers struct {
	each int

	mu    sync.Mutex
	all   int
	given int
	open  int // restores
	idle  []*chunk
	freed chan struct{} // closed, and made anew, when a buffer comes back
}

// NewBuffers returns n buffers that take about bytes together, half of them for chunks that
// are being applied. None is allocated before it is filled, and all are given up when none is
// in use.
func NewBuffers(n int, bytes int64) *Buffers {
	n = max(1, n)
	return &Buffers{each: int(min(max(bytes/int64(n), 4<<10), maxChunk)), all: n, freed: make(chan struct{})}
}

// Restore returns a Restore into t once there is a buffer for it, or the error of ctx. It
// applies its chunks on a goroutine of their own, while there is a second buffer for what comes
// meanwhile. It holds its buffer until Finish or Close.
func (b *Buffers) Restore(ctx context.Context, t Target) (*Restore, error) {
	for {
		b.mu.Lock()
		freed := b.freed
		b.mu.Unlock()
		if r := b.TryRestore(t); r != nil {
			return r, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-freed:
		}
	}
}

// TryRestore is Restore where a buffer is free now, else nil.
func (b *Buffers) TryRestore(t Target) *Restore {
	b.mu.Lock()
	full := b.open >= (b.all+1)/2
	if !full {
		b.open++
	}
	b.mu.Unlock()
	if full {
		return nil
	}
	r := &Restore{target: t, direct: direct(t), limit: b.each, buffers: b, chunk: b.try()}
	if r.chunk == nil {
		b.closed()
		return nil
	}
	return r
}

// closed says that a restore has given its buffers back.
func (b *Buffers) closed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open--
	close(b.freed)
	b.freed = make(chan struct{})
}

func (b *Buffers) try() *chunk {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.given == b.all {
		return nil
	}
	b.given++
	if n := len(b.idle); n > 0 {
		c := b.idle[n-1]
		b.idle = b.idle[:n-1]
		return c
	}
	return &chunk{pooled: true}
}

func (b *Buffers) give(c *chunk) {
	if !c.pooled {
		return
	}
	c.reset()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.given--
	b.idle = append(b.idle, c)
	if b.given == 0 {
		b.idle = nil
	}
	close(b.freed)
	b.freed = make(chan struct{})
}
