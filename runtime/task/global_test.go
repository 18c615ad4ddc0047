package task_test

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/task"
)

// filled is a global store in the shape of generated code, with a processor that is a function.
type filled struct {
	gen.Global
	store   *processor.KeyValueStore[string, string]
	env     *gen.GlobalEnv
	process func(f *filled, r *gen.Record) error
	closed  int
}

func newFilled(process func(f *filled, r *gen.Record) error) *filled {
	f := &filled{process: process}
	f.Node, f.Topic, f.Store, f.Processor, f.Rows = "SOURCE", "in", "st", "FILL", state.NewShared()
	f.Open = func(env *gen.GlobalEnv) error {
		f.env, f.store = env, processor.NewKeyValueStore[string, string](serde.StringCodec{}, serde.StringCodec{})
		f.store.Bind(env.Store)
		return nil
	}
	f.Apply = func(run *gen.Run) error {
		for i := range run.Records {
			f.env.At(run, i)
			if err := f.process(f, &run.Records[i]); err != nil || env(f).Err != nil {
				if err := f.env.Failed(false, "process", "FILL", run, err); err != nil {
					return err
				}
			}
		}
		return nil
	}
	f.Close = func() error { f.closed++; return nil }
	return f
}

func env(f *filled) *processor.Env { return &f.env.Env }

func (f *filled) reader(env *processor.Env) *processor.ReadOnlyKeyValueStore[string, string] {
	r := processor.NewReadOnlyKeyValueStore[string, string](serde.StringCodec{}, serde.StringCodec{})
	r.Bind(env, f.Rows)
	return r
}

func put(f *filled, r *gen.Record) error { f.store.Put(string(r.Key), string(r.Value)); return nil }

func run(pairs ...string) *gen.Run {
	out := &gen.Run{Topic: "in", Partition: 2}
	for i, p := range pairs {
		k, v, _ := strings.Cut(p, "=")
		out.Records = append(out.Records, gen.Record{Key: []byte(k), Value: []byte(v), Timestamp: int64(10 - 20*i), Offset: int64(i)})
	}
	return out
}

// Tasks see a run whole, once it has been processed (S222).
func TestGlobalShowsARunAtItsEnd(t *testing.T) {
	var seen []string
	var reads *processor.ReadOnlyKeyValueStore[string, string]
	f := newFilled(func(f *filled, r *gen.Record) error {
		v, ok := reads.Get("a")
		seen = append(seen, fmt.Sprint(v, ok, f.env.Meta.Offset, f.env.RecordTime, f.env.WallClock))
		return put(f, r)
	})
	var own processor.Env
	reads = f.reader(&own)
	d := task.NewGlobal(&f.Global, task.Config{ApplicationID: "app", WallClock: 5})
	if err := d.Start(); err != nil {
		t.Fatal(err)
	}
	if err := d.Apply(run("a=1", "a=2", "b=3"), 7); err != nil {
		t.Fatal(err)
	}
	want := "false 0 10 7|false 1 0 7|false 2 0 7" // a negative time counts as 0 (S221)
	if got := strings.Join(seen, "|"); got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got := maps.Collect(reads.All()); len(got) != 2 || got["a"] != "2" || got["b"] != "3" || own.Err != nil {
		t.Errorf("%v, error %v", got, own.Err)
	}
	if err := d.Close(); err != nil || f.closed != 1 {
		t.Errorf("closed %d times, error %v", f.closed, err)
	}
	if err := d.Close(); err != nil || f.closed != 1 {
		t.Errorf("closed %d times, error %v", f.closed, err)
	}
}

// Errors and panics name operator and record (S223, S11).
func TestGlobalErrorsNameTheRecord(t *testing.T) {
	for want, process := range map[string]func(f *filled, r *gen.Record) error{
		"FILL: cannot process the record at in-2 offset 1: no": func(f *filled, r *gen.Record) error {
			if string(r.Key) == "b" {
				return errors.New("no")
			}
			return put(f, r)
		},
		"FILL: cannot process the record at in-2 offset 1: panic: no": func(f *filled, r *gen.Record) error {
			if string(r.Key) == "b" {
				panic("no")
			}
			return nil
		},
		"FILL: cannot process the record at in-2 offset 0: broken": func(f *filled, r *gen.Record) error {
			f.env.Fail(errors.New("broken"))
			return nil
		},
	} {
		f := newFilled(process)
		d := task.NewGlobal(&f.Global, task.Config{})
		if err := d.Start(); err != nil {
			t.Fatal(err)
		}
		if err := d.Apply(run("a=1", "b=2"), 0); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, not %s", err, want)
		}
	}
}

// An iterator that is kept while the store changes says so, instead of showing other rows (S222).
func TestAKeptIteratorFails(t *testing.T) {
	f := newFilled(put)
	d := task.NewGlobal(&f.Global, task.Config{})
	if err := errors.Join(d.Start(), d.Apply(run("a=1", "b=2"), 0)); err != nil {
		t.Fatal(err)
	}
	var own processor.Env
	all := f.reader(&own).All()
	next, stop := iter.Pull2(f.reader(&own).Range("a", "b"))
	defer stop()
	if k, _, ok := next(); !ok || k != "a" || own.Err != nil {
		t.Fatal(k, ok, own.Err)
	}
	if err := d.Apply(run("c=3"), 0); err != nil {
		t.Fatal(err)
	}
	if k, _, ok := next(); ok || own.Err == nil {
		t.Errorf("it goes on with %q", k)
	}
	own.Err = nil
	for k := range all {
		t.Errorf("it shows %q", k)
	}
	if own.Err == nil {
		t.Error("a stale iterator gives no error")
	}
}

// Tasks read on goroutines of their own while the processor works; for the race detector.
func TestGlobalIsReadWhileItChanges(t *testing.T) {
	f := newFilled(put)
	d := task.NewGlobal(&f.Global, task.Config{})
	if err := d.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			var own processor.Env
			r := f.reader(&own)
			for {
				select {
				case <-done:
					return
				default:
				}
				f.Lock.RLock()
				a, _ := r.Get("a")
				b, _ := r.Get("b")
				n := 0
				for range r.All() {
					n++
				}
				f.Lock.RUnlock()
				if a != b || own.Err != nil { // every run sets both
					t.Errorf("a is %s and b %s, error %v", a, b, own.Err)
				}
			}
		})
	}
	for i := range 200 {
		if err := d.Apply(run(fmt.Sprint("a=", i), fmt.Sprint("b=", i), fmt.Sprint(i, "=x")), 0); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	readers.Wait()
}
