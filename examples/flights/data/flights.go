// Package data holds real flights for the flights example and the demo: every departure from New York's three airports
// in the first quarter of 2013, in order of event time, and the names of the airlines. ORIGIN.md says where they come
// from. The files are embedded, so a binary that uses them needs nothing beside it.
package data

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed flights.csv.gz
var flightsGz []byte

//go:embed airlines.csv
var airlinesCSV string

// Flight is one scheduled departure. It is a plain value without pointers and may be copied and shared between
// goroutines.
type Flight struct {
	Time      int64  // scheduled departure, the event time: milliseconds since the Unix epoch, UTC
	Carrier   string // two-character code; a key of Airlines
	Flight    string // flight number, digits
	Tailnum   string // the plane's registration, empty when unknown
	Origin    string // EWR, JFK or LGA
	Dest      string // IATA code
	DepDelay  int    // minutes, negative when early; zero when Cancelled
	Cancelled bool   // it never departed, so it has no delay
}

// ID returns the carrier's code and the flight number, such as "UA1545": the key that the example's records carry, and
// the second sort key of Flights. The same ID departs on many days.
func (f Flight) ID() string { return f.Carrier + f.Flight }

// Flights decodes the embedded flights, sorted by Time and then by ID. Each call returns a slice of its own; it is safe
// for concurrent use. An error means that the embedded file was damaged before it was compiled in.
func Flights() ([]Flight, error) {
	z, err := gzip.NewReader(bytes.NewReader(flightsGz))
	if err != nil {
		return nil, fmt.Errorf("flights.csv.gz: %w", err)
	}
	flights := make([]Flight, 0, 81_000)
	lines := bufio.NewScanner(z)
	for n := 1; lines.Scan(); n++ {
		if n == 1 { // the header
			continue
		}
		f, err := parse(lines.Text())
		if err != nil {
			return nil, fmt.Errorf("flights.csv.gz:%d: %w", n, err)
		}
		flights = append(flights, f)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("flights.csv.gz: %w", err)
	}
	return flights, nil
}

// parse reads one line: time,carrier,flight,tailnum,origin,dest,dep_delay. No field of this data holds a comma or a
// quote, so splitting is enough and all strings of a row share the line's memory.
func parse(line string) (Flight, error) {
	c := strings.Split(line, ",")
	if len(c) != 7 {
		return Flight{}, fmt.Errorf("%d columns, not 7", len(c))
	}
	f := Flight{Carrier: c[1], Flight: c[2], Tailnum: c[3], Origin: c[4], Dest: c[5], Cancelled: c[6] == ""}
	var err error
	if f.Time, err = strconv.ParseInt(c[0], 10, 64); err != nil {
		return Flight{}, fmt.Errorf("time: %w", err)
	}
	if !f.Cancelled {
		if f.DepDelay, err = strconv.Atoi(c[6]); err != nil {
			return Flight{}, fmt.Errorf("dep_delay: %w", err)
		}
	}
	return f, nil
}

// Airlines returns the airlines' names by carrier code, in a map of the caller's own; it is safe for concurrent use.
// An error means that the embedded file was damaged before it was compiled in.
func Airlines() (map[string]string, error) {
	names := map[string]string{}
	for n, line := range strings.Split(strings.TrimSpace(airlinesCSV), "\n") {
		code, name, ok := strings.Cut(strings.TrimSpace(line), ",")
		if !ok {
			return nil, fmt.Errorf("airlines.csv:%d: no comma in %q", n+1, line)
		}
		if n > 0 { // below the header
			names[code] = name
		}
	}
	return names, nil
}
