package gen

import (
	"errors"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/fault"
)

// TestHintsNamePoliciesWhereThereAreSome: To takes no OnError, so a codec that cannot write must not advise one.
func TestHintsNamePoliciesWhereThereAreSome(t *testing.T) {
	run := &Run{Topic: "orders", Records: []Record{{Offset: 4}}}
	for phase, advised := range map[fault.Phase]bool{fault.Deserialize: true, fault.Process: true, fault.Serialize: false} {
		err := (&TaskEnv{}).Failed(fault.Policy{}, nil, phase, "sink", run, 0, errors.New("no currency"))
		if !strings.Contains(err.Error(), "fix or remove the record") || strings.Contains(err.Error(), "dsl.OnError") != advised {
			t.Errorf("%s: %v", phase, err)
		}
	}
}
