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
		if rec.Key == nil {
			continue
		}
		if err := t.set(rec); err != nil {
			if t.step.OnError == "skip" {
				run.Skipped++
				continue
			}
			return &fault.Error{Phase: fault.Deserialize, Operator: t.step.SourceName, Topic: run.Topic, Partition: run.Partition, Offset: rec.Offset, Cause: err,
				Hint: "fix or remove the record, or give the table dsl.OnError(dsl.Skip())"}
		}
	}
	return nil
}

// set applies one record. A key's identity is its encoding, which is what joins look up; the
// bytes consumed may spell the same key differently.
func (t *table) set(rec *gen.Record) error {
	k, err := t.step.Exec.Key.Decode(rec.Key)
	if err != nil {
		return err
	}
	key, err := t.step.Exec.Key.Append(nil, k)
	if err != nil {
		return err
	}
	if rec.Value == nil {
		delete(t.values, string(key))
		return nil
	}
	v, err := t.step.Exec.Val.Decode(rec.Value)
	if err != nil {
		return err
	}
	t.values[string(key)] = v
	return nil
}

// Get implements gen.TableReader.
func (t *table) Get(key []byte) ([]byte, bool, error) {
	v, ok := t.values[string(key)]
	if !ok {
		return nil, false, nil
	}
	b, err := t.step.Exec.Val.Append(nil, v)
	return append([]byte{}, b...), true, err
}

// Keys implements gen.TableReader.
func (t *table) Keys(visit func(key []byte)) {
	for k := range t.values {
		visit([]byte(k))
	}
}
