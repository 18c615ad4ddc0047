// Package judge compares what runs of the application of package clicks left behind, on the
// broker and on disk, with a plain loop over their input.
package judge

import "fmt"

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

// Truth is what an application that nobody kills makes of the clicks: a plain loop. It
// belongs to one goroutine.
type Truth struct {
	Records    int64
	Total      int64 // of all amounts
	Sums       map[string]int64
	Windows    map[Window]int64
	Pages      map[string]int64
	Increments map[Increment]int
	// Flush counts the clicks of each page behind which nothing comes that a timer could
	// still be waiting for; 0 when the input did not end with some.
	Flush int64
}

// NewTruth returns the truth about no clicks.
func NewTruth() *Truth {
	return &Truth{Sums: map[string]int64{}, Windows: map[Window]int64{}, Pages: map[string]int64{}, Increments: map[Increment]int{}}
}

// Add takes in one click.
func (t *Truth) Add(c Click) {
	t.Records++
	t.Total += c.Amount
	t.Sums[c.User] += c.Amount
	t.Windows[Window{c.User, c.Time - c.Time%windowSize}]++
	t.Pages[c.Page]++
	t.Increments[Increment{c.Page, c.ID, t.Pages[c.Page], c.Amount}]++
}
