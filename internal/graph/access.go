package graph

import (
	"cmp"
	"regexp"
	"slices"
)

// Access is one right that an application needs from the brokers: an operation on a resource,
// in the words of Kafka's ACLs. A plain value.
type Access struct {
	Resource  string // "topic", "group" or "transactional-id"
	Name      string // "*" is every name
	Prefixed  bool   // Name is the beginning of the names
	Operation string // "Read", "Write", "Create", "Delete"
	// Step is the step whose topic it is, -1 for internal topics and the group; DeadLetter says
	// that it is the step's dead-letter topic.
	Step       int
	DeadLetter bool
	Why        string
}

// ChosenTopic is the Name of the topics that records choose: nobody knows them before.
const ChosenTopic = "<the topics that records choose>"

// Accesses lists all rights that an application with this id needs, and none that it can do
// without. Describe is not among them because Read, Write and Delete imply it, nor
// IdempotentWrite, which brokers since 3.0 give to whoever may write some topic (KIP-679).
func (r *Resolved) Accesses(application string, exactlyOnce bool) []Access {
	list := []Access{{Resource: "group", Name: application, Operation: "Read", Step: -1, Why: "its members share the work and commit offsets"}}
	if exactlyOnce {
		// The ids go on with the process id and the worker's number.
		list = append(list, Access{Resource: "transactional-id", Name: application + "-", Prefixed: true, Operation: "Write", Step: -1, Why: "a transaction for each worker"})
	}
	add := func(a Access) {
		a.Resource = "topic"
		if !slices.ContainsFunc(list, func(b Access) bool {
			return a.Name == b.Name && a.Prefixed == b.Prefixed && a.Operation == b.Operation && b.Resource == "topic"
		}) {
			list = append(list, a)
		}
	}
	for i := range r.Subs {
		for _, id := range r.Subs[i].Sources {
			r.readAccess(r.Steps[id], add)
		}
		for _, k := range r.Subs[i].Sinks {
			switch {
			case k.Repartition:
			case k.DeadLetter:
				add(Access{Name: k.Topic, Operation: "Write", Step: r.deadLetters(k.Topic), DeadLetter: true, Why: "dead letters"})
			case k.Routed:
				add(Access{Name: ChosenTopic, Operation: "Write", Step: k.Step, Why: "written by " + r.Steps[k.Step].Name})
			default:
				add(Access{Name: k.Topic, Operation: "Write", Step: k.Step, Why: "written by " + r.Steps[k.Step].Name})
			}
		}
	}
	for _, id := range r.Globals {
		s := r.Steps[id]
		add(Access{Name: s.Topic, Operation: "Read", Step: id, Why: "read whole by each instance"})
	}
	for _, t := range r.Topics {
		name := application + "-" + t.Base + "-" + string(t.Kind)
		uses := [][2]string{{"Create", "created by the first instance"}, {"Write", "state, written at each commit"}, {"Read", "state comes back from it"}}
		if t.Kind == RepartitionTopic {
			uses = [][2]string{{"Create", "created by the first instance"}, {"Write", "records under their new key"}, {"Read", "records under their new key"}, {"Delete", "consumed records are deleted"}}
		}
		for _, u := range uses {
			add(Access{Name: name, Operation: u[0], Step: -1, Why: u[1]})
		}
	}
	order := []string{"group", "transactional-id", "topic"}
	slices.SortStableFunc(list, func(a, b Access) int {
		return cmp.Compare(slices.Index(order, a.Resource), slices.Index(order, b.Resource))
	})
	return list
}

// readAccess adds what reading the topics of a source takes. Whose names match a pattern is
// asked of the brokers, which list the topics that may be described.
func (r *Resolved) readAccess(s *Step, add func(Access)) {
	switch {
	case s.Op == Repartition:
	case s.Pattern != "":
		a := Access{Name: "*", Operation: "Read", Step: s.ID, Why: "read by " + s.Name + ", all that match " + s.Pattern}
		if e, err := regexp.Compile(s.Pattern); err == nil {
			if prefix, whole := e.LiteralPrefix(); prefix != "" {
				a.Name, a.Prefixed = prefix, !whole
			}
		}
		add(a)
	default:
		for _, topic := range s.Reads() {
			add(Access{Name: topic, Operation: "Read", Step: s.ID, Why: "read by " + s.Name})
		}
	}
}

// deadLetters finds the first step with this dead-letter topic.
func (r *Resolved) deadLetters(topic string) int {
	return slices.IndexFunc(r.Steps, func(s *Step) bool { return s.OnError == "dead-letter" && s.DeadLetter == topic })
}
