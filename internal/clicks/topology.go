package clicks

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/processor"
)

//go:generate go tool streamgen gen .

// Click is a record of the topic "clicks", keyed by page.
type Click struct {
	ID     int64  `json:"id"` // unique
	User   string `json:"user"`
	Amount int64  `json:"amount"`
}

// Increment is a record of the topic "increments", keyed by page: one for each click. N
// numbers the clicks of the page, so that state that lags or leads shows in the output.
type Increment struct {
	ID     int64 `json:"id"`
	N      int64 `json:"n"`
	Amount int64 `json:"amount"`
}

// Pair is a record of the topic "pairs", keyed by user: a click and a big click of the user
// near it in time, by their ids.
type Pair struct {
	Click int64 `json:"click"`
	Big   int64 `json:"big"`
}

// Config lets tests share a broker.
type Config struct {
	Prefix string // of the names of all topics
}

// Clicks keeps state on both sides of a repartition topic, and shows all of it: "sums" is
// coalesced per commit and so proves the last value; "windows" has every update, so that
// each count of a window must appear exactly once; "increments" has a record per click;
// "tallies" are made by a timer, and what a timer has not told yet waits in "untold"; "pairs"
// joins two streams, and each pair must appear exactly once, whichever side came first.
// The graces are longer than any test's delays, because lateness depends on how partitions
// interleave.
//
//streamgen:topology
func Clicks(b *dsl.Builder, cfg Config) {
	pages := b.KeyValueStore("pages", dsl.String(), dsl.Int64())
	clicks := b.Stream(cfg.Prefix+"clicks", dsl.String(), dsl.JSON[Click]())

	clicks.Process(func() *Numbers { return &Numbers{Pages: pages} }, dsl.Name("numbers")).
		To(cfg.Prefix+"increments", dsl.String(), dsl.JSON[Increment]())

	untold := b.KeyValueStore("untold", dsl.String(), dsl.Int64())
	clicks.Process(func() *Tallies { return &Tallies{Untold: untold} }, dsl.Name("tallies")).
		To(cfg.Prefix+"tallies", dsl.String(), dsl.Int64())

	users := clicks.SelectKey(func(_ string, c Click) string { return c.User }).
		Repartition(dsl.Name("by-user"), dsl.Codecs(dsl.String(), dsl.JSON[Click]()))
	byUser := users.GroupByKey()
	byUser.Aggregate(
		func() int64 { return 0 },
		func(_ string, c Click, sum int64) int64 { return sum + c.Amount },
		dsl.Int64(), dsl.Name("sums")).
		ToStream().
		To(cfg.Prefix+"sums", dsl.String(), dsl.Int64())
	byUser.WindowedBy(dsl.Tumbling(time.Second).Grace(24*time.Hour)).
		Count(dsl.Name("windows"), dsl.EmitEveryUpdate()).
		ToStream(dsl.WindowedKey).
		To(cfg.Prefix+"windows", dsl.TimeWindowed(dsl.String(), time.Second), dsl.Int64())

	big := users.Filter(func(_ string, c Click) bool { return c.Amount > 700 })
	users.JoinStream(big, dsl.JoinWithin(20*time.Millisecond).Grace(24*time.Hour),
		func(_ string, c, b Click) Pair { return Pair{c.ID, b.ID} }, dsl.Name("pairs")).
		To(cfg.Prefix+"pairs", dsl.String(), dsl.JSON[Pair]())
}

// Numbers gives each click of a page the next number.
type Numbers struct {
	Pages *dsl.KeyValueStore[string, int64]
}

// Init has nothing to set up.
func (n *Numbers) Init(*processor.Context[string, Increment]) error { return nil }

// Process counts one click and sends its number on.
func (n *Numbers) Process(ctx *processor.Context[string, Increment], r processor.Record[string, Click]) error {
	last, _ := n.Pages.Get(r.Key)
	n.Pages.Put(r.Key, last+1)
	ctx.Forward(processor.Record[string, Increment]{Key: r.Key, Value: Increment{r.Value.ID, last + 1, r.Value.Amount}, Timestamp: r.Timestamp})
	return nil
}

// Close has nothing to release.
func (n *Numbers) Close() error { return nil }

// Tallies tells every fifth of a second of stream time how many clicks each page had since
// it was told last.
type Tallies struct {
	Untold *dsl.KeyValueStore[string, int64]
}

// Init schedules the timer.
func (t *Tallies) Init(ctx *processor.Context[string, int64]) error {
	_, err := ctx.Schedule(200*time.Millisecond, processor.StreamTime, func(now int64) error {
		for page, n := range t.Untold.All() {
			ctx.Forward(processor.Record[string, int64]{Key: page, Value: n, Timestamp: now})
			t.Untold.Delete(page)
		}
		return nil
	})
	return err
}

// Process counts one click.
func (t *Tallies) Process(_ *processor.Context[string, int64], r processor.Record[string, Click]) error {
	n, _ := t.Untold.Get(r.Key)
	t.Untold.Put(r.Key, n+1)
	return nil
}

// Close has nothing to release.
func (t *Tallies) Close() error { return nil }
