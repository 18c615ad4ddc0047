package task

// Spread sums up how many times something was measured, and between which values. A plain
// value that belongs to the task's goroutine; the zero value is empty.
type Spread struct {
	N, Sum, Min, Max int64
}

// add takes in n values of this sum between min and max.
func (s *Spread) add(n, sum, low, high int64) {
	if n == 0 {
		return
	}
	if s.N == 0 {
		s.Min, s.Max = low, high
	}
	s.N += n
	s.Sum += sum
	s.Min, s.Max = min(s.Min, low), max(s.Max, high)
}

// Flow is what a source gave the task since the last Take. A plain value that belongs to the
// task's goroutine.
type Flow struct {
	Bytes   int64  // of keys and values
	Latency Spread // wall clock less timestamp, of each record as it was taken, in milliseconds
}

// Take returns what a source gave since the last call.
func (t *Task) Take(source int) Flow {
	f := t.sources[source].flow
	t.sources[source].flow = Flow{}
	return f
}

// TakeLateness returns how far behind the task's stream time records were, in milliseconds,
// since the last call.
func (t *Task) TakeLateness() Spread {
	l := t.lateness
	t.lateness = Spread{}
	return l
}

// measure sums up records that were processed; streamTime is the task's before the first.
func (t *Task) measure(s *source, streamTime int64, done int) {
	if done == 0 {
		return
	}
	now, bytes := t.env.WallClock, int64(0)
	first := s.queue[s.head].Timestamp
	sum, low, high := int64(0), first, first
	late, latest := int64(0), int64(0)
	records := s.queue[s.head : s.head+done]
	for i := range records {
		r := &records[i]
		ts := r.Timestamp
		sum += ts
		low, high = min(low, ts), max(high, ts)
		streamTime = max(streamTime, ts)
		late += streamTime - ts
		latest = max(latest, streamTime-ts)
		bytes += int64(len(r.Key) + len(r.Value))
	}
	s.time = max(s.time, high)
	n := int64(done)
	s.flow.Bytes += bytes
	s.flow.Latency.add(n, now*n-sum, now-high, now-low)
	t.lateness.add(n, late, 0, latest)
}

// Lookups returns how often the task's caches were asked for an entry, and how often their stores
// had to be.
func (t *Task) Lookups() (finds, misses int64) {
	for _, s := range t.stores {
		if c, ok := s.(interface{ Lookups() (finds, misses int64) }); ok {
			f, m := c.Lookups()
			finds, misses = finds+f, misses+m
		}
	}
	return finds, misses
}

// Lag returns how many records of a source are not processed yet, as of what the last fetch
// told; -1 when that is not known.
func (t *Task) Lag(source int) int64 {
	s := &t.sources[source]
	if s.lag < 0 {
		return -1
	}
	return s.lag + int64(s.len())
}

// Node returns the processor name of a source, and its topic.
func (t *Task) Node(source int) (node, topic string) {
	return t.sources[source].node, t.sources[source].topic
}
