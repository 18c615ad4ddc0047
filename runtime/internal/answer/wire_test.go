package answer

import (
	"bufio"
	"bytes"
	"errors"
	"math"
	"reflect"
	"testing"

	"github.com/streamgen/streamgen/runtime/query"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
)

// An answer that is cut off anywhere is an error, never a shorter answer; one that is whole comes
// back as it was.
func TestAnswersEndOrFail(t *testing.T) {
	rows := []query.Row{
		{Key: []byte("a"), Value: []byte("1"), Timestamp: 5, Partition: 3},
		{Key: []byte{}, Value: []byte{}, Timestamp: -1, Partition: -1},
		{Key: bytes.Repeat([]byte("k"), 300), Value: bytes.Repeat([]byte("v"), 2<<20), Timestamp: math.MaxInt64, Partition: math.MaxInt32},
	}
	info := query.Info{Position: query.Position{"in": {2: 17}}, Lag: 3, Standby: true}
	b, err := appendJSON(nil, frameInfo, info)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		b = appendRow(b, r)
	}
	b = append(b, frameEnd)
	read := func(b []byte) (got []query.Row, i query.Info, err error) {
		in := bufio.NewReader(bytes.NewReader(b))
		for end := false; !end; {
			var page []query.Row
			if page, end, err = readPage(in, &i); err != nil {
				return nil, i, err
			}
			got = append(got, page...)
		}
		return got, i, nil
	}
	got, i, err := read(b)
	if err != nil || !reflect.DeepEqual(got, rows) || !reflect.DeepEqual(i, info) {
		t.Fatalf("%d rows, %+v, %v", len(got), i, err)
	}
	for n := range len(b) {
		if n > 500 && n < len(b)-500 && n%199999 != 0 {
			continue
		}
		if _, _, err := read(b[:n]); !errors.Is(err, errCut) {
			t.Fatalf("the first %d bytes: %v", n, err)
		}
	}
	b, err = appendJSON(nil, frameError, query.Errorf(query.NotPresent, "s", "gone"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := read(b); !errors.Is(err, query.ErrNotAvailable) {
		t.Error(err)
	}
	for _, bad := range []string{"?", "I\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "I\x02{]", "E\x02[]"} {
		if _, _, err := read([]byte(bad)); err == nil {
			t.Errorf("%q is taken for an answer", bad)
		}
	}
}

// Rows of window stores lie between the bounds of their keys, also those of keys that begin
// another.
func TestBoundsOfKeysHoldTheirWindows(t *testing.T) {
	keys := []string{"", "a", "a\x00", "a\x00\x00", "a\x01", "a\x7f", "a\x80", "aa", "b"}
	times := []int64{0, 1, 1 << 40, math.MaxInt64 - 1}
	for _, session := range []bool{false, true} {
		p := &place{name: "w"}
		p.Window, p.Session, p.Retention = true, session, math.MaxInt64
		for _, lo := range keys {
			for _, hi := range keys {
				sc := newScope(p, query.Request{From: []byte(lo), To: append([]byte(hi), 0), Last: math.MaxInt64})
				for _, k := range keys {
					for _, at := range times {
						row := rowOf([]byte(k), at, session)
						inside := !sc.empty && bytes.Compare(row, sc.from) >= 0 && bytes.Compare(row, sc.to) < 0
						if want := k >= lo && k <= hi; sc.shows(row, at) && want && !inside {
							t.Errorf("%q at %d is outside of %q to %q", k, at, lo, hi)
						} else if sc.shows(row, at) != want {
							t.Errorf("%q at %d, %q to %q: shown %v", k, at, lo, hi, !want)
						}
					}
				}
			}
		}
	}
}

func TestNearestNames(t *testing.T) {
	if got := near("cuonts", []string{"sums", "counts-by-hour", "counts"}); got[0] != "counts" {
		t.Error(got)
	}
}

func rowOf(key []byte, at int64, session bool) []byte {
	if session {
		return state.AppendSession(nil, key, window.Session{Start: at, End: at})
	}
	return state.AppendKey(nil, key, at)
}
