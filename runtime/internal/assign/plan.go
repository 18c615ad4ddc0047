package assign

import (
	"cmp"
	"slices"
)

// Rules are the leader's wishes. A plain value, safe for concurrent use.
type Rules struct {
	Standbys int // num.standby.replicas
	Warmups  int // max.warmup.replicas: how many at once in the whole group
}

// Layout says what every member does. A plain value, safe for concurrent use once built.
type Layout struct {
	Structure Structure
	Shares    map[string]*Share // by member id, every member has one
	// Waiting is how many tasks run or stand by elsewhere than they should, because the state
	// there is not caught up.
	Waiting int
}

// Share is what one member does; the lists ascend. A plain value, safe for concurrent use
// once built.
type Share struct {
	Active  []Task
	Standby []Task
	Warmup  []Task // followed, to run or stand by here once they are caught up
	// Coming are Active tasks that another process still owns: they are followed here until
	// it has given them up.
	Coming []Task
}

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

// Balance gives every task of the chosen structure to one member, and its standbys to
// members of other processes. First comes the target (target.go), which looks at numbers;
// then a task whose target is not caught up stays where it is furthest, and the target warms
// up (handover.go); then the standbys (standby.go). The same input gives the same layout.
func Balance(members []Member, partitions map[string]int32, rules Rules) Layout {
	l := Layout{Shares: map[string]*Share{}}
	for _, m := range members {
		l.Shares[m.ID] = &Share{}
	}
	if len(members) == 0 {
		return l
	}
	l.Structure = Choose(members)
	b := newBalancing(members, l.Structure, Tasks(l.Structure, partitions))
	b.target()
	b.handOver(rules)
	b.replicate(rules)
	l.Waiting = b.waiting
	for _, s := range b.slots {
		share := l.Shares[s.m.ID]
		share.Active, share.Standby, share.Warmup = sorted(s.tasks), sorted(s.standby), sorted(s.warmup)
		for _, t := range share.Active {
			if o := b.owner[t]; o != nil && o.m.Process != s.m.Process && b.s.logged(t) {
				share.Coming = append(share.Coming, t)
			}
		}
	}
	return l
}

// Plan spells the members' active tasks out in partitions.
func (l Layout) Plan(partitions map[string]int32) Plan {
	plan := Plan{}
	for id, share := range l.Shares {
		plan[id] = map[string][]int32{}
		for _, t := range share.Active {
			for _, topic := range l.Structure.Groups[t.Group] {
				if t.Partition < partitions[topic] {
					plan[id][topic] = append(plan[id][topic], t.Partition)
				}
			}
		}
		for _, ps := range plan[id] {
			slices.Sort(ps)
		}
	}
	return plan
}

// Owners lists what each process can be asked about, by process id. A task that moves is
// listed where it moves to, which follows it until then.
func (l Layout) Owners(members []Member) []Owner {
	byProcess := map[string]*Owner{}
	for _, m := range members {
		if m.Structure.Hash != l.Structure.Hash {
			continue
		}
		o := byProcess[m.Process]
		if o == nil {
			o = &Owner{Process: m.Process, Endpoint: m.Endpoint}
			byProcess[m.Process] = o
		}
		share := l.Shares[m.ID]
		o.Active = append(o.Active, share.Active...)
		o.Standby = append(append(o.Standby, share.Standby...), share.Warmup...)
	}
	var list []Owner
	for _, o := range byProcess {
		o.Active, o.Standby = sorted(o.Active), sorted(o.Standby)
		list = append(list, *o)
	}
	slices.SortFunc(list, func(a, b Owner) int { return cmp.Compare(a.Process, b.Process) })
	return list
}

func compareTasks(a, b Task) int {
	return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Partition, b.Partition))
}

func sorted(ts []Task) []Task {
	ts = slices.Clone(ts)
	slices.SortFunc(ts, compareTasks)
	return ts
}
