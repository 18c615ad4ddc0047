package poll

import "time"

// A client has one fetch under way per broker, for the partitions that were not paused when
// it left. Where all of those are at their end, for example a join's table beside its
// paused stream, the broker holds the answer back for fetch.max.wait.ms, and a partition
// resumed meanwhile waits as long. So pausing what will be worked off sooner than that
// costs more than it saves: a task that takes 20 ms for its buffer would stand still for
// the other 480. The worker rather polls later, and pauses only what outlasts a fetch.

const (
	// stepRecords is how many records a task processes at most before the next one has its turn.
	stepRecords = 2000
	// stepTime is how long that may take: the clock is read between steps, and with it whether
	// a commit or a rebalance is due.
	stepTime = 10 * time.Millisecond
	// maxAhead bounds the records that a worker reads ahead, however quick it is.
	maxAhead = 3 * maxPoll
)

// stride is how many records a step takes: few for functions that take long, so that the
// worker looks at its clock in time. The zero value begins with one record.
type stride struct{ n int }

func (s *stride) next() int { return max(s.n, 1) }

// took tells that a step processed done records in d.
func (s *stride) took(done int, d time.Duration) {
	switch n := s.next(); {
	case d > 2*stepTime:
		s.n = max(n/2, 1)
	case done >= n && d < stepTime:
		s.n = min(2*n, stepRecords)
	}
}

// pace is how quickly a worker has been processing records: a mean that forgets what lies
// more than some ten rounds back.
type pace struct {
	records float64
	seconds float64
}

func (p *pace) add(records int, d time.Duration) {
	const keep = 0.9
	p.records = keep*p.records + float64(records)
	p.seconds = keep*p.seconds + d.Seconds()
}

// within returns how many records are processed in d, maxAhead at most.
func (p *pace) within(d time.Duration) int {
	if p.records == 0 {
		return 0
	}
	if p.records*d.Seconds() >= maxAhead*p.seconds {
		return maxAhead
	}
	return int(p.records * d.Seconds() / p.seconds)
}

// ahead returns how many records the worker may hold without pausing a partition: the work
// of two fetches that wait, so that one still lasts when the resumed partition's begins.
func (w *worker) ahead() int { return w.pace.within(2 * w.g.s.FetchMaxWait) }

// recordBytes is what a record takes beside its key and value, at the client and in its task.
const recordBytes = 240

// weigh takes in how much the records of a poll weigh: heavier ones count at once, lighter ones
// by and by.
func (w *worker) weigh(n, bytes int64) {
	if n > 0 {
		now := float64(bytes) / float64(n)
		w.weight = max(now, 0.9*w.weight+0.1*now)
	}
}

// fits returns how many of n records there is memory for.
func (w *worker) fits(n int) int {
	if w.weight == 0 {
		return min(n, 1000) // who knows
	}
	return max(1, min(n, int(float64(w.g.s.shares.Waiting)/w.weight)))
}

// full says that enough waits in the tasks to leave the client alone for a while: what it
// has fetched stays in its buffer. Something is polled every now and then nevertheless,
// for the tasks that ran out of records and for errors.
func (w *worker) full() bool {
	if !w.busy {
		return false
	}
	since := w.g.s.Clock.Since(w.lastPoll)
	return since < 50*time.Millisecond || w.held > w.fits(maxPoll) && since < w.g.s.FetchMaxWait
}

// each is how many records of a partition may wait before it is paused: few when they are so
// heavy that more of each partition would not fit together.
func (w *worker) each(list []*slot) int {
	n := 0
	for _, s := range list {
		n += len(s.inputs)
	}
	return w.fits(w.g.s.Buffered*n) / max(1, n)
}

// throttle pauses the inputs of which too much waits, and resumes them: those over
// buffered.records.per.partition, as long as their task waits for another partition or
// the worker as a whole is behind by more than a fetch can wait.
func (w *worker) throttle(list []*slot) {
	w.held = 0
	for _, s := range list {
		w.held += s.buffered()
	}
	behind := w.held > w.fits(w.ahead())
	most := w.each(list)
	for _, s := range list {
		if s.engine == nil {
			continue
		}
		for i, p := range s.inputs {
			if p.n < 0 {
				continue
			}
			over := s.engine.Buffered(i) > most && (behind || s.stuck)
			if over == s.paused[i] {
				continue
			}
			s.paused[i] = over
			m := map[string][]int32{p.topic: {p.n}}
			if over {
				w.cl.PauseFetchPartitions(m)
			} else {
				w.cl.ResumeFetchPartitions(m)
			}
		}
	}
}

// buffered counts the records that wait in the task.
func (s *slot) buffered() int {
	if s.engine == nil {
		return 0
	}
	n := 0
	for i := range s.inputs {
		n += s.engine.Buffered(i)
	}
	return n
}
