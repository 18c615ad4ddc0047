package state

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestDuplicatesBehaveLikeAList runs random histories against a list that forgets nothing,
// with commits, evictions and restarts (S87: sequence numbers go on, so that rows of one key
// and time stay apart).
func TestDuplicatesBehaveLikeAList(t *testing.T) {
	type row struct {
		key   string
		at    int64
		value string
	}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 9))
		retention := []int64{1, 50, 1000}[r.IntN(3)]
		budget := []int64{0, 3000, 1 << 30}[r.IntN(3)]
		back, seq := NewMemory(), int64(-1)
		d := NewDuplicates(back, budget, retention, &seq)
		var rows []row
		now := int64(-1)
		keys := []string{"", "a", "aa", "a\x00", "b", "a\x00\x00\x00\x00\x00\x00\x00\x00\x01"}
		for n := range 500 {
			key, at := keys[r.IntN(len(keys))], max(0, int64(n)*retention/80+r.Int64N(retention+1)-retention/2)
			switch r.IntN(8) {
			case 0, 1, 2, 3:
				value := fmt.Sprint(n)
				if n%3 == 0 {
					value = "" // not a deletion, also as the first one
				}
				d.Put([]byte(key), at, []byte(value))
				rows, now = append(rows, row{key, at, value}), max(now, at)
			case 4, 5, 6:
				from := max(at-r.Int64N(retention+1), now-retention, 0)
				to := at + r.Int64N(retention+1)
				if r.IntN(9) == 0 {
					to = math.MaxInt64
				}
				got, err := d.Fetch([]byte(key), from, to)
				if err != nil {
					t.Fatal(err)
				}
				var have, want []string
				for _, g := range got {
					have = append(have, fmt.Sprint(g.At, "=", string(g.Value)))
				}
				sorted := slices.Clone(rows)
				slices.SortStableFunc(sorted, func(a, b row) int { return int(a.at - b.at) })
				for _, w := range sorted {
					if w.key == key && w.at >= from && w.at <= to {
						want = append(want, fmt.Sprint(w.at, "=", w.value))
					}
				}
				if !slices.Equal(have, want) {
					t.Fatalf("seed %d step %d: %q from %d to %d: %v, want %v", seed, n, key, from, to, have, want)
				}
			case 7:
				commit(t, d, back)
				if dirty, total := d.Bytes(); dirty != 0 || total < 0 || budget == 0 && total != 0 {
					t.Fatalf("seed %d step %d: %d dirty of %d bytes after a commit", seed, n, dirty, total)
				}
				if r.IntN(3) == 0 {
					d = NewDuplicates(back, budget, retention, &seq)
					d.time, d.swept, d.blank = now, now, false // a Memory knows no time
				}
			}
		}
		if int(seq) != len(rows) {
			t.Fatalf("seed %d: the last sequence number is %d after %d rows", seed, seq, len(rows))
		}
	}
}

// A join of keys that are in the cache allocates nothing but, now and then, room to grow.
func TestDuplicatesAllocateOnGrowthOnly(t *testing.T) {
	seq := int64(-1)
	back := NewMemory()
	d := NewDuplicates(back, 1<<30, 100, &seq)
	key, value, at := []byte("key"), []byte("value"), int64(0)
	step := func() {
		at++
		d.Put(key, at, value)
		if rows, err := d.Fetch(key, at-10, at); err != nil || len(rows) == 0 {
			t.Fatal(rows, err)
		}
		if at%50 == 0 {
			commit(t, d, back)
		}
	}
	for range 1000 {
		step()
	}
	if n := testing.AllocsPerRun(40, func() { at++; d.Put(key, at, value); d.Fetch(key, at-10, at) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
