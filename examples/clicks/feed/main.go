// Command feed writes a day of made-up visitors to the topics of the clicks example, with the
// times of that day as timestamps.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/streamgen/streamgen/examples/clicks/visitors"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	address := flag.String("bootstrap.servers", "127.0.0.1:9092", "brokers")
	users := flag.Int("users", 500, "how many visitors")
	seed := flag.Uint64("seed", 1, "of the day; the same one gives the same day")
	flag.Parse()
	if err := feed(*address, *seed, *users); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func feed(address string, seed uint64, users int) error {
	c, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)))
	if err != nil {
		return fmt.Errorf("bootstrap.servers %q: %w", address, err)
	}
	defer c.Close()
	var records []*kgo.Record
	for _, e := range visitors.Day(seed, users) {
		records = append(records, &kgo.Record{Topic: e.Topic, Key: []byte(e.Key), Value: []byte(e.Value), Timestamp: e.At})
	}
	if err := c.ProduceSync(context.Background(), records...).FirstErr(); err != nil {
		return fmt.Errorf("writing to %s: %w", address, err)
	}
	fmt.Printf("%d records of %d users\n", len(records), users)
	return nil
}
