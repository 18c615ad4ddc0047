package emit

import "github.com/streamgen/streamgen/codegen/plan"

// lends says whether byte slices of a source may lie in the memory that was fetched: its chain ends in
// sinks, which copy. A store would keep whole fetches alive for the sake of a row, other readers
// would see what a function changes in place, and a dead letter holds what came.
func lends(steps []*plan.Step) bool {
	for _, s := range steps {
		if s.Method != "" || s.Policy.Action == "dead-letter" {
			return false
		}
		switch s.Op {
		case "filter", "present", "map", "map-values", "flat-map", "flat-map-values", "select-key", "peek", "for-each", "merge", "print",
			"split", "branch", "sink", "repartition":
		default:
			return false
		}
		if !lends(s.Next) {
			return false
		}
	}
	return true
}
