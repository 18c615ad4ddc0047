package emit

import "github.com/streamgen/streamgen/codegen/plan"

// merge passes records on; the paths meet in its method.
func merge(b *body, s *plan.Step, r rec) string { return b.steps(s.Next, r) }
