package state

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
)

// timed is a backend in memory that knows the highest start committed, with or without a scratch for what has
// no room.
type timed struct {
	*Memory
	time int64
}

func (b *timed) Time() int64 { return b.time }

func (b *timed) ScanStarts(from, to []byte, _, _ int64, visit func(key, value []byte) bool) error {
	return b.Scan(from, to, visit)
}

type timedSpilling struct {
	*timed
	rows  *mapScratch
	bound int64
}

func (b *timedSpilling) Scratch() (Scratch, *Room) { return b.rows, NewRoom(b.bound) }

// TestWindowsBehaveLikeAMap runs random histories on a window cache over a backend that
// never forgets: expired rows must be out of sight all the same. The store is closed and opened
// again now and then, after a commit.
func TestWindowsBehaveLikeAMap(t *testing.T) {
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 4))
		retention := []int64{1, 50, 1000}[r.IntN(3)]
		budget := []int64{0, 5000, 1 << 30}[r.IntN(3)]
		back := &timed{NewMemory(), -1}
		var b Backend = back.Memory
		switch seed % 4 {
		case 1, 2:
			b = back
		case 3:
			b = &timedSpilling{back, newMapScratch(), 1 + r.Int64N(2000)}
		}
		open := func() *Windows[int64] {
			return NewWindows(Options[int64]{Backend: b, Budget: budget, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode}, retention)
		}
		w := open()
		type at struct {
			key   string
			start int64
		}
		rows, now := map[at]int64{}, int64(-1)
		keys := []string{"", "a", "aa", "a\x00", "b", "a\x00\x00\x00\x00\x00\x00\x00\x00\x01"}
		for n := range 600 {
			k, start := keys[r.IntN(len(keys))], max(0, int64(n)*retention/100+r.Int64N(retention+1)-retention/2)
			switch r.IntN(8) {
			case 0, 1, 2, 3:
				if start <= now-retention {
					continue // the callers' rule: late writes are dropped
				}
				e, err := w.FindAt([]byte(k), start)
				if err != nil {
					t.Fatal(err)
				}
				if now = max(now, start); r.IntN(5) == 0 {
					w.DeleteAt(e, start, 0, nil)
					delete(rows, at{k, start})
				} else {
					w.SetAt(e, start, int64(n), 0, nil)
					rows[at{k, start}] = int64(n)
				}
			case 4:
				e, err := w.FindAt([]byte(k), start)
				v, ok := rows[at{k, start}]
				if live := start > now-retention; err != nil || w.Live(start) != live || live && (e.Present() != ok || e.Val != v) {
					t.Fatalf("seed %d step %d: %q at %d is %v %v, live %v; want %d %v", seed, n, k, start, e, err, live, v, ok)
				}
			case 5, 6:
				from, to := start-r.Int64N(50), start+r.Int64N(retention)
				var fetched, viewed, all, want, wantAll []string
				err := w.Fetch([]byte(k), from, to, func(start int64, e *Entry[int64]) bool {
					fetched = append(fetched, fmt.Sprint(start, "=", e.Val))
					return true
				})
				if err != nil {
					t.Fatal(err)
				}
				view := w.ViewKey([]byte(k), from, to)
				err = view.Each(func(row []byte, v int64) bool {
					_, start, _ := SplitKey(row)
					viewed = append(viewed, fmt.Sprint(start, "=", v))
					return true
				})
				if err != nil {
					t.Fatal(err)
				}
				err = w.ViewTimes(from, to).Each(func(row []byte, v int64) bool {
					all = append(all, fmt.Sprintf("%x=%d", row, v))
					return true
				})
				if err != nil {
					t.Fatal(err)
				}
				sorted := slices.SortedFunc(maps.Keys(rows), func(a, b at) int {
					return slices.Compare(AppendKey(nil, []byte(a.key), a.start), AppendKey(nil, []byte(b.key), b.start))
				})
				for _, x := range sorted {
					if x.start < from || x.start > to || x.start <= now-retention {
						continue
					}
					wantAll = append(wantAll, fmt.Sprintf("%x=%d", AppendKey(nil, []byte(x.key), x.start), rows[x]))
					if x.key == k {
						want = append(want, fmt.Sprint(x.start, "=", rows[x]))
					}
				}
				if !slices.Equal(fetched, want) || !slices.Equal(viewed, want) || !slices.Equal(all, wantAll) {
					t.Fatalf("seed %d step %d: fetch(%q, %d, %d) is %v and %v, want %v; of all keys %v, want %v", seed, n, k, from, to, fetched, viewed, want, all, wantAll)
				}
			case 7:
				commit(t, w, back.Memory)
				if s, ok := b.(*timedSpilling); ok {
					*s.rows = *newMapScratch()
				}
				if back.time = now; seed%4 != 0 && r.IntN(10) == 0 {
					w = open()
				}
			}
			if err := w.check(); err != nil {
				t.Fatalf("seed %d step %d: %v", seed, n, err)
			}
		}
	}
}

// TestYoungWindowsAreInMemory: the backend is asked for rows of windows that it may hold, and for no others.
func TestYoungWindowsAreInMemory(t *testing.T) {
	back := &timed{NewMemory(), 999}
	back.Put(AppendKey(nil, []byte("a"), 999), binary.BigEndian.AppendUint64(nil, 7))
	w := NewWindows(Options[int64]{Backend: back, Budget: 0, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode}, 10_000)
	find := func(key string, start, want, misses int64) {
		t.Helper()
		e, err := w.FindAt([]byte(key), start)
		if err != nil || e.Val != want {
			t.Fatalf("%s at %d is %v %v, want %d", key, start, e, err, want)
		}
		w.SetAt(e, start, e.Val+1, 0, nil)
		if _, got := w.Lookups(); got != misses {
			t.Errorf("%s at %d: the backend has been asked %d times, want %d", key, start, got, misses)
		}
	}
	find("a", 999, 7, 1)
	find("b", 500, 0, 2)
	find("b", 1000, 0, 2)
	find("c", 1000, 0, 2)
	find("c", 1000, 1, 2)
	commit(t, w, back.Memory) // without a budget all rows leave the memory
	find("a", 1000, 0, 3)
	find("c", 1000, 2, 4)
	find("d", 1000, 0, 5)
	find("d", 2000, 0, 5)
}

func TestExpiredEntriesLeaveTheCache(t *testing.T) {
	back := NewMemory()
	w := NewWindows(Options[int64]{Backend: back, Budget: 1 << 30, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode}, 1600)
	for start := range int64(20_000) {
		e, err := w.FindAt(key8(int(start)), start)
		if err != nil {
			t.Fatal(err)
		}
		w.SetAt(e, start, 1, 0, nil)
		if start%10 == 0 {
			commit(t, w, back)
		}
	}
	if n := w.index.Len(); n < 1600 || n > 1600+100+10 {
		t.Fatalf("%d entries are cached, 1600 are live", n)
	}
}

func TestSplitKeyReadsWhatAppendKeyWrote(t *testing.T) {
	row := AppendKey(nil, []byte("key"), 0x0102030405060708)
	if fmt.Sprintf("%x", row) != "6b657901020304050607080"+"0000000" {
		t.Fatalf("%x", row)
	}
	if k, start, ok := SplitKey(row); string(k) != "key" || start != 0x0102030405060708 || !ok {
		t.Fatalf("%q %x %v", k, start, ok)
	}
	if _, _, ok := SplitKey(row[:11]); ok {
		t.Fatal("a short row is taken")
	}
}

func BenchmarkFindAtSetAt(b *testing.B) {
	w := NewWindows(Options[int64]{Backend: NewMemory(), Budget: 1 << 30, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode}, 1<<40)
	keys := make([][]byte, 1000)
	for i := range keys {
		keys[i] = key8(i)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		start := int64(n>>14) * 3_600_000
		e, err := w.FindAt(keys[n*7%1000], start)
		if err != nil {
			b.Fatal(err)
		}
		w.SetAt(e, start, e.Val+1, 1, nil)
	}
}
