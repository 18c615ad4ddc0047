package data_test

import (
	"testing"
	"time"

	"github.com/streamgen/streamgen/examples/flights/data"
)

// The counts are those of the source: months 1 to 3 of flights.csv.gz have 27,004 + 24,951 + 28,834 rows, of which
// 2,643 have no departure time.
func TestFlightsAreTheFirstQuarterInOrderOfEventTime(t *testing.T) {
	flights, err := data.Flights()
	if err != nil {
		t.Fatal(err)
	}
	airlines, err := data.Airlines()
	if err != nil {
		t.Fatal(err)
	}
	if len(flights) != 80_789 {
		t.Errorf("%d flights, want 80789", len(flights))
	}
	cancelled := 0
	for i, f := range flights {
		if f.Cancelled {
			cancelled++
			if f.DepDelay != 0 {
				t.Fatalf("flight %d: %+v is cancelled and has a delay", i, f)
			}
		}
		if airlines[f.Carrier] == "" {
			t.Fatalf("flight %d: %+v has an unknown carrier", i, f)
		}
		if i == 0 {
			continue
		}
		if p := flights[i-1]; f.Time < p.Time || f.Time == p.Time && f.ID() < p.ID() {
			t.Fatalf("flight %d: %+v comes after %+v", i, f, p)
		}
	}
	if cancelled != 2_643 {
		t.Errorf("%d cancelled, want 2643", cancelled)
	}
}

// The first row of the source is UA1545, scheduled at 05:15 in New York on the first of January: 10:15 UTC.
func TestEventTimeIsTheScheduleInNewYork(t *testing.T) {
	flights, err := data.Flights()
	if err != nil {
		t.Fatal(err)
	}
	want := data.Flight{
		Time:    time.Date(2013, 1, 1, 10, 15, 0, 0, time.UTC).UnixMilli(),
		Carrier: "UA", Flight: "1545", Tailnum: "N14228", Origin: "EWR", Dest: "IAH", DepDelay: 2,
	}
	found := 0
	for _, f := range flights {
		if f == want {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%+v found %d times, want once", want, found)
	}
	// Summer time begins on 10 March: 05:00 in New York is then 09:00 UTC, an hour earlier than in winter.
	for _, day := range []struct {
		day  int
		hour int
	}{{9, 10}, {10, 9}} {
		from := time.Date(2013, 3, day.day, 5, 0, 0, 0, time.UTC).UnixMilli()
		for _, f := range flights {
			if f.Time >= from {
				if got := time.UnixMilli(f.Time).UTC(); got.Hour() != day.hour {
					t.Errorf("first departure of March %d at %s, want hour %d", day.day, got, day.hour)
				}
				break
			}
		}
	}
}

func TestAirlines(t *testing.T) {
	airlines, err := data.Airlines()
	if err != nil {
		t.Fatal(err)
	}
	if len(airlines) != 16 || airlines["UA"] != "United Air Lines Inc." {
		t.Errorf("%d airlines, UA is %q", len(airlines), airlines["UA"])
	}
}
