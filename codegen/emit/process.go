package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// process runs a user's processor, then sends on what it forwarded. A store that failed
// inside of it fails the record.
func process(b *body, s *plan.Step, r rec) string {
	p := b.task.Processors[s.Processor]
	err := b.err()
	return b.enter(s.Node) + fmt.Sprintf(`if %[1]s := %[2]s.%[3]s.Process(%[2]s.%[4]s, %[5]s); %[1]s != nil {
%[6]s.%[4]s.Drain()
%[7]s}
if %[1]s := %[2]s.env.Err; %[1]s != nil {
%[8]s}
if %[1]s := %[2]s.%[9]s(); %[1]s != nil {
%[10]s
}
`, err, b.t, p.Field, p.Context, b.record(r), b.t, b.failed(p.Policy, faultProcess, s.Node, err),
		b.failed(plan.Policy{Action: "fail"}, faultProcess, s.Node, err), p.Forward, b.result(err))
}
