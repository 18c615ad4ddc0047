package main

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

//go:generate go tool streamgen gen .

// Flight is a departure as the topic "flights" holds it, keyed by carrier.
type Flight struct {
	Carrier   string `json:"carrier"`
	Number    string `json:"number"`
	Origin    string `json:"origin"`
	Dest      string `json:"dest"`
	DepDelay  int    `json:"dep_delay"` // minutes, negative when early
	Cancelled bool   `json:"cancelled,omitempty"`
}

// Airline is a row of the topic "airlines", keyed by carrier.
type Airline struct {
	Name string `json:"name"`
}

// Delayed is a departure with the name of its airline.
type Delayed struct {
	Flight
	Airline string `json:"airline"`
}

// Delay sums up the departures of one airline in one hour.
type Delay struct {
	Airline string `json:"airline"`
	Flights int64  `json:"flights"`
	Minutes int64  `json:"minutes"` // of delay, in all
	Worst   int    `json:"worst"`   // minutes
}

// Config holds what a deployment may choose.
type Config struct {
	MinDelay int           // flights delayed by fewer minutes are left out
	Grace    time.Duration // how late a record may come
}

// Delays sums up delay per airline and hour of scheduled departure, with the airline's
// name joined in, to the topic "delay-by-hour".
//
//streamgen:topology
func Delays(b *dsl.Builder, cfg Config) {
	flights := b.Stream("flights", dsl.String(), dsl.JSON[Flight]())
	airlines := b.GlobalTable("airlines", dsl.String(), dsl.JSON[Airline](), dsl.Name("airlines"))

	flights.
		Filter(func(carrier string, f Flight) bool { return !f.Cancelled && f.DepDelay >= cfg.MinDelay }).
		LeftJoinGlobal(airlines,
			func(carrier string, f Flight) string { return f.Carrier },
			func(carrier string, f Flight, a dsl.Opt[Airline]) Delayed {
				return Delayed{Flight: f, Airline: a.Or(Airline{Name: carrier}).Name}
			}).
		GroupBy(func(carrier string, d Delayed) string { return d.Carrier }, dsl.String(), dsl.JSON[Delayed]()).
		WindowedBy(dsl.Tumbling(time.Hour).Grace(cfg.Grace)).
		Aggregate(newDelay, addDelay, dsl.JSON[Delay](), dsl.Name("delay-by-hour")).
		ToStream(dsl.WindowedKey).
		To("delay-by-hour", dsl.TimeWindowed(dsl.String(), time.Hour), dsl.JSON[Delay]())
}

func newDelay() Delay { return Delay{} }

func addDelay(_ string, d Delayed, sum Delay) Delay {
	sum.Airline = d.Airline
	sum.Flights++
	sum.Minutes += int64(d.DepDelay)
	sum.Worst = max(sum.Worst, d.DepDelay)
	return sum
}
