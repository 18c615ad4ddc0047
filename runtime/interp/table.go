package interp

import (
	"bytes"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
)

// table takes a record of a topic as an update (S50, S51).
func (t *task) table(s *graph.Step, r graph.Rec) error {
	if r.NoKey {
		t.env.DropsOf(s.Name).NullKey++
		return nil
	}
	return t.update(s, r)
}

// update hands a table's new value to its store, which emits it; without one it goes on at once.
func (t *task) update(s *graph.Step, r graph.Rec) error {
	if s.Store < 0 {
		return t.forward(s, r)
	}
	key, err := t.rowKey(s, r)
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
		t.env.DropsOf(s.Name).NullKey++
		return nil
	case r.NoValue:
		t.env.DropsOf(s.Name).NullVal++
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
	if v, ts, ok, err = t.find(t.r.Steps[s.In[0]], key, k); err != nil {
		return nil, 0, false, err
	}
	switch s.Op {
	case graph.TableFilter, graph.TableMapValues:
		t.env.Node = s.Name
		v, ok = s.Exec.Value(k, graph.Span{}, v, ok)
		return v, ts, ok, nil
	}
	u, uts, found, err := t.find(t.r.Steps[s.In[1]], key, k)
	if err != nil {
		return nil, 0, false, err
	}
	switch {
	case s.Op != graph.TableOuterJoin && !ok, s.Op == graph.TableJoin && !found, !ok && !found:
		return nil, 0, false, nil
	case found && (!ok || uts > ts):
		ts = uts
	}
	t.env.Node = s.Name
	return s.Exec.Both(k, v, ok, u, found), ts, true, nil
}

// mapTable makes a table's new value, and old one where that flows (S56).
func (t *task) mapTable(s *graph.Step, r graph.Rec) error {
	out := r
	v, ok := s.Exec.Value(r.Key, r.Span, r.Value, !r.NoValue)
	out.Value, out.NoValue, out.Old, out.NoOld = v, !ok, nil, true
	if s.SendOld && t.r.Steps[s.In[0]].SendOld {
		v, ok = s.Exec.Value(r.Key, r.Span, r.Old, !r.NoOld)
		out.Old, out.NoOld = v, !ok
		if s.Op == graph.TableFilter && out.NoValue && out.NoOld {
			return nil
		}
	}
	return t.update(s, out)
}

// joinTables joins a change on one side with the other side as it is now (S59).
func (t *task) joinTables(s *graph.Step, r graph.Rec, right bool) error {
	t.env.Node = s.ThisName
	other := t.r.Steps[s.In[1]]
	if right {
		t.env.Node = s.OtherName
		other = t.r.Steps[s.In[0]]
	}
	node := t.env.Node
	key, err := other.Exec.Key.Append(nil, r.Key)
	if err != nil {
		return t.env.Failed(fault.Policy{}, nil, fault.Serialize, node, t.run, t.env.Index, err)
	}
	u, uts, found, err := t.find(other, key, r.Key)
	if err != nil {
		return t.env.Failed(fault.Policy{}, nil, fault.Process, node, t.run, t.env.Index, err)
	}
	outer := s.Op == graph.TableOuterJoin || s.Op == graph.TableLeftJoin && !right
	had := !r.NoOld && t.sends(s, right)
	if !found && (!outer || r.NoValue && !had) {
		return nil
	}
	t.env.Node = node
	join := func(v any, ok bool) (any, bool) {
		switch {
		case s.Op == graph.TableOuterJoin:
			if !ok && !found {
				return nil, false
			}
		case s.Op == graph.TableLeftJoin && right:
		case !ok:
			return nil, false
		}
		if right {
			return s.Exec.Both(r.Key, u, found, v, ok), true
		}
		return s.Exec.Both(r.Key, v, ok, u, found), true
	}
	out := r
	if found {
		out.Timestamp = max(out.Timestamp, uts)
	}
	v, ok := join(r.Value, !r.NoValue)
	out.Value, out.NoValue, out.Old, out.NoOld = v, !ok, nil, true
	if s.SendOld {
		v, ok = join(r.Old, had)
		out.Old, out.NoOld = v, !ok
	}
	return t.update(s, out)
}

// sends says whether the changes on a side of a join carry old values.
func (t *task) sends(s *graph.Step, right bool) bool {
	if right {
		return t.r.Steps[s.In[1]].SendOld
	}
	return t.r.Steps[s.In[0]].SendOld
}

// groupTable writes what a change takes from one group and gives to another (S58).
func (t *task) groupTable(s *graph.Step, r graph.Rec) error {
	row := func(v any, absent bool) (key, val []byte, err error) {
		if absent {
			return nil, nil, nil
		}
		k, v := s.Exec.Pair(r.Key, r.Span, v)
		if key, err = s.Exec.Key.Append([]byte{}, k); err == nil {
			val, err = s.Exec.Val.Append([]byte{}, v)
		}
		return key, val, err
	}
	newKey, added, err := row(r.Value, r.NoValue)
	if err != nil {
		return t.failed(s, fault.Serialize, err)
	}
	noOld := r.NoOld || !t.r.Steps[s.In[0]].SendOld
	oldKey, removed, err := row(r.Old, noOld)
	if err != nil {
		return t.failed(s, fault.Serialize, err)
	}
	write := func(key []byte, added []byte, hasNew bool, removed []byte, hasOld bool) {
		for _, id := range s.Out {
			t.env.Sinks[t.sub.SinkOf(id)].Change(key, t.r.Steps[id].KeyTail, added, hasNew, removed, hasOld, r.Timestamp, r.Headers)
		}
	}
	if !r.NoValue && !noOld && bytes.Equal(newKey, oldKey) {
		write(newKey, added, true, removed, true)
		return nil
	}
	if !noOld {
		write(oldKey, nil, false, removed, true)
	}
	if !r.NoValue {
		write(newKey, added, true, nil, false)
	}
	return nil
}

// decodeChange reads a change from a repartition topic.
func decodeChange(s *graph.Step, rec *gen.Record, r *graph.Rec) error {
	added, removed, err := serde.CutChange(rec.Value)
	if err != nil {
		return err
	}
	if r.NoValue = added == nil; !r.NoValue {
		if r.Value, err = s.Exec.Val.Decode(added); err != nil {
			return err
		}
	}
	if r.NoOld = removed == nil; !r.NoOld {
		r.Old, err = s.Exec.Val.Decode(removed)
	}
	return err
}
