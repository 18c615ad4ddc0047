package main

import (
	"context"
	"fmt"
	"time"

	"github.com/streamgen/streamgen/bench/proc"
	"github.com/twmb/franz-go/pkg/kadm"
)

// progress is what the driver sees of a contestant while it runs: the offsets that it commits, and its CPU time then.
// Nobody has to count for it, and it is the same for all.
type progress struct {
	since  time.Time // running
	steps  [partitions][]step
	points []point
}

// step is a commit of one partition.
type step struct {
	at   time.Time
	done int64
}

// point is the process's CPU time when the driver saw a commit.
type point struct {
	at  time.Time
	sum int64
	cpu time.Duration
}

// The driver looks often enough for commits of 100 ms, and judges no second half shorter than what these looks and the
// kernel's hundredths of a second can tell.
const (
	look     = 20 * time.Millisecond
	shortest = time.Second / 2
)

// watch looks at the committed offsets until they are those of the end. It fails when the process ends by itself, or
// commits nothing for as long as stall.
func (c *cluster) watch(ctx context.Context, p *process, group, topic string, stall time.Duration) (*progress, error) {
	ends, err := c.admin.ListEndOffsets(ctx, topic)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return nil, err
	}
	total := int64(0)
	ends.Each(func(o kadm.ListedOffset) { total += o.Offset })
	tick := time.NewTicker(look)
	defer tick.Stop()
	select {
	case <-p.running:
	case <-p.ended:
		return nil, fmt.Errorf("it ended before it ran: %w%s", p.err, p.errors.text())
	case <-time.After(stall):
		return nil, fmt.Errorf("it does not run after %v%s", stall, p.errors.text())
	}
	g := &progress{since: p.since}
	moved := time.Now()
	for sum := int64(0); sum < total; {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-p.ended:
			return nil, fmt.Errorf("it ended after %d of %d records: %w%s", sum, total, p.err, p.errors.text())
		case <-tick.C:
		}
		// An error says that the group is not there yet, or its coordinator busy.
		offsets, err := c.admin.FetchOffsets(ctx, group)
		now := time.Now()
		before := sum
		if err == nil {
			sum = g.add(now, offsets, topic)
		}
		if sum > before {
			cpu, err := proc.CPU(p.cmd.Process.Pid)
			if err != nil {
				return nil, err
			}
			g.points, moved = append(g.points, point{now, sum, cpu}), now
		} else if now.Sub(moved) > stall {
			return nil, fmt.Errorf("no commit for %v, after %d of %d records%s", stall, sum, total, p.errors.text())
		}
	}
	return g, nil
}

// add notes commits and returns the sum of all.
func (g *progress) add(now time.Time, offsets kadm.OffsetResponses, topic string) (sum int64) {
	for i := range g.steps {
		done := int64(0)
		if n := len(g.steps[i]); n > 0 {
			done = g.steps[i][n-1].done
		}
		if o, ok := offsets.Lookup(topic, int32(i)); ok && o.Err == nil && o.At > done {
			done = o.At
			g.steps[i] = append(g.steps[i], step{now, done})
		}
		sum += done
	}
	return sum
}

// at returns how many records were processed at a time. Partitions are committed at different times, and what a thread
// has processed since its last commit counts too: between two commits of a partition it is taken to advance evenly.
func (g *progress) at(t time.Time) (sum float64) {
	for _, steps := range g.steps {
		last := step{at: g.since}
		for _, s := range steps {
			if s.at.After(t) {
				sum += float64(s.done-last.done) * float64(t.Sub(last.at)) / float64(s.at.Sub(last.at))
				break
			}
			last = s
		}
		sum += float64(last.done)
	}
	return sum
}

// steady returns the CPU time per record and the records per second of the second half: what a process costs once it is
// warm. The end of the work is when the broker took the last output, or the last commit when that is unknown. ok is false
// when the run was too short for a commit in its middle.
func (g *progress) steady(end time.Time) (perRecord time.Duration, rate float64, ok bool) {
	if len(g.points) == 0 {
		return 0, 0, false
	}
	last := g.points[len(g.points)-1]
	for _, p := range g.points {
		if p.sum < last.sum/2 {
			continue
		}
		records := float64(last.sum) - g.at(p.at)
		if p == last || records < float64(last.sum)/10 || end.Sub(p.at) < shortest {
			break
		}
		return time.Duration(float64(last.cpu-p.cpu) / records), records / end.Sub(p.at).Seconds(), true
	}
	return 0, 0, false
}
