// Command cut makes the committed subset of flights from the full year of the nycflights13 data set:
//
//	go run ./examples/flights/data/cut -source DIR
//
// DIR holds flights.csv.gz and airlines.csv as the data set publishes them; ORIGIN.md beside the output says where
// they come from. The output depends on the input and on the flags alone, so running it again changes no byte.
package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // event times are read in New York's zone, also on a machine without a zone database
)

// row is one flight of the output; its fields are the output's columns, in order.
type row struct {
	time                                 int64
	carrier, flight, tailnum, orig, dest string
	delay                                string
}

func main() {
	source := flag.String("source", "", "folder that holds flights.csv.gz and airlines.csv of nycflights13 (required)")
	months := flag.Int("months", 3, "keep the flights of months 1 to this one")
	out := flag.String("out", filepath.Join("examples", "flights", "data"), "folder to write to")
	flag.Parse()
	if *source == "" || *months < 1 || *months > 12 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	n, err := cut(*source, *out, *months)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cut:", err)
		os.Exit(2)
	}
	fmt.Printf("%d flights written to %s\n", n, *out)
}

// cut reads both source files, keeps the wanted months and writes both output files; it returns the rows kept.
func cut(source, out string, months int) (int, error) {
	rows, err := readFlights(filepath.Join(source, "flights.csv.gz"), months)
	if err != nil {
		return 0, err
	}
	// The source is ordered by month as text (1, 10, 11, 12, 2, …) and by departure inside a day. Event time is the
	// scheduled departure, so only this order makes every record punctual; the rest of the key breaks ties.
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.time, b.time), strings.Compare(a.carrier+a.flight, b.carrier+b.flight),
			strings.Compare(a.orig, b.orig), strings.Compare(a.dest, b.dest), strings.Compare(a.tailnum, b.tailnum))
	})
	if err := writeFlights(filepath.Join(out, "flights.csv.gz"), rows); err != nil {
		return 0, err
	}
	airlines, err := os.ReadFile(filepath.Join(source, "airlines.csv"))
	if err != nil {
		return 0, err
	}
	return len(rows), os.WriteFile(filepath.Join(out, "airlines.csv"), airlines, 0o644)
}

// readFlights returns the flights of months 1 to months in the order of the file.
func readFlights(path string, months int) ([]row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	in := csv.NewReader(z)
	head, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: header: %w", path, err)
	}
	column := map[string]int{}
	for i, name := range head {
		column[name] = i
	}
	for _, name := range []string{"year", "month", "day", "sched_dep_time", "carrier", "flight", "tailnum", "origin", "dest", "dep_delay"} {
		if _, ok := column[name]; !ok {
			return nil, fmt.Errorf("%s: no column %q: is this nycflights13's flights.csv.gz?", path, name)
		}
	}
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		return nil, err
	}
	var rows []row
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		line, _ := in.FieldPos(0)
		number := func(name string) int {
			n, e := strconv.Atoi(fields[column[name]])
			if e != nil {
				err = errors.Join(err, fmt.Errorf("%s:%d: %s: %w", path, line, name, e))
			}
			return n
		}
		year, month, day, hhmm := number("year"), number("month"), number("day"), number("sched_dep_time")
		if err != nil {
			return nil, err
		}
		if month > months {
			continue
		}
		text := func(name string) string {
			if s := fields[column[name]]; s != "NA" {
				return s
			}
			return ""
		}
		at := time.Date(year, time.Month(month), day, hhmm/100, hhmm%100, 0, 0, newYork)
		rows = append(rows, row{at.UnixMilli(), text("carrier"), text("flight"), text("tailnum"), text("origin"), text("dest"), text("dep_delay")})
	}
}

// writeFlights writes the rows as compressed CSV, without a file name or time in the gzip header.
func writeFlights(path string, rows []row) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(z)
	fmt.Fprintln(w, "time,carrier,flight,tailnum,origin,dest,dep_delay")
	for _, r := range rows {
		fmt.Fprintf(w, "%d,%s,%s,%s,%s,%s,%s\n", r.time, r.carrier, r.flight, r.tailnum, r.orig, r.dest, r.delay)
	}
	return errors.Join(w.Flush(), z.Close())
}
