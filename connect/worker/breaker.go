package worker

import (
	"maps"
	"sync"
	"time"
)

// breakers keep the tasks of a worker from hammering systems that do not answer: the pause between attempts is one per
// system, however many tasks and records wait for it. Safe for concurrent use.
type breakers struct {
	mu      sync.Mutex
	systems map[string]*breaker
}

type breaker struct {
	failures int
	until    time.Time
}

// The first pause of a system that failed, and the longest.
const (
	breakerFirst = 250 * time.Millisecond
	breakerMost  = 30 * time.Second
)

// failed counts a failure and returns how long to leave the system alone. Failures while the pause runs do not lengthen it.
func (b *breakers) failed(system string) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.systems == nil {
		b.systems = map[string]*breaker{}
	}
	one := b.systems[system]
	if one == nil {
		one = &breaker{}
		b.systems[system] = one
	}
	now := time.Now()
	if now.After(one.until) {
		one.failures++
		one.until = now.Add(min(breakerFirst<<min(one.failures-1, 20), breakerMost))
	}
	return one.until.Sub(now)
}

// succeeded closes the breaker of a system.
func (b *breakers) succeeded(system string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.systems, system)
}

// open returns the systems that are left alone now, with the failures in a row.
func (b *breakers) open() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := map[string]int{}
	for name, one := range maps.All(b.systems) {
		found[name] = one.failures
	}
	return found
}
