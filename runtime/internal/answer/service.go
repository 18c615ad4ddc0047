// Package answer answers queries: it finds the tasks that hold a row, here or at another
// instance, reads what they have committed, and merges what comes. It serves the same over
// HTTP.
package answer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/internal/edit"
	"github.com/streamgen/streamgen/runtime/internal/poll"
	"github.com/streamgen/streamgen/runtime/query"
)

// Service answers the queries of one instance. It is safe for concurrent use.
type Service struct {
	t      *gen.Topology
	stores map[string]*place
	names  []string // sorted
	group  func() *poll.Group
	http   *http.Client
	// Token is what the HTTP service asks for, and gives other instances; "" is none. It is
	// set before the first use.
	Token string
}

// place is where a store lies.
type place struct {
	query.Store
	name   string
	sub    int // index in the topology; -1 for global ones
	index  int // in the sub-topology
	global *gen.Global
	// sure says that the records of a key are in the partition that Kafka's default partitioner
	// gives it: this application itself put them there.
	sure   bool
	placed bool // a function of the user's chose the partitions
}

// New returns the service of a topology. group gives what runs, nil while nothing does.
func New(t *gen.Topology, group func() *poll.Group) *Service {
	s := &Service{t: t, stores: map[string]*place{}, group: group, http: newClient()}
	for i := range t.Subtopologies {
		sub := &t.Subtopologies[i]
		placed := slices.ContainsFunc(sub.Sources, func(s gen.Source) bool { return s.Placed })
		sure := !slices.ContainsFunc(sub.Sources, func(s gen.Source) bool { return !s.Repartition || s.Placed })
		for j, st := range sub.Stores {
			s.stores[st.Name] = &place{Store: query.Store{Store: st, Sub: sub.ID}, name: st.Name, sub: i, index: j, sure: sure && !st.Free, placed: placed}
		}
	}
	for _, g := range t.Globals {
		s.stores[g.Store] = &place{Store: query.Store{Store: gen.Store{Name: g.Store, Timestamped: g.Timestamped, InMemory: true, Key: g.Key, Val: g.Val}, Global: true, Sub: -1},
			name: g.Store, sub: -1, global: g}
	}
	for name := range s.stores {
		s.names = append(s.names, name)
	}
	slices.Sort(s.names)
	return s
}

// Store implements query.Client.
func (s *Service) Store(name string) (*query.Store, error) {
	p, err := s.place(name)
	if err != nil {
		return nil, err
	}
	return &p.Store, nil
}

// Stores lists the stores by name.
func (s *Service) Stores() []*query.Store {
	var list []*query.Store
	for _, name := range s.names {
		list = append(list, &s.stores[name].Store)
	}
	return list
}

func (s *Service) place(name string) (*place, error) {
	if p := s.stores[name]; p != nil {
		return p, nil
	}
	if len(s.names) == 0 {
		return nil, query.Errorf(query.DoesNotExist, name, "the topology %s has no stores", s.t.Name)
	}
	return nil, query.Errorf(query.DoesNotExist, name, "the topology %s has no such store; it has %s", s.t.Name, strings.Join(near(name, s.names), ", "))
}

// near lists the names that are most like one, all when there are few.
func near(name string, all []string) []string {
	list := slices.Clone(all)
	slices.SortStableFunc(list, func(a, b string) int { return edit.Distance(name, a) - edit.Distance(name, b) })
	return list[:min(5, len(list))]
}

// patience is how long a query waits where its context has no deadline.
const patience = 10 * time.Second

// Query implements query.Client.
func (s *Service) Query(ctx context.Context, r query.Request) (query.Cursor, error) {
	p, err := s.place(r.Store)
	if err != nil {
		return nil, err
	}
	if p.Kind() == "join" {
		return nil, query.Errorf(query.Unsupported, r.Store, "it keeps what waits in a join of streams, which is not queried")
	}
	if r.Limit < 0 {
		return nil, query.Errorf(query.Unsupported, r.Store, "the limit is %d; it must not be negative", r.Limit)
	}
	if p.global != nil {
		return s.ofGlobal(p, r)
	}
	g := s.group()
	if g == nil {
		return nil, query.Errorf(query.NotPresent, r.Store, "the application has not started, or has stopped")
	}
	n := g.Tasks(p.sub)
	for _, want := range r.Partitions {
		if want < 0 || want >= n {
			return nil, query.Errorf(query.NotPresent, r.Store, "there is no partition %d; there are %d", want, n)
		}
	}
	sc := newScope(p, r)
	first, rest := s.partitions(p, r, n)
	c, err := s.ask(ctx, g, sc, first)
	if err != nil || len(rest) == 0 {
		return c, err
	}
	return &otherwise{Cursor: c, next: func(ctx context.Context) (query.Cursor, error) { return s.ask(ctx, g, sc, rest) }}, nil
}

// partitions are those that are asked, and those that are asked when these have no row: a key
// of a topic that others write may lie in another partition than Kafka's default partitioner
// gives it.
func (s *Service) partitions(p *place, r query.Request, n int32) (first, rest []int32) {
	if len(r.Partitions) > 0 {
		return r.Partitions, nil
	}
	key := r.Key
	if r.One && !r.Keyed {
		key = r.Row
	}
	var all []int32
	for i := range n {
		all = append(all, i)
	}
	if !r.One && !r.Keyed || p.Free || p.placed || len(key) < p.Tail {
		return all, nil
	}
	at := gen.Partition(key[:len(key)-p.Tail], n)
	if !p.sure {
		rest = slices.DeleteFunc(all, func(i int32) bool { return i == at })
	}
	return []int32{at}, rest
}

// ask asks the tasks of some partitions, here or at other instances.
func (s *Service) ask(ctx context.Context, g *poll.Group, sc *scope, partitions []int32) (query.Cursor, error) {
	here := map[int32]*poll.View{}
	for _, v := range g.Views(sc.p.sub) {
		here[v.Partition()] = v
	}
	var parts []query.Cursor
	far := map[string][]int32{} // partitions by the endpoints that are asked, one after the other
	fail := func(err error) (query.Cursor, error) {
		for _, c := range parts {
			c.Close()
		}
		return nil, err
	}
	for _, n := range partitions {
		if v := here[n]; v != nil {
			c, err := sc.local(ctx, v)
			if err != nil {
				return fail(err)
			}
			parts = append(parts, c)
			continue
		}
		if sc.r.Stale {
			if c := sc.standby(g, assign.Task{Group: sc.p.sub, Partition: n}); c != nil {
				parts = append(parts, c)
				continue
			}
		}
		if sc.r.Local {
			if !sc.r.One && !sc.r.Keyed && len(sc.r.Partitions) == 0 {
				continue // what this instance has
			}
			if sc.r.Stale {
				return fail(query.Errorf(query.NotUpToBound, sc.p.name, "partition %d is not at this instance, or a standby that is further behind than the bound, or knows no position", n))
			}
			return fail(query.Errorf(query.NotPresent, sc.p.name, "partition %d is not at this instance: it is being moved or restored; try again", n))
		}
		active, self, standbys := s.owners(g, assign.Task{Group: sc.p.sub, Partition: n})
		switch {
		case active != "" && active != nowhere:
			ways := active
			if sc.r.Stale {
				ways = strings.Join(append([]string{active}, standbys...), " ")
			}
			far[ways] = append(far[ways], n)
		case sc.r.Stale && len(standbys) > 0:
			ways := strings.Join(standbys, " ")
			far[ways] = append(far[ways], n)
		case active == nowhere:
			return fail(query.Errorf(query.NotPresent, sc.p.name, "partition %d is at an instance that cannot be asked: it has no application.server", n))
		case self:
			return fail(query.Errorf(query.NotPresent, sc.p.name, "partition %d is being restored at this instance; try again", n))
		default:
			return fail(query.Errorf(query.NotPresent, sc.p.name, "partition %d is at no instance just now: it is being moved; try again", n))
		}
	}
	for _, ways := range slices.Sorted(maps.Keys(far)) {
		parts = append(parts, s.far(ctx, sc, strings.Fields(ways), far[ways]))
	}
	return merge(parts, sc.r), nil
}

// wait waits until a task has committed what the answer must contain.
func (sc *scope) wait(ctx context.Context, v *poll.View) error {
	if len(sc.r.AtLeast) == 0 {
		return nil
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	for {
		have, changed := v.Position()
		if sc.r.Uncommitted {
			err := v.Do(ctx, func(a poll.Access) error { have = a.Processed(); return nil })
			if err != nil {
				return sc.fault(ctx, v.Partition(), err)
			}
		}
		behind := ""
		for _, topic := range v.Inputs() {
			if want, ok := sc.r.AtLeast[topic][v.Partition()]; ok && !query.Position(have).Contains(topic, v.Partition(), want) {
				at := "nothing"
				if is, ok := have[topic][v.Partition()]; ok {
					at = fmt.Sprint("offset ", is)
				}
				behind = fmt.Sprintf("task of partition %d has committed %s of %s, not offset %d", v.Partition(), at, topic, want)
			}
		}
		if behind == "" {
			return nil
		}
		select {
		case <-changed:
		case <-v.Gone():
			return sc.fault(ctx, v.Partition(), poll.ErrGone)
		case <-ctx.Done():
			return query.Errorf(query.NotUpToBound, sc.p.name, "%s", behind)
		}
	}
}

// fault words what kept a task from answering.
func (sc *scope) fault(ctx context.Context, partition int32, err error) error {
	var own *query.Error
	switch {
	case errors.As(err, &own):
		return err
	case errors.Is(err, poll.ErrGone):
		return query.Errorf(query.NotPresent, sc.p.name, "partition %d: %v; try again", partition, err)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return query.Errorf(query.Failed, sc.p.name, "partition %d: %v", partition, err)
}
