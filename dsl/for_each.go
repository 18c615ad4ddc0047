package dsl

import "github.com/streamgen/streamgen/internal/graph"

// ForEach calls f for each record and ends the stream. It is not called for records with
// an absent value; an absent key is K's zero value. Its effects are outside the
// transaction: a record that is processed again is seen again.
func (s Stream[K, V]) ForEach(f func(k K, v V), opts ...Option) {
	live(s.b, s.n, "ForEach").given("ForEach", f != nil)
	derive[K, V](s, &graph.Node{Op: graph.ForEach, Exec: graph.Exec{Visit: visitPlain(f)}}, opts)
}

// ForEachOpt is ForEach that is called for every record and sees absent keys and values.
func (s Stream[K, V]) ForEachOpt(f func(k Opt[K], v Opt[V]), opts ...Option) {
	live(s.b, s.n, "ForEachOpt").given("ForEachOpt", f != nil)
	derive[K, V](s, &graph.Node{Op: graph.ForEach, Form: graph.Opt, Exec: graph.Exec{Visit: visitOpt(f)}}, opts)
}

// ForEachRecord is ForEach that is called for every record and sees all of it, timestamp,
// headers and absence included.
func (s Stream[K, V]) ForEachRecord(f func(r Rec[K, V]), opts ...Option) {
	live(s.b, s.n, "ForEachRecord").given("ForEachRecord", f != nil)
	derive[K, V](s, &graph.Node{Op: graph.ForEach, Form: graph.Record, Exec: graph.Exec{Visit: visitRecord(f)}}, opts)
}
