package state

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/window"
)

// naive is a session store without a cache: the sessions of each key.
type naive map[string]map[window.Session]int64

func (n naive) near(key string, earliestEnd, latestStart int64) []window.Session {
	var out []window.Session
	for w := range n[key] {
		if w.End >= earliestEnd && w.Start <= latestStart {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b window.Session) int { return int(a.End - b.End) })
	return out
}

// TestSessionsBehaveLikeAMap adds random times to sessions as the kernels do, with commits,
// evictions, little room and restarts in between, and compares with maps.
func TestSessionsBehaveLikeAMap(t *testing.T) {
	merged, puts := 0, 0
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 9))
		retention := []int64{20, 100, 2000}[r.IntN(3)]
		budget := []int64{0, 3000, 1 << 30}[r.IntN(3)]
		back := NewMemory()
		var behind Backend = back
		var scratch *mapScratch
		if bound := []int64{-1, 0, 600, 5000}[r.IntN(4)]; bound >= 0 {
			scratch = newMapScratch()
			behind = &spilling{back, scratch, bound}
		}
		fresh := func(time int64) *Sessions[int64] {
			s := NewSessions(Options[int64]{Backend: behind, Budget: budget, Coalesced: true, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode}, retention)
			s.time, s.swept = time, time
			return s
		}
		s, want, now := fresh(-1), naive{}, int64(-1)
		settled := func() {
			commit(t, s, back)
			if scratch != nil {
				puts += scratch.puts
				*scratch = *newMapScratch()
			}
		}
		keys := []string{"", "a", "aa", "a\x00", "b", "a\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x01", "c", "d", "e"}
		for n := range 500 {
			k := keys[r.IntN(len(keys))]
			ts := max(0, int64(n)*3+r.Int64N(60)-30)
			closed := max(now, ts) - retention
			near, err := s.Near([]byte(k), max(ts-10, closed), ts+10)
			if err != nil {
				t.Fatal(err)
			}
			if expect := want.near(k, max(ts-10, closed, now-retention), ts+10); !slices.Equal(near, expect) {
				t.Fatalf("seed %d step %d: near %d are %v, want %v", seed, n, ts, near, expect)
			}
			w, sum := window.Session{Start: ts, End: ts}, int64(n)
			for _, o := range near {
				w = w.Join(o)
			}
			if w.End < closed {
				continue
			}
			for _, o := range near {
				e, err := s.FindAt([]byte(k), o)
				if err != nil || !e.Present() || e.Val != want[k][o] {
					t.Fatalf("seed %d step %d: session %v of %q is %v %v, want %d", seed, n, o, k, e, err, want[k][o])
				}
				sum += e.Val
				if o != w {
					s.DeleteAt(e, o, ts, nil)
				}
				delete(want[k], o)
				merged++
			}
			if err := s.SetAt([]byte(k), w, sum, ts, nil); err != nil {
				t.Fatal(err)
			}
			if want[k] == nil {
				want[k] = map[window.Session]int64{}
			}
			want[k][w] = sum
			now = max(now, w.End)
			switch r.IntN(20) {
			case 0, 1:
				settled()
			case 3:
				s.dropLists()
				s.blind = true
			case 2:
				settled()
				s = fresh(s.time)
			}
			if err := s.check(); err != nil {
				t.Fatalf("seed %d step %d: %v", seed, n, err)
			}
		}
		settled()
		rows := map[string]bool{}
		err := back.Scan(nil, nil, func(row, v []byte) bool { rows[fmt.Sprintf("%x=%x", row, v)] = true; return true })
		if err != nil {
			t.Fatal(err)
		}
		live := 0
		for k, list := range want {
			for w, v := range list {
				b, _ := serde.Int64Codec{}.Append(nil, v)
				if live++; !rows[fmt.Sprintf("%x=%x", AppendSession(nil, []byte(k), w), b)] {
					t.Fatalf("seed %d: session %v of %q is not stored", seed, w, k)
				}
			}
		}
		if len(rows) != live {
			t.Fatalf("seed %d: %d rows are stored, want %d", seed, len(rows), live)
		}
	}
	if merged < 10_000 || puts < 1000 {
		t.Fatalf("%d sessions were merged and %d rows spilled: the test tests little", merged, puts)
	}
}

// A session that grows by every record leaves one entry, not one per record, and makes no
// garbage.
func TestGrowingSessionTakesOneEntry(t *testing.T) {
	s := NewSessions(Options[int64]{Backend: NewMemory(), Budget: 1 << 30, Coalesced: true, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode}, 1000)
	key, ts, last := []byte("key"), int64(0), window.Session{Start: -1}
	grow := func() {
		near, err := s.Near(key, ts-10, ts+10)
		if err != nil {
			t.Fatal(err)
		}
		w := window.Session{Start: ts, End: ts}
		for _, o := range near {
			w = w.Join(o)
			e, err := s.FindAt(key, o)
			if err != nil {
				t.Fatal(err)
			}
			s.DeleteAt(e, o, ts, nil)
		}
		if err := s.SetAt(key, w, 1, ts, nil); err != nil {
			t.Fatal(err)
		}
		ts, last = ts+5, w
	}
	for range 2000 {
		grow()
	}
	if n := s.index.Len(); n != 1 || s.dirty != 1 || last.Start != 0 {
		t.Fatalf("%d entries, %d of them changed, for the session %v", n, s.dirty, last)
	}
	if allocs := testing.AllocsPerRun(500, grow); allocs >= 1 {
		t.Errorf("%v allocations a record", allocs)
	}
	n := 0
	if err := s.Pending(func(row []byte, e *Entry[int64]) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("%d pending, %v", n, err)
	}
}

func TestSplitSessionReadsWhatAppendSessionWrote(t *testing.T) {
	w := window.Session{Start: 0x01, End: 0x0102}
	row := AppendSession(nil, []byte("k"), w)
	if fmt.Sprintf("%x", row) != "6b00000000000001020000000000000001" {
		t.Errorf("%x", row)
	}
	if k, got, ok := SplitSession(row); string(k) != "k" || got != w || !ok {
		t.Errorf("%q %v %v", k, got, ok)
	}
	if at, ok := RowTime(row, true); at != w.End || !ok {
		t.Errorf("%d %v", at, ok)
	}
	if _, _, ok := SplitSession(row[:15]); ok {
		t.Error("15 bytes are a session")
	}
	if _, ok := RowTime(row[:15], true); ok {
		t.Error("15 bytes have a time")
	}
}
