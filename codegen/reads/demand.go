// Package reads finds which fields of a record's key and value the functions of a topology may read, so that decoders
// skip the others. It works on the SSA form of the loaded packages and asks, backwards from everything that can be
// seen from outside (branches, results that are kept or sent, calls of what cannot be looked into), what of a value is
// asked for. It is sound rather than sharp: what it cannot follow reads all.
package reads

import (
	"go/token"
	"go/types"
	"slices"
)

// Reason says why all of a value is read.
type Reason struct {
	Text string    // "is passed to fmt.Sprintf"
	Pos  token.Pos // where; NoPos when it is the operator itself
}

// The edges of a node beside the fields of a struct, which are their indices.
const (
	deref = -1 // what a pointer points at
	items = -2 // the elements of a slice or array
)

// shared says that what an edge leads to is not part of the value but shared by its copies.
func shared(edge int, slice bool) bool { return edge == deref || edge == items && slice }

const (
	maxDepth = 6       // of what is told apart below one value
	maxNodes = 200_000 // of one analysis; beyond, everything is read
)

// node stands for one value of the program and says what is demanded of it: all, that it is there (of a pointer, or how
// long it is, of a slice), or what its kids say.
type node struct {
	s       *system
	given   *Reason // to something that may change what it leads to
	written *Reason // as a place: something was assigned to it
	all     *Reason
	self    bool
	slice   bool // the items are shared: of a slice, not of an array
	depth   int
	kids    map[int]*node
	order   []int // of kids, as they came
	up      []*node
	down    []*node
}

// system is the constraints of one analysis: which node's demand includes which other's.
type system struct{ nodes int }

func (s *system) fresh() *node {
	s.nodes++
	return &node{s: s}
}

// kid is what an edge of n leads to.
func (n *node) kid(edge int, slice bool) *node {
	if k := n.kids[edge]; k != nil {
		return k
	}
	if n.depth >= maxDepth || n.s.nodes > maxNodes {
		n.give(Reason{Text: "is nested deeper than the analysis follows"})
		return n
	}
	k := n.s.fresh()
	k.depth = n.depth + 1
	if n.kids == nil {
		n.kids = map[int]*node{}
	}
	if edge == items {
		n.slice = n.slice || slice
	}
	n.kids[edge] = k
	n.order = append(n.order, edge)
	if n.all != nil {
		k.readAll(*n.all)
	}
	if n.given != nil {
		k.escape(*n.given)
	}
	for _, o := range slices.Clone(n.up) {
		meet(o, n, edge)
	}
	for _, o := range slices.Clone(n.down) {
		meet(n, o, edge)
	}
	return k
}

// field is the part of n that a field of a struct is.
func (n *node) field(i int) *node { return n.kid(i, false) }

// target is what the pointer n points at.
func (n *node) target() *node { return n.kid(deref, false) }

// item is the elements of n.
func (n *node) item(slice bool) *node { return n.kid(items, slice) }

// readAll notes that all of n is read.
func (n *node) readAll(why Reason) {
	if n.all != nil {
		return
	}
	n.all = &why
	for _, e := range slices.Clone(n.order) {
		n.kids[e].readAll(why)
	}
	for _, o := range slices.Clone(n.up) {
		o.readAll(why)
	}
}

// readSelf notes that it is asked whether n is there, or how long it is.
func (n *node) readSelf() {
	if n.self {
		return
	}
	n.self = true
	for _, o := range slices.Clone(n.up) {
		o.readSelf()
	}
}

// include notes that whatever is demanded of use is demanded of from: the one is a copy of the other.
func include(from, use *node) {
	if from == nil || use == nil || from == use || slices.Contains(from.down, use) {
		return
	}
	from.down = append(from.down, use)
	use.up = append(use.up, from)
	if use.all != nil {
		from.readAll(*use.all)
	}
	if use.self {
		from.readSelf()
	}
	if use.given != nil {
		from.escape(*use.given)
	}
	if slices.Contains(use.down, from) { // one place
		if use.written != nil {
			from.write(*use.written)
		}
		if from.written != nil {
			use.write(*from.written)
		}
	}
	for _, e := range slices.Clone(from.order) {
		meet(from, use, e)
	}
	for _, e := range slices.Clone(use.order) {
		meet(from, use, e)
	}
}

// meet joins what an edge of a value and of its copy leads to: one thing, where copies share it.
func meet(from, use *node, edge int) {
	slice := from.slice || use.slice
	a, b := from.kid(edge, slice), use.kid(edge, slice)
	include(a, b)
	if shared(edge, slice) {
		include(b, a)
	}
}

// same notes that two nodes are one place.
func same(a, b *node) {
	include(a, b)
	include(b, a)
}

// fieldsOf returns the struct that a type is below its names.
func fieldsOf(t types.Type) *types.Struct {
	s, _ := t.Underlying().(*types.Struct)
	return s
}
