package testdriver_test

import (
	"fmt"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// counted is a topology in the shape of generated code: lines → first byte as key →
// repartition → count → counts, with a ticker on both clocks in the first half.
func counted() *gen.Topology {
	return &gen.Topology{Name: "Counted", Subtopologies: []gen.Subtopology{
		{ID: 0, Sources: []gen.Source{{Node: "KSTREAM-SOURCE-0000000000", Topic: "lines"}},
			Sinks: []gen.SinkSpec{{Topic: "by-letter", Repartition: true}, {Topic: "ticks"}},
			NewTask: func(env *gen.TaskEnv) (gen.Task, error) {
				return &letters{env: env, out: env.Sinks[0], ticks: env.Sinks[1]}, nil
			}},
		{ID: 1, Sources: []gen.Source{{Node: "KSTREAM-SOURCE-0000000003", Topic: "by-letter", Repartition: true}},
			Sinks:  []gen.SinkSpec{{Topic: "counts"}},
			Stores: []gen.Store{{Name: "counts-store", Timestamped: true, Logged: true}},
			NewTask: func(env *gen.TaskEnv) (gen.Task, error) {
				t := &counts{env: env, out: env.Sinks[0]}
				t.store = state.NewCache(state.Options[int64]{Backend: env.Stores[0].Backend, Timestamped: true,
					Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode})
				env.Stores[0].Register(t.store)
				return t, nil
			}},
	}}
}

type letters struct {
	env        *gen.TaskEnv
	out, ticks *gen.Sink
	ctx        *processor.Context[string, string]
}

func (t *letters) Init() error {
	t.ctx = processor.NewContext[string, string](&t.env.Env, 1)
	for kind, name := range []string{"stream", "wall"} {
		_, err := t.ctx.Schedule(100e6, processor.TimeKind(kind), func(now int64) error {
			t.ctx.Forward(processor.Record[string, string]{Key: name, Value: fmt.Sprint(now), Timestamp: now})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *letters) Process(_ int, run *gen.Run) (int, error) {
	for i := range run.Records {
		r := &run.Records[i]
		t.env.Index, t.env.RecordTime, t.env.Meta.Offset = i, r.Timestamp, r.Offset
		if string(r.Value) == "!" {
			return i, t.env.Failed(fault.Policy{}, nil, fault.Process, "KSTREAM-MAP-0000000001", run, i, fmt.Errorf("refused"))
		}
		if len(r.Value) == 0 {
			continue
		}
		t.out.Begin()
		t.out.Buf = append(t.out.Buf, r.Value[0])
		t.out.Key(true, 0)
		t.out.Buf = append(t.out.Buf, r.Value...)
		t.out.Done(true, r.Timestamp, r.Headers)
	}
	return len(run.Records), nil
}

func (t *letters) Drain() error {
	for _, r := range t.ctx.Drain() {
		t.ticks.Begin()
		t.ticks.Buf = append(t.ticks.Buf, r.Key...)
		t.ticks.Key(true, 0)
		t.ticks.Buf = append(t.ticks.Buf, r.Value...)
		t.ticks.Done(true, r.Timestamp, nil)
	}
	return nil
}
func (t *letters) Flush() error { return nil }
func (t *letters) Close() error { return nil }

type counts struct {
	env   *gen.TaskEnv
	out   *gen.Sink
	store *state.Cache[int64]
}

func (t *counts) Init() error { return nil }

func (t *counts) Process(_ int, run *gen.Run) (int, error) {
	for i := range run.Records {
		r := &run.Records[i]
		t.env.Index, t.env.RecordTime, t.env.Meta.Offset = i, r.Timestamp, r.Offset
		e, err := t.store.Find(r.Key)
		if err != nil {
			return i, err
		}
		if string(r.Value) == "commit" {
			t.env.CommitWanted = true
		}
		t.store.Set(e, e.Val+1, max(e.Ts, r.Timestamp), r.Headers)
	}
	return len(run.Records), nil
}

func (t *counts) Drain() error { return nil }

func (t *counts) Flush() error {
	return t.store.Pending(func(key []byte, e *state.Entry[int64]) error {
		t.out.Begin()
		t.out.Buf = append(t.out.Buf, key...)
		t.out.Key(true, 0)
		b, err := serde.Int64Codec{}.Append(t.out.Buf, e.Val)
		t.out.Buf = b
		t.out.Done(true, e.Ts, e.Headers)
		return err
	})
}
func (t *counts) Close() error { return nil }
