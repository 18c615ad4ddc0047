package judge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Differences is what is wrong with a run. A plain value; it belongs to one goroutine.
type Differences []string

func (d *Differences) add(format string, args ...any) { *d = append(*d, fmt.Sprintf(format, args...)) }

// String lists the first differences.
func (d Differences) String() string {
	const most = 30
	lines := slices.Clone(d)
	if len(lines) > most {
		lines = append(lines[:most:most], fmt.Sprintf("and %d more", len(d)-most))
	}
	return strings.Join(lines, "\n")
}

// Verify compares what a run left behind with the truth about its input: exactly once
// means that nothing differs.
func Verify(t *Truth, s *Seen) Differences {
	var d Differences
	d.sums(t, s)
	d.windows(t, s)
	d.increments(t, s)
	d.tallies(t, s)
	d.pairs(t, s)
	d.changelogs(t, s)
	d.dumps(s)
	slices.Sort(d)
	return d
}

// sums: the last value of each user is the truth, and each value is above the one before,
// because amounts are positive and unchanged sums are not sent.
func (d *Differences) sums(t *Truth, s *Seen) {
	for _, user := range union(t.Sums, s.Sums) {
		values := s.Sums[user]
		want, known := t.Sums[user]
		switch {
		case !known:
			d.add("sums: %s was never clicked by but has %d", user, values)
		case len(values) == 0:
			d.add("sums: %s is missing, want %d", user, want)
		case values[len(values)-1] != want:
			d.add("sums: the last value of %s is %d, want %d", user, values[len(values)-1], want)
		}
		for i := 1; i < len(values); i++ {
			if values[i] <= values[i-1] {
				d.add("sums: %s goes from %d to %d", user, values[i-1], values[i])
			}
		}
	}
}

// windows: every count of a window appears exactly once and in order.
func (d *Differences) windows(t *Truth, s *Seen) {
	for _, w := range union(t.Windows, s.Windows) {
		counts, want := s.Windows[w], t.Windows[w]
		if int64(len(counts)) != want || want > 0 && counts[len(counts)-1] != want {
			d.add("windows: %v has %d updates and ends with %v, want the counts 1 to %d", w, len(counts), counts[max(0, len(counts)-1):], want)
			continue
		}
		for i, n := range counts {
			if n != int64(i)+1 {
				d.add("windows: update %d of %v is %d", i+1, w, n)
				break
			}
		}
	}
}

// increments: the same multiset, hence the same sum.
func (d *Differences) increments(t *Truth, s *Seen) {
	seen := map[Increment]int{}
	var total int64
	for _, i := range s.Increments {
		seen[i]++
		total += i.Amount
	}
	if total != t.Total {
		d.add("increments: they sum up to %d, want %d", total, t.Total)
	}
	if n := int64(len(s.Increments)); n != t.Records {
		d.add("increments: there are %d, want %d", n, t.Records)
	}
	once(d, "increments", t.Increments, seen, "its number or amount fits no click")
}

// once: two multisets are equal; wrong says why what is in the second alone cannot be.
func once[T comparable](d *Differences, topic string, truth, seen map[T]int, wrong string) {
	for _, v := range union(truth, seen) {
		switch have, want := seen[v], truth[v]; {
		case have < want:
			d.add("%s: %+v is lost", topic, v)
		case have > want && want > 0:
			d.add("%s: %+v is there %d times", topic, v, have)
		case have > want:
			d.add("%s: %+v is wrong: %s", topic, v, wrong)
		}
	}
}

// tallies: what the timers told and what they have not told yet are all clicks of a page.
func (d *Differences) tallies(t *Truth, s *Seen) {
	untold := map[string]int64{}
	for p, log := range s.Changelogs["untold"] {
		for page, e := range fold(log, 1<<62) {
			n, err := int64Of(e.Value)
			if err != nil {
				d.add("changelog of untold, partition %d: %s: %v", p, page, err)
			}
			untold[page] += n
		}
	}
	for _, page := range union(t.Pages, s.Tallies) {
		if told, want := s.Tallies[page], t.Pages[page]; told+untold[page] != want {
			d.add("tallies: %s was told %d times and is untold %d times, want %d together", page, told, untold[page], want)
		}
		if t.Flush > 0 && untold[page] > t.Flush {
			d.add("tallies: %d clicks of %s are still untold, although time went on behind all but %d: a timer was lost", untold[page], page, t.Flush)
		}
	}
}

// pairs: each pair once, whichever side came first.
func (d *Differences) pairs(t *Truth, s *Seen) {
	once(d, "pairs", t.Pairs(), s.Pairs, "the clicks are no pair")
}

// changelogs: what each store's changelog adds up to is the truth.
func (d *Differences) changelogs(t *Truth, s *Seen) {
	d.changelog(s, "pages", t.Pages)
	d.changelog(s, "sums", t.Sums)
	want := map[string]int64{}
	for w, n := range t.Windows {
		want[w.String()] = n
	}
	d.changelog(s, "windows", want)
}

func (d *Differences) changelog(s *Seen, store string, want map[string]int64) {
	have := map[string]int64{}
	for p, log := range s.Changelogs[store] {
		for key, e := range fold(log, 1<<62) {
			if specs[store].Window {
				w, err := windowOf(key)
				if err != nil {
					d.add("changelog of %s, partition %d: %v", store, p, err)
					continue
				}
				key = w.String()
			}
			n, err := int64Of(e.Value)
			if err != nil {
				d.add("changelog of %s, partition %d: %s: %v", store, p, key, err)
				continue
			}
			if _, twice := have[key]; twice {
				d.add("changelog of %s: %s lives in two partitions", store, key)
			}
			have[key] = n
		}
	}
	for _, key := range union(want, have) {
		if have[key] != want[key] {
			d.add("changelog of %s: %s is %d, want %d", store, key, have[key], want[key])
		}
	}
}

// restored is how many rows a restore puts into a store before it notes the offset behind them:
// the table that it links in has more than that.
const restored = 1000

// dumps: a store on disk is what its changelog adds up to at the offset that the store
// says, neither ahead nor behind, whenever its process died. After the clean stop as many disks
// as there are copies, one for the task and one for each standby, have the whole of each
// changelog. A process that died while it restored may have linked in a
// large table of committed rows and not noted so: it restores them again.
func (d *Differences) dumps(s *Seen) {
	whole := map[string]map[int32]int{}
	for _, dump := range s.Dumps {
		log := s.Changelogs[dump.Store][dump.Partition]
		want := fold(log, dump.Next)
		where := fmt.Sprintf("store %s_%d on disk (%s, changelog offset %d)", dump.Store, dump.Partition, dump.When, dump.Next)
		var wrong []string
		var ahead map[rowKey]bool // rows of later records; nil until needed
		committed := true
		for _, key := range union(want, dump.Rows) {
			row, there := dump.Rows[key]
			e, wanted := want[key]
			switch {
			case !there:
				wrong = append(wrong, fmt.Sprintf("%s: %q is missing, its changelog has %x", where, key, e.Value))
			case !wanted:
				wrong = append(wrong, fmt.Sprintf("%s: %q is %x, which its changelog does not have there", where, key, row))
			case row != e.row(specs[dump.Store]):
				wrong = append(wrong, fmt.Sprintf("%s: %q is %x, its changelog has %x", where, key, row, e.row(specs[dump.Store])))
			default:
				continue
			}
			if ahead == nil {
				ahead = later(log, dump.Next, specs[dump.Store])
			}
			committed = committed && ahead[rowKey{key, row, there}]
		}
		complete := len(log) == 0 || dump.Next > log[len(log)-1].Offset
		if complete || !committed || len(wrong) < restored {
			for _, w := range wrong {
				d.add("%s", w)
			}
		}
		if dump.Final && complete {
			if whole[dump.Store] == nil {
				whole[dump.Store] = map[int32]int{}
			}
			whole[dump.Store][dump.Partition]++
		}
	}
	for store, logs := range s.Changelogs {
		for p, log := range logs {
			if have := whole[store][p]; len(log) > 0 && have < max(1, s.Copies) {
				d.add("store %s_%d: after the clean stop %d processes have it up to the end of its changelog, offset %d, want %d", store, p, have, log[len(log)-1].Offset, max(1, s.Copies))
			}
		}
	}
}

// rowKey is a row as it is on disk, or its absence.
type rowKey struct {
	key, row string
	there    bool
}

// later returns the rows that a changelog's records at and behind an offset make.
func later(log []Entry, from int64, spec storeSpec) map[rowKey]bool {
	rows := map[rowKey]bool{}
	for _, e := range log {
		switch {
		case e.Offset < from:
		case e.Value == nil:
			rows[rowKey{key: e.Key}] = true
		default:
			rows[rowKey{e.Key, e.row(spec), true}] = true
		}
	}
	return rows
}

// union returns the keys of both maps in any order.
func union[K comparable, A, B any](a map[K]A, b map[K]B) []K {
	all := slices.Collect(maps.Keys(a))
	for k := range b {
		if _, both := a[k]; !both {
			all = append(all, k)
		}
	}
	return all
}
