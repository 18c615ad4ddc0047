package interp

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/fault"
)

// table takes a record of a topic as an update (S50, S51).
func (t *task) table(s *graph.Step, r graph.Rec) error {
	if r.NoKey {
		t.env.Drops.NullKey++
		return nil
	}
	return t.update(s, r)
}

// update hands a table's new value to its store, which emits it; without one it goes on at once.
func (t *task) update(s *graph.Step, r graph.Rec) error {
	if s.Store < 0 {
		return t.forward(s, r)
	}
	key, err := s.Exec.Key.Append(nil, r.Key)
	if err != nil {
		return t.failed(s, fault.Serialize, err)
	}
	t.env.Node = s.Name
	return t.ended(s, t.kernels[s.ID].process(key, r))
}

// ended reports an error of a kernel; those of operators downstream are final already.
func (t *task) ended(s *graph.Step, err error) error {
	if err == nil {
		return nil
	}
	return t.env.Failed(fault.Policy{}, nil, fault.Process, s.Name, t.run, t.env.Index, err)
}

// joinTable looks r's key up in a table (S53, S54).
func (t *task) joinTable(s *graph.Step, r graph.Rec) error {
	left := s.Op == graph.LeftTable
	switch {
	case r.NoKey && !left:
		t.env.Drops.NullKey++
		return nil
	case r.NoValue:
		t.env.Drops.NullVal++
		return nil
	}
	var u any
	var ok bool
	if !r.NoKey {
		table := t.r.Steps[s.Global]
		key, err := table.Exec.Key.Append(nil, r.Key)
		if err != nil {
			return t.failed(s, fault.Serialize, err)
		}
		if u, _, ok, err = t.find(table, key, r.Key); err != nil {
			return t.failed(s, fault.Process, err)
		}
	}
	if !ok && !left {
		return nil
	}
	t.env.Node = s.Name
	r.Value = s.Exec.Join(r, u, ok)
	return t.forward(s, r)
}

// find looks a key up in a table as it is now: in its store, or computed from the tables above.
func (t *task) find(s *graph.Step, key []byte, k any) (v any, ts int64, ok bool, err error) {
	if s.Store >= 0 {
		return t.kernels[s.ID].find(key)
	}
	return nil, 0, false, fmt.Errorf("%s: the interpreter cannot look keys up in operator %s", s.Name, s.Op)
}
