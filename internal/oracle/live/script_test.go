//go:build real

package live

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/streamgen/streamgen/internal/oracle/draw"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/play"
	"github.com/twmb/franz-go/pkg/kgo"
)

// phase is records of one partition. A phase is processed whole before the next is written,
// so that what a worker does is the same on each run: it chooses between partitions by what
// it happens to have fetched.
type phase struct {
	records  []*kgo.Record
	consumed int64 // records that the application has processed after it, repartition topics included
}

// phases draws a script for a topology, cuts it into pieces and those by partition.
func phases(r *rand.Rand, topology form.Topology, e play.Entry) []phase {
	return cut(r, e, slices.DeleteFunc(draw.Script(r, topology, 300), func(s form.Step) bool { return s.Topic == "" }))
}

// cut cuts a script into phases.
func cut(r *rand.Rand, e play.Entry, script []form.Step) (out []phase) {
	// Timestamps of the scripts are near 0, which brokers delete; windows stay where they are.
	base := time.Now().Add(-time.Hour).Truncate(time.Hour).UnixMilli()
	var steps []form.Step
	place := kgo.StickyKeyPartitioner(nil)
	for piece := range slices.Chunk(script, 30) {
		type part struct {
			topic     string
			partition int
		}
		parts := map[part][]form.Step{}
		for _, s := range piece {
			p := part{s.Topic, r.IntN(partitions)}
			if s.Key != nil {
				p.partition = place.ForTopic(s.Topic).Partition(&kgo.Record{Key: s.Key}, partitions)
			}
			parts[p] = append(parts[p], s)
		}
		order := make([]part, 0, len(parts))
		for p := range parts {
			order = append(order, p)
		}
		slices.SortFunc(order, func(a, b part) int {
			return cmp.Or(strings.Compare(a.topic, b.topic), cmp.Compare(a.partition, b.partition))
		})
		for _, p := range order {
			ph := phase{}
			for _, s := range parts[p] {
				ph.records = append(ph.records, &kgo.Record{Topic: s.Topic, Partition: int32(p.partition), Key: s.Key, Value: s.Value,
					Timestamp: time.UnixMilli(base + s.Timestamp), Headers: headers(s)})
				steps = append(steps, s)
			}
			ph.consumed = int64(len(steps))
			out = append(out, ph)
		}
	}
	for step, n := range repartitioned(e, steps) {
		for i := range out {
			if sent := sum(out[:i+1]); sent > step {
				out[i].consumed += n
			}
		}
	}
	return out
}

func headers(s form.Step) (hs []kgo.RecordHeader) {
	for _, h := range s.Headers {
		hs = append(hs, kgo.RecordHeader{Key: h.Key, Value: h.Value})
	}
	return hs
}

func sum(phases []phase) (n int) {
	for _, p := range phases {
		n += len(p.records)
	}
	return n
}

// repartitioned is how many records each step makes on repartition topics. What a table sends
// there waits for the commit, and is not counted.
func repartitioned(e play.Entry, steps []form.Step) map[int]int64 {
	counts := map[int]int64{}
	if strings.Contains(e.Text, "table-group-by") {
		return counts
	}
	result := play.Run(e.Build(play.Generated), steps, true)
	for line := range strings.Lines(result) {
		var step int
		var topic string
		if n, _ := fmt.Sscanf(line, "%d %s", &step, &topic); n == 2 && strings.HasSuffix(topic, "-repartition") {
			counts[step]++
		}
	}
	return counts
}
