package dsl

import "github.com/streamgen/streamgen/internal/graph"

// Branches are the parts of a split stream, Kafka Streams' BranchedKStream.
type Branches[K, V any] struct {
	b *Builder
	n *graph.Node
}

// Split begins branches: each record goes to the first branch whose predicate takes it,
// in the order of the calls of Branch. The name is the beginning of the branches' names,
// "orders-" makes "orders-premium"; an empty one is generated as Kafka Streams would.
func (s Stream[K, V]) Split(name string) Branches[K, V] {
	live(s.b, s.n, "Split")
	out := derive[K, V](s, &graph.Node{Op: graph.Split}, []Option{Name(name)})
	return Branches[K, V]{out.b, out.n}
}

// Branch is the records that keep takes and no earlier branch took. Records with an absent
// value are not asked about: no such branch takes them. An absent key is K's zero value. An
// empty name is numbered. Branches come before Default or Drop.
func (s Branches[K, V]) Branch(name string, keep func(k K, v V) bool) Stream[K, V] {
	live(s.b, s.n, "Branch").given("Branch", keep != nil)
	return branch(s, "Branch", name, &graph.Node{Exec: graph.Exec{Pred: func(r graph.Rec) (bool, error) {
		return !r.NoValue && keep(as[K](r.Key), as[V](r.Value)), nil
	}}})
}

// BranchOpt is Branch that is asked about every record and sees absent keys and values.
func (s Branches[K, V]) BranchOpt(name string, keep func(k Opt[K], v Opt[V]) bool) Stream[K, V] {
	live(s.b, s.n, "BranchOpt").given("BranchOpt", keep != nil)
	return branch(s, "BranchOpt", name, &graph.Node{Form: graph.Opt, Exec: graph.Exec{Pred: func(r graph.Rec) (bool, error) {
		return keep(optKey[K](r), optValue[V](r)), nil
	}}})
}

// BranchRecord is Branch that is asked about every record and sees all of it, timestamp,
// headers and absence included.
func (s Branches[K, V]) BranchRecord(name string, keep func(r Rec[K, V]) bool) Stream[K, V] {
	live(s.b, s.n, "BranchRecord").given("BranchRecord", keep != nil)
	return branch(s, "BranchRecord", name, &graph.Node{Form: graph.Record, Exec: graph.Exec{Pred: func(r graph.Rec) (bool, error) {
		return keep(typed[K, V](r)), nil
	}}})
}

// Default is the records that no branch took, absent values among them. It ends the
// branches. Name is the end of its name, which is else "0".
func (s Branches[K, V]) Default(opts ...Option) Stream[K, V] {
	live(s.b, s.n, "Default")
	out := branch(s, "Default", collect(opts).name, &graph.Node{Rest: true})
	s.b.ended[s.n.ID] = "Default"
	return out
}

// Drop drops the records that no branch took, without a count, and ends the branches. It is
// what happens without it as well; it says that it is meant.
func (s Branches[K, V]) Drop() {
	live(s.b, s.n, "Drop")
	s.open("Drop")
	s.b.ended[s.n.ID] = "Drop"
}

// open reports a call after the branches were ended.
func (s Branches[K, V]) open(method string) {
	if end := s.b.ended[s.n.ID]; end != "" {
		s.b.fail("%s: %s has ended the branches of this split; call it before", method, end)
	}
}

func branch[K, V any](s Branches[K, V], method, name string, n *graph.Node) Stream[K, V] {
	s.open(method)
	n.Op = graph.Branch
	return derive[K, V](Stream[K, V](s), n, []Option{Name(name)})
}
