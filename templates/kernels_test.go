package templates

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
)

var (
	str    = serde.StringCodec{}
	int64s = serde.Int64Codec{}
)

func options(b state.Backend) state.Options[int64] {
	return state.Options[int64]{Backend: b, Append: int64s.Append, Decode: int64s.Decode, Timestamped: true, Budget: 1 << 20}
}

// log collects what a kernel emits as "key value@ts".
type log struct{ strings.Builder }

func (l *log) emit(k string, n int64, present bool, ts int64, h []serde.Header) error {
	fmt.Fprintf(l, "%s=%d/%v@%d%v ", k, n, present, ts, h)
	return nil
}

func (l *log) emitWindow(k string, w window.Window, n int64, present bool, ts int64, h []serde.Header) error {
	return l.emit(k+w.String(), n, present, ts, h)
}

func (l *log) want(t *testing.T, want string) {
	t.Helper()
	if got := strings.TrimSpace(l.String()); got != want {
		t.Errorf("emitted\n got %s\nwant %s", got, want)
	}
	l.Reset()
}

func TestCountCoalescesInLastUpdateOrder(t *testing.T) {
	var out log
	store := state.NewCache(options(state.NewMemory()))
	c := &Count[string]{Store: store, DecodeKey: str.Decode, Emit: out.emit}
	for i, k := range []string{"a", "b", "a", "c", "b"} {
		if err := c.Process([]byte(k), k, int64(100-i), []serde.Header{{Key: fmt.Sprint(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	out.want(t, "")
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	out.want(t, "a=2/true@100[{2 []}] c=1/true@97[{3 []}] b=2/true@99[{4 []}]")
	store.Committed()
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	out.want(t, "")
}

func TestEmitEveryUpdateEmitsAtOnce(t *testing.T) {
	var out log
	r := &Reduce[string, int64]{Store: state.NewCache(options(state.NewMemory())), EmitEvery: true, DecodeKey: str.Decode, Emit: out.emit,
		Add: func(_ string, v, old int64) int64 { return v - old }}
	for _, v := range []int64{5, 7, 0} {
		if err := r.Process([]byte("k"), "k", v, v, nil); err != nil {
			t.Fatal(err)
		}
	}
	out.want(t, "k=5/true@5[] k=2/true@7[] k=-2/true@7[]")
}

func TestFlushTakesBackOnlyWhatWasEmitted(t *testing.T) {
	var out log
	backend := state.NewMemory()
	backend.Put([]byte("old"), binary.BigEndian.AppendUint64(make([]byte, 8), 3))
	store := state.NewCache(options(backend))
	c := &Count[string]{Store: store, DecodeKey: str.Decode, Emit: out.emit}
	for _, k := range []string{"new", "old"} {
		if err := c.Process([]byte(k), k, 1, nil); err != nil {
			t.Fatal(err)
		}
		e, err := store.Find([]byte(k))
		if err != nil {
			t.Fatal(err)
		}
		store.Delete(e, 2, nil)
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	out.want(t, "old=0/false@2[]")
}

func TestAggregateStartsFromInitWhereNothingIsStored(t *testing.T) {
	var out log
	g := &Aggregate[string, int64, int64]{Store: state.NewCache(options(state.NewMemory())), EmitEvery: true, DecodeKey: str.Decode, Emit: out.emit,
		Init: func() int64 { return 10 }, Add: func(_ string, v, agg int64) int64 { return agg * v }}
	for _, v := range []int64{0, 3} { // an aggregate that is zero is not an absent one
		if err := g.Process([]byte("k"), "k", v, 1, nil); err != nil {
			t.Fatal(err)
		}
	}
	out.want(t, "k=0/true@1[] k=0/true@1[]")
}

func TestWindowsCloseWhenStreamTimePassesEndAndGrace(t *testing.T) {
	for _, c := range []struct {
		name                       string
		size, advance, grace, late int64
		times                      []int64
		want                       string
	}{
		{"tumbling", 10, 10, 0, 1, []int64{0, 9, 10, 9}, "k[0/10]=1/true@0[] k[0/10]=2/true@9[] k[10/20]=1/true@10[]"},
		{"grace", 10, 10, 5, 1, []int64{0, 14, 9, 15, 9}, "k[0/10]=1/true@0[] k[10/20]=1/true@14[] k[0/10]=2/true@9[] k[10/20]=2/true@15[]"},
		{"hopping", 10, 4, 0, 0, []int64{5, 9, 3}, "k[0/10]=1/true@5[] k[4/14]=1/true@5[] k[0/10]=2/true@9[] k[4/14]=2/true@9[] k[8/18]=1/true@9[] k[0/10]=3/true@9[]"},
		{"end of time", 10, 10, 0, 1, []int64{math.MaxInt64}, ""},
		{"end of time with grace", 10, 10, 1, 0, []int64{math.MaxInt64}, fmt.Sprintf("k[%d/%d]=1/true@%[2]d[]", math.MaxInt64/10*10, math.MaxInt64)},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out log
			now, late := int64(-1), int64(0)
			w := &WindowCount[string]{Store: state.NewWindows(options(state.NewMemory()), c.size+c.grace), Time: &now, Late: &late,
				Size: c.size, Advance: c.advance, Grace: c.grace, EmitEvery: true, DecodeKey: str.Decode, Emit: out.emitWindow}
			for _, ts := range c.times {
				if err := w.Process([]byte("k"), "k", ts, nil); err != nil {
					t.Fatal(err)
				}
			}
			if late != c.late {
				t.Errorf("late windows: got %d, want %d", late, c.late)
			}
			out.want(t, c.want)
		})
	}
}

func TestWindowKernelsFlushLikeTheyEmit(t *testing.T) {
	type kernel interface {
		Process(key []byte, k string, v int64, ok bool, ts int64, h []serde.Header) error
		Flush() error
	}
	var out log
	build := func(every bool) map[string]kernel {
		now, late := int64(-1), int64(0)
		return map[string]kernel{
			"reduce": &WindowReduce[string, int64]{Store: state.NewWindows(options(state.NewMemory()), 10), Time: &now, Late: &late, Size: 10, Advance: 10,
				EmitEvery: every, Add: func(_ string, v, old int64) int64 { return v + old }, DecodeKey: str.Decode, Emit: out.emitWindow},
			"aggregate": &WindowAggregate[string, int64, int64]{Store: state.NewWindows(options(state.NewMemory()), 10), Time: &now, Late: &late, Size: 10, Advance: 10,
				EmitEvery: every, Init: func() int64 { return 0 }, Add: func(_ string, v, agg int64) int64 { return v + agg }, DecodeKey: str.Decode, Emit: out.emitWindow},
		}
	}
	for _, name := range []string{"reduce", "aggregate"} {
		for _, every := range []bool{false, true} {
			k := build(every)[name]
			for i, v := range []int64{1, 2, 4} {
				if err := k.Process([]byte("k"), "k", v, true, int64(i*6), nil); err != nil {
					t.Fatal(err)
				}
			}
			if every {
				out.want(t, "k[0/10]=1/true@0[] k[0/10]=3/true@6[] k[10/20]=4/true@12[]")
				continue
			}
			out.want(t, "")
			if err := k.Flush(); err != nil {
				t.Fatal(err)
			}
			out.want(t, "k[0/10]=3/true@6[] k[10/20]=4/true@12[]")
		}
	}
}

// TestAbsentValuesTouchTheirWindow: S21, as Kafka Streams has it. An aggregate stays, and is
// made where there is none; a reduction has nothing to store.
func TestAbsentValuesTouchTheirWindow(t *testing.T) {
	now, late := int64(-1), int64(0)
	var out log
	r := &WindowReduce[string, int64]{Store: state.NewWindows(options(state.NewMemory()), 10), Time: &now, Late: &late, Size: 10, Advance: 10,
		EmitEvery: true, Add: func(_ string, v, old int64) int64 { return v + old }, DecodeKey: str.Decode, Emit: out.emitWindow}
	a := &WindowAggregate[string, int64, int64]{Store: state.NewWindows(options(state.NewMemory()), 10), Time: &now, Late: &late, Size: 10, Advance: 10,
		EmitEvery: true, Init: func() int64 { return 7 }, Add: func(_ string, v, agg int64) int64 { return v + agg }, DecodeKey: str.Decode, Emit: out.emitWindow}
	for _, process := range []func([]byte, string, int64, bool, int64, []serde.Header) error{r.Process, a.Process} {
		for i, ok := range []bool{false, true, false} {
			if err := process([]byte("k"), "k", 5, ok, int64(i), nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	out.want(t, "k[0/10]=5/false@0[] k[0/10]=5/true@1[] k[0/10]=5/true@2[] k[0/10]=7/true@0[] k[0/10]=12/true@1[] k[0/10]=12/true@2[]")
}

// TestAnyInstances compiles each kernel the way the interpreter uses it.
func TestAnyInstances(t *testing.T) {
	_ = Count[any]{}
	_ = Reduce[any, any]{}
	_ = Aggregate[any, any, any]{}
	_ = WindowCount[any]{}
	_ = WindowReduce[any, any]{}
	_ = WindowAggregate[any, any, any]{}
}
