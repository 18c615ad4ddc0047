package main

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"

	"github.com/streamgen/streamgen/bench/path/form"
)

// truth is what must lie in an output topic: of a stream every record, in any order; of a table the last value of each key.
// It knows hashes only, so that it stays small.
type truth struct {
	records, sum uint64            // of a stream: how many, and the sum of their hashes
	last         map[string]uint64 // of a table: hash of the value
	written      int64             // records read of a topic
}

var seed = maphash.MakeSeed()

func newTruth(table bool) *truth {
	if table {
		return &truth{last: map[string]uint64{}}
	}
	return &truth{}
}

// add takes an output record.
func (t *truth) add(key, value []byte) {
	t.written++
	v := maphash.Bytes(seed, value)
	if t.last != nil {
		if value == nil {
			delete(t.last, string(key))
		} else {
			t.last[string(key)] = v
		}
		return
	}
	t.records++
	t.sum += maphash.Bytes(seed, key)*31 ^ v
}

// differs says how got differs from t, or nothing.
func (t *truth) differs(got *truth) string {
	switch {
	case t.last != nil:
		wrong, example := 0, ""
		for k, v := range t.last {
			if got.last[k] != v {
				wrong++
				example = k
			}
		}
		if wrong == 0 && len(got.last) == len(t.last) {
			return ""
		}
		return fmt.Sprintf("%d keys instead of %d, %d with a wrong last value or none (%q among them)", len(got.last), len(t.last), wrong, example)
	case t.records != got.records:
		return fmt.Sprintf("%d records instead of %d", got.records, t.records)
	case t.sum != got.sum:
		return fmt.Sprintf("%d records as expected, but not all are the right ones", got.records)
	}
	return ""
}

// judge follows the input of a workload with a plain loop and collects what must come out.
type judge struct {
	*truth
	counts map[string]int64
	feed   func(j *judge, key, value []byte, ts int64)
}

func (j *judge) count(key []byte) {
	j.counts[string(key)]++
}

// end returns the truth after the last record.
func (j *judge) end() *truth {
	for k, n := range j.counts {
		j.add([]byte(k), binary.BigEndian.AppendUint64(nil, uint64(n)))
	}
	return j.truth
}

func feedBytes(j *judge, k, v []byte, _ int64) {
	if form.Keep(k, v) {
		j.add(k, form.Cut(k, v))
	}
}

func feedCount(j *judge, k, _ []byte, _ int64) { j.count(k) }

func feedTumbling(j *judge, k, _ []byte, ts int64) {
	j.count(binary.BigEndian.AppendUint64(append([]byte(nil), k...), uint64(ts-ts%form.WindowSize)))
}
