package data

import "testing"

// C3.
func TestTextsOfBytesAndTimes(t *testing.T) {
	m := NewLinkedMap()
	m.Put("b", []byte("hi"))
	m.Put("t", Millis(0))
	m.Put("l", []any{int8(1), nil, 1.5})
	if got, want := m.String(), "{b=aGk=, t=Thu Jan 01 00:00:00 UTC 1970, l=[1, null, 1.5]}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
