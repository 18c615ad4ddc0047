package state

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
)

// What Peek shows page by page is what Scan shows at once, and it leaves no trace: neither
// entries nor an order that later changes would have to keep.
func TestPeekShowsWhatScanDoes(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 5))
		back := NewMemory()
		newCache := func() *Cache[string] {
			return NewCache(Options[string]{Backend: back, Append: serde.StringCodec{}.Append, Decode: serde.StringCodec{}.Decode, Timestamped: true, Budget: 500})
		}
		c := newCache()
		for step := range 600 {
			key := fmt.Appendf(nil, "k%03d", r.IntN(200))
			e, err := c.Find(key)
			if err != nil {
				t.Fatal(err)
			}
			if r.IntN(4) == 0 {
				c.Delete(e, int64(step), nil)
			} else {
				c.Set(e, fmt.Sprint("v", step), int64(step), nil)
			}
			if step%97 == 0 {
				if err := (&Shared{rows: back}).Apply(c, true); err != nil {
					t.Fatal(err)
				}
			}
			if step%50 != 7 {
				continue
			}
			lo, hi := fmt.Appendf(nil, "k%03d", r.IntN(200)), fmt.Appendf(nil, "k%03d", r.IntN(200))
			entries, active := c.index.Len(), c.order.active
			var got []string
			for from, limit := lo, 1+r.IntN(20); from != nil; {
				var stop []byte
				n := 0
				next, err := c.Peek(from, hi, 0, math.MaxInt64, limit, func(key, value []byte, ts int64) bool {
					got = append(got, fmt.Sprintf("%s %s %d", key, value, ts))
					if n++; n == limit {
						stop = append(bytes.Clone(key), 0)
					}
					return n < limit
				})
				if err != nil {
					t.Fatal(err)
				}
				if from = next; stop != nil {
					from = stop
				}
			}
			if c.index.Len() != entries || c.order.active != active {
				t.Fatal("a peek left a trace")
			}
			var want []string
			err = c.View(lo, hi).EachTimed(func(key []byte, v string, ts int64) bool {
				want = append(want, fmt.Sprintf("%s %s %d", key, v, ts))
				return true
			})
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("seed %d, step %d: %v\n%v\n%v", seed, step, err, got, want)
			}
			for i := range 200 {
				key := fmt.Appendf(nil, "k%03d", i)
				v, ts, ok, err := c.PeekOne(key)
				if err != nil {
					t.Fatal(err)
				}
				if line := fmt.Sprintf("%s %s %d", key, v, ts); bytes.Compare(key, lo) >= 0 && bytes.Compare(key, hi) < 0 && ok != slices.Contains(want, line) {
					t.Fatalf("seed %d, step %d: %s %v", seed, step, line, ok)
				}
			}
			c.order.reset()
			c.order.active = false
		}
	}
}
