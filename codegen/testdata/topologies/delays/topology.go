// Package delays is the topology of the README: every kind of state at once.
package delays

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

type Config struct{ MinDelay int }

type Flight struct {
	Carrier  string
	DepDelay int
}

type Airline struct{ Name string }

type Delayed struct {
	Flight
	Airline string
}

type Delay struct {
	Flights int64
	Minutes int64
}

//streamgen:topology
func Delays(b *dsl.Builder, cfg Config) {
	flights := b.Stream("flights", dsl.String(), dsl.JSON[Flight]())
	airlines := b.GlobalTable("airlines", dsl.String(), dsl.JSON[Airline]())
	flights.
		Filter(func(id string, f Flight) bool { return f.DepDelay > cfg.MinDelay }).
		JoinGlobal(airlines,
			func(id string, f Flight) string { return f.Carrier },
			func(id string, f Flight, a Airline) Delayed { return Delayed{f, a.Name} }).
		GroupBy(func(id string, d Delayed) string { return d.Flight.Carrier }, dsl.String(), dsl.JSON[Delayed]()).
		WindowedBy(dsl.Tumbling(time.Hour).Grace(10*time.Minute)).
		Aggregate(newDelay, addDelay, dsl.JSON[Delay](), dsl.Name("delay-by-hour")).
		ToStream(dsl.WindowedKey).
		To("delay-by-hour", dsl.TimeWindowed(dsl.String(), time.Hour), dsl.JSON[Delay]())
}

func newDelay() Delay { return Delay{} }

func addDelay(_ string, d Delayed, sum Delay) Delay {
	sum.Flights++
	sum.Minutes += int64(d.DepDelay)
	return sum
}
