package fn

import (
	"strconv"

	"github.com/streamgen/streamgen/dsl"
)

// Cut is a window or session.
type Cut interface{ dsl.Window | dsl.Session }

// bounds are start and end of a window or session.
func bounds[W Cut](w W) (start, end int64) {
	b := dsl.Window(w)
	return b.Start, b.End
}

// Early keeps what starts in the first half of each 200 ms, and numbers below the start.
func Early[W Cut](k string, w W, v int64) bool {
	start, _ := bounds(w)
	return start%200 < 100 || v < start
}

// Long keeps what lasts for 60 ms or has a value of one byte.
func Long[W Cut](k string, w W, v string) bool {
	start, end := bounds(w)
	return end-start >= 60 || len(v) == 1
}

// Ends adds the end.
func Ends[W Cut](k string, w W, v int64) int64 {
	_, end := bounds(w)
	return v + end
}

// Since puts the start behind the value.
func Since[W Cut](k string, w W, v string) string {
	start, _ := bounds(w)
	return tail(v+"@"+strconv.FormatInt(start, 10), 8)
}

// ByStart makes the start the key.
func ByStart[W Cut](k string, w W, v int64) (int64, int64) {
	start, _ := bounds(w)
	return start, v
}
