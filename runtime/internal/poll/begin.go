package poll

import (
	"context"
	"fmt"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"
)

// begin returns where inputs without a committed offset start. The answer holds for the
// life of the process: a client that is made anew, or a task that comes back, before the
// first commit goes on where it began. With "latest" it would otherwise skip what came in
// between. Repartition topics are read from their start whatever the property says: their
// records are this application's own. Safe for concurrent use.
func (g *Group) begin(ctx context.Context, inputs []partition) (map[partition]int64, error) {
	m := map[partition]int64{}
	var oldest, newest []string
	g.mu.Lock()
	for _, p := range inputs {
		r, ours := g.topics.Load().readers[p.topic]
		first, known := g.firsts[p]
		switch {
		case !ours:
		case known:
			m[p] = first
		case g.s.Latest && !repartition(&g.s.Topology.Subtopologies[r.group], r.source):
			newest = append(newest, p.topic)
		default:
			oldest = append(oldest, p.topic)
		}
	}
	g.mu.Unlock()
	starts, err := ask(ctx, g.admin.starts, oldest)
	if err != nil {
		return nil, err
	}
	ends, err := ask(ctx, g.admin.readableEnds, newest)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range inputs {
		for _, listed := range []map[string]map[int32]int64{starts, ends} {
			first, ok := listed[p.topic][p.n]
			if !ok {
				continue
			}
			if was, known := g.firsts[p]; known { // somebody asked at the same time
				first = was
			}
			g.firsts[p], m[p] = first, first
		}
	}
	return m, nil
}

func ask(ctx context.Context, list func(context.Context, ...string) (map[string]map[int32]int64, error), topics []string) (map[string]map[int32]int64, error) {
	if len(topics) == 0 {
		return nil, nil
	}
	slices.Sort(topics)
	return list(ctx, slices.Compact(topics)...)
}

// fresh lists the slots' inputs without a committed offset.
func fresh(slots []*slot, committed map[partition]mark) []partition {
	var list []partition
	for _, s := range slots {
		for _, p := range s.inputs {
			if _, ok := committed[p]; !ok && p.n >= 0 {
				list = append(list, p)
			}
		}
	}
	return list
}

// adjust gives the client a start for each partition that it found no committed offset
// for. By itself it would ask for one later, at a moment of its own, and until its first
// poll of the partition no seek would change that.
func (w *worker) adjust(ctx context.Context, offsets map[string]map[int32]kgo.Offset) (map[string]map[int32]kgo.Offset, error) {
	var inputs []partition
	for topic, ps := range offsets {
		for n, o := range ps {
			if o.EpochOffset().Offset < 0 {
				inputs = append(inputs, partition{topic, n})
			}
		}
	}
	firsts, err := w.g.begin(ctx, inputs)
	if err != nil {
		return nil, fmt.Errorf("where partitions without a committed offset start: %w", err)
	}
	for p, first := range firsts {
		offsets[p.topic][p.n] = kgo.NewOffset().At(first)
	}
	return offsets, nil
}
