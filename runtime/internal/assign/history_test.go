package assign

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// group is a group whose members come, go and die, with the state of their processes.
type group struct {
	r       *rand.Rand
	rules   Rules
	s       Structure
	parts   map[string]int32
	members map[string]*worker
	state   map[string]map[Task]Lag // by process, also of those that are away
	gen     int32
	said    []string // the history so far
}

type worker struct {
	process string
	owned   []Task
	share   Share
}

func newGroup(seed uint64) *group {
	r := rand.New(rand.NewPCG(seed, 3))
	g := &group{r: r, rules: Rules{r.IntN(3), 1 + r.IntN(3)}, members: map[string]*worker{}, state: map[string]map[Task]Lag{},
		s:     Structure{Hash: "h", Groups: [][]string{{"a", "b"}, {"c"}, {"d"}}, Logged: []bool{true, r.IntN(2) == 0, r.IntN(2) == 0}},
		parts: map[string]int32{"a": 1 + r.Int32N(8), "b": r.Int32N(8), "c": r.Int32N(8), "d": 1}}
	for range 1 + r.IntN(3) {
		g.join()
	}
	return g
}

func (g *group) say(f string, args ...any) { g.said = append(g.said, fmt.Sprintf(f, args...)) }

// join brings a process that is not there, with whatever it had when it was.
func (g *group) join() {
	p := fmt.Sprintf("p%d", g.r.IntN(5))
	for _, m := range g.members {
		if m.process == p {
			return
		}
	}
	if g.r.IntN(3) == 0 {
		delete(g.state, p) // on a new disk
	}
	if g.state[p] == nil {
		g.state[p] = map[Task]Lag{}
	}
	n := 1 + g.r.IntN(2)
	for i := range n {
		g.gen++
		g.members[fmt.Sprintf("%s-%d-%d", p, i, g.gen)] = &worker{process: p}
	}
	g.say("%s joins with %d workers and %v", p, n, g.state[p])
}

// leave takes a process away, unless it is the last.
func (g *group) leave() {
	var processes []string
	for _, m := range g.members {
		if !slices.Contains(processes, m.process) {
			processes = append(processes, m.process)
		}
	}
	if len(processes) < 2 {
		return
	}
	slices.Sort(processes)
	p := processes[g.r.IntN(len(processes))]
	for id, m := range g.members {
		if m.process == p {
			delete(g.members, id)
		}
	}
	for t := range g.state[p] { // it lacks what comes meanwhile
		g.state[p][t] = Dormant + Lag(g.r.IntN(12))
		if g.state[p][t] == Empty {
			delete(g.state[p], t)
		}
	}
	g.say("%s is gone", p)
}

// pass lets time go by: what is followed catches up, all of it when sure.
func (g *group) pass(sure bool) {
	for _, p := range g.state {
		for t, l := range p {
			if l == Running || l == Following {
				p[t] = Dormant
			}
		}
	}
	for _, m := range g.members {
		for _, t := range m.owned {
			if g.s.logged(t) {
				g.state[m.process][t] = Running
			}
		}
		for _, t := range slices.Concat(m.share.Standby, m.share.Warmup, m.share.Coming) {
			switch was := g.lag(m.process, t); {
			case was == Running: // its task is leaving
			case sure || g.r.IntN(2) == 0:
				g.state[m.process][t] = Following
			case was == None:
				g.state[m.process][t] = behind + 10
			}
		}
	}
}

func (g *group) list() []Member {
	var ms []Member
	for id, w := range g.members {
		m := Member{ID: id, Generation: g.gen, Owned: map[string][]int32{}, Data: Data{Process: w.process, Structure: g.s}}
		for _, t := range w.owned {
			for _, topic := range g.s.Groups[t.Group] {
				if t.Partition < g.parts[topic] {
					m.Owned[topic] = append(m.Owned[topic], t.Partition)
				}
			}
		}
		for t, l := range g.state[w.process] {
			m.State = append(m.State, State{t, l})
		}
		slices.SortFunc(m.State, func(a, b State) int { return compareTasks(a.Task, b.Task) })
		ms = append(ms, m)
	}
	slices.SortFunc(ms, func(a, b Member) int { return strings.Compare(a.ID, b.ID) })
	return ms
}

// round plans, checks the plan, and lets the members follow it as the cooperative protocol
// does: what another member owns comes one round later. It says whether anything changed.
func (g *group) round() (Layout, bool, error) {
	members := g.list()
	l := Balance(members, g.parts, g.rules)
	if again := Balance(members, g.parts, g.rules); !reflect.DeepEqual(l, again) {
		return l, false, fmt.Errorf("the same input gave two plans")
	}
	if err := g.check(l); err != nil {
		return l, false, err
	}
	taken := map[Task]bool{}
	for _, m := range g.members {
		for _, t := range m.owned {
			taken[t] = true
		}
	}
	changed := false
	for id, m := range g.members {
		share := l.Shares[id]
		var owned []Task
		for _, t := range share.Active {
			if slices.Contains(m.owned, t) || !taken[t] {
				owned = append(owned, t)
			}
		}
		changed = changed || !slices.Equal(owned, m.owned) || !reflect.DeepEqual(m.share, *share)
		m.owned, m.share = owned, *share
	}
	return l, changed, nil
}

func (g *group) lag(process string, t Task) Lag {
	if l, ok := g.state[process][t]; ok {
		return l
	}
	return None
}

// check holds whatever happened before.
func (g *group) check(l Layout) error {
	active, copies, warm := map[Task]string{}, map[string]int{}, 0
	for id, share := range l.Shares {
		p := g.members[id].process
		for _, t := range share.Active {
			if other, ok := active[t]; ok {
				return fmt.Errorf("%v runs on %s and on %s", t, other, p)
			}
			active[t] = p
			copies[fmt.Sprint(p, t)]++
		}
		for _, t := range slices.Concat(share.Standby, share.Warmup) {
			if copies[fmt.Sprint(p, t)]++; !g.s.logged(t) {
				return fmt.Errorf("%v has no changelog and is followed on %s", t, p)
			}
		}
		warm += len(share.Warmup)
	}
	for c, n := range copies {
		if n > 1 {
			return fmt.Errorf("%s has %d copies", c, n)
		}
	}
	if warm > g.rules.Warmups {
		return fmt.Errorf("%d warm up at once", warm)
	}
	processes := map[string]bool{}
	for _, m := range g.members {
		processes[m.process] = true
	}
	for _, t := range Tasks(g.s, g.parts) {
		p, ok := active[t]
		if !ok {
			return fmt.Errorf("%v runs nowhere", t)
		}
		if !g.s.logged(t) {
			continue
		}
		standbys, warming := 0, 0
		for id, share := range l.Shares {
			standbys += count(share.Standby, t)
			warming += count(share.Warmup, t)
			if q := g.members[id].process; !g.lag(p, t).Ready() && g.lag(q, t) < g.lag(p, t) {
				return fmt.Errorf("%v runs on %s, which lacks more of it than %s: %d and %d", t, p, q, g.lag(p, t), g.lag(q, t))
			}
		}
		if want := min(g.rules.Standbys, len(processes)-1-warming); standbys != max(want, 0) && standbys != min(g.rules.Standbys, len(processes)-1) {
			return fmt.Errorf("%v has %d standbys and %d warm-ups, of %d processes", t, standbys, warming, len(processes))
		}
	}
	return nil
}

func count(ts []Task, t Task) (n int) {
	for _, o := range ts {
		if o == t {
			n++
		}
	}
	return n
}

// settle goes on without trouble, everything followed catching up: the plan must come to
// rest in few rounds, even.
func (g *group) settle() error {
	tasks := len(Tasks(g.s, g.parts))
	limit := 6 + 2*(tasks*(1+g.rules.Standbys))/g.rules.Warmups
	var l Layout
	still := 0
	for n := 0; still < 3; n++ {
		if n > limit {
			return fmt.Errorf("no rest after %d rounds, %d wait; %s", n, l.Waiting, g.shares())
		}
		var changed bool
		var err error
		if l, changed, err = g.round(); err != nil {
			return err
		}
		g.say("round: %s", g.shares())
		g.pass(true)
		if still++; changed {
			still = 0
		}
	}
	if l.Waiting > 0 {
		return fmt.Errorf("%d wait for ever", l.Waiting)
	}
	lo, hi, loLogged, hiLogged := tasks, 0, tasks, 0
	for _, share := range l.Shares {
		logged := 0
		for _, t := range share.Active {
			if g.s.logged(t) {
				logged++
			}
		}
		lo, hi, loLogged, hiLogged = min(lo, len(share.Active)), max(hi, len(share.Active)), min(loLogged, logged), max(hiLogged, logged)
	}
	if hi-lo > 1 || hiLogged-loLogged > 1 {
		return fmt.Errorf("shares from %d to %d, with state from %d to %d: %s", lo, hi, loLogged, hiLogged, g.shares())
	}
	return nil
}

func (g *group) shares() string {
	var s []string
	for id, m := range g.members {
		s = append(s, fmt.Sprintf("%s: owns %v, %v", id, m.owned, m.share))
	}
	slices.Sort(s)
	return strings.Join(s, "; ")
}

// TestHistories plays random histories of groups, the short ones first, so that what fails
// first is short.
func TestHistories(t *testing.T) {
	seeds := uint64(150)
	if testing.Short() {
		seeds = 40
	}
	for length := range 8 {
		for seed := range seeds {
			g := newGroup(seed)
			err := func() error {
				for range length {
					switch g.r.IntN(5) {
					case 0, 1:
						g.join()
					case 2:
						g.leave()
					default:
						if _, _, err := g.round(); err != nil {
							return err
						}
						g.say("round: %s", g.shares())
					}
					g.pass(false)
				}
				return g.settle()
			}()
			if err != nil {
				t.Fatalf("seed %d, %d steps, %+v, %v: %v\n%s", seed, length, g.rules, g.parts, err, strings.Join(g.said, "\n"))
			}
		}
	}
}

// TestTheStandbyTakesOver loses each process in turn: what ran there runs where it was
// followed, at once, and nothing else moves.
func TestTheStandbyTakesOver(t *testing.T) {
	for seed := range uint64(100) {
		g := newGroup(seed)
		g.rules.Standbys = 1
		for range 20 {
			g.join()
		}
		if err := g.settle(); err != nil {
			t.Fatal(err)
		}
		before := map[Task]string{}
		follows := map[Task]string{}
		for id, m := range g.members {
			for _, task := range m.owned {
				before[task] = id
			}
			for _, task := range m.share.Standby {
				follows[task] = m.process
			}
		}
		g.leave()
		l, _, err := g.round()
		if err != nil {
			t.Fatal(err)
		}
		for id, share := range l.Shares {
			for _, task := range share.Active {
				_, alive := g.members[before[task]]
				switch {
				case !g.s.logged(task):
				case alive && before[task] != id:
					t.Errorf("seed %d: %v moves from %s to %s without need", seed, task, before[task], id)
				case !alive && !g.lag(g.members[id].process, task).Ready():
					t.Errorf("seed %d: %v goes to %s, although %s followed it", seed, task, id, follows[task])
				}
			}
		}
	}
}
