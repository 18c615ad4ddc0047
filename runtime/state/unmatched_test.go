package state

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// TestUnmatchedRowsAreKafkaStreams: S87. The bytes are the output of
// TimestampedKeyAndJoinSideSerializer and of ListSerde over LeftOrRightValueSerde of Kafka
// Streams 4.3.1.
func TestUnmatchedRowsAreKafkaStreams(t *testing.T) {
	u := NewUnmatched(NewMemory(), 0, false)
	u.oldest = math.MaxInt64
	for _, r := range []struct {
		at         int64
		left       bool
		key, value string
	}{{258, true, "key", "one"}, {1, false, "", "one"}, {1, false, "", ""}} {
		if err := u.Add(r.at, r.left, []byte(r.key), []byte(r.value)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	if err := u.EachDirty(func(key, value []byte, _ int64) error {
		got = append(got, fmt.Sprintf("%x %x", key, value))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"0000000000000102016b6579 010000000100000004016f6e65",
		"000000000000000100 010000000200000004006f6e650000000100",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
