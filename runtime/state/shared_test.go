package state_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

func sharedCache(s *state.Shared, timestamped bool) *state.Cache[string] {
	return state.NewCache(state.Options[string]{Backend: s, Append: serde.StringCodec{}.Append, Decode: serde.StringCodec{}.Decode, Timestamped: timestamped})
}

func rowsOf(t *testing.T, s *state.Shared, from, to []byte) string {
	t.Helper()
	var out []string
	if err := s.Scan(from, to, func(k, v []byte) bool { out = append(out, fmt.Sprintf("%s=%s", k, v)); return true }); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

// What a cache over the rows has changed is seen by readers after Apply and not before.
func TestSharedShowsWhatIsApplied(t *testing.T) {
	s := state.NewShared()
	c := sharedCache(s, false)
	set := func(k, v string) {
		e, err := c.Find([]byte(k))
		if err != nil {
			t.Fatal(err)
		}
		if v == "" {
			c.Delete(e, 0, nil)
			return
		}
		c.Set(e, v, 0, nil)
	}
	set("b", "1")
	set("a", "2")
	if got, version := rowsOf(t, s, nil, nil), s.Version(); got != "" || version != 0 {
		t.Errorf("before Apply: %q, version %d", got, version)
	}
	if err := s.Apply(c, false); err != nil {
		t.Fatal(err)
	}
	version := s.Version()
	if got := rowsOf(t, s, nil, nil); got != "a=2 b=1" || version == 0 {
		t.Errorf("%q, version %d", got, version)
	}
	set("c", "3")
	set("a", "")
	if err := s.Apply(c, false); err != nil {
		t.Fatal(err)
	}
	if got := rowsOf(t, s, nil, nil); got != "b=1 c=3" || s.Len() != 2 || s.Version() == version {
		t.Errorf("%q, %d rows, version %d", got, s.Len(), s.Version())
	}
	if got := rowsOf(t, s, []byte("c"), []byte("d")) + "|" + rowsOf(t, s, []byte("d"), []byte("c")); got != "c=3|" {
		t.Errorf("ranges: %q", got)
	}
	version = s.Version()
	if err := s.Apply(c, false); err != nil || s.Version() != version {
		t.Errorf("nothing has changed, but the version has: %v", err)
	}
}

// Rows of timestamped stores begin with their time.
func TestSharedRowsHaveTheirTime(t *testing.T) {
	s := state.NewShared()
	c := sharedCache(s, true)
	e, err := c.Find([]byte("k"))
	if err != nil {
		t.Fatal(err)
	}
	c.Set(e, "v", 258, nil)
	if err := s.Apply(c, true); err != nil {
		t.Fatal(err)
	}
	if got, want := rowsOf(t, s, nil, nil), "k=\x00\x00\x00\x00\x00\x00\x01\x02v"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
	c = sharedCache(s, true) // reads it back
	if e, err = c.Find([]byte("k")); err != nil || e.Val != "v" || e.Ts != 258 {
		t.Errorf("%v %+v", err, e)
	}
}

// Many readers look up and scan while one applies, under the lock that the runtime holds. It is for
// the race detector too: readers bring the rows into order by turns.
func TestSharedIsReadConcurrently(t *testing.T) {
	s := state.NewShared()
	c := sharedCache(s, false)
	var lock sync.RWMutex
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				lock.RLock()
				var keys []string
				version := s.Version()
				s.Scan(nil, nil, func(k, v []byte) bool {
					keys = append(keys, string(k))
					got, ok, _ := s.Get(k)
					if !ok || string(got) != string(v) {
						t.Errorf("%s is %s in a scan and %s alone", k, v, got)
					}
					return true
				})
				if !slices.IsSorted(keys) || len(keys) != s.Len() || version != s.Version() {
					t.Errorf("%d keys of %d, version %d then %d", len(keys), s.Len(), version, s.Version())
				}
				lock.RUnlock()
			}
		})
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		for range 5 {
			e, err := c.Find(fmt.Append(nil, r.IntN(100)))
			if err != nil {
				t.Fatal(err)
			}
			if r.IntN(3) == 0 {
				c.Delete(e, 0, nil)
			} else {
				c.Set(e, fmt.Sprint(r.IntN(1000)), 0, nil)
			}
		}
		lock.Lock()
		err := s.Apply(c, false)
		lock.Unlock()
		if err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	readers.Wait()
}
