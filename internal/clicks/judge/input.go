package judge

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// windowSize is the size of the application's windows in milliseconds, near how far the clicks
// of a pair lie apart at most, and big what the amount of one of them exceeds.
const (
	windowSize = 1000
	near       = 20
	big        = 700
)

// Click is one input record. A plain value.
type Click struct {
	Page   string `json:"-"` // the record's key
	Time   int64  `json:"-"` // epoch milliseconds
	ID     int64  `json:"id"`
	User   string `json:"user"`
	Amount int64  `json:"amount"` // positive
}

// Input is an endless sequence of clicks that depends on its seed and its start alone. It
// belongs to one goroutine.
type Input struct {
	rng         *rand.Rand
	start, next int64
}

// NewInput returns the sequence of a seed, with times from start on (epoch milliseconds).
// Start near the present: Apache Kafka deletes the segments of a window store's changelog
// by the times of their records, and those of past years at once.
func NewInput(seed uint64, start int64) *Input {
	return &Input{rng: rand.New(rand.NewPCG(seed, 1)), start: start}
}

// Next returns the next click. Clicks come every two milliseconds and up to half a second
// late, so that windows are revisited.
func (in *Input) Next() Click {
	c := Click{
		Page:   pageName(in.rng.IntN(pages)),
		Time:   in.start + in.next*2 + in.rng.Int64N(500),
		ID:     in.next,
		User:   fmt.Sprintf("user-%02d", in.rng.IntN(30)),
		Amount: 1 + in.rng.Int64N(1000),
	}
	in.next++
	return c
}

// Flush returns a click of each page, an hour after all others: every timer fires after the
// first of them, so that nothing but these clicks can be left untold.
func (in *Input) Flush() []Click {
	var all []Click
	for page := range pages {
		all = append(all, Click{Page: pageName(page), Time: in.start + in.next*2 + time.Hour.Milliseconds(), ID: in.next, User: "nobody", Amount: 1})
		in.next++
	}
	return all
}

// pages is how many there are.
const pages = 40

func pageName(n int) string { return fmt.Sprintf("page-%02d", n) }

// Value is the click as the input topic has it. It does not fail for clicks of an Input.
func (c Click) Value() ([]byte, error) { return json.Marshal(c) }
