package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/twmb/franz-go/pkg/kgo"
)

// globals fills the global tables and stores: from the beginning of their topics to the end before
// any task runs, then with whatever follows. Its loop runs on a goroutine of its own.
type globals struct {
	g        *Group
	cl       *kgo.Client
	all      []*task.Global
	tables   map[string][]*task.Global // by topic
	position map[partition]int64
	batch    []gen.Record
}

func newGlobals(g *Group) (*globals, error) {
	gl := &globals{g: g, tables: map[string][]*task.Global{}, position: map[partition]int64{}}
	at := map[string]map[int32]kgo.Offset{}
	for _, t := range g.s.Topology.Globals {
		own := task.NewGlobal(t, task.Config{ApplicationID: g.s.Application, WallClock: g.s.Clock.Millis(), Kafka: g.s.Kafka, Schemas: g.s.Schemas, Log: g.s.Log})
		gl.all = append(gl.all, own)
		gl.tables[t.Topic] = append(gl.tables[t.Topic], own)
		at[t.Topic] = map[int32]kgo.Offset{}
		for p := range g.topics.Load().partitions[t.Topic] {
			at[t.Topic][p] = kgo.NewOffset().AtStart()
		}
	}
	var err error
	gl.cl, err = kgo.NewClient(append(g.s.options("global"), g.s.isolation(),
		kgo.ConsumePartitions(at),
		kgo.KeepControlRecords(),
		kgo.FetchMaxBytes(g.s.FetchMaxBytes),
		kgo.FetchMaxPartitionBytes(g.s.MaxPartitionFetchBytes),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	)...)
	return gl, err
}

// bootstrap reads to the ends as of now. Kafka Streams bounds it by the task timeout
// without progress; so does this.
func (gl *globals) bootstrap(ctx context.Context) error {
	if err := gl.start(); err != nil {
		return err
	}
	var names []string
	for topic := range gl.tables {
		names = append(names, topic)
	}
	ends, err := gl.g.admin.ends(ctx, names...)
	if err != nil {
		return fmt.Errorf("global tables: the ends of %q cannot be read: %w", names, err)
	}
	starts, err := gl.g.admin.starts(ctx, names...)
	if err != nil {
		return fmt.Errorf("global tables: the starts of %q cannot be read: %w", names, err)
	}
	for topic, ps := range starts {
		for p, start := range ps {
			gl.position[partition{topic, p}] = start
		}
	}
	last := gl.g.s.Clock.Time()
	told := last
	for {
		behind := ""
		for topic, ps := range ends {
			for p, end := range ps {
				if at := gl.position[partition{topic, p}]; at < end {
					behind = fmt.Sprintf("%s-%d (at offset %d of %d)", topic, p, at, end)
				}
			}
		}
		if behind == "" {
			return nil
		}
		n, err := gl.poll(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			last = gl.g.s.Clock.Time()
		} else if gl.g.s.Clock.Since(told) > patienceOfRestore {
			told = gl.g.s.Clock.Time()
			gl.g.s.Log.Warn("global tables wait for their topics", "for", behind, "since", gl.g.s.Clock.Since(last).Round(time.Second))
		}
		if gl.g.s.Clock.Since(last) > gl.g.s.TaskTimeout {
			return fmt.Errorf("global tables: no progress on %s for %v", behind, gl.g.s.TaskTimeout)
		}
	}
}

// follow keeps the tables current until ctx ends.
func (gl *globals) follow(ctx context.Context) error {
	for {
		if _, err := gl.poll(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
}

// poll applies what arrives within a second.
func (gl *globals) poll(ctx context.Context) (int, error) {
	c, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	fetches := gl.cl.PollFetches(c)
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	for _, fe := range fetches.Errors() {
		var loss *kgo.ErrDataLoss
		switch {
		case errors.Is(fe.Err, context.DeadlineExceeded), passing(fe.Err):
		case errors.As(fe.Err, &loss): // the client goes back; apply does not
			gl.g.s.Log.Error("records of a global table were lost at the broker; offsets that were taken in before are not taken in again", "topic", fe.Topic, "error", fe.Err)
		default:
			return 0, fmt.Errorf("reading the global topic %s-%d: %w", fe.Topic, fe.Partition, fe.Err)
		}
	}
	var failed error
	n := 0
	fetches.EachPartition(func(f kgo.FetchTopicPartition) {
		if len(f.Records) == 0 || failed != nil {
			return
		}
		n += len(f.Records)
		failed = gl.apply(f)
	})
	gl.g.s.Metrics.GlobalRecords.Add(int64(n))
	return n, failed
}

func (gl *globals) apply(f kgo.FetchTopicPartition) error {
	run := gen.Run{Topic: f.Topic, Partition: f.Partition, Records: gl.batch[:0]}
	p := partition{f.Topic, f.Partition}
	from := gl.position[p]
	gl.position[p] = max(from, f.Records[len(f.Records)-1].Offset+1)
	for _, r := range f.Records {
		if r.Offset < from || r.Attrs.IsControl() {
			continue
		}
		if r.Key == nil && !gl.keyless(f.Topic) { // a global table has no row without a key, as in Kafka Streams
			gl.g.s.Metrics.GlobalDroppedKey.Add(1)
			continue
		}
		run.Records = append(run.Records, gen.Record{
			Key: r.Key, Value: r.Value, Timestamp: max(r.Timestamp.UnixMilli(), 0), Offset: r.Offset, Headers: ourHeaders(r.Headers),
		})
	}
	gl.batch = run.Records
	if len(run.Records) == 0 {
		return nil
	}
	for _, t := range gl.tables[f.Topic] {
		err := t.Apply(&run, gl.g.s.Clock.Millis())
		gl.g.s.Metrics.GlobalDroppedError.Add(int64(run.Skipped))
		if err != nil {
			return failed(t, err)
		}
	}
	return nil
}

// keyless says whether a topic's records without a key count.
func (gl *globals) keyless(topic string) bool {
	return slices.ContainsFunc(gl.tables[topic], (*task.Global).Keyless)
}

// start initialises the processors of global stores.
func (gl *globals) start() error {
	for _, t := range gl.all {
		if err := t.Start(); err != nil {
			return failed(t, err)
		}
	}
	return nil
}

// close ends the client, and closes the processors that were started.
func (gl *globals) close() error {
	gl.cl.Close()
	var errs []error
	for _, t := range gl.all {
		if err := t.Close(); err != nil {
			errs = append(errs, failed(t, err))
		}
	}
	return errors.Join(errs...)
}

// failed is the end of the application by a global table or store.
func failed(t *task.Global, err error) error {
	return commit.As(commit.Fault, fmt.Errorf("%s: %w", t.Name(), err))
}
