package poll

import (
	"context"
	"errors"
)

// opened is what an opener hands to the loop: a slot with its state restored, or why not.
type opened struct {
	slot *slot
	err  error
}

// open fills new slots, on a goroutine of its own, so that the tasks that run already go
// on meanwhile and the member keeps its place in the group. The committed offsets are
// read first and the ends of the changelogs after them: so whatever the commit of these
// offsets wrote lies below the ends.
func (w *worker) open(slots []*slot) {
	defer w.openers.Done()
	w.g.restoring.Add(1)
	defer func() {
		w.g.restoring.Add(-1)
		w.g.standbys.nudge()
	}()
	var inputs []partition
	for _, s := range slots {
		for _, p := range s.inputs {
			if p.n >= 0 {
				inputs = append(inputs, p)
			}
		}
	}
	committed, err := retried(w, func(ctx context.Context) (map[partition]mark, error) { return w.g.admin.fetchOffsets(ctx, inputs) })
	var ends map[string]map[int32]int64
	if err == nil {
		ends, err = retried(w, func(ctx context.Context) (map[string]map[int32]int64, error) { return w.g.ends(ctx, slots) })
	}
	var firsts map[partition]int64
	if err == nil {
		firsts, err = retried(w, func(ctx context.Context) (map[partition]int64, error) { return w.g.begin(ctx, fresh(slots, committed)) })
	}
	r := newRestorer(w, ends, func(s *slot, err error) { w.ready <- opened{s, err} })
	defer r.close()
	for _, s := range slots {
		s.committed, s.first, s.inputEnds = map[partition]mark{}, map[partition]int64{}, map[partition]int64{}
		for _, p := range s.inputs {
			if m, ok := committed[p]; ok {
				s.committed[p] = m
			} else if first, ok := firsts[p]; ok {
				s.first[p] = first
			}
			if end, ok := ends[p.topic][p.n]; ok {
				s.inputEnds[p] = end
			}
		}
	}
	if err != nil {
		for _, s := range slots {
			w.ready <- opened{s, err}
		}
		return
	}
	r.run(slots)
}

// retried calls f until it works, the worker ends, or the task timeout has passed.
func retried[T any](w *worker, f func(context.Context) (T, error)) (T, error) {
	start := w.g.s.Clock.Time()
	for try := 0; ; try++ {
		v, err := f(w.ctx)
		if err == nil || w.ctx.Err() != nil || w.g.s.Clock.Since(start) > w.g.s.TaskTimeout {
			return v, err
		}
		if e := pause(w.ctx, try); e != nil {
			return v, errors.Join(err, e)
		}
	}
}

// ends lists the ends of the slots' inputs and changelogs.
func (g *Group) ends(ctx context.Context, slots []*slot) (map[string]map[int32]int64, error) {
	names := map[string]bool{}
	for _, s := range slots {
		for _, p := range s.inputs {
			if p.topic != "" {
				names[p.topic] = true
			}
		}
		for _, l := range s.logs {
			if l != nil {
				names[l.sink.Topic] = true
			}
		}
	}
	var list []string
	for n := range names {
		list = append(list, n)
	}
	return g.admin.ends(ctx, list...)
}
