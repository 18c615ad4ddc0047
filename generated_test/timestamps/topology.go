// Package timestamps is a case of the conformance corpus: where the timestamps of records come from.
package timestamps

//go:generate go tool streamgen gen .

import (
	"github.com/streamgen/streamgen/dsl"
)

// Reading is a measurement that says itself when it was made.
type Reading struct {
	At    int64
	Value int64
}

// Config says how to read clocks.
type Config struct{ Shift int64 }

// madeAt is when a measurement was made; without one it is the latest time so far.
func madeAt(r dsl.Rec[string, Reading], partitionTime int64) int64 {
	switch {
	case r.NoValue:
		return partitionTime
	case r.Value.At == 13:
		panic("thirteen")
	}
	return r.Value.At
}

// Timed reads topics whose records carry their time.
//
//streamgen:topology
func Timed(b *dsl.Builder, c Config) {
	readings := b.Stream("readings", dsl.String(), dsl.JSON[Reading](), dsl.TimestampExtractor(madeAt), dsl.OnError(dsl.Skip()))
	readings.MapValues(func(k string, r Reading) int64 { return r.Value }).
		Merge(b.Streams([]string{"shifted-a", "shifted-b"}, dsl.String(), dsl.Int64(),
			dsl.TimestampExtractor(func(r dsl.Rec[string, int64], _ int64) int64 {
				if r.NoKey {
					return -1
				}
				return r.Timestamp + c.Shift
			}))).
		To("timed", dsl.String(), dsl.Int64())
	b.Table("limits", dsl.String(), dsl.Int64(), dsl.Store("limits"), dsl.TimestampExtractor(limitTime)).
		ToStream().To("limits-out", dsl.String(), dsl.Int64())
}

func limitTime(r dsl.Rec[string, int64], partitionTime int64) int64 {
	if len(r.Headers) > 0 {
		return int64(len(r.Headers[0].Value))
	}
	return max(partitionTime, r.Timestamp)
}

// Clocks reads topics with the extractors that Kafka Streams has.
//
//streamgen:topology
func Clocks(b *dsl.Builder) {
	b.Stream("wall", dsl.String(), dsl.Int64(), dsl.WallclockTimestamp()).To("wall-out", dsl.String(), dsl.Int64())
	b.Stream("partition", dsl.String(), dsl.Int64(), dsl.UsePartitionTimeOnInvalidTimestamp()).To("partition-out", dsl.String(), dsl.Int64())
	b.Stream("logged", dsl.String(), dsl.Int64(), dsl.LogAndSkipOnInvalidTimestamp()).To("logged-out", dsl.String(), dsl.Int64())
	b.Stream("strict", dsl.String(), dsl.Int64(), dsl.FailOnInvalidTimestamp()).To("strict-out", dsl.String(), dsl.Int64())
	b.Stream("wall", dsl.String(), dsl.Int64(), dsl.WallclockTimestamp()).GroupByKey().Count(dsl.Name("seen")).ToStream().To("seen-out", dsl.String(), dsl.Int64())
}
