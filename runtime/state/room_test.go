package state

import (
	"math/rand/v2"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
)

// sharing is a spilling backend whose room others share.
type sharing struct {
	spilling
	room *Room
}

func (s *sharing) Scratch() (Scratch, *Room) { return s.rows, s.room }

// However the changes of a record lie over the stores of its task, together they stay within
// the room and three eighths; and a store that comes late, when another has filled the room,
// still spills many changes at a time.
func TestCachesShareARoom(t *testing.T) {
	const bound, n, changes = 1 << 18, 4, 20_000
	for name, which := range map[string]func(i int, r *rand.Rand) int{
		"one after the other": func(i int, _ *rand.Rand) int { return i * n / changes },
		"by turns":            func(i int, _ *rand.Rand) int { return i % n },
		"in stretches":        func(i int, _ *rand.Rand) int { return i / 700 % n },
		"at random":           func(_ int, r *rand.Rand) int { return r.IntN(n) },
		"mostly one":          func(_ int, r *rand.Rand) int { return max(0, r.IntN(40)-36) },
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			room := NewRoom(bound)
			var caches []*Cache[int64]
			var peaks [n]int64
			for range n {
				back := &sharing{spilling{Memory: NewMemory(), rows: newMapScratch()}, room}
				caches = append(caches, NewCache(Options[int64]{Backend: back, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode}))
			}
			for transaction := range 3 {
				spilled := 0
				for i := range changes {
					at := which(i, r)
					e, err := caches[at].Find(key8(i))
					if err != nil {
						t.Fatal(err)
					}
					caches[at].Set(e, 1, 0, nil)
					sum := int64(0)
					for _, c := range caches {
						sum += c.dirtyBytes
					}
					peaks[at] = max(peaks[at], caches[at].dirtyBytes)
					if sum > bound*11/8+n*1000 {
						t.Fatalf("transaction %d, change %d: %d bytes are dirty in a room of %d", transaction, i, sum, bound)
					}
				}
				for _, c := range caches {
					s := c.scratch.(*mapScratch)
					spilled += s.puts
					*s = *newMapScratch()
					c.Committed()
				}
				if spilled == 0 || spilled > changes {
					t.Errorf("%d of %d changes were spilled", spilled, changes)
				}
			}
			for i, p := range peaks {
				if p < bound/(8*n) {
					t.Errorf("cache %d never had more than %d bytes", i, p)
				}
			}
		})
	}
}

// A record that only reads does not gather what it has read.
func TestReadingStaysWithinTheBudget(t *testing.T) {
	const bound, budget = 80_000, 20_000
	back := &spilling{NewMemory(), newMapScratch(), bound}
	c := int64Cache(back, budget)
	for i := range 50_000 {
		if _, err := c.Find(key8(i)); err != nil {
			t.Fatal(err)
		}
		if _, total := c.Bytes(); total > budget+bound/8+1000 {
			t.Fatalf("key %d: %d bytes are held", i, total)
		}
	}
	if _, total := c.Bytes(); total < budget/2 {
		t.Errorf("only %d bytes are held", total)
	}
}
