package state

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/window"
)

// TestEveryWriteIsVisited: S183 in Kafka mode, changes of one key among others, deletions and
// empty values, then nothing after the commit.
func TestEveryWriteIsVisited(t *testing.T) {
	c := NewCache(Options[string]{Backend: NewMemory(), Append: serde.StringCodec{}.Append, Decode: serde.StringCodec{}.Decode, EveryWrite: true})
	set := func(k, v string, ts int64) {
		e, err := c.Find([]byte(k))
		if err != nil {
			t.Fatal(err)
		}
		if v == "-" {
			c.Delete(e, ts, nil)
		} else {
			c.Set(e, v, ts, nil)
		}
	}
	visited := func() (out []string) {
		if err := c.EachDirty(func(key, value []byte, ts int64) error {
			out = append(out, fmt.Sprintf("%s=%q %v %d", key, value, value == nil, ts))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	set("a", "x", 1)
	set("b", "", 2)
	set("a", "y", 3)
	set("a", "-", 4)
	set("c", "z", 5)
	if dirty, _ := c.Bytes(); dirty <= c.dirtyBytes {
		t.Error("what waits is not counted")
	}
	want := []string{`a="x" false 1`, `b="" false 2`, `a="y" false 3`, `a="" true 4`, `c="z" false 5`}
	if got := visited(); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	c.Committed()
	if got := visited(); got != nil {
		t.Errorf("after the commit %q", got)
	}
}

func TestWriteThatCannotBeEncodedFailsTheCommit(t *testing.T) {
	bad := errors.New("no")
	c := NewCache(Options[string]{Backend: NewMemory(), EveryWrite: true, Append: func(dst []byte, v string) ([]byte, error) {
		if v == "bad" {
			return nil, bad
		}
		return append(dst, v...), nil
	}})
	e, err := c.Find([]byte("k"))
	if err != nil {
		t.Fatal(err)
	}
	c.Set(e, "bad", 1, nil)
	c.Set(e, "good", 1, nil)
	if err := c.EachDirty(func(_, _ []byte, _ int64) error { return nil }); !errors.Is(err, bad) {
		t.Errorf("got %v", err)
	}
}

// TestRefusedSessionIsOneWrite: only the deletion counts.
func TestRefusedSessionIsOneWrite(t *testing.T) {
	s := NewSessions(Options[string]{Backend: NewMemory(), Append: serde.StringCodec{}.Append, Decode: serde.StringCodec{}.Decode, EveryWrite: true}, 1000)
	if _, err := s.Near([]byte("k"), 0, 10); err != nil {
		t.Fatal(err)
	}
	if err := s.Refuse([]byte("k"), window.Session{Start: 5, End: 5}, 5, nil); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := s.EachDirty(func(_, value []byte, _ int64) error {
		n++
		if value != nil {
			t.Errorf("%q was logged", value)
		}
		return nil
	})
	if err != nil || n != 1 {
		t.Error(n, err)
	}
}
