package assign

import (
	"cmp"
	"slices"
)

// Plan maps member ids to topics to partitions.
type Plan map[string]map[string][]int32

// Tasks lists the tasks of s, ascending by group and partition. A sub-topology has as
// many tasks as its widest source topic has partitions; partitions says how many a topic has.
func Tasks(s Structure, partitions map[string]int32) []Task {
	var tasks []Task
	for g, topics := range s.Groups {
		var n int32
		for _, t := range topics {
			n = max(n, partitions[t])
		}
		for p := range n {
			tasks = append(tasks, Task{Group: g, Partition: p})
		}
	}
	return tasks
}

// Choose returns the structure to plan for: the one that most members run, then the one
// that owns most partitions, then the smaller hash. So a rolling deploy hands over once,
// when half of the members are new.
func Choose(members []Member) Structure {
	votes := map[string][2]int{}
	for _, m := range members {
		v := votes[m.Structure.Hash]
		v[0]++
		for _, ps := range m.Owned {
			v[1] += len(ps)
		}
		votes[m.Structure.Hash] = v
	}
	best := slices.MinFunc(members, func(a, b Member) int {
		va, vb := votes[a.Structure.Hash], votes[b.Structure.Hash]
		return cmp.Or(cmp.Compare(vb[0], va[0]), cmp.Compare(vb[1], va[1]), cmp.Compare(a.Structure.Hash, b.Structure.Hash))
	})
	return best.Structure
}

// Balance gives every task of the chosen structure to one member: as many to each as
// even shares allow; a task stays where it runs, else goes to a process that has its
// state, else to the member with the fewest tasks of its sub-topology. The same input
// gives the same plan.
func Balance(members []Member, partitions map[string]int32) (Plan, Structure) {
	plan := Plan{}
	for _, m := range members {
		plan[m.ID] = map[string][]int32{}
	}
	if len(members) == 0 {
		return plan, Structure{}
	}
	s := Choose(members)
	b := newBalancing(members, s, Tasks(s, partitions), partitions)
	b.keep()
	b.place()
	for _, sl := range b.slots {
		for _, t := range sl.tasks {
			for _, topic := range s.Groups[t.Group] {
				if t.Partition < partitions[topic] {
					plan[sl.m.ID][topic] = append(plan[sl.m.ID][topic], t.Partition)
				}
			}
		}
		for _, ps := range plan[sl.m.ID] {
			slices.Sort(ps)
		}
	}
	return plan, s
}

type slot struct {
	m       Member
	tasks   []Task
	byGroup map[int]int
}

func (s *slot) add(t Task) {
	s.tasks = append(s.tasks, t)
	s.byGroup[t.Group]++
}

type balancing struct {
	s          Structure
	partitions map[string]int32
	tasks      []Task
	slots      []*slot
	floor      int // every slot's share
	extra      int // how many slots may have one more
	placed     map[Task]bool
}

func newBalancing(members []Member, s Structure, tasks []Task, partitions map[string]int32) *balancing {
	b := &balancing{s: s, partitions: partitions, tasks: tasks, placed: map[Task]bool{}}
	for _, m := range members {
		if m.Structure.Hash == s.Hash {
			b.slots = append(b.slots, &slot{m: m, byGroup: map[int]int{}})
		}
	}
	slices.SortFunc(b.slots, func(x, y *slot) int { return cmp.Compare(x.m.ID, y.m.ID) })
	b.floor, b.extra = len(tasks)/len(b.slots), len(tasks)%len(b.slots)
	return b
}

// room says whether a slot may take one more task.
func (b *balancing) room(s *slot) bool {
	if len(s.tasks) < b.floor {
		return true
	}
	if len(s.tasks) > b.floor {
		return false
	}
	full := 0
	for _, o := range b.slots {
		if len(o.tasks) > b.floor {
			full++
		}
	}
	return full < b.extra
}

// keep leaves tasks where they run. Claims of a higher generation win; a member with too
// many keeps the lowest ranks of each sub-topology, so that what it gives away is a mix.
func (b *balancing) keep() {
	owner := map[Task]*slot{}
	for _, t := range b.tasks {
		for _, s := range b.slots {
			if s.owns(t, b.s.Groups[t.Group]) && (owner[t] == nil || s.m.Generation > owner[t].m.Generation) {
				owner[t] = s
			}
		}
	}
	for _, s := range b.slots {
		var mine []Task
		rank := map[Task]int{}
		seen := map[int]int{}
		for _, t := range b.tasks {
			if owner[t] == s {
				mine = append(mine, t)
				rank[t] = seen[t.Group]
				seen[t.Group]++
			}
		}
		slices.SortStableFunc(mine, func(x, y Task) int { return cmp.Compare(rank[x], rank[y]) })
		for _, t := range mine {
			if b.room(s) {
				s.add(t)
				b.placed[t] = true
			}
		}
	}
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

// place gives out the remaining tasks.
func (b *balancing) place() {
	for _, t := range b.tasks {
		if b.placed[t] {
			continue
		}
		var best *slot
		for _, s := range b.slots {
			if b.room(s) && (best == nil || b.better(t, s, best)) {
				best = s
			}
		}
		best.add(t)
		b.placed[t] = true
	}
}

func (b *balancing) better(t Task, x, y *slot) bool {
	if hx, hy := slices.Contains(x.m.Stored, t), slices.Contains(y.m.Stored, t); hx != hy {
		return hx
	}
	return cmp.Or(cmp.Compare(x.byGroup[t.Group], y.byGroup[t.Group]), cmp.Compare(len(x.tasks), len(y.tasks))) < 0
}
