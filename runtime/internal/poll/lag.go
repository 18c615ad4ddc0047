package poll

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
)

// silence is what was known about an empty input at the last look: when its end has not
// moved since, and nothing has arrived, nothing readable lies before it.
type silence struct {
	end  int64
	seen bool
}

// lagCheck asks the broker for the ends of inputs that hold up a task: a fetch tells a
// partition's end only along with records. It belongs to the worker's goroutine; answers
// arrive on the channel.
type lagCheck struct {
	last    time.Time
	answers chan map[string]map[int32]int64
}

// checkLags starts a look, or takes in the answer of the last one.
func (w *worker) checkLags(list []*slot) {
	if w.lags.answers != nil {
		select {
		case ends := <-w.lags.answers:
			w.lags.answers = nil
			for _, s := range list {
				s.learnLags(ends)
			}
		default:
		}
		return
	}
	now := w.g.s.Clock.Time()
	if now.Sub(w.lags.last) < max(time.Second, 2*w.g.s.FetchMaxWait) {
		return
	}
	names := map[string]bool{}
	for _, s := range list {
		for _, i := range s.heldUpBy() {
			names[s.inputs[i].topic] = true
		}
	}
	if len(names) == 0 {
		return
	}
	w.lags.last = now
	answers := make(chan map[string]map[int32]int64, 1)
	w.lags.answers = answers
	var topics []string
	for n := range names {
		topics = append(topics, n)
	}
	w.openers.Add(1)
	go func() {
		defer w.openers.Done()
		ctx, cancel := context.WithTimeout(w.ctx, 10*time.Second)
		defer cancel()
		ends, err := w.g.admin.readableEnds(ctx, topics...)
		if err != nil {
			ends = nil // the next look may succeed
		}
		answers <- ends
	}()
}

// heldUpBy lists the empty inputs of a task that has records of others to process.
func (s *slot) heldUpBy() []int {
	if s.engine == nil || len(s.inputs) < 2 {
		return nil
	}
	waits, empty := false, []int(nil)
	for i, p := range s.inputs {
		switch {
		case p.n < 0:
		case s.engine.Buffered(i) > 0:
			waits = true
		default:
			empty = append(empty, i)
		}
	}
	if !waits {
		return nil
	}
	return empty
}

func (s *slot) learnLags(ends map[string]map[int32]int64) {
	held := s.heldUpBy()
	if held == nil {
		return
	}
	offsets := s.engine.Offsets()
	for _, i := range held {
		p := s.inputs[i]
		end, ok := ends[p.topic][p.n]
		if !ok {
			continue
		}
		quiet := s.silence[i]
		s.silence[i] = silence{end: end, seen: true}
		lag := max(0, end-max(offsets[i], 0))
		if quiet.seen && quiet.end == end {
			lag = 0
		}
		s.engine.SetLag(i, lag)
	}
}

// readableEnds returns the ends as far as the application's isolation level reads.
func (a *admin) readableEnds(ctx context.Context, names ...string) (map[string]map[int32]int64, error) {
	if a.s.ExactlyOnce {
		return listed(a.ListCommittedOffsets(ctx, names...))
	}
	return a.ends(ctx, names...)
}

// deleteBelow deletes the records below the given offsets.
func (a *admin) deleteBelow(ctx context.Context, offsets map[partition]int64) error {
	var os kadm.Offsets
	for p, at := range offsets {
		os.AddOffset(p.topic, p.n, at, -1)
	}
	r, err := a.DeleteRecords(ctx, os)
	if err != nil {
		return err
	}
	return r.Error()
}
