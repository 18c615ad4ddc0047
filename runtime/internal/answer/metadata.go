package answer

import (
	"slices"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/internal/poll"
	"github.com/streamgen/streamgen/runtime/query"
)

// Instances are the processes of the application, by process id; nil before the group has said
// anything.
func (s *Service) Instances() []query.Instance {
	g := s.group()
	if g == nil {
		return nil
	}
	owners, _ := g.Owners()
	var list []query.Instance
	for _, o := range owners {
		in := query.Instance{Process: o.Process, Endpoint: o.Endpoint, Self: o.Process == g.Process(), Active: s.tasks(o.Active), Standby: s.tasks(o.Standby)}
		for _, name := range s.names {
			if p := s.stores[name]; p.global != nil || slices.ContainsFunc(o.Active, func(t assign.Task) bool { return t.Group == p.sub }) {
				in.Stores = append(in.Stores, name)
			}
		}
		list = append(list, in)
	}
	return list
}

func (s *Service) tasks(list []assign.Task) (out []query.Task) {
	for _, t := range list {
		if t.Group < len(s.t.Subtopologies) {
			out = append(out, query.Task{Sub: s.t.Subtopologies[t.Group].ID, Partition: t.Partition})
		}
	}
	return out
}

// Having are the instances that have some of a store in active tasks.
func (s *Service) Having(store string) ([]query.Instance, error) {
	if _, err := s.place(store); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(s.Instances(), func(in query.Instance) bool { return !slices.Contains(in.Stores, store) }), nil
}

// Locate implements query.Client.
func (s *Service) Locate(store string, key []byte) (query.KeyMetadata, error) {
	m := query.KeyMetadata{Partition: -1}
	p, err := s.place(store)
	if err != nil {
		return m, err
	}
	g := s.group()
	if g == nil {
		return m, query.Errorf(query.NotPresent, store, "the application has not started, or has stopped")
	}
	if p.global != nil || p.Free || p.placed || len(key) < p.Tail {
		m.Active, err = s.Having(store)
		return m, err
	}
	m.Partition, m.Likely = gen.Partition(key[:len(key)-p.Tail], g.Tasks(p.sub)), !p.sure
	at := query.Task{Sub: p.Sub, Partition: m.Partition}
	for _, in := range s.Instances() {
		if slices.Contains(in.Active, at) {
			m.Active = append(m.Active, in)
		}
		if slices.Contains(in.Standby, at) {
			m.Standby = append(m.Standby, in)
		}
	}
	if len(m.Active) == 0 {
		return m, query.Errorf(query.NotPresent, store, "partition %d is at no instance just now; try again", m.Partition)
	}
	return m, nil
}

// name is who this instance says it is.
func (s *Service) name() string {
	if g := s.group(); g != nil {
		return g.Process()
	}
	return ""
}

// owners are the endpoints that a task can be asked at beside this instance: that of the active
// one, and those of standbys.
func (s *Service) owners(g *poll.Group, t assign.Task) (active string, self bool, standbys []string) {
	list, _ := g.Owners()
	for _, o := range list {
		mine := o.Process == g.Process()
		if slices.Contains(o.Active, t) {
			if self = mine; !mine {
				active = o.Endpoint
				if active == "" {
					active = nowhere
				}
			}
		}
		if slices.Contains(o.Standby, t) && !mine && o.Endpoint != "" {
			standbys = append(standbys, o.Endpoint)
		}
	}
	return active, self, standbys
}

// nowhere is the endpoint of an instance that has none.
const nowhere = "-"
