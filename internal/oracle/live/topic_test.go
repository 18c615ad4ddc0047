//go:build real

package live

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// broker is the real one, with the topics whose names begin with "live-".
type broker struct {
	t    *testing.T
	addr string
	cl   *kgo.Client
	adm  *kadm.Client
}

// connect has a client of its own for each run: it remembers the ids of topics that are gone.
func connect(t *testing.T, addr string) *broker {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(0), kgo.MetadataMinAge(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return &broker{t: t, addr: addr, cl: cl, adm: kadm.NewClient(cl)}
}

// mine is what all topics and applications of these tests begin with.
const mine = "live-"

func (b *broker) topics() []string {
	b.t.Helper()
	all, err := b.adm.ListTopics(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return slices.DeleteFunc(all.Names(), func(name string) bool { return !strings.HasPrefix(name, mine) })
}

// fresh deletes what earlier runs left and creates topics.
func (b *broker) fresh(topics []string) {
	b.t.Helper()
	if old := b.topics(); len(old) > 0 {
		r, err := b.adm.DeleteTopics(b.t.Context(), old...)
		if err == nil {
			err = r.Error()
		}
		if err != nil {
			b.t.Fatal(err)
		}
		b.until("topics to be gone", func() bool { return len(b.topics()) == 0 })
	}
	r, err := b.adm.CreateTopics(b.t.Context(), partitions, 1, nil, topics...)
	if err == nil {
		err = r.Error()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.until("fresh topics", func() bool { return len(b.topics()) == len(topics) })
}

func (b *broker) until(what string, done func() bool) {
	b.t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			b.t.Fatalf("waited %v for %s", patience, what)
		case <-tick.C:
		}
	}
}

// dump is all that lies on the topics: each with its partitions and what was configured for
// it, and the records of each partition in order. The application's own name becomes "app".
func (b *broker) dump(application string) string {
	b.t.Helper()
	names := b.topics()
	ends, err := b.adm.ListEndOffsets(b.t.Context(), names...)
	if err == nil {
		err = ends.Error()
	}
	configs, err2 := b.adm.DescribeTopicConfigs(b.t.Context(), names...)
	if err != nil || err2 != nil {
		b.t.Fatal(err, err2)
	}
	lines := map[string][]string{} // by topic and partition
	var heads []string
	left, from := int64(0), map[string]map[int32]kgo.Offset{}
	for _, name := range names {
		shown := strings.Replace(name, application, "app", 1)
		heads = append(heads, fmt.Sprintf("topic %s, %d partitions%s", shown, len(ends[name]), configured(configs, name)))
		from[name] = map[int32]kgo.Offset{}
		for p, end := range ends[name] {
			from[name][p] = kgo.NewOffset().AtStart()
			left += end.Offset
		}
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.addr), kgo.ConsumePartitions(from), kgo.FetchMaxWait(100*time.Millisecond),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords())
	if err != nil {
		b.t.Fatal(err)
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(b.t.Context(), patience)
	defer cancel()
	for left > 0 {
		fetches := cl.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			b.t.Fatalf("%v, with %d records left", err, left)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			left--
			if r.Attrs.IsControl() {
				return
			}
			part := fmt.Sprintf("%s/%d", strings.Replace(r.Topic, application, "app", 1), r.Partition)
			line := fmt.Sprintf("%s %s %s @%d", part, form.ShowBytes(r.Key), form.ShowBytes(r.Value), r.Timestamp.UnixMilli())
			for _, h := range r.Headers {
				line += " " + h.Key + "=" + form.ShowBytes(h.Value)
			}
			lines[part] = append(lines[part], line)
		})
	}
	slices.Sort(heads)
	out := strings.Join(heads, "\n") + "\n"
	for _, part := range slices.Sorted(maps.Keys(lines)) {
		out += strings.Join(lines[part], "\n") + "\n"
	}
	return out
}

// configured is what was set for the topic itself.
func configured(all kadm.ResourceConfigs, topic string) string {
	var set []string
	for _, c := range all {
		for _, o := range c.Configs {
			if c.Name == topic && o.Source == kmsg.ConfigSourceDynamicTopicConfig {
				set = append(set, " "+o.Key+"="+o.MaybeValue())
			}
		}
	}
	slices.Sort(set)
	return strings.Join(set, "")
}
