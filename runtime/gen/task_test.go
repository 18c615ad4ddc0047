package gen

import (
	"errors"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/fault"
)

// Where an operator may have a policy the error names it, for sinks with the options that take it.
func TestHintsNamePolicies(t *testing.T) {
	run := &Run{Topic: "orders", Records: []Record{{Offset: 4}}}
	for phase, advised := range map[fault.Phase]string{
		fault.Deserialize: "dsl.OnError", fault.Process: "dsl.OnError",
		fault.Serialize: "To, ToDynamic and Repartition take dsl.OnError",
	} {
		err := (&TaskEnv{}).Failed(fault.Policy{}, nil, phase, "sink", run, 0, errors.New("no currency"))
		if !strings.Contains(err.Error(), "fix or remove the record") || !strings.Contains(err.Error(), advised) {
			t.Errorf("%s: %v", phase, err)
		}
	}
}
