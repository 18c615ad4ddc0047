package worker

import (
	"context"
	"sync"
)

// gate holds a task while it is paused. Safe for concurrent use.
type gate struct {
	mu     sync.Mutex
	shut   bool
	opened chan struct{} // closed while the gate is open
}

func newGate(shut bool) *gate {
	g := &gate{shut: shut, opened: make(chan struct{})}
	if !shut {
		close(g.opened)
	}
	return g
}

// set shuts or opens the gate.
func (g *gate) set(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == shut {
		return
	}
	if g.shut = shut; shut {
		g.opened = make(chan struct{})
	} else {
		close(g.opened)
	}
}

// isShut tells whether the gate is shut.
func (g *gate) isShut() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut
}

// wait returns once the gate is open; its error is the context's.
func (g *gate) wait(ctx context.Context) error {
	g.mu.Lock()
	opened := g.opened
	g.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-opened:
		return nil
	}
}
