package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"time"

	rt "github.com/streamgen/streamgen/runtime"
)

// pointFlags adds the flags that say where inputs go, under the names that
// kafka-streams-application-reset has for them; given lists those that were used.
func pointFlags(flags *flag.FlagSet, now time.Time, to *rt.ResetPoint, given *[]string) {
	point := func(name, help string, parse func(string) (rt.ResetPoint, error)) {
		flags.Func(name, help, func(v string) (err error) {
			*given = append(*given, name)
			*to, err = parse(v)
			return err
		})
	}
	plain := func(name, help string, kind rt.ResetPoint) {
		flags.BoolFunc(name, help, func(string) error {
			*given, *to = append(*given, name), kind
			return nil
		})
	}
	number := func(p rt.ResetPoint, least int64) func(string) (rt.ResetPoint, error) {
		return func(v string) (rt.ResetPoint, error) {
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil || n < least {
				return p, fmt.Errorf("%q is not an offset", v)
			}
			p.N = n
			return p, nil
		}
	}
	plain("to-earliest", "inputs go to their first records (default)", rt.ResetPoint{Kind: rt.ResetEarliest})
	plain("to-latest", "inputs go to their ends", rt.ResetPoint{Kind: rt.ResetLatest})
	point("to-offset", "inputs go to this `offset`", number(rt.ResetPoint{Kind: rt.ResetOffset}, 0))
	point("shift-by", "inputs go this `number` of records forth, or back when negative", number(rt.ResetPoint{Kind: rt.ResetShift}, -1<<62))
	point("to-datetime", "inputs go to their first records at or after this `time`: 2006-01-02T15:04:05.000, UTC unless a zone follows", func(v string) (rt.ResetPoint, error) {
		t, err := parseTime(v)
		return rt.ResetPoint{Kind: rt.ResetTime, N: t.UnixMilli()}, err
	})
	point("by-duration", "inputs go back by this `duration`: PT1H30M, P2D or 90m", func(v string) (rt.ResetPoint, error) {
		d, err := parseDuration(v)
		return rt.ResetPoint{Kind: rt.ResetTime, N: now.Add(-d).UnixMilli()}, err
	})
	point("from-file", "inputs go where the lines topic,partition,offset of this `file` say", func(v string) (rt.ResetPoint, error) {
		f, err := os.Open(v)
		if err != nil {
			return rt.ResetPoint{}, err
		}
		defer f.Close()
		offsets, err := rt.ParseOffsets(f)
		if err != nil {
			err = fmt.Errorf("%s: %w", v, err)
		}
		return rt.ResetPoint{Kind: rt.ResetFile, Offsets: offsets}, err
	})
}

func parseTime(v string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04:05.999Z07:00", "2006-01-02T15:04:05.999Z0700", "2006-01-02T15:04:05.999Z07", "2006-01-02T15:04:05.999"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time such as 2006-01-02T15:04:05.000", v)
}

var isoDuration = regexp.MustCompile(`^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)

// parseDuration reads java.time.Duration's form, in which the other tool takes it, and Go's.
func parseDuration(v string) (time.Duration, error) {
	if d, err := time.ParseDuration(v); err == nil && d >= 0 {
		return d, nil
	}
	m := isoDuration.FindStringSubmatch(v)
	if m == nil || v[len(v)-1] == 'P' || v[len(v)-1] == 'T' {
		return 0, fmt.Errorf("%q is not a duration such as PT1H30M, P2D or 90m", v)
	}
	seconds := 0.0
	for i, unit := range []float64{24 * 3600, 3600, 60, 1} {
		if n, err := strconv.ParseFloat("0"+m[i+1], 64); err == nil {
			seconds += n * unit
		}
	}
	if seconds > float64(1<<62)/1e9 {
		return 0, fmt.Errorf("%q is longer than 146 years", v)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
