package state

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
)

// spilling is a Memory that lends a scratch in memory.
type spilling struct {
	*Memory
	rows  *mapScratch
	bound int64
}

func (s *spilling) Scratch() (Scratch, *Room) { return s.rows, NewRoom(s.bound) }

// mapScratch is the Scratch of the tests: simple, and it spoils what it handed out before,
// as a database may.
type mapScratch struct {
	last map[string][]byte
	keys []string // in the order of last Puts
	lent []byte
	puts int
	fail error
}

func newMapScratch() *mapScratch { return &mapScratch{last: map[string][]byte{}} }

func (s *mapScratch) Put(key, row []byte) error {
	if s.fail != nil {
		return s.fail
	}
	s.puts++
	k := string(key)
	if _, ok := s.last[k]; ok {
		s.keys = slices.DeleteFunc(s.keys, func(o string) bool { return o == k })
	}
	s.last[k], s.keys = slices.Clone(row), append(s.keys, k)
	return nil
}

func (s *mapScratch) lend(row []byte) []byte {
	for i := range s.lent {
		s.lent[i] = 0xff
	}
	s.lent = slices.Clone(row)
	return s.lent
}

func (s *mapScratch) Get(key []byte) ([]byte, bool, error) {
	row, ok := s.last[string(key)]
	return s.lend(row), ok, nil
}

func (s *mapScratch) Each(visit func(key, row []byte) error) error {
	last := maps.Clone(s.last)
	for _, k := range slices.Clone(s.keys) {
		if err := visit([]byte(k), slices.Clone(last[k])); err != nil {
			return err
		}
	}
	return nil
}

func (s *mapScratch) Snapshot() Snapshot { return mapSnapshot(maps.Clone(s.last)) }

type mapSnapshot map[string][]byte

func (s mapSnapshot) Rows(from, to []byte) (Rows, error) {
	r := &mapRows{at: -1, rows: s}
	for k := range s {
		if k >= string(from) && (to == nil || k < string(to)) {
			r.keys = append(r.keys, k)
		}
	}
	slices.Sort(r.keys)
	return r, nil
}

type mapRows struct {
	keys []string
	rows mapSnapshot
	at   int
}

func (r *mapRows) Next() bool   { r.at++; return r.at < len(r.keys) }
func (r *mapRows) Key() []byte  { return []byte(r.keys[r.at]) }
func (r *mapRows) Row() []byte  { return slices.Clone(r.rows[r.keys[r.at]]) }
func (r *mapRows) Close() error { return nil }

// The map model again, with so little room that most changes leave memory before their
// commit.
func TestSpillingCacheBehavesLikeAMap(t *testing.T) {
	histories := 200
	if testing.Short() {
		histories = 40
	}
	puts := 0
	for seed := range uint64(histories) {
		r := rand.New(rand.NewPCG(seed, 7))
		keys := []int{4, 40, 400}[r.IntN(3)]
		budget := []int64{0, 2000, 1 << 30}[r.IntN(3)]
		room := &room{bound: []int64{0, 300, 2000, 10_000}[r.IntN(4)]}
		timestamped := r.IntN(2) == 0
		ops := randomOps(r, 400, keys)
		err := modelRun(ops, budget, timestamped, room)
		puts += room.puts
		if err == nil {
			continue
		}
		ops = reduce(ops, func(o []op) bool { return modelRun(o, budget, timestamped, room) != nil })
		t.Fatalf("seed %d, budget %d, bound %d, timestamped %v: %v\nhistory: %v", seed, budget, room.bound, timestamped, modelRun(ops, budget, timestamped, room), ops)
	}
	if puts < histories*20 {
		t.Fatalf("%d rows were spilled in %d histories: the test tests little", puts, histories)
	}
}

// Headers, absent values and what was stored before survive the way through the scratch.
func TestSpilledEntriesComeBackWhole(t *testing.T) {
	back := &spilling{NewMemory(), newMapScratch(), 0}
	back.Put([]byte("old"), []byte("before"))
	c := NewCache(Options[string]{Backend: back, Append: serde.StringCodec{}.Append, Decode: serde.StringCodec{}.Decode})
	headers := []serde.Header{{Key: "a", Value: []byte("1")}, {Key: "", Value: nil}, {Key: "b", Value: []byte{}}}
	for _, k := range []string{"old", "new"} {
		e, err := c.Find([]byte(k))
		if err != nil {
			t.Fatal(err)
		}
		if k == "old" {
			c.Delete(e, 7, headers)
		} else {
			c.Set(e, "", 8, nil)
		}
	}
	if _, err := c.Find([]byte("third")); err != nil {
		t.Fatal(err)
	}
	if dirty, _ := c.Bytes(); dirty != 0 || back.rows.puts != 2 {
		t.Fatalf("%d bytes are dirty after %d rows were spilled", dirty, back.rows.puts)
	}
	var got []string
	err := c.Pending(func(k []byte, e *Entry[string]) error {
		got = append(got, fmt.Sprintf("%s %q %v %v %d %q", k, e.Val, e.Present(), e.Stored(), e.Ts, e.Headers))
		for _, h := range e.Headers {
			got = append(got, fmt.Sprint(h.Value == nil))
		}
		return nil
	})
	want := []string{`old "" false true 7 [{"a" "1"} {"" ""} {"b" ""}]`, "false", "true", "false", `new "" true false 8 []`}
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("got %q %v\nwant %q", got, err, want)
	}
	if _, total := c.Bytes(); total > 3*c.base {
		t.Errorf("%d bytes stay after the visit", total)
	}
}

// A value that cannot be encoded, a full disk and a damaged row are errors of the Find that
// meets them.
func TestSpillErrors(t *testing.T) {
	full := errors.New("disk full")
	back := &spilling{NewMemory(), newMapScratch(), 0}
	c := int64Cache(back, 0)
	fill(t, c, 1)
	back.rows.fail = full
	if _, err := c.Find(key8(1)); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	back.rows.fail = nil
	if e, err := c.Find(key8(0)); err != nil || !e.Present() {
		t.Errorf("got %v %v", e, err)
	}
	for _, row := range [][]byte{{}, {1}, append(make([]byte, 9), 200), append(make([]byte, 9), 1, 9), append(make([]byte, 9), 1, 0, 9)} {
		back.rows.last[string(key8(0))] = row
		c = int64Cache(back, 0)
		c.spilled = 1
		if _, err := c.Find(key8(0)); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("row %x: got %v", row, err)
		}
	}
}

// One record that changes 200,000 keys stays within the bound, in memory too.
func TestBurstStaysWithinTheBound(t *testing.T) {
	const bound = 100_000
	back := &spilling{NewMemory(), newMapScratch(), bound}
	c := int64Cache(back, 0)
	for i := range 200_000 {
		e, err := c.Find(key8(i))
		if err != nil {
			t.Fatal(err)
		}
		c.Set(e, int64(i), 0, nil)
		if dirty, total := c.Bytes(); dirty > bound+1000 || total > bound+1000 {
			t.Fatalf("key %d: %d bytes dirty, %d in all", i, dirty, total)
		}
	}
	if pages, slots := len(c.pages), len(c.index.slots); pages > 50 || slots > 1<<12 || c.index.keys.bytes > 2<<16 {
		t.Errorf("%d pages, %d slots, %d bytes of keys are held", pages, slots, c.index.keys.bytes)
	}
	commit(t, c, back.Memory)
	if back.Len() != 200_000 {
		t.Errorf("%d keys were committed", back.Len())
	}
}
