package main

import (
	"encoding/binary"
	"encoding/json/v2"
	"fmt"
	"sort"
	"time"

	"github.com/streamgen/streamgen/examples/flights/data"
)

// minDelay is what the application is configured with in examples/flights/main.go.
const minDelay = 15

// window is a row of the result: an airline's departures in one hour.
type window struct {
	carrier string
	start   int64 // epoch milliseconds
}

// delay is the value of a row, as the topic's JSON holds it.
type delay struct {
	Airline string `json:"airline"`
	Flights int64  `json:"flights"`
	Minutes int64  `json:"minutes"`
	Worst   int    `json:"worst"`
}

type result map[window]delay

// truth computes the result by a plain loop over the input.
func truth(flights []data.Flight, airlines map[string]string) result {
	r := result{}
	hour := time.Hour.Milliseconds()
	for _, f := range flights {
		if f.Cancelled || f.DepDelay < minDelay {
			continue
		}
		w := window{f.Carrier, f.Time - f.Time%hour}
		d := r[w]
		d.Airline = airlines[f.Carrier]
		d.Flights++
		d.Minutes += int64(f.DepDelay)
		d.Worst = max(d.Worst, f.DepDelay)
		r[w] = d
	}
	return r
}

// add applies one record of the topic delay-by-hour: key carrier ++ window start.
func (r result) add(key, value []byte) error {
	n := len(key) - 8
	if n < 0 {
		return fmt.Errorf("windowed key of %d bytes", len(key))
	}
	var d delay
	if err := json.Unmarshal(value, &d); err != nil {
		return fmt.Errorf("delay-by-hour: %w", err)
	}
	r[window{string(key[:n]), int64(binary.BigEndian.Uint64(key[n:]))}] = d
	return nil
}

// diff says, one line each, where r and want differ.
func (r result) diff(want result) []string {
	var lines []string
	for w, d := range want {
		if got, ok := r[w]; !ok {
			lines = append(lines, fmt.Sprintf("%s %s: missing, want %+v", w.carrier, hourOf(w), d))
		} else if got != d {
			lines = append(lines, fmt.Sprintf("%s %s: %+v, want %+v", w.carrier, hourOf(w), got, d))
		}
	}
	for w, d := range r {
		if _, ok := want[w]; !ok {
			lines = append(lines, fmt.Sprintf("%s %s: %+v, want no such window", w.carrier, hourOf(w), d))
		}
	}
	sort.Strings(lines)
	return lines
}

func hourOf(w window) string { return time.UnixMilli(w.start).UTC().Format("2006-01-02 15:04") }
