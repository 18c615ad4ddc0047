package state

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
)

func int64Cache(backend Backend, budget int64) *Cache[int64] {
	return NewCache(Options[int64]{Backend: backend, Budget: budget, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode})
}

func key8(i int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(i)) }

func fill(t testing.TB, c *Cache[int64], n int) {
	t.Helper()
	for i := range n {
		e, err := c.Find(key8(i))
		if err != nil {
			t.Fatal(err)
		}
		c.Set(e, int64(i), 0, nil)
	}
}

func commit(t testing.TB, s Store, to *Memory) {
	t.Helper()
	err := s.EachDirty(func(k, v []byte, _ int64) error { to.Put(k, v); return nil })
	if err != nil {
		t.Fatal(err)
	}
	s.Committed()
}

func TestWarmHitAllocatesNothing(t *testing.T) {
	c := int64Cache(NewMemory(), 1<<30)
	fill(t, c, 1000)
	commit(t, c, NewMemory())
	fill(t, c, 1000)
	key := make([]byte, 8)
	n := 0
	allocs := testing.AllocsPerRun(1000, func() {
		n = (n + 7) % 1000
		binary.BigEndian.PutUint64(key, uint64(n))
		e, err := c.Find(key)
		if err != nil {
			t.Fatal(err)
		}
		c.Set(e, e.Val+1, 1, nil)
	})
	if allocs != 0 {
		t.Fatalf("%v allocations per hit", allocs)
	}
}

func TestReadEntriesOutliveOthers(t *testing.T) {
	back := NewMemory()
	c := int64Cache(back, 0)
	fill(t, c, 1000)
	commit(t, c, back)
	fill(t, c, 1)
	_, one := c.Bytes()
	c = int64Cache(back, 0)
	c.o.Budget = one * 100
	for round := range 20 {
		for i := range 50 { // these are read in every round
			if _, err := c.Find(key8(i)); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 40 { // these once
			if _, err := c.Find(key8(100 + round*40 + i)); err != nil {
				t.Fatal(err)
			}
		}
		c.Committed()
	}
	kept := 0
	for i := range 50 {
		if c.index.Find(key8(i)) != 0 {
			kept++
		}
	}
	if kept < 45 {
		t.Fatalf("of 50 keys that are read all the time, %d are still cached", kept)
	}
}

func TestMemoryComesBackAfterABurst(t *testing.T) {
	back := NewMemory()
	c := int64Cache(back, 20_000)
	fill(t, c, 50_000)
	commit(t, c, back)
	if pages := len(c.pages); pages > 20 {
		t.Fatalf("%d pages are held for %d entries", pages, c.index.Len())
	}
	e, err := c.Find(key8(49_999))
	if err != nil || e.Val != 49_999 {
		t.Fatalf("found %v %v", e, err)
	}
}

func TestSizesAreMeasured(t *testing.T) {
	c := NewCache(Options[string]{Backend: NewMemory(), Budget: 1 << 30, Append: serde.StringCodec{}.Append, Decode: serde.StringCodec{}.Decode})
	e, err := c.Find([]byte("k"))
	if err != nil {
		t.Fatal(err)
	}
	c.Set(e, strings.Repeat("x", 100_000), 0, nil)
	c.EachDirty(func(_, _ []byte, _ int64) error { return nil })
	if dirty, total := c.Bytes(); dirty < 100_000 || dirty > 101_000 || total != dirty {
		t.Fatalf("%d dirty of %d bytes", dirty, total)
	}
	e, _ = c.Find([]byte("second"))
	c.Set(e, "y", 0, nil)
	if dirty, _ := c.Bytes(); dirty < 110_000 {
		t.Fatalf("a new value is not guessed from earlier ones: %d bytes dirty", dirty)
	}
}

func TestViewAfterCommitIsRefused(t *testing.T) {
	c := int64Cache(NewMemory(), 0)
	fill(t, c, 3)
	v := c.View(nil, nil)
	c.Committed()
	if err := v.Each(func([]byte, int64) bool { return true }); !errors.Is(err, errStale) {
		t.Fatalf("got %v", err)
	}
}

func TestDamagedValuesAreErrors(t *testing.T) {
	back := NewMemory()
	back.Put([]byte("k"), []byte("abc"))
	for _, stamped := range []bool{false, true} {
		c := NewCache(Options[int64]{Backend: back, Timestamped: stamped, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode})
		if _, err := c.Find([]byte("k")); err == nil || !strings.Contains(err.Error(), `"k"`) {
			t.Errorf("timestamped %v: Find says %v", stamped, err)
		}
		if err := c.Scan(nil, nil, func([]byte, *Entry[int64]) bool { return true }); err == nil {
			t.Errorf("timestamped %v: Scan says nothing", stamped)
		}
		if err := c.View(nil, nil).Each(func([]byte, int64) bool { return true }); err == nil {
			t.Errorf("timestamped %v: View says nothing", stamped)
		}
	}
}

func TestNestedScans(t *testing.T) {
	c := int64Cache(NewMemory(), 1<<20)
	fill(t, c, 20)
	var sum int64
	err := c.Scan(nil, nil, func(_ []byte, a *Entry[int64]) bool {
		err := c.Scan(key8(5), key8(8), func(_ []byte, b *Entry[int64]) bool {
			sum += a.Val * b.Val
			return true
		})
		return err == nil
	})
	if err != nil || sum != 190*(5+6+7) {
		t.Fatalf("sum %d %v", sum, err)
	}
}

// The target is a warm hit at 100,000 keys in well under 50 ns without allocation.
func BenchmarkFindSet(b *testing.B) {
	const n = 100_000
	c := int64Cache(NewMemory(), 1<<30)
	fill(b, c, n)
	commit(b, c, NewMemory())
	key := make([]byte, 8)
	b.ReportAllocs()
	x := uint64(1)
	for b.Loop() {
		x = x*6364136223846793005 + 1442695040888963407
		binary.BigEndian.PutUint64(key, x>>33%n)
		e, err := c.Find(key)
		if err != nil {
			b.Fatal(err)
		}
		c.Set(e, e.Val+1, 1, nil)
	}
}

func BenchmarkFind(b *testing.B) {
	const n = 100_000
	c := int64Cache(NewMemory(), 1<<30)
	fill(b, c, n)
	key := make([]byte, 8)
	x := uint64(1)
	for b.Loop() {
		x = x*6364136223846793005 + 1442695040888963407
		binary.BigEndian.PutUint64(key, x>>33%n)
		if _, err := c.Find(key); err != nil {
			b.Fatal(err)
		}
	}
}

// A Go map of pointers by string, for comparison.
func BenchmarkMapFindSet(b *testing.B) {
	const n = 100_000
	m := map[string]*Entry[int64]{}
	for i := range n {
		m[string(key8(i))] = &Entry[int64]{}
	}
	key := make([]byte, 8)
	x := uint64(1)
	for b.Loop() {
		x = x*6364136223846793005 + 1442695040888963407
		binary.BigEndian.PutUint64(key, x>>33%n)
		m[string(key)].Val++
	}
}

func BenchmarkCommit10k(b *testing.B) {
	back := NewMemory()
	c := int64Cache(back, 1<<30)
	for b.Loop() {
		fill(b, c, 10_000)
		commit(b, c, back)
	}
}

func BenchmarkNarrowScanOver100kDirty(b *testing.B) {
	c := int64Cache(NewMemory(), 1<<30)
	fill(b, c, 100_000)
	i := 0
	for b.Loop() {
		i = (i + 7919) % 99_000
		e, _ := c.Find(key8(200_000 + i))
		c.Set(e, 1, 1, nil)
		c.Scan(key8(i), key8(i+5), func([]byte, *Entry[int64]) bool { return true })
	}
}
