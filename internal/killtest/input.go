package killtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
)

// epoch is the time of the first click, in epoch milliseconds.
const epoch = 1_700_000_000_000

// windowSize is the size of the application's windows in milliseconds.
const windowSize = 1000

// Click is one input record. A plain value.
type Click struct {
	Page   string `json:"-"` // the record's key
	Time   int64  `json:"-"` // epoch milliseconds
	ID     int64  `json:"id"`
	User   string `json:"user"`
	Amount int64  `json:"amount"` // positive
}

// Input is an endless sequence of clicks that depends on its seed alone. It belongs to one
// goroutine.
type Input struct {
	rng  *rand.Rand
	next int64
}

// NewInput returns the sequence of a seed.
func NewInput(seed uint64) *Input { return &Input{rng: rand.New(rand.NewPCG(seed, 1))} }

// Next returns the next click. Clicks come every two milliseconds and up to half a second
// late, so that windows are revisited.
func (in *Input) Next() Click {
	c := Click{
		Page:   fmt.Sprintf("page-%02d", in.rng.IntN(40)),
		Time:   epoch + in.next*2 + in.rng.Int64N(500),
		ID:     in.next,
		User:   fmt.Sprintf("user-%02d", in.rng.IntN(30)),
		Amount: 1 + in.rng.Int64N(1000),
	}
	in.next++
	return c
}

// value is the click as the input topic has it.
func (c Click) value() ([]byte, error) { return json.Marshal(c) }
