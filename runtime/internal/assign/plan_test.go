package assign

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func member(id, process, hash string, owned map[string][]int32, groups ...[]string) Member {
	return Member{ID: id, Owned: owned, Data: Data{Process: process, Structure: Structure{Hash: hash, Groups: groups}}}
}

// balance is Balance without standbys.
func balance(members []Member, partitions map[string]int32) (Plan, Structure) {
	l := Balance(members, partitions, Rules{})
	return l.Plan(partitions), l.Structure
}

func TestPartitionsOfATaskMoveTogether(t *testing.T) {
	groups := [][]string{{"a", "b"}, {"c"}}
	plan, _ := balance([]Member{member("m1", "p", "h", nil, groups...), member("m2", "p", "h", nil, groups...)},
		map[string]int32{"a": 3, "b": 2, "c": 3})
	for _, topics := range plan {
		for _, p := range topics["b"] {
			if !slices.Contains(topics["a"], p) {
				t.Errorf("b-%d without a-%[1]d: %v", p, plan)
			}
		}
		if n := len(topics["a"]) + len(topics["c"]); n != 3 {
			t.Errorf("a member has %d tasks of 6: %v", n, plan)
		}
	}
}

// Random groups that lose and win members: every partition of every task is assigned
// exactly once, shares are even, and no more tasks move than evenness asks for.
func TestRandomGroups(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		groups := [][]string{{"a", "b"}, {"c"}, {"d"}}
		parts := map[string]int32{"a": r.Int32N(9), "b": r.Int32N(9), "c": r.Int32N(9), "d": 1}
		owned := map[string]map[string][]int32{}
		for gen := range int32(6) {
			var members []Member
			for i := range 1 + r.IntN(5) {
				id := fmt.Sprintf("m%d", i)
				m := member(id, id, "h", owned[id], groups...)
				m.Generation = gen
				members = append(members, m)
			}
			plan, s := balance(members, parts)
			again, _ := balance(members, parts)
			if !reflect.DeepEqual(plan, again) {
				t.Fatalf("seed %d: two plans", seed)
			}
			seen := map[string]int{}
			for _, topics := range plan {
				for topic, ps := range topics {
					for _, p := range ps {
						seen[fmt.Sprint(topic, p)]++
					}
				}
			}
			want := 0
			for topic, n := range parts {
				for p := range n {
					want++
					if seen[fmt.Sprint(topic, p)] != 1 {
						t.Fatalf("seed %d: %s-%d assigned %d times", seed, topic, p, seen[fmt.Sprint(topic, p)])
					}
				}
			}
			if len(seen) != want {
				t.Fatalf("seed %d: %d assigned, %d exist", seed, len(seen), want)
			}
			tasks := Tasks(s, parts)
			lo, hi := len(tasks), 0
			for _, m := range members {
				n := 0
				for _, task := range tasks {
					for _, topic := range groups[task.Group] {
						if slices.Contains(plan[m.ID][topic], task.Partition) {
							n++
							break
						}
					}
				}
				lo, hi = min(lo, n), max(hi, n)
			}
			if hi-lo > 1 {
				t.Fatalf("seed %d: shares from %d to %d", seed, lo, hi)
			}
			owned = plan
		}
	}
}

func TestASecondPlanMovesNothing(t *testing.T) {
	groups := [][]string{{"a"}, {"b"}}
	parts := map[string]int32{"a": 5, "b": 4}
	plan := Plan{}
	for range 3 {
		var members []Member
		for _, id := range []string{"m1", "m2", "m3"} {
			members = append(members, member(id, id, "h", plan[id], groups...))
		}
		next, _ := balance(members, parts)
		if len(plan) != 0 && !reflect.DeepEqual(plan, next) {
			t.Fatalf("moved:\n%v\n%v", plan, next)
		}
		plan = next
	}
}

func TestTwoStructuresNeverMix(t *testing.T) {
	old, new := [][]string{{"a"}, {"b"}}, [][]string{{"b"}, {"a"}}
	parts := map[string]int32{"a": 4, "b": 4}
	members := []Member{
		member("m1", "p1", "old", map[string][]int32{"a": {0, 1}, "b": {0, 1}}, old...),
		member("m2", "p2", "old", map[string][]int32{"a": {2, 3}, "b": {2, 3}}, old...),
		member("m3", "p3", "new", nil, new...),
	}
	plan, s := balance(members, parts)
	if s.Hash != "old" || len(plan["m3"]) != 0 || len(plan["m1"]["a"]) != 2 {
		t.Errorf("%s %v", s.Hash, plan)
	}
	members[0] = member("m1", "p1", "new", nil, new...)
	plan, s = balance(members, parts)
	if s.Hash != "new" || len(plan["m2"]) != 0 || len(plan["m3"]) == 0 {
		t.Errorf("%s %v", s.Hash, plan)
	}
}

func TestARestartedProcessGetsItsStateBack(t *testing.T) {
	groups := [][]string{{"a"}}
	m1, m2 := member("m1", "p1", "h", nil, groups...), member("m2", "p2", "h", nil, groups...)
	m1.State = []State{{Task{0, 1}, Unknown}, {Task{0, 3}, Unknown}}
	m2.State = []State{{Task{0, 0}, Unknown}, {Task{0, 2}, Unknown}}
	plan, _ := balance([]Member{m1, m2}, map[string]int32{"a": 4})
	if !slices.Equal(plan["m1"]["a"], []int32{1, 3}) || !slices.Equal(plan["m2"]["a"], []int32{0, 2}) {
		t.Error(plan)
	}
}
