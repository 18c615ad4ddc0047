package gen

import (
	"errors"
	"testing"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// TestOutageIsNoFaultOfTheRecord: a registry that does not answer is not skipped, as a record that cannot be read
// is. S242.
func TestOutageIsNoFaultOfTheRecord(t *testing.T) {
	run := &Run{Topic: "orders", Records: []Record{{Offset: 7}}}
	for _, policy := range []fault.Action{fault.Skip, fault.DeadLetter} {
		env := &TaskEnv{}
		dead := &Sink{Partitions: 1}
		if err := env.Failed(fault.Policy{Action: policy}, dead, fault.Deserialize, "source", run, 0, errors.New("no order")); err != nil {
			t.Errorf("policy %d does not take a record at fault: %v", policy, err)
		}
		outage := &wire.Outage{Err: errors.New("connection refused")}
		err := env.Failed(fault.Policy{Action: policy}, dead, fault.Deserialize, "source", run, 0, outage)
		if !errors.Is(err, outage) || env.DropsOf("source").Skipped != 1 {
			t.Errorf("policy %d: an outage gives %v, %d skipped", policy, err, env.DropsOf("source").Skipped)
		}
	}
}
