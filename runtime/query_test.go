package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/query"
	"github.com/streamgen/streamgen/runtime/window"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// keeper keeps the last value of each key in three stores; "-" deletes.
type keeper struct {
	disk    *dsl.KeyValueStore[string, string]
	memory  *dsl.TimestampedKeyValueStore[string, string]
	windows *dsl.WindowStore[string, string]
}

func (*keeper) Init(*processor.Context[string, string]) error { return nil }

func (p *keeper) Process(_ *processor.Context[string, string], r processor.Record[string, string]) error {
	if start := r.Timestamp / 1000 * 1000; r.Value == "-" {
		p.disk.Delete(r.Key)
		p.memory.Delete(r.Key)
		p.windows.Delete(r.Key, start)
	} else {
		p.disk.Put(r.Key, r.Value)
		p.memory.Put(r.Key, r.Value, r.Timestamp)
		p.windows.Put(r.Key, r.Value, start)
	}
	return nil
}

func (*keeper) Close() error { return nil }

// keptFor is how long rows of the window store "windows" are there.
const keptFor = 20 * time.Second

// keeping has a store of each kind in one task, so that one position is that of all.
func keeping(b *dsl.Builder) {
	disk := b.KeyValueStore("disk", dsl.String(), dsl.String())
	memory := b.TimestampedKeyValueStore("memory", dsl.String(), dsl.String(), dsl.InMemory())
	windows := b.WindowStore("windows", dsl.String(), dsl.String(), keptFor, time.Second)
	events := b.Stream("events", dsl.String(), dsl.String())
	events.Process(func() *keeper { return &keeper{disk, memory, windows} }, dsl.Name("keeper"))
	events.GroupByKey().Count(dsl.Name("counts"))
	events.GroupByKey().WindowedBy(dsl.Tumbling(10*time.Second).Grace(24*time.Hour)).Count(dsl.Name("counts-by-time"), dsl.InMemory())
	events.GroupByKey().SessionsBy(dsl.Sessions(3 * time.Second).Grace(24 * time.Hour)).Count(dsl.Name("sessions"))
}

// event is one record of the input.
type event struct {
	key, value string
	at         int64
}

// truth is what the stores hold after some events, as text by text of row keys.
type truth map[string]map[string]string

// after plays the first n events.
func after(events []event) truth {
	t := truth{"disk": {}, "memory": {}, "counts": {}, "counts-by-time": {}, "sessions": {}, "windows": {}}
	counts, byTime, windows := map[string]int{}, map[string]int{}, map[[2]string]string{}
	type session struct {
		window.Session
		n int
	}
	sessions := map[string][]session{}
	newest := int64(-1)
	starts := map[[2]string]int64{}
	for _, e := range events {
		start := e.at / 1000 * 1000
		w := [2]string{e.key, fmt.Sprint(start)}
		if e.value == "-" {
			delete(t["disk"], e.key)
			delete(t["memory"], e.key)
			if start > newest-keptFor.Milliseconds() {
				delete(windows, w)
			}
		} else {
			t["disk"][e.key], t["memory"][e.key] = e.value, fmt.Sprint(e.value, " ", e.at)
			if start > newest-keptFor.Milliseconds() {
				newest = max(newest, start)
				windows[w], starts[w] = e.value, start
			}
		}
		counts[e.key]++
		byTime[fmt.Sprint(e.key, " ", e.at/10_000*10_000)]++
		s := session{window.Session{Start: e.at, End: e.at}, 1}
		sessions[e.key] = slices.DeleteFunc(sessions[e.key], func(o session) bool {
			near := o.End >= e.at-3000 && o.Start <= e.at+3000
			if near {
				s.Start, s.End, s.n = min(s.Start, o.Start), max(s.End, o.End), s.n+o.n
			}
			return near
		})
		sessions[e.key] = append(sessions[e.key], s)
	}
	for k, n := range counts {
		t["counts"][k] = fmt.Sprint(n)
	}
	for k, n := range byTime {
		t["counts-by-time"][k] = fmt.Sprint(n)
	}
	for w, v := range windows {
		if starts[w] > newest-keptFor.Milliseconds() {
			t["windows"][w[0]+" "+w[1]] = v
		}
	}
	for k, list := range sessions {
		for _, s := range list {
			t["sessions"][fmt.Sprint(k, " ", s.Start, " ", s.End)] = fmt.Sprint(s.n)
		}
	}
	return t
}

// rowsOf reads a store as text.
func rowsOf(ctx context.Context, c query.Client, store string, opts ...query.Option) (map[string]string, error) {
	str, num := dsl.String(), dsl.Int64()
	out := map[string]string{}
	var bad error
	note := func(k, v string, err error) {
		if _, twice := out[k]; twice {
			bad = errors.Join(bad, fmt.Errorf("%s came twice", k))
		}
		if err != nil {
			bad = err
			return
		}
		out[k] = v
	}
	switch store {
	case "disk":
		for e, err := range query.KeyValueWith(c, store, str, str).All(ctx, opts...) {
			note(e.Key, e.Value, err)
		}
	case "memory":
		for e, err := range query.KeyValueWith(c, store, str, str).All(ctx, opts...) {
			note(e.Key, fmt.Sprint(e.Value, " ", e.Timestamp), err)
		}
	case "counts":
		for e, err := range query.KeyValueWith(c, store, str, num).All(ctx, opts...) {
			note(e.Key, fmt.Sprint(e.Value), err)
		}
	case "windows":
		for e, err := range query.WindowWith(c, store, str, str).All(ctx, opts...) {
			note(fmt.Sprint(e.Key, " ", e.Start), e.Value, err)
		}
	case "counts-by-time":
		for e, err := range query.WindowWith(c, store, str, num).All(ctx, opts...) {
			note(fmt.Sprint(e.Key, " ", e.Start), fmt.Sprint(e.Value), err)
		}
	case "sessions":
		for e, err := range query.SessionWith(c, store, str, num).All(ctx, opts...) {
			note(fmt.Sprint(e.Key, " ", e.Session.Start, " ", e.Session.End), fmt.Sprint(e.Value), err)
		}
	}
	return out, bad
}

// history is the input of a test, by partition, as it grows.
type history struct {
	mu     sync.Mutex
	events [][]event
	client *kgo.Client
	r      *rand.Rand
}

func newHistory(t *testing.T, c *cluster, partitions int) *history {
	cl, err := kgo.NewClient(kgo.SeedBrokers(c.addr), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return &history{events: make([][]event, partitions), client: cl, r: rand.New(rand.NewPCG(1, 2))}
}

// grow produces n random events. Each partition has its own keys, in partitions where Kafka's
// partitioner would not look.
func (h *history) grow(t *testing.T, n, keys int) {
	t.Helper()
	var recs []*kgo.Record
	h.mu.Lock()
	for range n {
		p := h.r.IntN(len(h.events))
		e := event{key: fmt.Sprintf("%d/k%d", p, h.r.IntN(keys)), value: fmt.Sprint("v", h.r.IntN(1000)), at: int64(1_700_000_000_000 + len(h.events[p])*40 - h.r.IntN(1000))}
		if h.r.IntN(5) == 0 {
			e.value = "-"
		}
		h.events[p] = append(h.events[p], e)
		recs = append(recs, &kgo.Record{Topic: "events", Partition: int32(p), Key: []byte(e.key), Value: []byte(e.value), Timestamp: time.UnixMilli(e.at)})
	}
	h.mu.Unlock()
	if err := h.client.ProduceSync(context.Background(), recs...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

func (h *history) until(p int, offset int64) truth {
	h.mu.Lock()
	defer h.mu.Unlock()
	return after(h.events[p][:offset+1])
}

func (h *history) length(p int) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return int64(len(h.events[p]))
}

// check reads a store's partition and compares it with the input up to the position that the
// answer says. Tasks that move are all that may keep it from being answered.
func (h *history) check(ctx context.Context, c query.Client, store string, p int, opts ...query.Option) error {
	var info query.Info
	got, err := rowsOf(ctx, c, store, append(opts, query.Partition(int32(p)), query.Tell(&info))...)
	if errors.Is(err, query.ErrNotAvailable) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(got) >= 500 && (len(opts) > 1 || store == "counts-by-time") { // in memory, or uncommitted: each page is another moment
		return nil
	}
	at, ok := info.Position["events"][int32(p)]
	if !ok {
		at = -1
	}
	if want := h.until(p, at)[store]; !maps.Equal(got, want) {
		return fmt.Errorf("%s of partition %d at %d: %s", store, p, at, difference(got, want))
	}
	return nil
}

func difference(got, want map[string]string) string {
	var lines []string
	for k, v := range want {
		if g, ok := got[k]; !ok || g != v {
			lines = append(lines, fmt.Sprintf("%s is %q (%v), want %q", k, g, ok, v))
		}
	}
	for k, v := range got {
		if _, ok := want[k]; !ok {
			lines = append(lines, fmt.Sprintf("%s is %q, want none", k, v))
		}
	}
	slices.Sort(lines)
	return fmt.Sprintf("%d rows, want %d: %s", len(got), len(want), strings.Join(lines[:min(5, len(lines))], "; "))
}

var keepingStores = []string{"disk", "memory", "counts", "windows", "counts-by-time", "sessions"}

func eventsCluster(t *testing.T, partitions int) (*kfake.Cluster, *cluster) {
	k, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(int32(partitions), "events"), kfake.GroupMinSessionTimeout(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k, connect(t, k.ListenAddrs()[0])
}

// S230, S232: what queries see is the input up to the position that they say, while transactions are
// open, are taken back, and tasks move between two instances.
func TestQueriesAreOfOneCommit(t *testing.T) {
	const partitions = 3
	k, c := eventsCluster(t, partitions)
	h := newHistory(t, c, partitions)
	h.grow(t, 900, 400)
	one := start(t, rt.InterpretPlain(keeping), c.config("app", rt.ExactlyOnce, t.TempDir()))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var checked atomic.Int64
	var apps sync.WaitGroup
	failed := make(chan error, 16)
	ask := func(app *rt.App, seed uint64, opts ...query.Option) {
		apps.Go(func() {
			r := rand.New(rand.NewPCG(seed, 0))
			for ctx.Err() == nil {
				goruntime.Gosched()
				err := h.check(ctx, app, keepingStores[r.IntN(len(keepingStores))], r.IntN(partitions), opts...)
				if err != nil && ctx.Err() == nil {
					failed <- err
					return
				}
				checked.Add(1)
			}
		})
	}
	ask(one, 1, query.Local())
	ask(one, 2, query.Local(), query.Uncommitted())
	grow := func(rounds int) {
		for i := range rounds {
			h.grow(t, 60, 400)
			if i%4 == 1 {
				k.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.TxnOffsetCommit}, Err: kerr.UnknownServerError, Count: 1})
			}
			before := checked.Load()
			eventually(t, "queries", func() bool { return checked.Load() > before+20 || len(failed) > 0 })
		}
	}
	grow(8)
	other, err := rt.New(rt.InterpretPlain(keeping), c.config("app", rt.ExactlyOnce, t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ask(other, 3, query.Local())
	eventually(t, "a task of the second", func() bool {
		for p := range int32(partitions) {
			if _, err := rowsOf(ctx, other, "disk", query.Local(), query.Partition(p)); err == nil {
				return true
			}
		}
		return false
	})
	grow(4)
	if err := other.Close(patience); err != nil {
		t.Error(err)
	}
	grow(4)
	// In the end each partition is whole, committed, and without a task that is missing.
	for p := range partitions {
		bound := query.Position{"events": {int32(p): h.length(p) - 1}}
		eventually(t, "the end", func() bool {
			_, err := rowsOf(ctx, one, "disk", query.Partition(int32(p)))
			return err == nil
		})
		for _, s := range keepingStores {
			got, err := rowsOf(ctx, one, s, query.Partition(int32(p)), query.AtLeast(bound))
			if want := h.until(p, h.length(p)-1)[s]; err != nil || !maps.Equal(got, want) {
				t.Errorf("%s of %d: %v, %s", s, p, err, difference(got, want))
			}
		}
	}
	stop()
	apps.Wait()
	select {
	case err := <-failed:
		t.Fatal(err)
	default:
	}
	t.Log(checked.Load(), "answers")
}

// collect reads what an iteration gives as text.
func collect[T any](t *testing.T, seq iter.Seq2[T, error], text func(T) string) []string {
	t.Helper()
	var out []string
	for e, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, text(e))
	}
	return out
}

// S231, S233: every kind of question has the answer that a plain look at all rows has, in the order of
// keys, over all partitions, forwards and backwards, committed and not.
func TestQuestions(t *testing.T) {
	const partitions = 4
	_, c := eventsCluster(t, partitions)
	h := newHistory(t, c, partitions)
	h.grow(t, 4000, 600)
	app := start(t, rt.InterpretPlain(keeping), c.config("app", rt.ExactlyOnce, t.TempDir()))
	bound := query.Position{"events": {}}
	want := truth{}
	for p := range partitions {
		bound.Set("events", int32(p), h.length(p)-1)
		for s, rows := range h.until(p, h.length(p)-1) {
			if want[s] == nil {
				want[s] = map[string]string{}
			}
			maps.Copy(want[s], rows)
		}
	}
	ctx := t.Context()
	eventually(t, "all", func() bool {
		_, err := rowsOf(ctx, app, "disk", query.AtLeast(bound))
		return err == nil
	})
	str, num := dsl.String(), dsl.Int64()
	for _, mode := range [][]query.Option{{}, {query.Uncommitted()}} {
		for _, s := range keepingStores {
			got, err := rowsOf(ctx, app, s, mode...)
			if err != nil || !maps.Equal(got, want[s]) {
				t.Fatalf("%s: %v %s", s, err, difference(got, want[s]))
			}
		}
		for _, name := range []string{"disk", "memory"} {
			s := query.KeyValueWith(app, name, str, str)
			text := func(e query.Entry[string, string]) string { return e.Key }
			keys := slices.Sorted(maps.Keys(want["disk"]))
			for range 40 {
				lo, hi := h.r.IntN(len(keys)), h.r.IntN(len(keys))
				limit := 1 + h.r.IntN(900)
				part := slices.Clone(keys[min(lo, hi+1) : hi+1])
				opts := append([]query.Option{query.Limit(limit)}, mode...)
				if h.r.IntN(2) == 0 {
					opts = append(opts, query.Reverse())
					slices.Reverse(part)
				}
				part = part[:min(limit, len(part))]
				if got := collect(t, s.Range(ctx, keys[lo], keys[hi], opts...), text); !slices.Equal(got, part) {
					t.Fatalf("%s from %s to %s: %v, want %v", name, keys[lo], keys[hi], got, part)
				}
				k := keys[lo]
				if v, ok, err := s.Get(ctx, k, mode...); err != nil || !ok || v != want["disk"][k] {
					t.Fatalf("%s %s is %q %v %v, want %q", name, k, v, ok, err, want["disk"][k])
				}
				if _, ok, err := s.Get(ctx, k+"?", mode...); err != nil || ok {
					t.Fatal(k, ok, err)
				}
			}
			begin := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !strings.HasPrefix(k, "2/k1") })
			if got := collect(t, s.Prefix(ctx, "2/k1", mode...), text); !slices.Equal(got, begin) {
				t.Errorf("%v, want %v", got, begin)
			}
			n, err := s.Count(ctx, mode...)
			if err != nil || n != int64(len(keys)) {
				t.Error(n, err, len(keys))
			}
		}
		for _, k := range slices.Sorted(maps.Keys(want["counts"]))[:20] {
			for _, name := range []string{"counts-by-time"} {
				s := query.WindowWith(app, name, str, num)
				prefix := func(e query.WindowEntry[string, int64]) string { return fmt.Sprint(e.Key, " ", e.Start, " ", e.Value) }
				var all []string
				for row, v := range want[name] {
					if strings.HasPrefix(row, k+" ") {
						all = append(all, row+" "+v)
					}
				}
				slices.Sort(all)
				if got := collect(t, s.Fetch(ctx, k, 0, 1<<62, mode...), prefix); !slices.Equal(got, all) {
					t.Errorf("%v, want %v", got, all)
				}
				slices.Reverse(all)
				if got := collect(t, s.Fetch(ctx, k, 0, 1<<62, append([]query.Option{query.Reverse()}, mode...)...), prefix); !slices.Equal(got, all) {
					t.Errorf("%v, want %v", got, all)
				}
				if got := collect(t, s.FetchRange(ctx, k, k, 0, 1<<62, mode...), prefix); len(got) != len(all) {
					t.Errorf("%v, want %v", got, all)
				}
				var start int64
				fmt.Sscanf(strings.Fields(all[0])[1], "%d", &start)
				if v, ok, err := s.Get(ctx, k, start, mode...); err != nil || !ok || fmt.Sprint(v) != strings.Fields(all[0])[2] {
					t.Error(v, ok, err, all[0])
				}
				if got := collect(t, s.FetchAll(ctx, start, start, mode...), prefix); !slices.Contains(got, all[0]) || slices.ContainsFunc(got, func(r string) bool { return !strings.Contains(r, fmt.Sprint(" ", start, " ")) }) {
					t.Errorf("%v", got)
				}
			}
			s := query.SessionWith(app, "sessions", str, num)
			var all []string
			for row, v := range want["sessions"] {
				if strings.HasPrefix(row, k+" ") {
					all = append(all, row+" "+v)
				}
			}
			slices.Sort(all)
			text := func(e query.SessionEntry[string, int64]) string {
				return fmt.Sprint(e.Key, " ", e.Session.Start, " ", e.Session.End, " ", e.Value)
			}
			if got := collect(t, s.Fetch(ctx, k, mode...), text); !slices.Equal(got, all) {
				t.Errorf("%v, want %v", got, all)
			}
			var w window.Session
			fmt.Sscanf(strings.Join(strings.Fields(all[0])[1:3], " "), "%d %d", &w.Start, &w.End)
			if got := collect(t, s.Find(ctx, k, w.End, w.Start, mode...), text); !slices.Equal(got, all[:1]) {
				t.Errorf("%v, want %v", got, all[:1])
			}
			if v, ok, err := s.Get(ctx, k, w, mode...); err != nil || !ok || fmt.Sprint(v) != strings.Fields(all[0])[3] {
				t.Error(v, ok, err)
			}
		}
	}
	for _, bad := range []struct {
		err  error
		want string
	}{
		{second(query.KeyValueWith(app, "dsik", str, str).Count(ctx)), "has no such store; it has disk, "},
		{second(query.WindowWith(app, "disk", str, str).Count(ctx)), "it is a key-value store, not a window store"},
		{second(query.KeyValueWith(app, "disk", str, str).Count(ctx, query.Partition(9))), "there is no partition 9; there are 4"},
		{second(query.KeyValueWith(app, "disk", str, str).Count(contextOf(t, 50*time.Millisecond), query.AtLeast(query.Position{"events": {1: 1 << 40}}))), "task of partition 1 has committed offset"},
	} {
		if bad.err == nil || !strings.Contains(bad.err.Error(), bad.want) {
			t.Errorf("%v, want %s", bad.err, bad.want)
		}
	}
	if err := app.Close(patience); err != nil {
		t.Fatal(err)
	}
	if _, err := query.KeyValueWith(app, "disk", str, str).Count(ctx); !errors.Is(err, query.ErrNotAvailable) {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }

func contextOf(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
