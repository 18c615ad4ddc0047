package worker

import (
	"context"
	"sync"

	"github.com/streamgen/streamgen/connect/plugin"
)

// submitted follows the records of a source's task on their way to Kafka: SubmittedRecords. Per source partition they are
// kept in the order in which the source gave them, and an offset may be stored once its record and all before it are safe:
// one that is stuck holds back its own partition alone. Safe for concurrent use.
type submitted struct {
	mu      sync.Mutex
	parts   map[*plugin.Partition]*line
	flight  int
	changed chan struct{} // closed and renewed when something was acknowledged while somebody waits
	waiting bool
}

// line is the records of one partition that are not yet behind a stored offset.
type line struct {
	entries []*entry
	done    plugin.Offset // the newest that may be stored; nil for none since the last take
}

// entry is one record on its way. It is the context of the record that is produced, so that the producer's promise finds
// it without an allocation per record.
type entry struct {
	context.Context
	owner  *submitted
	offset plugin.Offset
	acked  bool
}

func newSubmitted() *submitted {
	return &submitted{parts: map[*plugin.Partition]*line{}, changed: make(chan struct{})}
}

// add enters a record; one that was dropped on the way is acknowledged already.
func (s *submitted) add(p *plugin.Partition, e *entry, acked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.owner, e.acked = s, acked
	if !acked {
		s.flight++
	}
	if p == nil || e.offset == nil {
		return
	}
	l := s.parts[p]
	if l == nil {
		l = &line{}
		s.parts[p] = l
	}
	l.entries = append(l.entries, e)
}

// ack marks a record as safe.
func (s *submitted) ack(e *entry) { s.land(e, true) }

// lose notes that a record did not reach Kafka: its offset and those behind it are never stored.
func (s *submitted) lose(e *entry) { s.land(e, false) }

func (s *submitted) land(e *entry, safe bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.acked = safe
	s.flight--
	if s.waiting {
		close(s.changed)
		s.changed, s.waiting = make(chan struct{}), false
	}
}

// inFlight returns the records that are not acknowledged.
func (s *submitted) inFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flight
}

// drain waits until nothing is in flight, or the context ends.
func (s *submitted) drain(ctx context.Context) error { return s.below(ctx, 1) }

// below waits until fewer records than the limit are in flight.
func (s *submitted) below(ctx context.Context, limit int) error {
	for {
		s.mu.Lock()
		if s.flight < limit {
			s.mu.Unlock()
			return nil
		}
		s.waiting = true
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// take returns the offsets that may be stored and were not taken before.
func (s *submitted) take() map[*plugin.Partition]plugin.Offset {
	s.mu.Lock()
	defer s.mu.Unlock()
	var offsets map[*plugin.Partition]plugin.Offset
	for p, l := range s.parts {
		n := 0
		for n < len(l.entries) && l.entries[n].acked {
			l.done = l.entries[n].offset
			n++
		}
		l.entries = l.entries[n:]
		if len(l.entries) == 0 {
			l.entries = nil
		}
		if l.done != nil {
			if offsets == nil {
				offsets = map[*plugin.Partition]plugin.Offset{}
			}
			offsets[p], l.done = l.done, nil
		}
	}
	return offsets
}

// restore gives offsets back that could not be stored, unless newer ones are there.
func (s *submitted) restore(offsets map[*plugin.Partition]plugin.Offset) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p, o := range offsets {
		if l := s.parts[p]; l != nil && l.done == nil {
			l.done = o
		}
	}
}
