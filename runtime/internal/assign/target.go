package assign

import (
	"cmp"
	"slices"
)

// slot is a member of the chosen structure while its share is worked out.
type slot struct {
	m       Member
	tasks   []Task
	logged  int         // of the tasks, those with state
	byGroup map[int]int // tasks
	standby []Task
	warmup  []Task
}

func (s *slot) add(t Task, logged bool) {
	s.tasks = append(s.tasks, t)
	s.byGroup[t.Group]++
	if logged {
		s.logged++
	}
}

func (s *slot) remove(t Task, logged bool) {
	s.tasks = slices.DeleteFunc(s.tasks, func(o Task) bool { return o == t })
	s.byGroup[t.Group]--
	if logged {
		s.logged--
	}
}

type balancing struct {
	s       Structure
	tasks   []Task
	slots   []*slot // by member id
	owner   map[Task]*slot
	at      map[Task]*slot
	lags    map[string]map[Task]Lag // by process
	waiting int
}

func newBalancing(members []Member, s Structure, tasks []Task) *balancing {
	b := &balancing{s: s, tasks: tasks, owner: map[Task]*slot{}, at: map[Task]*slot{}, lags: map[string]map[Task]Lag{}}
	for _, m := range members {
		if m.Structure.Hash != s.Hash {
			continue
		}
		if len(b.s.Logged) == 0 {
			b.s.Logged = m.Structure.Logged
		}
		b.slots = append(b.slots, &slot{m: m, byGroup: map[int]int{}})
		if b.lags[m.Process] == nil {
			b.lags[m.Process] = map[Task]Lag{}
		}
		for _, st := range m.State { // workers of a process may have looked at different times
			b.lags[m.Process][st.Task] = min(st.Lag, b.lag(m.Process, st.Task))
		}
	}
	slices.SortFunc(b.slots, func(x, y *slot) int { return cmp.Compare(x.m.ID, y.m.ID) })
	for _, t := range tasks { // claims of a higher generation win
		for _, s := range b.slots {
			if s.owns(t, b.s.Groups[t.Group]) && (b.owner[t] == nil || s.m.Generation > b.owner[t].m.Generation) {
				b.owner[t] = s
			}
		}
	}
	return b
}

func (b *balancing) lag(process string, t Task) Lag {
	if l, ok := b.lags[process][t]; ok {
		return l
	}
	return None
}

// owns says whether the member claims any of the task's partitions.
func (s *slot) owns(t Task, topics []string) bool {
	for _, topic := range topics {
		if slices.Contains(s.m.Owned[topic], t.Partition) {
			return true
		}
	}
	return false
}

// quota is an even share: floor for everybody, and one more for some.
type quota struct{ floor, extra int }

func (b *balancing) quota(tasks int) quota {
	return quota{tasks / len(b.slots), tasks % len(b.slots)}
}

// room says whether the slot that has have may take one more; full counts those above floor.
func (q quota) room(have, full int) bool {
	return have < q.floor || have == q.floor && full < q.extra
}

// target shares the tasks out evenly, without a look at how far their state is: first those
// with state, in even numbers, then the others, so that all together are even too. (The
// first step gives at most one more than an even share of all, to no more members than the
// second would, so there is always room.)
func (b *balancing) target() {
	var logged, others []Task
	for _, t := range b.tasks {
		if b.s.logged(t) {
			logged = append(logged, t)
		} else {
			others = append(others, t)
		}
	}
	of := b.quota(len(logged))
	b.share(logged, func(s *slot) bool {
		return of.room(s.logged, b.count(func(o *slot) bool { return o.logged > of.floor }))
	})
	all := b.quota(len(b.tasks))
	b.share(others, func(s *slot) bool {
		return all.room(len(s.tasks), b.count(func(o *slot) bool { return len(o.tasks) > all.floor }))
	})
}

func (b *balancing) count(f func(*slot) bool) (n int) {
	for _, s := range b.slots {
		if f(s) {
			n++
		}
	}
	return n
}

// share leaves tasks where they run, as many as there is room for, and places the rest. A
// member with too many keeps the lowest ranks of each sub-topology, so that what it gives
// away is a mix, and the same mix the next time.
func (b *balancing) share(tasks []Task, room func(*slot) bool) {
	for _, s := range b.slots {
		var mine []Task
		rank := map[Task]int{}
		seen := map[int]int{}
		for _, t := range tasks {
			if b.owner[t] == s {
				mine = append(mine, t)
				rank[t] = seen[t.Group]
				seen[t.Group]++
			}
		}
		slices.SortStableFunc(mine, func(x, y Task) int { return cmp.Compare(rank[x], rank[y]) })
		for _, t := range mine {
			if room(s) {
				b.give(t, s)
			}
		}
	}
	for _, t := range tasks {
		if b.at[t] != nil {
			continue
		}
		var best *slot
		for _, s := range b.slots {
			if best == nil || room(s) && !room(best) || room(s) == room(best) && b.better(t, s, best) {
				best = s
			}
		}
		b.give(t, best)
	}
}

func (b *balancing) give(t Task, s *slot) {
	s.add(t, b.s.logged(t))
	b.at[t] = s
}

// better says whether x suits t better than y: by its state, then to spread the
// sub-topology, then the fewer tasks.
func (b *balancing) better(t Task, x, y *slot) bool {
	return cmp.Or(
		cmp.Compare(b.lag(x.m.Process, t), b.lag(y.m.Process, t)),
		cmp.Compare(x.byGroup[t.Group], y.byGroup[t.Group]),
		cmp.Compare(len(x.tasks), len(y.tasks))) < 0
}
