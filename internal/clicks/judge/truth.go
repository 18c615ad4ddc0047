// Package judge compares what runs of the application of package clicks left behind, on the
// broker and on disk, with a plain loop over their input.
package judge

import (
	"fmt"
	"slices"
)

// Window is a user's window by its start in epoch milliseconds. A plain value.
type Window struct {
	User  string
	Start int64
}

// String is "user at start".
func (w Window) String() string { return fmt.Sprintf("%s at %d", w.User, w.Start) }

// Increment is one record of the topic of increments. A plain value.
type Increment struct {
	Page          string
	ID, N, Amount int64
}

// Pair is one record of the topic of pairs: the ids of a click and of a big click of the same
// user near it in time, which may be the same one. A plain value.
type Pair struct {
	User  string `json:"-"`
	Click int64  `json:"click"`
	Big   int64  `json:"big"`
}

// Truth is what an application that nobody kills makes of the clicks: a plain loop. It
// belongs to one goroutine.
type Truth struct {
	Records    int64
	Total      int64 // of all amounts
	Sums       map[string]int64
	Windows    map[Window]int64
	Pages      map[string]int64
	Increments map[Increment]int
	Clicks     map[string][]Click // by user
	// Flush counts the clicks of each page behind which nothing comes that a timer could
	// still be waiting for; 0 when the input did not end with some.
	Flush int64
}

// NewTruth returns the truth about no clicks.
func NewTruth() *Truth {
	return &Truth{Sums: map[string]int64{}, Windows: map[Window]int64{}, Pages: map[string]int64{}, Increments: map[Increment]int{}, Clicks: map[string][]Click{}}
}

// Add takes in one click.
func (t *Truth) Add(c Click) {
	t.Records++
	t.Total += c.Amount
	t.Sums[c.User] += c.Amount
	t.Windows[Window{c.User, c.Time - c.Time%windowSize}]++
	t.Pages[c.Page]++
	t.Increments[Increment{c.Page, c.ID, t.Pages[c.Page], c.Amount}]++
	t.Clicks[c.User] = append(t.Clicks[c.User], c)
}

// Pairs returns the pairs of all clicks.
func (t *Truth) Pairs() map[Pair]int {
	pairs := map[Pair]int{}
	for user, clicks := range t.Clicks {
		slices.SortFunc(clicks, func(a, b Click) int { return int(a.Time - b.Time) })
		first := 0
		for _, c := range clicks {
			for clicks[first].Time < c.Time-near {
				first++
			}
			for _, b := range clicks[first:] {
				if b.Time > c.Time+near {
					break
				}
				if b.Amount > big {
					pairs[Pair{user, c.ID, b.ID}]++
				}
			}
		}
	}
	return pairs
}
