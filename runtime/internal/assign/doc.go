// Package assign says which member of the group runs which task. A task is one
// sub-topology on one partition number: it needs that partition of every source topic of
// the sub-topology, so its partitions move together. The functions are pure; the worker
// loop feeds them from the group protocol.
//
// A rolling deploy has members of two program versions in one group. Their task numbers
// may mean different things, so every member says which structure it runs, the leader
// plans for one structure only (whoever leads: it plans from what the members said, not
// from its own code), and the plan carries the structure's hash.
package assign
