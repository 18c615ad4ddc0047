package main

import (
	"context"
	"encoding/json/v2"
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/examples/flights/data"
)

// flightJSON is the value of a record of the topic flights.
type flightJSON struct {
	Carrier   string `json:"carrier"`
	Number    string `json:"number"`
	Origin    string `json:"origin"`
	Dest      string `json:"dest"`
	DepDelay  int    `json:"dep_delay"`
	Cancelled bool   `json:"cancelled,omitempty"`
}

// feed writes airlines and flights. Flights are keyed by carrier and sorted by event
// time. A carrier's records so lie in order in one partition, and the repartition topic,
// keyed by carrier too, is partitioned alike: no record can be late, whatever the pace
// of the tasks.
func feed(ctx context.Context, addr string, flights []data.Flight, airlines map[string]string, bar *bar) error {
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)))
	if err != nil {
		return err
	}
	defer cl.Close()
	var failed error
	promise := func(_ *kgo.Record, err error) {
		if err != nil && failed == nil {
			failed = err // promises run one after the other
		}
	}
	for code, name := range airlines {
		v, err := json.Marshal(struct {
			Name string `json:"name"`
		}{name})
		if err != nil {
			return err
		}
		cl.Produce(ctx, &kgo.Record{Topic: "airlines", Key: []byte(code), Value: v}, promise)
	}
	for i, f := range flights {
		v, err := json.Marshal(flightJSON{Carrier: f.Carrier, Number: f.Flight, Origin: f.Origin, Dest: f.Dest, DepDelay: f.DepDelay, Cancelled: f.Cancelled})
		if err != nil {
			return err
		}
		cl.Produce(ctx, &kgo.Record{Topic: "flights", Key: []byte(f.Carrier), Value: v, Timestamp: timeOf(f.Time)}, promise)
		bar.at(i + 1)
	}
	if err := cl.Flush(ctx); err != nil {
		return err
	}
	if failed != nil {
		return fmt.Errorf("producing the flights: %w", failed)
	}
	bar.done()
	return nil
}
