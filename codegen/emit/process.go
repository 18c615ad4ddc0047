package emit

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/plan"
)

// process runs a user's processor, then sends on what it forwarded. Its stores note the time
// of the record that it was handed, which below a table or a MapRecord is not the source's.
// A store that failed inside of it fails the record.
func process(b *body, s *plan.Step, r rec) string {
	p := b.task.Processors[s.Processor]
	err := b.err()
	if p.Values {
		return b.processValues(s, p, r)
	}
	return b.enter(s.Node) + fmt.Sprintf("%s.env.RecordTime = %s\n", b.t, r.ts) + fmt.Sprintf(`if %[1]s := %[2]s.%[3]s.Process(%[2]s.%[4]s, %[5]s); %[2]s.env.Err != nil {
%[7]s} else if %[1]s != nil {
%[2]s.%[4]s.Drain()
%[6]s}
if %[1]s := %[2]s.%[8]s(); %[1]s != nil {
%[9]s
}
`, err, b.t, p.Field, p.Context, b.record(r), b.failed(p.Policy, faultProcess, s.Node, err),
		b.failed(plan.Policy{Action: "fail"}, faultProcess, s.Node, b.t+".env.Err"), p.Forward, b.result(err))
}

// processValues runs a processor that keeps the key, which is handed to what sends on.
func (b *body) processValues(s *plan.Step, p *plan.Processor, r rec) string {
	err, ctx := b.fresh("err"), b.t+"."+p.Context
	return b.enter(s.Node) + fmt.Sprintf("%s.env.RecordTime = %s\n%s.Begin(%s, %s)\n", b.t, r.ts, ctx, r.ts, r.h) +
		fmt.Sprintf(`%[1]s := %[2]s.%[3]s.Process(%[4]s, %[5]s)
%[4]s.End()
if %[2]s.env.Err != nil {
%[7]s} else if %[1]s != nil {
%[4]s.Drain()
%[6]s}
if %[1]s := %[2]s.%[8]s(%[10]s, %[11]s); %[1]s != nil {
%[9]s
}
`, err, b.t, p.Field, ctx, b.record(r), b.failed(p.Policy, faultProcess, s.Node, err),
			b.failed(plan.Policy{Action: "fail"}, faultProcess, s.Node, b.t+".env.Err"), p.Forward, b.result(err), r.k, r.kOK)
}
