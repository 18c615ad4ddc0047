package poll

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// maxPoll bounds the records taken by one poll.
const maxPoll = 20_000

// fetch polls once and hands the records to the tasks. It waits only when the last round
// processed nothing.
func (w *worker) fetch() error {
	began := w.g.s.Clock.Time()
	var ctx context.Context
	if !w.polled {
		c, cancel := context.WithTimeout(w.ctx, w.patience())
		defer cancel()
		ctx = c
		// Who asks something after the look at asks finds the way to end the wait.
		w.waiting.Store(&cancel)
		defer w.waiting.Store(nil)
		if len(w.asks) > 0 {
			cancel()
		}
	}
	fetches := w.cl.PollRecords(ctx, w.fits(maxPoll))
	n, bytes := int64(0), int64(0)
	var err error
	fetches.EachTopic(func(t kgo.FetchTopic) {
		for i := range t.Partitions {
			p := &t.Partitions[i]
			if p.Err != nil {
				if e := w.fetchError(t.Topic, p); e != nil && err == nil {
					err = e
				}
			}
			n += int64(len(p.Records))
			for _, r := range p.Records {
				bytes += int64(len(r.Key) + len(r.Value) + recordBytes)
			}
			w.enqueue(partition{t.Topic, p.Partition}, p)
		}
	})
	w.metrics.Poll.Add(began, 1, w.g.s.Clock.Since(began))
	w.metrics.PollRecords.Add(n)
	w.weigh(n, bytes)
	w.polled, w.lastPoll = n > 0, began
	return err
}

// patience is how long a poll may wait: until something else has to be done.
func (w *worker) patience() time.Duration {
	now := w.g.s.Clock.Time()
	d := w.g.s.Poll
	if w.dirty {
		d = min(d, w.lastCommit.Add(w.g.s.CommitInterval).Sub(now))
	}
	for _, s := range w.slots {
		if s.opening {
			d = min(d, 10*time.Millisecond)
		}
		if s.parked() {
			d = min(d, s.trial.until.Sub(now))
		}
		if s.engine == nil {
			continue
		}
		if next := s.engine.NextWall(); next >= 0 {
			d = min(d, time.Duration(next-now.UnixMilli())*time.Millisecond)
		}
	}
	return max(d, time.Millisecond)
}

// fetchError says what a partition's error means: most are retried by the client.
func (w *worker) fetchError(topic string, p *kgo.FetchPartition) error {
	err := p.Err
	var loss *kgo.ErrDataLoss
	var session *kgo.ErrGroupSession
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled) && w.ctx.Err() == nil: // or woken
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, kgo.ErrClientClosed):
		return commit.As(commit.Restart, err)
	case errors.As(err, &loss):
		// The client goes back to where the log parted (KIP-320); enqueue does not.
		w.g.s.Log.Error("records were lost at the broker; offsets that were processed before are not processed again", "topic", topic, "partition", p.Partition, "error", err)
		return nil
	case errors.As(err, &session):
		return w.groupError(err)
	case is(err, kerr.UnknownTopicOrPartition, kerr.UnknownTopicID, kerr.InconsistentTopicID):
		return w.missing(topic, err)
	case passing(err):
		return nil
	}
	return commit.As(commit.Fault, fmt.Errorf("reading %s-%d: %w", topic, p.Partition, err))
}

// missing decides about a topic that a broker does not know. A broker may learn of a topic
// late, or hand its partitions to another, so the topic counts as deleted only when the
// cluster has been saying so for some seconds.
func (w *worker) missing(topic string, cause error) error {
	now := w.g.s.Clock.Time()
	look, known := w.looks[topic]
	if known && now.Sub(look.last) < time.Second {
		return nil
	}
	ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second)
	defer cancel()
	have, err := w.g.admin.describe(ctx, []string{topic})
	d, ok := have[topic]
	deleted := err == nil && ok && (errors.Is(d.err, kerr.UnknownTopicOrPartition) || d.err == nil && d.id != w.topics.ids[topic])
	if !known || !deleted {
		look.since = now
	}
	look.last = now
	w.looks[topic] = look
	if !deleted || now.Sub(look.since) < 5*time.Second {
		return nil
	}
	return commit.As(commit.Fault, fmt.Errorf("topic %q was deleted while the application runs; offsets and state of it are worthless now: create it again if need be, reset the application, and start it: %w", topic, cause))
}

// look is what was seen of a topic that a broker does not know.
type look struct{ since, last time.Time }

// enqueue hands a partition's records to its task.
func (w *worker) enqueue(p partition, f *kgo.FetchPartition) {
	s, source := w.reader(p)
	if s == nil || s.engine == nil || len(f.Records) == 0 {
		return
	}
	from := max(s.committed[p].offset, s.engine.Position(source))
	views := s.engine.Room(source, len(f.Records))
	for _, r := range f.Records {
		if r.Offset < from || r.Attrs.IsControl() {
			continue
		}
		views = append(views, gen.Record{
			Key: r.Key, Value: r.Value, Timestamp: r.Timestamp.UnixMilli(), Offset: r.Offset, Headers: ourHeaders(r.Headers),
		})
	}
	s.engine.Enqueue(source, views)
	next := f.Records[len(f.Records)-1].Offset + 1
	s.engine.SetPosition(source, next) // beyond markers
	end := f.HighWatermark
	if w.g.s.ExactlyOnce && f.LastStableOffset >= 0 {
		end = f.LastStableOffset
	}
	s.engine.SetLag(source, max(0, end-next))
	s.silence[source] = silence{}
}

// reader returns the slot and source that read p.
func (w *worker) reader(p partition) (*slot, int) {
	at, ok := w.topics.readers[p.topic]
	if !ok {
		return nil, 0
	}
	return w.slots[assign.Task{Group: at.group, Partition: p.n}], at.source
}

// partitions returns the slot's inputs as the client wants them.
func (s *slot) partitions() map[string][]int32 {
	m := map[string][]int32{}
	for _, p := range s.inputs {
		if p.n >= 0 {
			m[p.topic] = append(m[p.topic], p.n)
		}
	}
	return m
}
