package bench

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/interp"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
	"github.com/streamgen/streamgen/templates"
)

const (
	runLength = 512 // records handed to a task at once
	perCommit = 64  // runs between commits
	keys      = 1000
)

// task is a task with what it writes and stores, so that a commit can be played.
type task struct {
	gen.Task
	env    *gen.TaskEnv
	stores []state.Store
	run    gen.Run
	time   int64
}

func newTask(b testing.TB, t *gen.Topology) *task {
	b.Helper()
	if t.Err != nil {
		b.Fatal(t.Err)
	}
	k := environment(&t.Subtopologies[0])
	code, err := t.Subtopologies[0].NewTask(k.env)
	if err != nil {
		b.Fatal(err)
	}
	k.Task = code
	if err := code.Init(); err != nil {
		b.Fatal(err)
	}
	return k
}

func environment(sub *gen.Subtopology) *task {
	k := &task{env: &gen.TaskEnv{}}
	for _, s := range sub.Sinks {
		k.env.Sinks = append(k.env.Sinks, &gen.Sink{Topic: s.Topic, Partitions: 4})
	}
	for range sub.Stores {
		k.env.Stores = append(k.env.Stores, processor.StoreEnv{Env: &k.env.Env, Backend: state.NewMemory(), Budget: 1 << 30,
			RecordTime: &k.env.RecordTime, Register: func(s state.Store) { k.stores = append(k.stores, s) }})
	}
	k.run = gen.Run{Topic: "in", Records: make([]gen.Record, runLength)}
	for i := range k.run.Records {
		r := &k.run.Records[i]
		r.Key = fmt.Appendf(nil, "customer-%04d", i*7%keys)
		r.Value = binary.BigEndian.AppendUint64(nil, uint64(i%10)) // one of ten is not positive
	}
	return k
}

// next moves the run on in time: replayed timestamps would measure late drops.
func (k *task) next() {
	for i := range k.run.Records {
		k.time += 5
		k.run.Records[i].Timestamp = k.time
	}
}

func (k *task) commit(b testing.TB) {
	if err := k.Flush(); err != nil {
		b.Fatal(err)
	}
	for _, s := range k.stores {
		s.Committed()
	}
	for _, s := range k.env.Sinks {
		s.Reset()
	}
}

// measure hands runs to a task until b.N records are through.
func measure(b *testing.B, k *task) {
	b.ReportAllocs()
	runs, spent := 0, processorTime()
	for done := 0; done < b.N; done += runLength {
		k.next()
		if n, err := k.Process(0, &k.run); err != nil || n != runLength {
			b.Fatal(n, err)
		}
		if runs++; runs%perCommit == 0 {
			k.commit(b)
		}
	}
	b.ReportMetric(float64(processorTime()-spent)/float64(b.N), "cpu-ns/op")
	if k.env.DropsOf("kernel").Late != 0 {
		b.Fatal(k.env.DropsOf("kernel").Late, "records were late")
	}
}

func interpreted(f func(*dsl.Builder)) *gen.Topology {
	return interp.New("bench", func() (*graph.Graph, error) { return dsl.Record(f) })
}

// variant is one way to run a topology.
type variant struct {
	name string
	task func(b testing.TB) *task
}

func generated(t func() *gen.Topology) variant {
	return variant{"generated", func(b testing.TB) *task { return newTask(b, t()) }}
}

func interpretedVariant(f func(*dsl.Builder)) variant {
	return variant{"interpreted", func(b testing.TB) *task { return newTask(b, interpreted(f)) }}
}

func byHand(task func() *task) variant { return variant{"hand", ignoring(task)} }

func ignoring(f func() *task) func(testing.TB) *task { return func(testing.TB) *task { return f() } }

// topologies are measured, and must agree before that.
var topologies = []struct {
	name     string
	variants []variant
}{
	{"Stateless", []variant{byHand(handStateless), fed(generated(NewStateless)), {"nodes", ignoring(nodesStateless)}, fed(interpretedVariant(Stateless))}},
	{"Counted", []variant{byHand(handCounted), generated(NewCounted), interpretedVariant(Counted)}},
	{"WindowCounted", []variant{byHand(handWindowCounted), generated(NewWindowCounted), interpretedVariant(WindowCounted)}},
	{"Windowed", []variant{byHand(handWindowed), generated(NewWindowed), {"closures", ignoring(closuresWindowed)}, interpretedVariant(Windowed)}},
}

func BenchmarkOperators(b *testing.B) {
	for _, t := range topologies {
		for _, v := range t.variants {
			b.Run(t.name+"/"+v.name, func(b *testing.B) { measure(b, v.task(b)) })
		}
	}
}

// loop is a task of one function.
type loop struct {
	process func(*gen.Run) (int, error)
	flush   func() error
}

func (l loop) Init() error                              { return nil }
func (l loop) Process(_ int, run *gen.Run) (int, error) { return l.process(run) }
func (l loop) Drain() error                             { return nil }
func (l loop) Flush() error                             { return l.flush() }
func (l loop) Close() error                             { return nil }

func totals(k *task) *state.Windows[Total] {
	w := state.NewWindows(state.Options[Total]{Backend: k.env.Stores[0].Backend, Append: totalCodec{}.Append, Decode: totalCodec{}.Decode,
		Timestamped: true, Budget: 1 << 30}, 60000)
	k.env.Stores[0].Register(w)
	return w
}

// emitTotal writes a result, for both hand and closures.
func emitTotal(out *gen.Sink, k string, w window.Window, t Total, present bool, ts int64, h []serde.Header) error {
	out.Begin()
	out.Buf = binary.BigEndian.AppendUint64(append(out.Buf, k...), uint64(w.Start))
	out.Key(true, 8)
	buf, err := totalCodec{}.Append(out.Buf, t)
	if err != nil {
		out.Cancel()
		return err
	}
	out.Buf = buf
	out.Done(present, ts, h)
	return nil
}

// handWindowed is what a careful person would write for this one topology.
func handWindowed() *task {
	k := environment(&NewWindowed().Subtopologies[0])
	w, out := totals(k), k.env.Sinks[0]
	now := k.env.Time("totals")
	k.Task = loop{
		process: func(run *gen.Run) (int, error) {
			for i := range run.Records {
				r := &run.Records[i]
				if r.Key == nil || r.Value == nil {
					continue
				}
				v, err := serde.Int64Codec{}.Decode(r.Value)
				if err != nil {
					return i, err
				}
				key := string(r.Key)
				if !positive(key, v) {
					continue
				}
				v = scale(key, v)
				*now = max(*now, r.Timestamp)
				start := r.Timestamp / 60000 * 60000
				if start+60000 <= *now {
					k.env.DropsOf("kernel").Late++
					continue
				}
				e, err := w.FindAt(r.Key, start)
				if err != nil {
					return i, err
				}
				t, ts := e.Val, r.Timestamp
				if e.Present() {
					ts = max(ts, e.Ts)
				} else {
					t = newTotal()
				}
				w.SetAt(e, start, addTotal(key, v, t), ts, r.Headers)
			}
			return len(run.Records), nil
		},
		flush: func() error {
			return w.Pending(func(row []byte, e *state.Entry[Total]) error {
				key, start, _ := state.SplitKey(row)
				return emitTotal(out, string(key), window.Window{Start: start, End: start + 60000}, e.Val, true, e.Ts, e.Headers)
			})
		},
	}
	return k
}

// closuresWindowed runs the same chain with the generic kernel as it is, its functions in fields.
func closuresWindowed() *task {
	k := environment(&NewWindowed().Subtopologies[0])
	out := k.env.Sinks[0]
	kernel := &templates.WindowAggregate[string, int64, Total]{Store: totals(k), Time: k.env.Time("totals"), Late: &k.env.DropsOf("kernel").Late,
		Size: 60000, Advance: 60000, Init: newTotal, Add: addTotal, DecodeKey: serde.StringCodec{}.Decode,
		Emit: func(key string, w window.Window, t Total, present bool, ts int64, h []serde.Header) error {
			return emitTotal(out, key, w, t, present, ts, h)
		}}
	decodeKey, decodeVal := serde.StringCodec{}.Decode, serde.Int64Codec{}.Decode
	chain := chain[string, int64]{decodeKey, decodeVal, positive, scale, func(key []byte, k string, v int64, ts int64, h []serde.Header) error {
		return kernel.Process(key, k, v, true, ts, h)
	}}
	k.Task = loop{process: chain.process, flush: kernel.Flush}
	return k
}

// chain is a stateless chain as a library without a compiler would run it.
type chain[K, V any] struct {
	key    func([]byte) (K, error)
	val    func([]byte) (V, error)
	filter func(K, V) bool
	mapper func(K, V) V
	next   func([]byte, K, V, int64, []serde.Header) error
}

func (c chain[K, V]) process(run *gen.Run) (int, error) {
	for i := range run.Records {
		r := &run.Records[i]
		if r.Key == nil || r.Value == nil {
			continue
		}
		k, err := c.key(r.Key)
		if err != nil {
			return i, err
		}
		v, err := c.val(r.Value)
		if err != nil {
			return i, err
		}
		if !c.filter(k, v) {
			continue
		}
		if err := c.next(r.Key, k, c.mapper(k, v), r.Timestamp, r.Headers); err != nil {
			return i, err
		}
	}
	return len(run.Records), nil
}

func handCounted() *task {
	k := environment(&NewCounted().Subtopologies[0])
	out := k.env.Sinks[0]
	c := state.NewCache(state.Options[int64]{Backend: k.env.Stores[0].Backend, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode,
		Timestamped: true, Budget: 1 << 30})
	k.env.Stores[0].Register(c)
	k.Task = loop{
		process: func(run *gen.Run) (int, error) {
			for i := range run.Records {
				r := &run.Records[i]
				if r.Key == nil || r.Value == nil {
					continue
				}
				if len(r.Value) != 8 {
					return i, fmt.Errorf("value of %d bytes", len(r.Value))
				}
				e, err := c.Find(r.Key)
				if err != nil {
					return i, err
				}
				n, ts := int64(1), r.Timestamp
				if e.Present() {
					n, ts = e.Val+1, max(ts, e.Ts)
				}
				c.Set(e, n, ts, r.Headers)
			}
			return len(run.Records), nil
		},
		flush: func() error {
			return c.Pending(func(key []byte, e *state.Entry[int64]) error {
				out.Begin()
				out.Buf = append(out.Buf, key...)
				out.Key(true, 0)
				out.Buf = binary.BigEndian.AppendUint64(out.Buf, uint64(e.Val))
				out.Done(true, e.Ts, e.Headers)
				return nil
			})
		},
	}
	return k
}
