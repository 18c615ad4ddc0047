package conformance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// Sink is a sink connector to test. A plain value.
type Sink struct {
	New   plugin.Constructor
	Props map[string]string
	// Read returns the texts that have arrived, in order; Reset forgets them.
	Read  func() []string
	Reset func()
}

// sinkContext is what a task sees of a worker.
type sinkContext struct{ ctx context.Context }

var only = plugin.TopicPartition{Topic: "conformance"}

func (c *sinkContext) Context() context.Context               { return c.ctx }
func (c *sinkContext) Connector() string                      { return "conformance" }
func (c *sinkContext) Task() int                              { return 0 }
func (c *sinkContext) Assignment() []plugin.TopicPartition    { return []plugin.TopicPartition{only} }
func (c *sinkContext) Rewind(map[plugin.TopicPartition]int64) {}
func (c *sinkContext) RetryAfter(time.Duration)               {}
func (c *sinkContext) Pause(...plugin.TopicPartition)         {}
func (c *sinkContext) Resume(...plugin.TopicPartition)        {}
func (c *sinkContext) RequestCommit()                         {}
func (c *sinkContext) Reporter() plugin.ErrantRecordReporter  { return nil }

func text(offset int) string { return fmt.Sprintf("record-%d", offset) }

func records(from, to int) []plugin.SinkRecord {
	var all []plugin.SinkRecord
	for i := from; i < to; i++ {
		all = append(all, plugin.SinkRecord{Original: only, Record: plugin.Record{
			Topic: only.Topic, Offset: int64(i), Sink: true, ValueSchema: data.StringSchema, Value: text(i), Timestamp: int64(i)}})
	}
	return all
}

func texts(from, to int) (all []string) {
	for i := from; i < to; i++ {
		all = append(all, text(i))
	}
	return all
}

func (s Sink) start(t *testing.T) plugin.SinkTask {
	t.Helper()
	connector := s.New().(plugin.SinkConnector)
	if err := connector.Start(nil, s.Props); err != nil {
		t.Fatal(err)
	}
	configs, err := connector.TaskConfigs(1)
	if err != nil || len(configs) != 1 {
		t.Fatalf("one task was asked for: %d, %v", len(configs), err)
	}
	task := connector.NewTask()
	if err := task.Start(&sinkContext{t.Context()}, configs[0]); err != nil {
		t.Fatal(err)
	}
	if o, ok := task.(plugin.SinkOpener); ok {
		if err := o.Open([]plugin.TopicPartition{only}); err != nil {
			t.Fatal(err)
		}
	}
	return task
}

// commit does what the worker does before offsets are committed, up to an offset.
func commit(t *testing.T, task plugin.SinkTask, next int) {
	t.Helper()
	at := map[plugin.TopicPartition]int64{only: int64(next)}
	switch task := task.(type) {
	case plugin.PreCommitter:
		got, err := task.PreCommit(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		if got[only] > at[only] {
			t.Errorf("offset %d is to be committed, %d was delivered", got[only], at[only])
		}
	case plugin.SinkFlusher:
		if err := task.Flush(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
}

// Test runs the suite.
func (s Sink) Test(t *testing.T) {
	equal := func(t *testing.T, want []string) {
		t.Helper()
		if got := s.Read(); !slices.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	}
	put := func(t *testing.T, task plugin.SinkTask, from, to int) {
		t.Helper()
		if err := task.Put(t.Context(), records(from, to)); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("order", func(t *testing.T) {
		s.Reset()
		task := s.start(t)
		put(t, task, 0, 5)
		put(t, task, 5, 5)
		put(t, task, 5, 12)
		commit(t, task, 12)
		equal(t, texts(0, 12))
		if err := task.Stop(); err != nil {
			t.Error(err)
		}
	})
	t.Run("restart", func(t *testing.T) {
		s.Reset()
		for i := range 4 {
			task := s.start(t)
			put(t, task, i*3, i*3+3)
			commit(t, task, i*3+3)
			if err := task.Stop(); err != nil {
				t.Error(err)
			}
		}
		equal(t, texts(0, 12))
	})
	t.Run("redelivery", func(t *testing.T) {
		// What was put and not committed comes again: it arrives again or not, but nothing is left out or out of order.
		for seed := range uint64(20) {
			s.Reset()
			random := rand.New(rand.NewPCG(seed, 0))
			committed := 0
			for committed < 12 {
				task := s.start(t)
				next := committed
				for next < 12 && random.IntN(4) > 0 {
					to := min(next+1+random.IntN(4), 12)
					put(t, task, next, to)
					next = to
					if random.IntN(2) == 0 {
						commit(t, task, next)
						committed = next
					}
				}
				if err := task.Stop(); err != nil {
					t.Fatal(err)
				}
			}
			checkRedelivered(t, s.Read(), 12)
		}
	})
	t.Run("cancel", func(t *testing.T) {
		s.Reset()
		task := s.start(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = task.Put(ctx, records(0, 3)) // an error is as good as success; to hang is neither
		}()
		select {
		case <-ended:
		case <-time.After(patience):
			t.Error("Put does not heed its context")
		}
		if err := task.Stop(); err != nil {
			t.Error(err)
		}
	})
	t.Run("stop before start", func(t *testing.T) {
		if err := s.New().(plugin.SinkConnector).NewTask().Stop(); err != nil {
			t.Error(err)
		}
	})
}

// checkRedelivered checks that each record is there, and that each comes after its predecessor's first time.
func checkRedelivered(t *testing.T, got []string, n int) {
	t.Helper()
	next := 0
	for _, one := range got {
		if one == text(next) {
			next++
			continue
		}
		if !slices.Contains(texts(0, next), one) {
			t.Errorf("%s came before %s: %v", one, text(next), got)
			return
		}
	}
	if next != n {
		t.Errorf("%s never came: %v", text(next), got)
	}
}
