package judge

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/streamgen/streamgen/runtime/state"
)

// Seen is what a run left behind, as a reader of committed records and the files on disk
// tell it. It belongs to one goroutine.
type Seen struct {
	Sums       map[string][]int64 // every value of a key, in order
	Windows    map[Window][]int64 // every count of a window, in order
	Increments []Increment
	Tallies    map[string]int64             // the sum of each page's
	Pairs      map[Pair]int                 // how often each is there
	Changelogs map[string]map[int32][]Entry // by store and partition, in order
	Dumps      []Dump
	Copies     int // of each task's state after a clean stop; 0 means 1
}

// Entry is one record of a changelog. A plain value.
type Entry struct {
	Offset, Time int64
	Key          string
	Value        []byte // nil deletes
}

// Dump is one store of one task as it was on disk at some moment. A plain value.
type Dump struct {
	When      string // for people: "kill 3, process 0"
	Final     bool   // after the clean stop at the end
	Store     string
	Partition int32
	Next      int64 // the changelog offset up to which the store says it is
	Rows      map[string]string
}

// row is the text of a store's row: timestamped stores have the record's timestamp in
// front.
func (e Entry) row(s storeSpec) string {
	if !s.Timestamped {
		return string(e.Value)
	}
	return string(append(binary.BigEndian.AppendUint64(nil, uint64(e.Time)), e.Value...))
}

// fold returns what a changelog adds up to below an offset.
func fold(log []Entry, below int64) map[string]Entry {
	m := map[string]Entry{}
	for _, e := range log {
		switch {
		case e.Offset >= below:
		case e.Value == nil:
			delete(m, e.Key)
		default:
			m[e.Key] = e
		}
	}
	return m
}

func int64Of(b []byte) (int64, error) {
	if len(b) != 8 {
		return 0, fmt.Errorf("%q is not an int64 of 8 bytes", b)
	}
	return int64(binary.BigEndian.Uint64(b)), nil
}

// addSum takes in a record of the topic of sums.
func (s *Seen) addSum(key, value []byte) error {
	n, err := int64Of(value)
	if err != nil {
		return fmt.Errorf("sum of %q: %w", key, err)
	}
	s.Sums[string(key)] = append(s.Sums[string(key)], n)
	return nil
}

// addWindow takes in a record of the topic of windows: user ++ start int64.
func (s *Seen) addWindow(key, value []byte) error {
	n, err := int64Of(value)
	if err != nil {
		return fmt.Errorf("window %q: %w", key, err)
	}
	if len(key) < 8 {
		return fmt.Errorf("window key %q has no start", key)
	}
	at := len(key) - 8
	w := Window{string(key[:at]), int64(binary.BigEndian.Uint64(key[at:]))}
	s.Windows[w] = append(s.Windows[w], n)
	return nil
}

// addTally takes in a record of the topic of tallies.
func (s *Seen) addTally(key, value []byte) error {
	n, err := int64Of(value)
	if err != nil {
		return fmt.Errorf("tally of %q: %w", key, err)
	}
	s.Tallies[string(key)] += n
	return nil
}

// addIncrement takes in a record of the topic of increments.
func (s *Seen) addIncrement(key, value []byte) error {
	var v struct {
		ID     int64 `json:"id"`
		N      int64 `json:"n"`
		Amount int64 `json:"amount"`
	}
	if err := json.Unmarshal(value, &v); err != nil {
		return fmt.Errorf("increment of %q: %w", key, err)
	}
	s.Increments = append(s.Increments, Increment{string(key), v.ID, v.N, v.Amount})
	return nil
}

// addPair takes in a record of the topic of pairs.
func (s *Seen) addPair(key, value []byte) error {
	p := Pair{User: string(key)}
	if err := json.Unmarshal(value, &p); err != nil {
		return fmt.Errorf("pair of %q: %w", key, err)
	}
	s.Pairs[p]++
	return nil
}

// windowOf reads the row key of a window store: key ++ start int64 ++ sequence int32.
func windowOf(row string) (Window, error) {
	user, start, ok := state.SplitKey([]byte(row))
	if !ok {
		return Window{}, fmt.Errorf("%q is not a key of a window store", row)
	}
	return Window{string(user), start}, nil
}
