package worker

import (
	"maps"
	"slices"
	"time"
)

// planner divides the work among the members of a group, as its leader: incremental and cooperative (KIP-415). What a
// member has stays with it; what nobody has is handed out; surplus is taken away in one round and handed out in the next.
// It belongs to the member's goroutine.
type planner struct {
	maxDelay time.Duration
	given    map[item]string // to which member each item was given in the last plan
	deadline time.Time       // until when work that was lost waits for its worker; zero when nothing waits
}

// plan is the outcome of a round.
type plan struct {
	assigned, revoked map[string][]item
	delay             time.Duration
}

// divide plans a round for the members with what each has, given what is configured.
func (p *planner) divide(now time.Time, members map[string]memberState, configured []item) plan {
	out := plan{assigned: map[string][]item{}, revoked: map[string][]item{}}
	wanted := map[item]bool{}
	for _, i := range configured {
		wanted[i] = true
	}
	ids := slices.Sorted(maps.Keys(members))
	holder := map[item]string{}
	has := map[string][]item{}
	for _, id := range ids {
		for _, i := range slices.SortedFunc(slices.Values(members[id].owned), compareItems) {
			if _, twice := holder[i]; twice || !wanted[i] {
				out.revoked[id] = append(out.revoked[id], i)
				if other := holder[i]; twice && slices.Contains(has[other], i) {
					// Two members run it: neither may go on until both have stopped.
					out.revoked[other] = append(out.revoked[other], i)
					has[other] = slices.DeleteFunc(has[other], func(o item) bool { return o == i })
				}
				continue
			}
			holder[i] = id
			has[id] = append(has[id], i)
		}
	}
	var fresh, lost []item
	for _, i := range slices.SortedFunc(maps.Keys(wanted), compareItems) {
		if _, held := holder[i]; held {
			continue
		}
		if to, ok := p.given[i]; ok && to != "" {
			if _, here := members[to]; !here {
				lost = append(lost, i)
				continue
			}
		}
		fresh = append(fresh, i)
	}
	if len(lost) == 0 {
		p.deadline = time.Time{}
	} else if p.deadline.IsZero() {
		p.deadline = now.Add(p.maxDelay)
	}
	waiting := len(lost) > 0 && now.Before(p.deadline)
	if waiting {
		out.delay = p.deadline.Sub(now)
	} else {
		fresh = append(fresh, lost...)
		p.deadline = time.Time{}
	}
	given := map[item]string{}
	if waiting {
		for _, i := range lost {
			given[i] = p.given[i]
		}
	}
	for _, connectors := range []bool{true, false} {
		isKind := func(i item) bool { return (i.index < 0) == connectors }
		load := map[string]int{}
		total := 0
		for _, id := range ids {
			for _, i := range has[id] {
				if isKind(i) {
					load[id]++
					total++
				}
			}
		}
		for _, i := range fresh {
			if !isKind(i) {
				continue
			}
			least := slices.MinFunc(ids, func(a, b string) int { return load[a] - load[b] })
			out.assigned[least] = append(out.assigned[least], i)
			load[least]++
			total++
			given[i] = least
		}
		if waiting || len(ids) == 0 {
			continue
		}
		p.shed(ids, has, load, total, isKind, &out)
	}
	for id, items := range has {
		for _, i := range items {
			if !slices.Contains(out.revoked[id], i) {
				given[i] = id
			}
		}
	}
	p.given = given
	return out
}

// shed takes from members what they have above the others, as much as those below can take.
func (p *planner) shed(ids []string, has map[string][]item, load map[string]int, total int, isKind func(item) bool, out *plan) {
	floor := total / len(ids)
	room := 0
	for _, id := range ids {
		room += max(0, floor-load[id])
	}
	for _, id := range ids {
		for k := len(has[id]) - 1; k >= 0 && room > 0 && load[id] > floor; k-- {
			i := has[id][k]
			if !isKind(i) || load[id] == floor+1 && !p.uneven(ids, load, floor) {
				continue
			}
			out.revoked[id] = append(out.revoked[id], i)
			load[id]--
			room--
		}
	}
}

// uneven tells whether a member is still below what all should have.
func (p *planner) uneven(ids []string, load map[string]int, floor int) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return load[id] < floor })
}
