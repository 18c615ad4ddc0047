package interp

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
)

// table is a global table: values by the bytes of their keys. The runtime locks it.
type table struct {
	step   *graph.Step
	values map[string]any
}

func newTable(s *graph.Step) *table { return &table{step: s, values: map[string]any{}} }

// apply stores a run of the global topic (S31).
func (t *table) apply(run *gen.Run) error {
	for i := range run.Records {
		rec := &run.Records[i]
		switch {
		case rec.Key == nil:
			continue
		case rec.Value == nil:
			delete(t.values, string(rec.Key))
			continue
		}
		v, err := t.step.Exec.Val.Decode(rec.Value)
		if err != nil {
			if t.step.OnError == "skip" {
				continue
			}
			return &fault.Error{Phase: fault.Deserialize, Operator: t.step.Name, Topic: run.Topic, Partition: run.Partition, Offset: rec.Offset, Cause: err,
				Hint: "fix or remove the record, or give the global table dsl.OnError(dsl.Skip())"}
		}
		t.values[string(rec.Key)] = v
	}
	return nil
}
