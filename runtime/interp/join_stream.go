package interp

import (
	"math"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/templates"
)

type streamJoin = templates.StreamJoin[any, any, any]

// newStreamJoin makes the kernel of a stream-stream join.
func (t *task) newStreamJoin(s *graph.Step) *streamJoin {
	rows := func(i int) *state.Duplicates {
		env, st := t.storeEnv(s.Stores[i]), t.r.Stores[s.Stores[i]]
		d := state.NewDuplicates(env.Backend, env.Budget, st.Retention, t.env.Time(gen.SequenceOf(st.Name)))
		env.Register(d)
		return d
	}
	left, right := t.r.Steps[s.In[0]], t.r.Steps[s.In[1]]
	j := &streamJoin{LeftRows: rows(0), RightRows: rows(1), Time: t.env.Time(t.r.Stores[s.Stores[0]].Name),
		Late: &t.env.DropsOf(s.Name).Late, NullKey: &t.env.DropsOf(s.Name).NullKey, NullVal: &t.env.DropsOf(s.Name).NullVal,
		Kafka: t.env.Kafka, Clock: &t.env.WallClock, OldestWait: math.MaxInt64,
		Before: s.Within.Before, After: s.Within.After, Grace: s.Within.Grace,
		LeftOuter: s.Op != graph.JoinStream, RightOuter: s.Op == graph.OuterStream,
		DecodeKey: s.Exec.Key.Decode, DecodeLeft: left.Exec.Val.Decode, DecodeRight: right.Exec.Val.Decode,
		Emit: func(k any, kOK bool, v any, vOK bool, u any, uOK bool, ts int64, h []serde.Header) error {
			t.env.Node = s.Name
			return t.forward(s, graph.Rec{Key: k, NoKey: !kOK, Value: s.Exec.Both(k, v, vOK, u, uOK), Timestamp: ts, Headers: h})
		}}
	if len(s.Stores) > 2 {
		env := t.storeEnv(s.Stores[2])
		j.Unmatched = state.NewUnmatched(env.Backend, env.Budget, t.env.Kafka)
		env.Register(j.Unmatched)
	}
	return j
}

// side hands r to the join whose side s is (S80).
func (t *task) side(s *graph.Step, r graph.Rec) error {
	var key, val []byte
	var err error
	if !r.NoKey {
		if key, err = s.Exec.Key.Append(nil, r.Key); err == nil && !r.NoValue {
			val, err = s.Exec.Val.Append(nil, r.Value)
		}
		if err != nil {
			return t.env.Failed(fault.Policy{}, nil, fault.Serialize, s.Name, t.run, t.env.Index, err)
		}
	}
	j := t.joins[s.Join]
	if s.Right {
		err = j.Right(key, r.Key, !r.NoKey, val, r.Value, !r.NoValue, r.Timestamp, r.Headers)
	} else {
		err = j.Left(key, r.Key, !r.NoKey, val, r.Value, !r.NoValue, r.Timestamp, r.Headers)
	}
	if err != nil {
		return t.env.Failed(fault.Policy{}, nil, fault.Process, s.Name, t.run, t.env.Index, err)
	}
	return nil
}
