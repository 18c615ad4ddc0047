package judge

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// perfect returns the truth about some clicks and what a run without any fault leaves
// behind: outputs in order, changelogs in one partition, stores dumped in the middle and
// at the end.
func perfect(t *testing.T) (*Truth, *Seen) {
	t.Helper()
	in, truth := NewInput(7, 1e12), NewTruth()
	s := &Seen{Sums: map[string][]int64{}, Windows: map[Window][]int64{}, Tallies: map[string]int64{}, Pairs: map[Pair]int{}, Changelogs: map[string]map[int32][]Entry{}}
	for store := range specs {
		s.Changelogs[store] = map[int32][]Entry{}
	}
	log := func(store, key string, n, ts int64) {
		all := s.Changelogs[store][0]
		s.Changelogs[store][0] = append(all, Entry{Offset: int64(2 * len(all)), Time: ts, Key: key, Value: binary.BigEndian.AppendUint64(nil, uint64(n))})
	}
	untold := map[string]int64{}
	for i := range 500 {
		c := in.Next()
		truth.Add(c)
		w := Window{c.User, c.Time - c.Time%windowSize}
		s.Sums[c.User] = append(s.Sums[c.User], truth.Sums[c.User])
		s.Windows[w] = append(s.Windows[w], truth.Windows[w])
		s.Increments = append(s.Increments, Increment{c.Page, c.ID, truth.Pages[c.Page], c.Amount})
		if i%10 == 9 { // a timer
			for _, page := range slices.Sorted(maps.Keys(untold)) {
				s.Tallies[page] += untold[page]
				delete(untold, page)
				s.Changelogs["untold"][0] = append(s.Changelogs["untold"][0], Entry{Offset: int64(2 * len(s.Changelogs["untold"][0])), Time: c.Time, Key: page})
			}
		}
		untold[c.Page]++
		log("untold", c.Page, untold[c.Page], c.Time)
		log("pages", c.Page, truth.Pages[c.Page], c.Time)
		log("sums", c.User, truth.Sums[c.User], c.Time)
		row := append(binary.BigEndian.AppendUint64([]byte(w.User), uint64(w.Start)), 0, 0, 0, 0)
		log("windows", string(row), truth.Windows[w], c.Time)
	}
	maps.Copy(s.Pairs, truth.Pairs())
	for store, logs := range s.Changelogs {
		for _, next := range []int64{0, 400, 9000} {
			d := Dump{When: "test", Final: next == 9000, Store: store, Next: next, Rows: map[string]string{}}
			for key, e := range fold(logs[0], next) {
				d.Rows[key] = e.row(specs[store])
			}
			s.Dumps = append(s.Dumps, d)
		}
	}
	return truth, s
}

func TestVerifyFindsNothingInAPerfectRun(t *testing.T) {
	if d := Verify(perfect(t)); len(d) > 0 {
		t.Errorf("found:\n%v", d)
	}
}

// Each fault alone is found, and said in words.
func TestVerifyFinds(t *testing.T) {
	user, page := NewInput(7, 1e12).Next().User, NewInput(7, 1e12).Next().Page
	dump := func(s *Seen, store string, next int64) *Dump {
		return &s.Dumps[slices.IndexFunc(s.Dumps, func(d Dump) bool { return d.Store == store && d.Next == next })]
	}
	for name, c := range map[string]struct {
		fault func(*Seen)
		want  string
	}{
		"a lost record":          {func(s *Seen) { s.Increments = s.Increments[1:] }, "is lost"},
		"a duplicate":            {func(s *Seen) { s.Increments = append(s.Increments, s.Increments[9]) }, "is there 2 times"},
		"a wrong number":         {func(s *Seen) { s.Increments[9].N++ }, "is wrong"},
		"a wrong sum of amounts": {func(s *Seen) { s.Increments[9].Amount++ }, "increments: they sum up to"},
		"a lost sum":             {func(s *Seen) { delete(s.Sums, user) }, "sums: " + user + " is missing"},
		"a wrong last sum":       {func(s *Seen) { s.Sums[user][len(s.Sums[user])-1]++ }, "sums: the last value of " + user},
		"a sum that falls back": {func(s *Seen) {
			last := s.Sums[user][len(s.Sums[user])-1]
			s.Sums[user] = append(s.Sums[user], last-1, last)
		}, "sums: " + user + " goes from"},
		"a sum of nobody": {func(s *Seen) { s.Sums["nobody"] = []int64{1} }, "sums: nobody was never clicked by"},
		"a wrong window": {func(s *Seen) {
			for w, counts := range s.Windows {
				s.Windows[Window{w.User, w.Start + windowSize*1000}] = counts
				delete(s.Windows, w)
				return
			}
		}, "has 0 updates"},
		"a window's update twice": {func(s *Seen) {
			for w, counts := range s.Windows {
				s.Windows[w] = append(counts, counts[len(counts)-1])
				return
			}
		}, "want the counts 1 to"},
		"window updates out of order": {func(s *Seen) {
			for _, counts := range s.Windows {
				if len(counts) > 2 {
					counts[0], counts[1] = counts[1], counts[0]
					return
				}
			}
		}, "windows: update 1 of"},
		"a lost pair": {func(s *Seen) {
			for p := range s.Pairs {
				delete(s.Pairs, p)
				return
			}
		}, "pairs: "},
		"a pair twice": {func(s *Seen) {
			for p := range s.Pairs {
				s.Pairs[p]++
				return
			}
		}, "is there 2 times"},
		"a pair of strangers": {func(s *Seen) { s.Pairs[Pair{user, 1, 499}]++ }, "the clicks are no pair"},
		"a tally told twice":  {func(s *Seen) { s.Tallies[page] *= 2 }, "tallies: " + page + " was told"},
		"a tally of somebody": {func(s *Seen) { s.Tallies["page-99"] = 1 }, "tallies: page-99"},
		"a changelog that lacks a record": {func(s *Seen) {
			log := s.Changelogs["sums"][0]
			s.Changelogs["sums"][0] = slices.DeleteFunc(log, func(e Entry) bool { return e.Key == user })
		}, "changelog of sums: " + user + " is 0"},
		"a deletion in a changelog": {func(s *Seen) {
			s.Changelogs["pages"][0] = append(s.Changelogs["pages"][0], Entry{Offset: 999, Key: page})
		}, "changelog of pages: " + page + " is 0"},
		"a store that is ahead":  {func(s *Seen) { *dump(s, "windows", 400) = withNext(*dump(s, "windows", 9000), 400) }, "which its changelog does not have there"},
		"a store that is behind": {func(s *Seen) { *dump(s, "sums", 9000) = withNext(*dump(s, "sums", 400), 9000) }, "store sums_0 on disk"},
		"a store with another timestamp": {func(s *Seen) {
			d := dump(s, "sums", 400)
			for key, row := range d.Rows {
				d.Rows[key] = "\xff" + row[1:]
				return
			}
		}, "its changelog has"},
		"a store that lost a row": {func(s *Seen) {
			d := dump(s, "pages", 9000)
			for key := range d.Rows {
				delete(d.Rows, key)
				return
			}
		}, "is missing, its changelog has"},
		"a standby that is behind":      {func(s *Seen) { s.Copies = 2 }, "after the clean stop 1 processes have it"},
		"no store that came to the end": {func(s *Seen) { dump(s, "pages", 9000).Final = false }, "after the clean stop 0 processes have it"},
	} {
		t.Run(name, func(t *testing.T) {
			truth, s := perfect(t)
			c.fault(s)
			if d := Verify(truth, s); !strings.Contains(strings.Join(d, "\n"), c.want) {
				t.Errorf("want a difference with %q, have:\n%v", c.want, d)
			}
		})
	}
}

// withNext is a dump that says it is at another changelog offset.
func withNext(d Dump, next int64) Dump {
	d.Next, d.Final = next, next == 9000
	return d
}

// The same seed and start give the same clicks, so that a failure can be run again.
func TestInputDependsOnItsSeedAndStartAlone(t *testing.T) {
	a, b, other := NewInput(1, 1e12), NewInput(1, 1e12), NewInput(2, 1e12)
	same := true
	for range 100 {
		x := a.Next()
		if y := b.Next(); x != y {
			t.Fatalf("%+v and %+v", x, y)
		}
		same = same && x == other.Next()
	}
	if same {
		t.Error("another seed gives the same clicks")
	}
}

// A restore that was killed is ahead of the offset it noted, by many committed rows: that is no
// difference; a single row of those is, and so is one that was never committed.
func TestVerifyKnowsARestoreThatWasKilled(t *testing.T) {
	truth, s := perfect(t)
	log := s.Changelogs["pairs-this-join-store"]
	for i := range 2 * restored {
		log[0] = append(log[0], Entry{Offset: int64(i), Key: fmt.Sprintf("key-%d", i), Value: []byte("v")})
	}
	dump := func(n int, extra string) {
		d := Dump{When: "kill", Store: "pairs-this-join-store", Rows: map[string]string{}}
		for i := range n {
			d.Rows[fmt.Sprintf("key-%d", i)] = "v"
		}
		if extra != "" {
			d.Rows[extra] = "v"
		}
		whole := Dump{When: "stop", Final: true, Store: d.Store, Next: 1 << 40, Rows: map[string]string{}}
		for i := range 2 * restored {
			whole.Rows[fmt.Sprintf("key-%d", i)] = "v"
		}
		s.Dumps = append(s.Dumps[:0:0], d, whole)
	}
	// Other stores have no dumps here, which is a difference of its own.
	found := func() bool { return strings.Contains(strings.Join(Verify(truth, s), "\n"), "(kill,") }
	if dump(2*restored-1, ""); found() {
		t.Error("a restore counts as a difference")
	}
	if dump(restored/2, ""); !found() {
		t.Error("a few rows too many are not found")
	}
	if dump(2*restored-1, "never"); !found() {
		t.Error("a row that was never committed is not found")
	}
}

// Clicks that stay untold although time went on behind them were waiting for a timer.
func TestVerifyFindsALostTimer(t *testing.T) {
	truth, s := perfect(t)
	log := s.Changelogs["untold"][0]
	last := log[len(log)-1]
	told, page := int64(binary.BigEndian.Uint64(last.Value)), last.Key
	s.Tallies[page] -= 5
	s.Changelogs["untold"][0] = append(log, Entry{last.Offset + 2, last.Time, page, binary.BigEndian.AppendUint64(nil, uint64(told+5))})
	s.Dumps = nil
	truth.Flush = told + 4
	if d := Verify(truth, s); !strings.Contains(d.String(), "a timer was lost") {
		t.Errorf("found:\n%v", d)
	}
	truth.Flush = told + 5
	if d := Verify(truth, s); strings.Contains(d.String(), "a timer was lost") {
		t.Errorf("found too much:\n%v", d)
	}
}
