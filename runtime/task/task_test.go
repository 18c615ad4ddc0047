package task

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/state"
)

// code is a task's code that writes down what it is asked to do.
type code struct {
	env     *gen.TaskEnv
	log     []string
	runs    int
	process func(source int, r *gen.Record) error
	init    func() error
	drain   func() error
	cache   *state.Cache[string]
}

func (c *code) Process(source int, run *gen.Run) (int, error) {
	c.runs++
	for i := range run.Records {
		r := &run.Records[i]
		c.env.Index, c.env.RecordTime, c.env.Meta.Offset = i, r.Timestamp, r.Offset
		c.log = append(c.log, fmt.Sprintf("%d@%d", source, r.Timestamp))
		if c.process != nil {
			if err := c.process(source, r); err != nil {
				return i, err
			}
		}
	}
	return len(run.Records), nil
}

func (c *code) Init() error {
	if c.init != nil {
		return c.init()
	}
	return nil
}

func (c *code) Drain() error {
	c.log = append(c.log, "drain")
	if c.drain != nil {
		return c.drain()
	}
	return nil
}

func (c *code) Flush() error { c.log = append(c.log, "flush"); return nil }
func (c *code) Close() error { c.log = append(c.log, "close"); return nil }

// started returns a running task over sources named a, b, c, … and its code.
func started(t *testing.T, sources int, maxIdle int64, prepare func(*code)) (*Task, *code) {
	t.Helper()
	tk, c := created(t, sources, maxIdle, prepare)
	for i := range sources {
		tk.SetLag(i, 0)
	}
	if err := errors.Join(tk.Restore(), tk.Start(1000)); err != nil {
		t.Fatal(err)
	}
	return tk, c
}

func created(t *testing.T, sources int, maxIdle int64, prepare func(*code)) (*Task, *code) {
	t.Helper()
	c := &code{}
	sub := gen.Subtopology{ID: 3, Stores: []gen.Store{{Name: "s", Logged: true}}, NewTask: func(env *gen.TaskEnv) (gen.Task, error) {
		c.env = env
		str := func(b []byte) (string, error) { return string(b), nil }
		add := func(d []byte, v string) ([]byte, error) { return append(d, v...), nil }
		c.cache = state.NewCache(state.Options[string]{Backend: env.Stores[0].Backend, Append: add, Decode: str})
		env.Stores[0].Register(c.cache)
		return c, nil
	}}
	for i := range sources {
		name := string(rune('a' + i))
		sub.Sources = append(sub.Sources, gen.Source{Node: "SOURCE-" + name, Topic: name})
	}
	if prepare != nil {
		prepare(c)
	}
	tk, err := New(&gen.Topology{Name: "T", Subtopologies: []gen.Subtopology{sub}}, 0, 7, Config{
		ApplicationID: "app", MaxIdle: maxIdle,
		Backend: func(gen.Store) (state.Backend, error) { return state.NewMemory(), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return tk, c
}

func at(offset int64, times ...int64) []gen.Record {
	var out []gen.Record
	for i, ts := range times {
		out = append(out, gen.Record{Timestamp: ts, Offset: offset + int64(i)})
	}
	return out
}

func step(t *testing.T, tk *Task, budget, want int) {
	t.Helper()
	n, err := tk.Step(budget)
	if err != nil || n != want {
		t.Fatalf("Step(%d) = %d, %v; want %d", budget, n, err, want)
	}
}

func TestTransitionsAreThoseOfTheDrawing(t *testing.T) {
	allowed := map[[2]State]bool{
		{Created, Restoring}: true, {Created, Suspended}: true,
		{Restoring, Running}: true, {Restoring, Suspended}: true,
		{Running, Suspended}:   true,
		{Suspended, Restoring}: true, {Suspended, Closed}: true,
	}
	for from := Created; from <= Closed; from++ {
		for to := Created; to <= Closed; to++ {
			tk := &Task{state: from}
			err := tk.transition(to)
			if ok := err == nil; ok != allowed[[2]State{from, to}] {
				t.Errorf("%v to %v: %v", from, to, err)
			}
			if err != nil && tk.state != from {
				t.Errorf("%v to %v: refused but moved to %v", from, to, tk.state)
			}
		}
	}
}

// S12 (records of one partition keep their order) and S13.
func TestRecordsGoByTimestampThenSourceOrder(t *testing.T) {
	tk, c := started(t, 3, 0, nil)
	tk.Enqueue(0, at(0, 10, 30, 20))
	tk.Enqueue(1, at(0, 10, 10, 25))
	tk.Enqueue(2, at(0, 5, 40))
	step(t, tk, 100, 8)
	if got, want := strings.Join(c.log, " "), "2@5 0@10 1@10 1@10 1@25 0@30 0@20 2@40"; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
	if c.runs != 5 {
		t.Errorf("%d runs, want 5", c.runs)
	}
	if tk.StreamTime() != 40 {
		t.Errorf("stream time %d", tk.StreamTime())
	}
}

// The order is that of a choice record by record, whatever the budget and however the
// records arrive in batches.
func TestOrderDoesNotDependOnBudget(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		var inputs [3][]gen.Record
		for s := range inputs {
			for o := range r.IntN(20) {
				inputs[s] = append(inputs[s], gen.Record{Timestamp: int64(r.IntN(15)), Offset: int64(o)})
			}
		}
		var want string
		for _, budget := range []int{1, 2, 3, 1000} {
			tk, c := started(t, 3, -1, nil)
			for s := range inputs {
				tk.Enqueue(s, inputs[s])
			}
			for {
				n, err := tk.Step(budget)
				if err != nil {
					t.Fatal(err)
				}
				if n == 0 {
					break
				}
			}
			got := strings.Join(c.log, " ")
			if budget == 1 {
				want = got
			}
			if got != want {
				t.Fatalf("seed %d, budget %d: %s, want %s", seed, budget, got, want)
			}
		}
	}
}

func TestEmptyPartitionWithLagHoldsTheTask(t *testing.T) {
	tk, _ := started(t, 2, 0, nil)
	tk.Enqueue(0, at(0, 1, 2))
	for _, lag := range []int64{-1, 5} {
		tk.SetLag(1, lag)
		step(t, tk, 1, 0)
	}
	tk.SetLag(1, 0)
	step(t, tk, 1, 1)
	if tk.Counts().Enforced != 0 {
		t.Errorf("enforced %d", tk.Counts().Enforced)
	}

	never, _ := started(t, 2, -1, nil)
	never.SetLag(1, 5)
	never.Enqueue(0, at(0, 1))
	step(t, never, 1, 1)
}

func TestMaxIdleWaitsThatLongForACaughtUpPartition(t *testing.T) {
	tk, _ := started(t, 2, 100, nil)
	tk.Enqueue(0, at(0, 1, 2, 3))
	step(t, tk, 1, 0)
	tk.SetWallClock(1099)
	step(t, tk, 1, 0)
	tk.SetWallClock(1100)
	step(t, tk, 1, 1)
	if tk.Counts().Enforced != 1 {
		t.Errorf("enforced %d, want 1", tk.Counts().Enforced)
	}
	tk.Enqueue(1, at(0, 1))
	step(t, tk, 1, 1) // the other has a head now
	step(t, tk, 1, 0) // and begins to wait anew once it is empty
	tk.SetWallClock(1200)
	step(t, tk, 10, 2)
}

func TestOffsetsAreOfTheNextRecord(t *testing.T) {
	tk, _ := started(t, 2, -1, nil)
	if got := tk.Offsets(); !slices.Equal(got, []int64{-1, -1}) {
		t.Errorf("at first %v", got)
	}
	tk.SetPosition(0, 40)
	tk.Enqueue(0, at(40, 1, 2, 3))
	step(t, tk, 2, 2)
	if got := tk.Offsets(); got[0] != 42 {
		t.Errorf("head of the queue: %v", got)
	}
	step(t, tk, 2, 1)
	tk.SetPosition(0, 44) // past a transaction marker
	if got := tk.Offsets(); got[0] != 44 {
		t.Errorf("position: %v", got)
	}
	if tk.Buffered(0) != 0 {
		t.Errorf("%d buffered", tk.Buffered(0))
	}
}

// S16.
// What is written into the task's own queue comes out as what is copied there, whatever waits before it and is dropped from it.
func TestRoomIsTheQueueItself(t *testing.T) {
	batches := [][]int64{{1, 2, 3}, {4, -1, 5}, {-1, -1, 6, -1, 7, 8}, {-1}, {9, 10, 11, 12, 13, 14, 15, 16, 17}}
	history := func(room bool) []string {
		tk, c := started(t, 1, 0, nil)
		offset := int64(0)
		for _, times := range batches {
			var into []gen.Record
			if room {
				into = tk.Room(0, len(times))
			}
			for _, ts := range times {
				into = append(into, gen.Record{Timestamp: ts, Offset: offset})
				offset++
			}
			tk.Enqueue(0, into)
			if _, err := tk.Step(2); err != nil {
				t.Fatal(err)
			}
			c.log = append(c.log, fmt.Sprint(tk.Buffered(0), tk.Offsets(), tk.Counts().Negative))
		}
		if _, err := tk.Step(100); err != nil {
			t.Fatal(err)
		}
		return c.log
	}
	if got, want := history(true), history(false); !slices.Equal(got, want) || len(want) < 17 {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestNegativeTimestampIsDroppedAndItsOffsetCommitted(t *testing.T) {
	tk, c := started(t, 1, 0, nil)
	tk.Enqueue(0, at(0, -1, 5, -7, 6, -1))
	step(t, tk, 10, 2)
	if got := strings.Join(c.log, " "); got != "0@5 0@6" {
		t.Error(got)
	}
	if n := tk.Counts().Negative; n != 3 {
		t.Errorf("%d counted", n)
	}
	if got := tk.Offsets()[0]; got != 5 {
		t.Errorf("offset %d, want 5", got)
	}
}

func userFunctionThatPanics(r *gen.Record) error {
	var m map[string]int
	m["x"] = int(r.Timestamp)
	return nil
}

// S11.
func TestPanicNamesOperatorRecordAndFrame(t *testing.T) {
	tk, _ := started(t, 1, 0, func(c *code) {
		c.process = func(_ int, r *gen.Record) error {
			if r.Offset == 12 {
				c.env.Node = "MAP-1"
				return userFunctionThatPanics(r)
			}
			return nil
		}
	})
	tk.Enqueue(0, at(10, 1, 2, 3, 4))
	n, err := tk.Step(10)
	var fe *fault.Error
	if n != 2 || !errors.As(err, &fe) || fe.Operator != "MAP-1" || fe.Topic != "a" || fe.Partition != 7 || fe.Offset != 12 || fe.Phase != fault.Process {
		t.Fatalf("%d, %v", n, err)
	}
	for _, want := range []string{"a-7 offset 12", "assignment to entry in nil map", "userFunctionThatPanics (task_test.go:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if got := tk.Offsets()[0]; got != 12 {
		t.Errorf("next offset %d", got)
	}
	if _, again := tk.Step(1); again != err {
		t.Errorf("a failed task went on: %v", again)
	}
	if err := tk.Close(); err != nil {
		t.Error(err)
	}
}

// S41.
func TestStoreFailureBelongsToItsRecord(t *testing.T) {
	tk, _ := started(t, 1, 0, func(c *code) {
		c.process = func(_ int, r *gen.Record) error {
			if r.Offset == 3 {
				c.env.Fail(errors.New("disk gone"))
				return c.env.Err
			}
			return nil
		}
	})
	tk.Enqueue(0, at(0, 1, 2, 3, 4, 5))
	n, err := tk.Step(10)
	var fe *fault.Error
	if n != 3 || !errors.As(err, &fe) || fe.Offset != 3 || fe.Operator != "SOURCE-a" {
		t.Fatalf("%d, %v", n, err)
	}
	if err := tk.Close(); err != nil {
		t.Errorf("reported again: %v", err)
	}
}

// S37 and S39.
func TestStreamTimePunctuation(t *testing.T) {
	var fired []int64
	tk, c := started(t, 1, 0, func(c *code) {
		c.init = func() error {
			ctx := processor.NewContext[string, string](&c.env.Env, 0)
			_, err := ctx.Schedule(10e6, processor.StreamTime, func(now int64) error {
				if c.env.Meta != (processor.Metadata{Partition: -1, Offset: -1}) || c.env.RecordTime != now {
					t.Errorf("context during punctuation: %+v at %d", c.env.Meta, c.env.RecordTime)
				}
				fired = append(fired, now)
				return nil
			})
			return err
		}
	})
	if n, err := tk.PunctuateStream(); n != 0 || err != nil {
		t.Fatalf("before the first record: %d, %v", n, err)
	}
	for i, ts := range []int64{3, 9, 12, 55, 56, 60} {
		tk.Enqueue(0, at(int64(i), ts))
		step(t, tk, 1, 1)
		if _, err := tk.PunctuateStream(); err != nil {
			t.Fatal(err)
		}
	}
	if want := []int64{3, 12, 55, 60}; !slices.Equal(fired, want) {
		t.Errorf("fired at %v, want %v", fired, want)
	}
	if !slices.Contains(c.log, "drain") {
		t.Error("what punctuators forward was not drained")
	}
}

// S38.
func TestWallClockPunctuationCollapsesAndCancels(t *testing.T) {
	var fired []int64
	tk, _ := started(t, 1, 0, func(c *code) {
		c.init = func() error {
			ctx := processor.NewContext[string, string](&c.env.Env, 0)
			var s *processor.Schedule
			s, err := ctx.Schedule(10e6, processor.WallClock, func(now int64) error {
				fired = append(fired, now)
				if len(fired) == 3 {
					s.Cancel()
				}
				return nil
			})
			return err
		}
	})
	if tk.NextWall() != 1010 {
		t.Errorf("first due at %d", tk.NextWall())
	}
	for _, now := range []int64{1009, 1010, 1045, 1049, 1050, 1100} {
		if _, err := tk.PunctuateWall(now); err != nil {
			t.Fatal(err)
		}
	}
	if want := []int64{1010, 1045, 1050}; !slices.Equal(fired, want) {
		t.Errorf("fired at %v, want %v", fired, want)
	}
	if tk.NextWall() != -1 {
		t.Errorf("cancelled but due at %d", tk.NextWall())
	}
}

func TestPanicInPunctuatorIsFinal(t *testing.T) {
	tk, _ := started(t, 1, 0, func(c *code) {
		c.init = func() error {
			_, err := processor.NewContext[string, string](&c.env.Env, 4).Schedule(1e6, processor.WallClock, func(int64) error { panic("boom") })
			return err
		}
	})
	_, err := tk.PunctuateWall(2000)
	if err == nil || !strings.Contains(err.Error(), "task 3_7, punctuator of processor 4: cannot punctuate: panic: boom, in task.TestPanicInPunctuatorIsFinal") {
		t.Errorf("got %v", err)
	}
	if _, again := tk.Step(1); again == nil {
		t.Error("the task went on")
	}
}

func TestCommitGivesDirtyEntriesOnce(t *testing.T) {
	tk, c := started(t, 1, 0, func(c *code) {
		c.process = func(_ int, r *gen.Record) error {
			e, err := c.cache.Find([]byte{byte(r.Offset)})
			c.cache.Set(e, "v", r.Timestamp, nil)
			return err
		}
	})
	if tk.CommitNeeded() {
		t.Error("nothing happened yet")
	}
	tk.Enqueue(0, at(0, 5, 6))
	step(t, tk, 2, 2)
	if err := tk.Flush(); err != nil || c.log[len(c.log)-1] != "flush" {
		t.Fatal(err)
	}
	dump := func() (out []string) {
		if err := tk.EachDirty(func(s int, k, v []byte, ts int64) error {
			out = append(out, fmt.Sprintf("%d %x=%s@%d", s, k, v, ts))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := dump(); !slices.Equal(got, []string{"0 00=v@5", "0 01=v@6"}) || !tk.CommitNeeded() {
		t.Errorf("dirty: %v", got)
	}
	tk.Committed()
	if got := dump(); got != nil || tk.CommitNeeded() {
		t.Errorf("after the commit: %v", got)
	}
}

func TestMetadataIsByteCompatible(t *testing.T) {
	raw := append([]byte{2}, 0, 0, 0, 0, 0, 0, 1, 0) // partition time 256
	raw = append(raw, 0, 0, 0, 1, 0, 0, 0, 2, 'a', 'b', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	text := base64.StdEncoding.EncodeToString(raw)
	if got := EncodeMetadata(256, map[string]int64{"ab": -1}); got != text {
		t.Errorf("encoded %s, want %s", got, text)
	}
	for _, c := range []struct {
		name, text string
		time       int64
		times      map[string]int64
	}{
		{"of another client", "", -1, nil},
		{"version 1", base64.StdEncoding.EncodeToString(append([]byte{1}, raw[1:9]...)), 256, nil},
		{"version 2 without times", base64.StdEncoding.EncodeToString(raw[:9]), 256, nil},
		{"version 2", text, 256, map[string]int64{"ab": -1}},
	} {
		at, times, err := DecodeMetadata(c.text)
		if err != nil || at != c.time || !maps.Equal(times, c.times) {
			t.Errorf("%s: %d %v %v", c.name, at, times, err)
		}
	}
	for n := 10; n < len(raw); n++ {
		if _, _, err := DecodeMetadata(base64.StdEncoding.EncodeToString(raw[:n])); err == nil {
			t.Errorf("cut to %d bytes: accepted", n)
		}
	}
	for _, bad := range []string{"?", "AA==", base64.StdEncoding.EncodeToString(append([]byte{3}, raw[1:]...))} {
		if _, _, err := DecodeMetadata(bad); err == nil {
			t.Errorf("%q: accepted", bad)
		}
	}
}

// S15.
func TestTimesSurviveARestart(t *testing.T) {
	tk, c := started(t, 2, -1, nil)
	tk.Enqueue(0, at(0, 500, 100))
	tk.Enqueue(1, at(0, 300))
	step(t, tk, 10, 3)
	*c.env.Time("windows") = 450
	texts := tk.Metadata()

	again, c2 := created(t, 2, -1, nil)
	for i, text := range texts {
		if err := again.SetMetadata(i, text); err != nil {
			t.Fatal(err)
		}
	}
	if again.StreamTime() != 500 || *c2.env.Time("windows") != 450 {
		t.Errorf("stream time %d, operator %d", again.StreamTime(), *c2.env.Time("windows"))
	}
	if at, _, _ := DecodeMetadata(again.Metadata()[1]); at != 300 {
		t.Errorf("partition time %d", at)
	}
}

func FuzzDecodeMetadata(f *testing.F) {
	f.Add(EncodeMetadata(1, map[string]int64{"x": 2}))
	f.Fuzz(func(t *testing.T, text string) {
		at, times, err := DecodeMetadata(text)
		if err != nil {
			return
		}
		at2, times2, err := DecodeMetadata(EncodeMetadata(at, times))
		if err != nil || at != at2 || !maps.Equal(times, times2) {
			t.Errorf("%d %v became %d %v (%v)", at, times, at2, times2, err)
		}
	})
}

func BenchmarkStep(b *testing.B) {
	sub := gen.Subtopology{Sources: []gen.Source{{Topic: "a"}}, NewTask: func(env *gen.TaskEnv) (gen.Task, error) { return counting{}, nil }}
	tk, err := New(&gen.Topology{Subtopologies: []gen.Subtopology{sub}}, 0, 0, Config{})
	if err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(tk.Restore(), tk.Start(0)); err != nil {
		b.Fatal(err)
	}
	batch := at(0, make([]int64, 1000)...)
	for b.Loop() {
		tk.Enqueue(0, batch)
		if _, err := tk.Step(1000); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/record")
}

type counting struct{}

func (counting) Process(_ int, run *gen.Run) (int, error) { return len(run.Records), nil }
func (counting) Init() error                              { return nil }
func (counting) Drain() error                             { return nil }
func (counting) Flush() error                             { return nil }
func (counting) Close() error                             { return nil }
