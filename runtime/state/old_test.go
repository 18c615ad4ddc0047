package state

import (
	"bytes"
	"slices"
	"testing"
)

// S57: the old value is the one at the last commit, and nothing that was changed in place
// reaches it.
func TestOldValuesAreNotShared(t *testing.T) {
	backend := NewMemory()
	c := NewCache(Options[[]byte]{Backend: backend, Budget: 1 << 20, Timestamped: true,
		Append: func(dst []byte, v []byte) ([]byte, error) { return append(dst, v...), nil },
		Decode: func(src []byte) ([]byte, error) { return slices.Clone(src), nil }})
	commit := func() {
		if err := c.EachDirty(func(key, value []byte, ts int64) error {
			if value != nil {
				value = append(make([]byte, 8), value...)
			}
			backend.Put(key, value)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		c.Committed()
	}
	expect := func(what string, want string, v []byte, ok bool, err error) {
		t.Helper()
		if err != nil || ok != (want != "") || string(v) != want {
			t.Errorf("%s is %q, %v, %v; want %q", what, v, ok, err, want)
		}
	}
	e, err := c.Find([]byte("k"))
	if err != nil {
		t.Fatal(err)
	}
	old, ok, err := c.Old(e)
	expect("old of a new key", "", old, ok, err)
	c.Set(e, []byte("one"), 1, nil)
	old, ok, err = c.Old(e)
	expect("old before a commit", "", old, ok, err)
	commit()
	if e, err = c.Find([]byte("k")); err != nil {
		t.Fatal(err)
	}
	copy(e.Val, "XXX")
	c.Set(e, bytes.ToUpper(e.Val), 2, nil)
	c.Set(e, []byte("three"), 3, nil)
	old, ok, err = c.Old(e)
	expect("old", "one", old, ok, err)
	c.Delete(e, 4, nil)
	old, ok, err = c.Old(e)
	expect("old of a deleted key", "one", old, ok, err)
	commit()
	if e, err = c.Find([]byte("k")); err != nil {
		t.Fatal(err)
	}
	old, ok, err = c.Old(e)
	expect("old after the deletion", "", old, ok, err)
}
