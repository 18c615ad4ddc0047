package worker

import (
	"reflect"
	"testing"
	"time"
)

// cluster plays rounds as members do: they take what they are given and give up what is revoked.
type cluster struct {
	planner planner
	members map[string]memberState
	now     time.Time
}

func (c *cluster) round(configured []item) plan {
	p := c.planner.divide(c.now, c.members, configured)
	for id, m := range c.members {
		var kept []item
		for _, i := range m.owned {
			revoked := false
			for _, r := range p.revoked[id] {
				revoked = revoked || r == i
			}
			if !revoked {
				kept = append(kept, i)
			}
		}
		m.owned = append(kept, p.assigned[id]...)
		c.members[id] = m
	}
	return p
}

func (c *cluster) loads() map[string]int {
	loads := map[string]int{}
	for id, m := range c.members {
		loads[id] = len(m.owned)
	}
	return loads
}

func tasksOf(n int) (items []item) {
	for i := range n {
		items = append(items, item{"c", i})
	}
	return items
}

// Nothing is ever with two members, everything is with one in the end, and nobody has two more than another.
func TestPlansConverge(t *testing.T) {
	c := &cluster{members: map[string]memberState{"a": {}}, now: time.Unix(0, 0)}
	c.planner.maxDelay = time.Minute
	work := tasksOf(7)
	c.round(work)
	c.members["b"], c.members["c"] = memberState{}, memberState{}
	for range 5 {
		c.round(work)
	}
	if got, want := c.loads(), (map[string]int{"a": 3, "b": 2, "c": 2}); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	// b dies: its work waits for it, then goes to the others.
	delete(c.members, "b")
	if p := c.round(work); p.delay != time.Minute || len(p.assigned) != 0 {
		t.Errorf("lost work was not held back: %+v", p)
	}
	c.now = c.now.Add(2 * time.Minute)
	c.round(work)
	c.round(work)
	if got, want := c.loads(), (map[string]int{"a": 4, "c": 3}); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	// Work that is configured no more is taken away, work in two hands from both.
	a := c.members["c"]
	a.owned = append(a.owned, c.members["a"].owned[0])
	c.members["c"] = a
	work = work[:5]
	for range 4 {
		c.round(work)
	}
	seen := map[item]int{}
	for _, m := range c.members {
		for _, i := range m.owned {
			seen[i]++
		}
	}
	if len(seen) != 5 {
		t.Errorf("%v", seen)
	}
	for i, n := range seen {
		if n != 1 {
			t.Errorf("%v is with %d members", i, n)
		}
	}
}

func TestGroupFormsRoundTrip(t *testing.T) {
	a := groupAssignment{leader: "m1", leaderURL: "http://h:1/", offset: 7, assigned: []item{{"a", -1}, {"a", 0}, {"b-1", 2}}, revoked: []item{{"a", 1}}, delayMillis: 300}
	got, err := decodeAssignment(a.encode(sessioned))
	if err != nil || !reflect.DeepEqual(got, a) {
		t.Errorf("%+v %v", got, err)
	}
	s := memberState{url: "http://h:1/", offset: 9, owned: a.assigned}
	decoded, err := decodeMember(s.encode(compatible))
	if err != nil || !reflect.DeepEqual(decoded, s) {
		t.Errorf("%+v %v", decoded, err)
	}
	for n := range a.encode(sessioned) {
		if _, err := decodeAssignment(a.encode(sessioned)[:n]); err == nil {
			t.Errorf("%d bytes were accepted", n)
		}
	}
}
