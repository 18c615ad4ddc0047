package state

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
)

// op is one step of a random history; which fields count depends on verb.
type op struct {
	verb     string
	key, to  int
	val      int64
	position int // of the step within a scan or view at which the inner change happens
}

func (o op) String() string {
	return fmt.Sprintf("{%q, %d, %d, %d, %d},", o.verb, o.key, o.to, o.val, o.position)
}

func randomOps(r *rand.Rand, n, keys int) []op {
	verbs := []string{"set", "set", "set", "set", "get", "get", "delete", "scan", "view", "commit", "abort", "fail"}
	ops := make([]op, n)
	for i := range ops {
		ops[i] = op{verbs[r.IntN(len(verbs))], r.IntN(keys), r.IntN(keys), r.Int64N(1 << 40), r.IntN(6)}
		if ops[i].verb == "abort" && r.IntN(4) > 0 {
			ops[i].verb = "set"
		}
	}
	return ops
}

// modelKey spreads keys over lengths: empty, short, with a common prefix, and too long for
// a shared chunk of a slab.
func modelKey(i int) []byte {
	switch {
	case i == 0:
		return []byte{}
	case i%97 == 0:
		return append(bytes.Repeat([]byte{'L'}, 5000), byte(i), byte(i>>8))
	case i%3 == 0:
		return binary.BigEndian.AppendUint64([]byte("prefix-"), uint64(i))
	}
	return fmt.Append(nil, i)
}

// room bounds the dirty bytes of a model's cache, and counts what did not fit.
type room struct {
	bound int64
	puts  int
}

// modelRun executes ops on a cache and on a pair of maps, and returns the first difference.
// Without room the cache keeps all changes in memory.
func modelRun(ops []op, budget int64, timestamped bool, room *room) error {
	backend := NewMemory()
	fresh := func() *Cache[int64] {
		var b Backend = backend
		if room != nil {
			b = &spilling{backend, newMapScratch(), room.bound}
		}
		return NewCache(Options[int64]{
			Backend: b, Budget: budget, Timestamped: timestamped,
			Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode,
		})
	}
	c := fresh()
	committed, now := map[string]int64{}, map[string]int64{}
	var touched []string // keys in last-update order
	touch := func(k string) {
		touched = append(slices.DeleteFunc(touched, func(t string) bool { return t == k }), k)
	}
	for n, o := range ops {
		fail := func(f string, args ...any) error { return fmt.Errorf("step %d %v "+f, append([]any{n, o}, args...)...) }
		key := modelKey(o.key)
		change := func(v int64, gone bool) error {
			e, err := c.Find(key)
			if err != nil {
				return err
			}
			if gone {
				c.Delete(e, v, nil)
				delete(now, string(key))
			} else {
				var h []serde.Header
				if v%5 == 0 {
					h = []serde.Header{{Key: "h", Value: []byte("v")}}
				}
				c.Set(e, v, v, h)
				now[string(key)] = v
			}
			touch(string(key))
			return nil
		}
		switch o.verb {
		case "set", "delete":
			if err := change(o.val, o.verb == "delete"); err != nil {
				return fail("%v", err)
			}
		case "get":
			e, err := c.Find(key)
			want, ok := now[string(key)]
			_, stored := committed[string(key)]
			if err != nil || e.Present() != ok || e.Val != want || e.Stored() != stored {
				return fail("found %+v %v, want %d %v stored %v", e, err, want, ok, stored)
			}
		case "scan", "view":
			lo, hi := key, modelKey(o.to)
			if o.position == 0 {
				lo = nil
			}
			if o.position == 1 {
				hi = nil
			}
			var want, got []string
			for k, v := range now {
				if k >= string(lo) && (hi == nil || k < string(hi)) {
					want = append(want, fmt.Sprintf("%q=%d", k, v))
				}
			}
			slices.SortFunc(want, func(a, b string) int { return strings.Compare(unq(a), unq(b)) })
			var bad error
			see := func(k []byte, v int64) bool {
				if len(got) == o.position && o.val%2 == 0 {
					// The iteration must not see what is changed during it; a scan shows
					// the very value it has in the cache, so there the key is left alone.
					if o.verb == "view" {
						bad = change(o.val, o.val%4 == 0)
					}
				}
				got = append(got, fmt.Sprintf("%q=%d", k, v))
				return true
			}
			var err error
			if o.verb == "scan" {
				err = c.Scan(lo, hi, func(k []byte, e *Entry[int64]) bool { return see(k, e.Val) })
			} else {
				v := c.View(lo, hi)
				err = v.Each(see)
			}
			if err != nil || bad != nil || !slices.Equal(got, want) {
				return fail("saw %v %v %v\nwant %v", got, err, bad, want)
			}
		case "fail": // an encoding that is thrown away, as by an aborted transaction that is tried again
			if err := c.EachDirty(func(_, _ []byte, _ int64) error { return nil }); err != nil {
				return fail("%v", err)
			}
		case "commit":
			var order []string
			err := c.Pending(func(k []byte, _ *Entry[int64]) error { order = append(order, string(k)); return nil })
			if err != nil || !slices.Equal(order, touched) {
				return fail("pending %q %v, want %q", order, err, touched)
			}
			order = nil
			err = c.EachDirty(func(k, v []byte, ts int64) error {
				order = append(order, string(k))
				if v != nil && timestamped {
					v = append(binary.BigEndian.AppendUint64(nil, uint64(ts)), v...)
				}
				backend.Put(k, v)
				return nil
			})
			if err != nil || !slices.Equal(order, touched) {
				return fail("dirty %q %v, want %q", order, err, touched)
			}
			c.Committed()
			if s, ok := c.scratch.(*mapScratch); ok { // its owner empties it
				room.puts += s.puts
				*s = *newMapScratch()
			}
			if dirty, total := c.Bytes(); dirty != 0 || total > budget {
				return fail("%d bytes dirty, %d in all, over the budget of %d", dirty, total, budget)
			}
			committed = map[string]int64{}
			for k, v := range now {
				committed[k] = v
			}
			touched = nil
		case "abort":
			c = fresh() // an abort builds the task anew
			now = map[string]int64{}
			for k, v := range committed {
				now[k] = v
			}
			touched = nil
		}
		if err := c.check(); err != nil {
			return fail("%v", err)
		}
		// A Find leaves the bound, and its caller may add an entry, of a key of 5 kB at most.
		if dirty, _ := c.Bytes(); room != nil && dirty > room.bound+6000 {
			return fail("%d bytes are dirty, the bound is %d", dirty, room.bound)
		}
	}
	return nil
}

func unq(s string) string {
	var k string
	fmt.Sscanf(s, "%q", &k)
	return k
}

// check compares the running totals of a cache with a count.
func (c *Cache[V]) check() error {
	var total, dirty int64
	n := 0
	for _, p := range c.pages {
		for i := range p {
			e := &p[i]
			if e.ref == 0 {
				continue
			}
			n++
			total += c.weigh(e)
			if e.dirty {
				dirty += c.weigh(e)
			}
			if c.index.Find(c.index.Key(e.ref)) != e.ref {
				return fmt.Errorf("key %q is not found any more", c.index.Key(e.ref))
			}
		}
	}
	if n != c.index.Len() || total != c.bytes || dirty != c.dirtyBytes {
		return fmt.Errorf("counted %d entries, %d bytes, %d dirty; the cache says %d, %d, %d", n, total, dirty, c.index.Len(), c.bytes, c.dirtyBytes)
	}
	return nil
}

// reduce halves a failing history as long as a half, or a piece cut out, still fails.
func reduce(ops []op, fails func([]op) bool) []op {
	for size := len(ops) / 2; size > 0; {
		cut := false
		for at := 0; at+size <= len(ops); at += size {
			if rest := slices.Concat(ops[:at], ops[at+size:]); fails(rest) {
				ops, cut = rest, true
				break
			}
		}
		if !cut {
			size /= 2
		}
		size = min(size, len(ops)/2)
	}
	return ops
}

func TestCacheBehavesLikeAMap(t *testing.T) {
	histories := 150
	if testing.Short() {
		histories = 30
	}
	for seed := range uint64(histories) {
		r := rand.New(rand.NewPCG(seed, 1))
		keys := []int{4, 40, 400}[r.IntN(3)]
		budget := []int64{0, 2000, 20_000, 1 << 30}[r.IntN(4)]
		timestamped := r.IntN(2) == 0
		ops := randomOps(r, 400, keys)
		if modelRun(ops, budget, timestamped, nil) == nil {
			continue
		}
		ops = reduce(ops, func(o []op) bool { return modelRun(o, budget, timestamped, nil) != nil })
		t.Fatalf("seed %d, budget %d, timestamped %v: %v\nhistory: %v", seed, budget, timestamped, modelRun(ops, budget, timestamped, nil), ops)
	}
}

// TestReduceFindsTheSteps shows that a failing history shrinks to what matters.
func TestReduceFindsTheSteps(t *testing.T) {
	ops := randomOps(rand.New(rand.NewPCG(1, 1)), 300, 5)
	ops[100], ops[200] = op{verb: "x"}, op{verb: "y"}
	got := reduce(ops, func(o []op) bool {
		x := slices.IndexFunc(o, func(o op) bool { return o.verb == "x" })
		y := slices.IndexFunc(o, func(o op) bool { return o.verb == "y" })
		return x >= 0 && y > x
	})
	if len(got) != 2 || got[0].verb != "x" || got[1].verb != "y" {
		t.Fatalf("reduced to %v", got)
	}
}

func TestMemoryAndTableBehaveLikeAMap(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 2))
		keys := []int{10, 1000, 5000}[r.IntN(3)]
		m, table, want := NewMemory(), NewTable[string](), map[string]string{}
		for range 5000 {
			k := modelKey(r.IntN(keys))
			switch r.IntN(10) {
			case 0, 1, 2, 3:
				v := fmt.Sprint(r.Int())
				m.Put(k, []byte(v))
				table.Put(k, v)
				want[string(k)] = v
			case 4, 5, 6:
				m.Put(k, nil)
				table.Delete(k)
				delete(want, string(k))
			case 7, 8:
				v, ok, _ := m.Get(k)
				tv, tok := table.Get(k)
				w, wok := want[string(k)]
				if ok != wok || tok != wok || string(v) != w || tv != w {
					t.Fatalf("seed %d: %q is %q %v and %q %v, want %q %v", seed, k, v, ok, tv, tok, w, wok)
				}
			case 9:
				if r.IntN(20) > 0 {
					continue
				}
				if r.IntN(4) == 0 {
					odd := func(k []byte) bool { return len(k)%2 == 1 }
					m.DeleteFunc(odd)
					for k := range want {
						if odd([]byte(k)) {
							table.Delete([]byte(k))
							delete(want, k)
						}
					}
				}
				var got, sorted []string
				m.Scan(k, nil, func(k, v []byte) bool { got = append(got, string(k)+"="+string(v)); return true })
				for w := range want {
					if w >= string(k) {
						sorted = append(sorted, w)
					}
				}
				slices.Sort(sorted)
				for i, w := range sorted {
					sorted[i] = w + "=" + want[w]
				}
				if !slices.Equal(got, sorted) {
					t.Fatalf("seed %d: scan saw %d rows, want %d", seed, len(got), len(sorted))
				}
			}
		}
		if m.Len() != len(want) || table.Len() != len(want) {
			t.Fatalf("seed %d: %d and %d keys, want %d", seed, m.Len(), table.Len(), len(want))
		}
	}
}

// TestTableReadersShareIt is for the race detector: a look-up writes nothing.
func TestTableReadersShareIt(t *testing.T) {
	table := NewTable[int]()
	for i := range 1000 {
		table.Put(modelKey(i), i)
	}
	done := make(chan int)
	for range 4 {
		go func() {
			wrong := 0
			for i := range 2000 {
				if v, ok := table.Get(modelKey(i)); ok != (i < 1000) || ok && v != i {
					wrong++
				}
			}
			done <- wrong
		}()
	}
	for range 4 {
		if wrong := <-done; wrong > 0 {
			t.Errorf("%d wrong answers", wrong)
		}
	}
}
