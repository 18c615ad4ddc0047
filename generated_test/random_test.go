package gentest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/golden"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

const seeds = 20

// inputs returns the topics that a topology reads from outside.
func inputs(c *testCase, t *gen.Topology) []string {
	set := map[string]bool{}
	for i := range t.Subtopologies {
		for _, s := range t.Subtopologies[i].Sources {
			switch {
			case s.Pattern != "":
				for topic := range c.topics {
					if ok, err := regexp.MatchString("^(?:"+s.Pattern+")$", topic); ok && err == nil {
						set[topic] = true
					}
				}
			case !s.Repartition:
				set[s.Topic] = true
			}
		}
	}
	for _, g := range t.Globals {
		set[g.Topic] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// history draws records with ties, out-of-order timestamps, nulls, tombstones and bytes that
// codecs cannot read, and steps of the wall clock.
func history(c *testCase, topics []string, r *rand.Rand, length int) []op {
	var ops []op
	now := int64(r.IntN(100) * 10)
	for range length {
		switch n := r.IntN(40); {
		case n == 0:
			ops = append(ops, op{verb: "advance", by: time.Duration(r.IntN(1500)) * time.Millisecond})
			continue
		case n == 1:
			ops = append(ops, op{verb: "commit"})
			continue
		case n < 12:
			now += []int64{1, 7, 10, 40, 50, 100}[r.IntN(6)] // multiples meet the edges of windows
		}
		ts := now
		if r.IntN(6) == 0 {
			ts = max(-1, now-[]int64{1, 10, 50, 51, 100, 150, 200, 350}[r.IntN(8)])
		}
		topic := topics[r.IntN(len(topics))]
		key, val, _ := strings.Cut(c.topics[topic], " ")
		o := op{verb: "pipe", name: topic, record: testdriver.Record{Timestamp: ts,
			Key: draw(c, topic+" key", key, r), Value: draw(c, topic, val, r)}}
		for i := range r.IntN(6) - 3 {
			o.record.Headers = append(o.record.Headers, serde.Header{Key: fmt.Sprint("h", i), Value: []byte(pick(r, "", "x"))})
		}
		ops = append(ops, o)
	}
	return ops
}

func draw(c *testCase, samples, format string, r *rand.Rand) []byte {
	switch n := r.IntN(100); {
	case n < 8:
		return nil
	case n < 8+c.garbage:
		return []byte(pick(r, "", "x", "\x00\x01\x02", "{", "nul"))
	}
	if s := c.samples[samples]; s != nil {
		b, err := parse(format, pick(r, s...))
		if err != nil {
			panic(err)
		}
		return b
	}
	return notations[format].random(r)
}

// TestModesAgree runs the same random histories through generated code and interpreter.
func TestModesAgree(t *testing.T) {
	for _, c := range cases {
		if c.generated == nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			agree(t, c, c.interpreted, c.generated, testdriver.Config{}, testdriver.Config{}, true)
			rare := testdriver.Config{CommitEvery: 5, CacheBudget: 1 << 20}
			agree(t, c, c.interpreted, c.generated, rare, rare, true)
		})
	}
}

// TestCachingDoesNotShow runs random histories with stores that keep everything decoded and
// stores that forget everything at each commit (S26: aggregate/Totals changes a map in place).
func TestCachingDoesNotShow(t *testing.T) {
	for _, c := range cases {
		for mode, build := range c.modes() {
			t.Run(c.name+"/"+mode, func(t *testing.T) {
				agree(t, c, build, build, testdriver.Config{CommitEvery: 3}, testdriver.Config{CommitEvery: 3, CacheBudget: 1 << 30}, true)
			})
		}
	}
}

// TestCommitIntervalChangesNoState runs random histories with a commit after each record and
// with few commits: outputs are coalesced differently, state at the end is the same.
func TestCommitIntervalChangesNoState(t *testing.T) {
	for _, c := range cases {
		if c.emissionIsState {
			continue
		}
		for mode, build := range c.modes() {
			t.Run(c.name+"/"+mode, func(t *testing.T) {
				agree(t, c, build, build, testdriver.Config{}, testdriver.Config{CommitEvery: 7}, false)
			})
		}
	}
}

// agree demands the same log (when logs is true) and the same state at the end of two builds
// on random histories, and shows the smallest history that it finds otherwise.
func agree(t *testing.T, c *testCase, a, b func() *gen.Topology, ca, cb testdriver.Config, logs bool) {
	t.Helper()
	differ := func(ops []op) (string, string) {
		logA, restA, errA := play(c, a(), ca, ops)
		logB, restB, errB := play(c, b(), cb, ops)
		if errA != nil || errB != nil {
			return fmt.Sprint(errA), fmt.Sprint(errB)
		}
		if logs {
			restA, restB = append(logA, restA...), append(logB, restB...)
		} else {
			restA, restB = onlyStores(restA), onlyStores(restB)
		}
		return strings.Join(restA, "\n") + "\n", strings.Join(restB, "\n") + "\n"
	}
	for seed := range uint64(seeds) {
		r := rand.New(rand.NewPCG(seed, 42))
		ops := history(c, inputs(c, a()), r, 20+int(seed)*10)
		if !logs {
			ops = append(slices.DeleteFunc(ops, func(o op) bool { return o.verb == "commit" }), op{verb: "commit"})
		}
		x, y := differ(ops)
		if x == y {
			continue
		}
		ops = shrink(ops, func(ops []op) bool { x, y := differ(ops); return x != y })
		x, y = differ(ops)
		var text strings.Builder
		for _, o := range ops {
			text.WriteString(o.text(c) + "\n")
		}
		t.Fatalf("seed %d: they differ (- first, + second) after\n%s\n%s", seed, text.String(), golden.Diff(x, y))
	}
}

// onlyStores keeps the rows of stores: changelogs are coalesced by commits.
func onlyStores(lines []string) (out []string) {
	keep := false
	for _, l := range lines {
		switch {
		case strings.HasPrefix(l, "store "):
			keep = true
		case strings.HasPrefix(l, "changelog "):
			keep = false
		}
		if keep {
			out = append(out, l)
		}
	}
	return out
}

// shrink drops operations while the history still fails.
func shrink(ops []op, fails func([]op) bool) []op {
	for size := max(1, len(ops)/2); ; size /= 2 {
		for at := 0; at+size <= len(ops); {
			less := slices.Delete(slices.Clone(ops), at, at+size)
			if fails(less) {
				ops = less
			} else {
				at += size
			}
		}
		if size <= 1 {
			return ops
		}
	}
}
