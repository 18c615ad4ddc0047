// Package visitors makes up a day of visitors of a web site with advertisements: what they see
// and click, as the records of the topics "impressions" and "clicks".
package visitors

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Event is a record. A plain value.
type Event struct {
	Topic      string
	Key, Value string
	At         time.Time
}

// Start is when the day begins.
var Start = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)

var (
	pages = []string{"/", "/news", "/news/city", "/sports", "/weather", "/jobs", "/cars", "/travel"}
	ads   = []struct {
		name   string
		target string
		rate   float64 // clicks per impression
	}{
		{"spring-sale", "https://shop.example/spring", 0.031},
		{"night-train", "https://rail.example/night", 0.052},
		{"broadband", "https://net.example/fibre", 0.008},
		{"museum", "https://museum.example/", 0.019},
		{"cargo-bike", "https://bikes.example/cargo", 0.044},
	}
)

// Day returns the events of a day with so many users, in the order of their times; the same seed
// gives the same day. Users come once or twice, mostly in the evening, and see some pages at
// reading speed. A click comes seconds after its impression, now and then too late to count;
// a few are counted twice, by a finger that is too fast.
func Day(seed uint64, users int) []Event {
	r := rand.New(rand.NewPCG(seed, 1))
	var events []Event
	impressions := 0
	for u := range users {
		user := fmt.Sprintf("user-%04d", u)
		for range 1 + r.IntN(2) {
			at := Start.Add(hour(r))
			for range 1 + int(r.ExpFloat64()*5) {
				page := pages[int(float64(len(pages))*r.Float64()*r.Float64())]
				ad := ads[r.IntN(len(ads))]
				impressions++
				id := fmt.Sprintf("i-%06d", impressions)
				events = append(events, Event{"impressions", id, fmt.Sprintf(`{"user":%q,"page":%q,"ad":%q}`, user, page, ad.name), at})
				if r.Float64() < ad.rate*5 {
					click := Event{"clicks", id, fmt.Sprintf(`{"target":%q}`, ad.target), at.Add(seconds(40 * math.Exp(r.NormFloat64())))}
					if r.IntN(20) == 0 { // came back to an old tab
						click.At = at.Add(8*time.Minute + seconds(300*r.Float64()))
					}
					events = append(events, click)
					if r.IntN(25) == 0 {
						click.At = click.At.Add(180 * time.Millisecond)
						events = append(events, click)
					}
				}
				at = at.Add(seconds(5 + 55*r.ExpFloat64()))
			}
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(b.Topic, a.Topic) // impressions first
	})
	return events
}

// hour draws when a visit begins: around noon or, twice as often, around eight in the evening.
func hour(r *rand.Rand) time.Duration {
	mean := 20.0
	if r.IntN(3) == 0 {
		mean = 12
	}
	h := math.Mod(mean+2*r.NormFloat64()+24, 24)
	return seconds(h * 3600)
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Truncate(time.Millisecond)
}
