package assign

import (
	"cmp"
	"slices"
)

// replicate gives each task with state its standbys, on processes that neither run it nor
// warm it up: those that follow it already, then those with state that lacks least, then the
// least busy. Then shares are evened out. A standby moves to where it is caught up, and
// warms up there first otherwise: redundancy is what it is for.
func (b *balancing) replicate(rules Rules) {
	for _, t := range b.tasks {
		if !b.s.logged(t) {
			continue
		}
		for range rules.Standbys {
			if best := b.host(t); best != nil {
				best.standby = append(best.standby, t)
			}
		}
	}
	warming := 0
	for _, s := range b.slots {
		warming += len(s.warmup)
	}
	for b.even(&warming, rules.Warmups) {
	}
}

// host returns the best place for one more standby of t; nil when every process has a copy.
func (b *balancing) host(t Task) *slot {
	var best *slot
	for _, s := range b.slots {
		if b.holds(s.m.Process, t) {
			continue
		}
		if best == nil || cmp.Or(
			cmp.Compare(b.standbyLag(s, t), b.standbyLag(best, t)),
			cmp.Compare(len(s.standby), len(best.standby)),
			cmp.Compare(len(s.tasks), len(best.tasks)),
			cmp.Compare(s.countStandby(t.Group), best.countStandby(t.Group))) < 0 {
			best = s
		}
	}
	return best
}

// standbyLag is how little a standby of t has to catch up at s. An empty changelog is no
// reason to prefer a place, and where t runs now there would be state, but nobody follows it.
func (b *balancing) standbyLag(s *slot, t Task) Lag {
	switch l := b.lag(s.m.Process, t); l {
	case Running:
		return Dormant
	case Empty:
		return None
	default:
		return l
	}
}

func (s *slot) countStandby(group int) (n int) {
	for _, t := range s.standby {
		if t.Group == group {
			n++
		}
	}
	return n
}

// holds says whether the process runs t, follows it or warms it up in this layout.
func (b *balancing) holds(process string, t Task) bool {
	for _, s := range b.slots {
		if s.m.Process == process && (b.at[t] == s || slices.Contains(s.standby, t) || slices.Contains(s.warmup, t)) {
			return true
		}
	}
	return false
}

// even moves one standby, or has it warm up where it is to go, from a member with two or
// more above another's number; false when there is nothing more to do.
func (b *balancing) even(warming *int, most int) bool {
	var from, to *slot
	var moved Task
	for _, x := range b.slots {
		for _, y := range b.slots {
			if len(x.standby)-y.followed() < 2 {
				continue
			}
			for _, t := range x.standby {
				if x.m.Process != y.m.Process && b.holds(y.m.Process, t) {
					continue
				}
				if !b.arrives(x, y, t) && (*warming >= most || b.warms(t)) {
					continue
				}
				if from == nil || cmp.Compare(b.standbyLag(y, t), b.standbyLag(to, moved)) < 0 {
					from, to, moved = x, y, t
				}
			}
		}
	}
	if from == nil {
		return false
	}
	if b.arrives(from, to, moved) {
		from.standby = slices.DeleteFunc(from.standby, func(t Task) bool { return t == moved })
		to.standby = append(to.standby, moved)
		return true
	}
	to.warmup = append(to.warmup, moved)
	*warming++
	b.waiting++
	return true
}

// followed counts warm-ups too: what moves to s already.
func (s *slot) followed() int { return len(s.standby) + len(s.warmup) }

// arrives says whether a standby may go from x to y without a time in which it is worse.
func (b *balancing) arrives(x, y *slot, t Task) bool {
	at := b.lag(y.m.Process, t)
	return at.Ready() || at <= b.lag(x.m.Process, t)
}

// warms says whether t warms up somewhere.
func (b *balancing) warms(t Task) bool {
	return slices.ContainsFunc(b.slots, func(s *slot) bool { return slices.Contains(s.warmup, t) })
}
