package metrics

import (
	"math"
	"time"
)

// Samples are the last half minute to minute of something that is measured, as Kafka's
// SampledStat keeps it with metrics.num.samples and metrics.sample.window.ms at their defaults:
// two windows of 30 s. It belongs to one goroutine; the zero value is empty.
type Samples struct {
	old, new sample
}

// sampleWindow is metrics.sample.window.ms.
const sampleWindow = 30 * time.Second

type sample struct {
	began    time.Time
	n        int64 // events
	sum      float64
	min, max float64 // of an event
}

// Add notes n events of the value sum together, between min and max each.
func (s *Samples) Add(now time.Time, n int64, sum, min, max float64) {
	if n <= 0 {
		return
	}
	s.turn(now)
	if s.new.n == 0 {
		s.new.min, s.new.max = math.Inf(1), math.Inf(-1)
	}
	s.new.n += n
	s.new.sum += sum
	s.new.min, s.new.max = math.Min(s.new.min, min), math.Max(s.new.max, max)
}

// turn begins a new window when the last one is over, and forgets those that are too old.
func (s *Samples) turn(now time.Time) {
	switch age := now.Sub(s.new.began); {
	case s.new.began.IsZero():
		s.new.began = now
	case age >= 2*sampleWindow:
		s.old, s.new = sample{}, sample{began: now}
	case age >= sampleWindow:
		s.old, s.new = s.new, sample{began: now}
	}
}

// Stats are what Samples hold. A plain value, safe for concurrent use.
type Stats struct {
	Avg, Min, Max float64 // of an event; NaN without one, as in Kafka
	Rate          float64 // events per second
	Share         float64 // sum per second: the ratio of time, where seconds are measured
}

// Stats reads the samples.
func (s *Samples) Stats(now time.Time) Stats {
	s.turn(now)
	nan := math.NaN()
	r := Stats{Avg: nan, Min: nan, Max: nan}
	from := s.new.began
	if s.old.n > 0 {
		from = s.old.began
	}
	seconds := math.Max(now.Sub(from).Seconds(), 1)
	n, sum := s.old.n+s.new.n, s.old.sum+s.new.sum
	if n == 0 {
		return r
	}
	r.Avg, r.Rate, r.Share = sum/float64(n), float64(n)/seconds, sum/seconds
	r.Min, r.Max = math.Inf(1), math.Inf(-1)
	for _, x := range []*sample{&s.old, &s.new} {
		if x.n > 0 {
			r.Min, r.Max = math.Min(r.Min, x.min), math.Max(r.Max, x.max)
		}
	}
	return r
}
