package assign

import (
	"cmp"
	"slices"
)

// handOver keeps each task whose target is not caught up with the process that is furthest,
// while the target warms up: restoring before the hand-over rather than after it is what
// keeps the task from standing still (KIP-441). When nobody is further than the target,
// there is nothing to wait for. Only so many warm up at once, those that lack least first.
func (b *balancing) handOver(rules Rules) {
	type move struct {
		t  Task
		to *slot
	}
	var moves []move
	for _, t := range b.tasks {
		to := b.at[t]
		if !b.s.logged(t) || b.lag(to.m.Process, t).Ready() {
			continue
		}
		from := b.furthest(t)
		if from == nil || b.lag(from.m.Process, t) >= b.lag(to.m.Process, t) {
			continue
		}
		to.remove(t, true)
		b.give(t, from)
		moves = append(moves, move{t, to})
	}
	b.waiting = len(moves)
	slices.SortStableFunc(moves, func(x, y move) int {
		return cmp.Compare(b.lag(x.to.m.Process, x.t), b.lag(y.to.m.Process, y.t))
	})
	for _, m := range moves[:min(len(moves), rules.Warmups)] {
		m.to.warmup = append(m.to.warmup, m.t)
	}
}

// furthest returns the member that should run t while others catch up: the owner where it is
// as good as any, else the one with the fewest tasks of the process with the least lag.
func (b *balancing) furthest(t Task) *slot {
	var best *slot
	for _, s := range b.slots {
		if b.lag(s.m.Process, t) == None {
			continue
		}
		if best == nil || cmp.Or(
			cmp.Compare(b.lag(s.m.Process, t), b.lag(best.m.Process, t)),
			-cmp.Compare(truth(b.owner[t] == s), truth(b.owner[t] == best)),
			cmp.Compare(len(s.tasks), len(best.tasks))) < 0 {
			best = s
		}
	}
	return best
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
