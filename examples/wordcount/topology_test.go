package main

import (
	"testing"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

func TestWordCount(t *testing.T) {
	d, err := testdriver.New(NewWordCount(), testdriver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	lines := testdriver.Input(d, "lines", dsl.String(), dsl.String())
	counts := testdriver.Output(d, "word-counts", dsl.String(), dsl.Int64())

	for i, line := range []string{"To be, or not to be", "Be!"} {
		if err := lines.PipeNullKey(line, int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	last := map[string]int64{}
	for _, r := range counts.ReadAll() {
		if r.Value <= last[r.Key] {
			t.Errorf("%s went from %d to %d", r.Key, last[r.Key], r.Value)
		}
		last[r.Key] = r.Value
	}
	want := map[string]int64{"to": 2, "be": 3, "or": 1, "not": 1}
	for w, n := range want {
		if last[w] != n {
			t.Errorf("%s: %d, want %d", w, last[w], n)
		}
	}
	store := testdriver.KeyValue(d, "word-counts", dsl.String(), dsl.Int64())
	if got := len(store.All()); got != len(want) {
		t.Errorf("the store has %d words, want %d", got, len(want))
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}
