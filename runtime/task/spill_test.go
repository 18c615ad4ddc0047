package task

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/changelog"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/streamgen/streamgen/runtime/window"
	"github.com/streamgen/streamgen/templates"
)

// burst is a task's code in which a record with the timestamp n is n records with keys of
// their own, counted in a table and in windows; every third key comes twice.
type burst struct {
	env     *gen.TaskEnv
	count   templates.Count[string]
	windows templates.WindowCount[string]
	seen    func()
}

func (b *burst) Process(_ int, run *gen.Run) (int, error) {
	var key []byte
	for i := range run.Records {
		r := &run.Records[i]
		b.env.Index, b.env.RecordTime = i, r.Timestamp
		for pass := range 2 {
			for k := pass; k < int(r.Timestamp); k += 1 + 2*pass {
				key = binary.BigEndian.AppendUint64(key[:0], uint64(k)*0x9e3779b97f4a7c15)
				h := []serde.Header(nil)
				if k%1000 == 0 {
					h = []serde.Header{{Key: "k", Value: []byte(fmt.Sprint(k))}}
				}
				if err := b.count.Process(key, string(key), int64(k), h); err != nil {
					return i, err
				}
				if err := b.windows.Process(key, string(key), int64(k), nil); err != nil {
					return i, err
				}
				b.seen()
			}
		}
	}
	return len(run.Records), nil
}

func (b *burst) Init() error  { return nil }
func (b *burst) Drain() error { return nil }
func (b *burst) Close() error { return nil }
func (b *burst) Flush() error { return errors.Join(b.count.Flush(), b.windows.Flush()) }

// burstRun is what can be seen of a run from outside.
type burstRun struct {
	outputs, changelog [2]gen.Sink
	rows               [2]bytes.Buffer
	dirty              int64 // the most there was during the record
	spilled            bool
}

func runBurst(t *testing.T, keys, bound int64) *burstRun {
	t.Helper()
	specs := []gen.Store{
		{Name: "counts", Timestamped: true, Logged: true},
		{Name: "windows", Window: true, Timestamped: true, Retention: 1 << 40, Segment: 1 << 39, Logged: true},
	}
	p, err := store.OpenProcess("state/app", store.Options{Application: "app", Disk: store.NewMemDisk()})
	if err != nil {
		t.Fatal(err)
	}
	db, err := p.OpenTask("0_0", specs)
	if err != nil {
		t.Fatal(err)
	}
	db.SpillBeyond(bound)
	r := &burstRun{}
	var tk *Task
	sub := gen.Subtopology{Stores: specs, Sources: []gen.Source{{Node: "SOURCE", Topic: "in"}},
		Sinks: []gen.SinkSpec{{Node: "a", Topic: "a"}, {Node: "b", Topic: "b"}},
		NewTask: func(env *gen.TaskEnv) (gen.Task, error) {
			o := func(i int) state.Options[int64] {
				return state.Options[int64]{Backend: env.Stores[i].Backend, Timestamped: true, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode}
			}
			emit := func(i int, k string, n int64, present bool, ts int64, h []serde.Header) error {
				out := env.Sinks[i]
				out.Begin()
				out.Buf = append(out.Buf, k...)
				out.Key(true, 0)
				b, err := serde.Int64Codec{}.Append(out.Buf, n)
				out.Buf = b
				out.Done(present, ts, h)
				return err
			}
			counts, windows := state.NewCache(o(0)), state.NewWindows(o(1), specs[1].Retention)
			env.Stores[0].Register(counts)
			env.Stores[1].Register(windows)
			b := &burst{env: env}
			b.seen = func() {
				d, _ := tk.Bytes()
				r.dirty = max(r.dirty, d)
			}
			b.count = templates.Count[string]{Store: counts, DecodeKey: serde.StringCodec{}.Decode,
				Emit: func(k string, n int64, present bool, ts int64, h []serde.Header) error {
					return emit(0, k, n, present, ts, h)
				}}
			b.windows = templates.WindowCount[string]{Store: windows, Time: env.Time("windows"), Late: &env.DropsOf("kernel").Late,
				Size: 1 << 40, Advance: 1 << 40, Grace: 1 << 40, DecodeKey: serde.StringCodec{}.Decode,
				Emit: func(k string, w window.Window, n int64, present bool, ts int64, h []serde.Header) error {
					return emit(1, k, n, present, ts, h)
				}}
			return b, nil
		}}
	tk, err = New(&gen.Topology{Name: "T", Subtopologies: []gen.Subtopology{sub}}, 0, 0, Config{ApplicationID: "app",
		Backend: func(s gen.Store) (state.Backend, error) {
			if s.Name == "windows" {
				return db.Backend(1), nil
			}
			return db.Backend(0), nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	tk.SetLag(0, 0)
	if err := errors.Join(tk.Restore(), tk.Start(0)); err != nil {
		t.Fatal(err)
	}
	// A small record, committed, so that some keys are stored already; then the burst.
	for i, n := range []int64{keys / 10, keys} {
		tk.Enqueue(0, at(int64(i), n))
		step(t, tk, 10, 1)
		r.spilled = db.Spilled()
		if err := tk.Flush(); err != nil {
			t.Fatal(err)
		}
		b := db.NewBatch()
		for s := range specs {
			if err := changelog.Write(tk.Store(s), s, b, &r.changelog[s], 0); err != nil {
				t.Fatal(err)
			}
			b.SetOffset(s, int64(len(r.changelog[s].Records)))
		}
		if err := b.Commit(); err != nil {
			t.Fatal(err)
		}
		tk.Committed()
	}
	for s := range specs {
		r.outputs[s] = *tk.Sinks()[s]
		if next, ok := db.Offset(s); !ok || next != int64(len(r.changelog[s].Records)) {
			t.Errorf("store %d is at %d %v", s, next, ok)
		}
		if err := db.Backend(s).Scan(nil, nil, func(k, v []byte) bool { fmt.Fprintf(&r.rows[s], "%x=%x\n", k, v); return true }); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tk.Close(), db.Close(), p.Close()); err != nil {
		t.Fatal(err)
	}
	return r
}

func sinkText(k *gen.Sink) string {
	var b strings.Builder
	for _, r := range k.Records {
		fmt.Fprintf(&b, "%x %x %v %d %s\n", k.Buf[r.Start:r.KeyEnd], k.Buf[r.KeyEnd:r.End], r.NoValue, r.Timestamp, r.Headers)
	}
	return b.String()
}

// TestOneRecordBeyondTheBudget lets one record change 50,000 keys in two stores: with and
// without a bound the outputs, the changelogs and the stores are the same, byte by byte and
// in the same order, but not the memory.
func TestOneRecordBeyondTheBudget(t *testing.T) {
	keys, bound := int64(50_000), int64(256<<10)
	if testing.Short() {
		keys, bound = 20_000, 64<<10
	}
	free, bounded := runBurst(t, keys, 0), runBurst(t, keys, bound)
	if free.spilled || !bounded.spilled {
		t.Fatalf("spilled without a bound %v, with it %v", free.spilled, bounded.spilled)
	}
	if free.dirty < 10*bound || bounded.dirty > 2*bound+4096 {
		t.Errorf("%d bytes were dirty without a bound, %d with one of %d for each of two stores", free.dirty, bounded.dirty, bound)
	}
	for s := range free.outputs {
		for what, pair := range map[string][2]string{
			"outputs":   {sinkText(&free.outputs[s]), sinkText(&bounded.outputs[s])},
			"changelog": {sinkText(&free.changelog[s]), sinkText(&bounded.changelog[s])},
			"rows":      {free.rows[s].String(), bounded.rows[s].String()},
		} {
			a, b := pair[0], pair[1]
			if a != b || len(a) < int(keys) {
				t.Errorf("store %d: %s differ: %d and %d bytes\n%.200s\n%.200s", s, what, len(a), len(b), a, b)
			}
		}
	}
}
