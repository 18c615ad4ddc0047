package interp

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
)

// forward sends r to the steps after s, in the order they were attached.
func (t *task) forward(s *graph.Step, r graph.Rec) error {
	for i, id := range s.Out {
		var err error
		switch next := t.r.Steps[id]; next.Op {
		case graph.TableJoin, graph.TableLeftJoin, graph.TableOuterJoin:
			err = t.joinTables(next, r, t.r.JoinsRight(s.ID, i))
		default:
			err = t.step(next, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// step runs one operator on r. An error is final: policies have been applied.
func (t *task) step(s *graph.Step, r graph.Rec) error {
	t.env.Node = s.Name
	switch s.Op {
	case graph.Filter, graph.Present:
		ok, err := s.Exec.Pred(r)
		if err != nil {
			return t.failed(s, fault.Process, err)
		}
		if ok == s.Not {
			return nil
		}
		return t.forward(s, r)
	case graph.Map, graph.MapValues, graph.SelectKey:
		out, err := s.Exec.Map(r)
		if err != nil {
			return t.failed(s, fault.Process, err)
		}
		return t.forward(s, out)
	case graph.FlatMap, graph.FlatMapValues:
		out, err := s.Exec.FlatMap(r)
		if err != nil {
			return t.failed(s, fault.Process, err)
		}
		for _, o := range out {
			if err := t.forward(s, o); err != nil {
				return err
			}
		}
		return nil
	case graph.Peek, graph.ForEach:
		if err := s.Exec.Visit(r); err != nil {
			return t.failed(s, fault.Process, err)
		}
		return t.forward(s, r)
	case graph.Split:
		return t.split(s, r)
	case graph.Print:
		s.Exec.Print(s.Label, r)
		return nil
	case graph.Merge, graph.Branch:
		return t.forward(s, r)
	case graph.ToStream:
		if s.Windowed {
			r.Key = s.Exec.ToKey(r.Key, r.Span)
		}
		return t.forward(s, r)
	case graph.JoinGlobal, graph.LeftGlobal:
		return t.join(s, r)
	case graph.Count, graph.Reduce, graph.Aggregate:
		return t.aggregate(s, r)
	case graph.Table, graph.ToTable:
		return t.table(s, r)
	case graph.TableFilter, graph.TableMapValues:
		return t.mapTable(s, r)
	case graph.TableGroupBy:
		return t.groupTable(s, r)
	case graph.TableCount, graph.TableReduce, graph.TableAggregate:
		return t.update(s, r)
	case graph.JoinTable, graph.LeftTable:
		return t.joinTable(s, r)
	case graph.Side:
		return t.side(s, r)
	case graph.Process, graph.ProcessValues:
		return t.process(s, r)
	case graph.Sink:
		return t.write(s, s.Name, r)
	case graph.Repartition:
		if r.NoKey && !s.NullKeys {
			t.env.DropsOf(s.SinkName).NullKey++
			return nil
		}
		return t.write(s, s.SinkName, r)
	}
	return fmt.Errorf("%s: the interpreter does not know operator %s", s.Name, s.Op)
}

// split sends r to the first branch that takes it; the rest comes last.
func (t *task) split(s *graph.Step, r graph.Rec) error {
	for _, id := range s.Out {
		b := t.r.Steps[id]
		if !b.Rest {
			if ok, err := b.Exec.Pred(r); err != nil || !ok {
				continue // predicates of branches have no form that fails
			}
		}
		return t.step(b, r)
	}
	return nil
}

// join looks r's table key up (S32, S33).
func (t *task) join(s *graph.Step, r graph.Rec) error {
	if r.NoValue {
		t.env.DropsOf(s.Name).NullVal++
		return nil
	}
	tb := t.tables[s.Global]
	key, err := tb.step.Exec.Key.Append(t.key[:0], s.Exec.GKey(r))
	if err != nil {
		return t.failed(s, fault.Process, fmt.Errorf("key of global table %s: %w", tb.step.Topic, err))
	}
	t.key = key
	v, ok := tb.values[string(key)]
	if !ok && s.Op == graph.JoinGlobal {
		return nil
	}
	r.Value = s.Exec.Join(r, v, ok)
	return t.forward(s, r)
}

// process calls the user's processor and sends on what it forwarded (S35).
func (t *task) process(s *graph.Step, r graph.Rec) error {
	t.env.RecordTime = r.Timestamp // what the processor's stores note: its own record's, not the source's
	err := t.processors[s.ID].Process(r)
	if t.env.Err != nil { // S41: no policy covers a store that fails
		return t.env.Failed(fault.Policy{}, nil, fault.Process, s.Name, t.run, t.env.Index, t.env.Err)
	}
	if err != nil { // what it forwarded for the record goes with it
		t.processors[s.ID].Drain()
		return t.failed(s, fault.Process, err)
	}
	return t.drain(s)
}

// write encodes r into the sink of a Sink or Repartition step.
func (t *task) write(s *graph.Step, name string, r graph.Rec) error {
	t.env.Node = name
	k := t.env.Sinks[t.sub.SinkOf(s.ID)]
	if s.Routed {
		to, err := k.Route(s.Exec.Topic(r))
		if err != nil {
			return t.failedAt(s, name, fault.Process, err)
		}
		k = to
	}
	key, val := t.codecs(s, k.Topic)
	k.Begin()
	if err := encode(k, key, r.Key, !r.NoKey); err != nil {
		k.Cancel()
		return t.failedAt(s, name, fault.Serialize, err)
	}
	k.Key(!r.NoKey, s.KeyTail)
	if err := encode(k, val, r.Value, !r.NoValue); err != nil {
		k.Cancel()
		return t.failedAt(s, name, fault.Serialize, err)
	}
	if s.Placed {
		if err := k.Place(s.Exec.Partition(r, int(k.Partitions))); err != nil {
			k.Cancel()
			return t.failedAt(s, name, fault.Process, err)
		}
	}
	k.Done(!r.NoValue, r.Timestamp, r.Headers)
	return nil
}

func encode(k *gen.Sink, c graph.BoxedCodec, v any, present bool) error {
	if !present {
		return nil
	}
	b, err := c.Append(k.Buf, v)
	if err != nil {
		return err
	}
	k.Buf = b
	return nil
}
