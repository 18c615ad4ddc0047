package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/bench/path/form"
	"github.com/streamgen/streamgen/internal/broker"
)

func TestWrongOutputIsTold(t *testing.T) {
	stream := func(values ...string) *truth {
		out := newTruth(false)
		for _, v := range values {
			out.add([]byte("k"), []byte(v))
		}
		return out
	}
	table := func(values ...string) *truth {
		out := newTruth(true)
		for i, v := range values {
			out.add([]byte{byte('a' + i%2)}, []byte(v))
		}
		return out
	}
	for _, c := range []struct {
		name      string
		want, got *truth
		says      string
	}{
		{"another order", stream("1", "2"), stream("2", "1"), ""},
		{"a duplicate", stream("1", "2"), stream("1", "2", "2"), "3 records instead of 2"},
		{"a wrong value", stream("1", "2"), stream("1", "3"), "not all are the right ones"},
		{"updates that were coalesced", table("1", "5", "2", "6"), table("2", "6"), ""},
		{"a lost update", table("1", "5", "2"), table("1", "5"), `"a"`},
		{"a key too many", table("1"), table("1", "5"), "2 keys instead of 1"},
	} {
		if got := c.want.differs(c.got); (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// The judge's loop is itself checked, on records that a person can count.
func TestTruthOfEachWorkload(t *testing.T) {
	for _, c := range []struct {
		workload string
		records  uint64
		keys     int
	}{{"bytes", 1, 0}, {"json", 1, 0}, {"count", 0, 2}, {"tumbling", 0, 3}, {"join", 3, 0}} {
		w, err := pick("workload", c.workload, workloads, func(w workload) string { return w.name })
		if err != nil {
			t.Fatal(err)
		}
		j := w[0].judge()
		for i, key := range []string{"k0000001", "k0000002", "k0000001"} {
			value := []byte{byte(100 + 50*i), 1, 2, 3}
			if w[0].json {
				value = mustJSON(form.Order{ID: int64(i), Quantity: int64(3 * i)})
			}
			j.feed(j, []byte(key), value, epoch+int64(i)*form.WindowSize/2*3/2)
		}
		if got := j.end(); got.records != c.records || len(got.last) != c.keys {
			t.Errorf("%s: %d records, %d keys; want %d, %d", c.workload, got.records, len(got.last), c.records, c.keys)
		}
	}
}

// The same seed gives the same input, of the size that the workloads speak of.
func TestInputIsTheSeeds(t *testing.T) {
	for _, json := range []bool{false, true} {
		a, b := newMaker(1, json), newMaker(1, json)
		for range 100 {
			k, v, ts := a.next()
			k2, v2, ts2 := b.next()
			if !bytes.Equal(k, k2) || !bytes.Equal(v, v2) || ts != ts2 {
				t.Fatal("two makers of one seed differ")
			}
			if n := len(v); len(k) != 8 || json && (n < 220 || n > 280) || !json && n != valueBytes {
				t.Fatalf("a record of %d and %d bytes", len(k), n)
			}
		}
	}
}

// What fill produces is what read finds, and what it says must come out of a workload that passes all on.
func TestFillAndRead(t *testing.T) {
	b, err := broker.Start(broker.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	c, err := connect(t.Context(), b.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.cl.Close()
	if err := c.create(t.Context(), "in", nil); err != nil {
		t.Fatal(err)
	}
	all := workload{feed: func(j *judge, k, v []byte, _ int64) { j.add(k, v) }}
	want, err := c.fill(t.Context(), "in", all, 3000, 1)
	if err != nil {
		t.Fatal(err)
	}
	got, last, err := c.read(t.Context(), "in", false)
	if err != nil {
		t.Fatal(err)
	}
	if diff := want.differs(got); diff != "" || want.records != 3000 || last != at(epoch+2999/perMilli) {
		t.Errorf("read differs from fill: %s; %d records, the last at %v", diff, want.records, last)
	}
	if err := c.drop(t.Context(), "in"); err != nil {
		t.Fatal(err)
	}
	if names, err := c.internal(t.Context(), "i"); err != nil || len(names) != 0 {
		t.Errorf("topics %v, %v", names, err)
	}
}
