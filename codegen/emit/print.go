package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// printStep writes a line to standard output.
func printStep(b *body, s *plan.Step, r rec) string {
	return b.enter(s.Node) + fmt.Sprintf("%s(%q, %s)\n", procPrint, s.Text, b.record(r))
}
