package killtest

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/streamgen/streamgen/internal/clicks/judge"
)

// note logs with the time since the run began.
func (r *run) note(format string, args ...any) {
	r.Log("%7.3f "+format, append([]any{time.Since(r.began).Seconds()}, args...)...)
}

// killOne kills one process once there is new committed output, reads what it left and
// starts it again. After every third kill the new life is killed while it starts, after
// every third it is stopped cleanly once: a clean stop puts its stores on disk, so that
// later kills fall on stores with rows in them and not on changelogs alone.
func (r *run) killOne(ctx context.Context) error {
	i := r.rng.IntN(r.Processes)
	since := r.since[i]
	if err := r.working(ctx, i); err != nil {
		return err
	}
	r.report.Kills++
	if err := r.kill(ctx, i, fmt.Sprintf("kill %d of process %d", r.report.Kills, i)); err != nil {
		return err
	}
	r.note("kill %d of process %d: %d increments committed, %d since its start, %d fed, %d transactions left open",
		r.report.Kills, i, r.committed(), r.committed()-since, r.feed.fed(), r.report.Open)
	if err := r.start(i); err != nil {
		return err
	}
	switch r.report.Kills % 3 {
	case 1:
		if err := r.working(ctx, i); err != nil {
			return err
		}
		if err := r.procs[i].stop(patience); err != nil {
			return err
		}
		r.report.Stops++
		if err := r.dump(i, fmt.Sprintf("clean stop %d of process %d", r.report.Stops, i), false); err != nil {
			return err
		}
		return r.start(i)
	case 2:
		if !r.EarlyKills {
			return nil
		}
		if err := pause(ctx, time.Duration(r.rng.Int64N(int64(sessionTimeout)))); err != nil {
			return err
		}
		r.report.Early++
		if err := r.kill(ctx, i, fmt.Sprintf("early kill %d of process %d", r.report.Early, i)); err != nil {
			return err
		}
		return r.start(i)
	}
	return nil
}

// working waits until there is committed output since the start of process i and the
// process has begun work of its own, and then for a random moment.
func (r *run) working(ctx context.Context, i int) error {
	since := r.since[i]
	if err := r.until(ctx, fmt.Sprintf("new committed output after start %d", r.report.Starts), func() bool { return r.committed() > since && r.busy(ctx, i) }); err != nil {
		return err
	}
	return pause(ctx, time.Duration(r.rng.Int64N(int64(4*commitInterval))))
}

// kill kills process i and reads what it left behind.
func (r *run) kill(ctx context.Context, i int, when string) error {
	if err := r.procs[i].kill(); err != nil {
		return err
	}
	left, err := r.transactions(ctx, i)
	if err != nil {
		return err
	}
	open := false
	for id, t := range left {
		r.last[id] = t
		open = open || t.State == "Ongoing"
	}
	if open {
		r.report.Open++
	}
	return r.dump(i, when, false)
}

// enoughRows is how many rows of dumps are kept: they wait in memory for the changelogs, which are
// read at the end. In a long run early deaths have small stores and are read, and the end is.
const enoughRows = 4_000_000

// dump reads the stores that process i has on disk.
func (r *run) dump(i int, when string, final bool) error {
	if r.report.Rows > enoughRows && !final {
		return nil
	}
	dumps, err := judge.DumpCopy(filepath.Join(r.stateDir(i), r.application()), r.application(), r.Dir, when)
	if err != nil {
		return fmt.Errorf("state after %s: %w", when, err)
	}
	for _, d := range dumps {
		d.Final = final
		r.dumps = append(r.dumps, d)
		r.report.Dumps++
		r.report.Rows += len(d.Rows)
	}
	return nil
}
