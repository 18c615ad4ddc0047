// Package draw makes random scripts for topologies of the conformance oracle.
package draw

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/operator"
)

// Script makes a random script: few keys, clustered times, records out of order, nulls and
// tombstones, timestamps at and around the borders of the topology's windows, moves of the
// wall clock.
func Script(r *rand.Rand, t form.Topology, length int) []form.Step {
	d := drawing{r: r, spans: spans(t)}
	for _, l := range t {
		d.waits = d.waits || l.Op == "left-join-stream" || l.Op == "outer-join-stream"
		if o, ok := operator.Named(l.Op); ok && o.Topic {
			d.inputs = append(d.inputs, l)
			if k := l.Type.Kind; k == form.Global || k == form.GlobalStore || k == form.GlobalTimed { // so that look-ups find something
				for range 3 {
					d.script = append(d.script, d.record(l))
				}
			}
		}
	}
	d.now = int64(r.IntN(3)) * d.spans[r.IntN(len(d.spans))]
	for len(d.script) < length {
		d.step()
	}
	return d.script
}

type drawing struct {
	r      *rand.Rand
	inputs []*form.Line
	spans  []int64 // lengths of time that matter to the topology, milliseconds
	waits  bool    // outer joins wait for the wall clock
	now    int64
	script []form.Step
}

// spans are the durations that the topology's options hold, and 100, the processors' tick.
func spans(t form.Topology) []int64 {
	out := []int64{100}
	for _, l := range t {
		for _, o := range l.Options {
			switch o.Name {
			case "size", "grace", "advance", "retention", "gap", "before", "after", "within":
				if n, err := strconv.ParseInt(o.Value, 10, 64); err == nil && n > 0 {
					out = append(out, n)
				}
			}
		}
	}
	return out
}

func (d *drawing) span() int64 { return d.spans[d.r.IntN(len(d.spans))] }

func (d *drawing) step() {
	switch n := d.r.IntN(20); {
	case d.waits && n < 3: // Kafka Streams looks for records without a match once a second
		d.script = append(d.script, form.Step{Advance: []int64{999, 1000}[d.r.IntN(2)]})
		return
	case n == 0:
		d.script = append(d.script, form.Step{Advance: []int64{1, 50, 100, 250}[d.r.IntN(4)]})
		return
	case n < 8:
		d.now += []int64{1, 5, 10, 30}[d.r.IntN(4)]
	case n < 10: // to a border of windows, or beside it
		s := d.span()
		d.now = (d.now/s+1)*s + int64(d.r.IntN(3)) - 1
	case n == 10:
		d.now += d.span()
	}
	d.script = append(d.script, d.record(d.inputs[d.r.IntN(len(d.inputs))]))
}

func (d *drawing) record(l *form.Line) form.Step {
	ts := d.now
	switch d.r.IntN(6) {
	case 0: // out of order, often by just as much as matters
		ts -= d.span() + int64(d.r.IntN(3)) - 1
	case 1:
		ts -= int64(d.r.IntN(20))
	}
	topics := strings.Split(l.Get("topic"), ",")
	s := form.Step{Topic: topics[d.r.IntN(len(topics))], Key: d.value(l.Type.Key, 4), Value: d.value(l.Type.Val, 9), Timestamp: max(0, ts)}
	if d.r.IntN(20) == 0 {
		s.Key = nil
	}
	if d.r.IntN(8) == 0 {
		s.Value = nil
	}
	for i := range max(0, d.r.IntN(8)-5) {
		s.Headers = append(s.Headers, form.Header{Key: fmt.Sprint("h", i), Value: []byte(strings.Repeat("x", d.r.IntN(2)))})
	}
	return s
}

// value draws one of n values of a type.
func (d *drawing) value(t string, n int) []byte {
	if t == "int64" {
		return form.Encode(int64(d.r.IntN(n) - 2))
	}
	return []byte([]string{"a", "b", "c", "ab", "", "x", "aba", "bb", "d"}[d.r.IntN(n)])
}
