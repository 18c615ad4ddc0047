package poll

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
)

// Point is where input offsets go. The zero Point is the earliest record. A plain value, safe
// for concurrent use.
type Point struct {
	Kind PointKind
	// N is the offset of AtOffset, the distance of Shifted, the epoch milliseconds of AtTime.
	N int64
	// Offsets are those of FromFile by topic and partition.
	Offsets map[string]map[int32]int64
}

// PointKind says what a Point is counted from. A plain value, safe for concurrent use.
type PointKind uint8

// The kinds of points, StreamsResetter's options.
const (
	Earliest PointKind = iota
	Latest
	AtOffset
	AtTime  // the first record at or after a time; without one, the end
	Shifted // from the committed offset, or the earliest record where there is none
	FromFile
)

// ParseOffsets reads lines topic,partition,offset, as kafka-streams-application-reset and
// kafka-consumer-groups do.
func ParseOffsets(r io.Reader) (map[string]map[int32]int64, error) {
	m := map[string]map[int32]int64{}
	scan := bufio.NewScanner(r)
	for n := 1; scan.Scan(); n++ {
		line := strings.TrimSpace(scan.Text())
		if line == "" {
			continue
		}
		f := strings.Split(line, ",")
		if len(f) != 3 {
			return nil, fmt.Errorf("line %d: %q is not topic,partition,offset", n, line)
		}
		topic := strings.Trim(strings.TrimSpace(f[0]), `"`)
		p, err := strconv.ParseInt(strings.TrimSpace(f[1]), 10, 32)
		if err != nil || p < 0 {
			return nil, fmt.Errorf("line %d: %q is not a partition", n, f[1])
		}
		o, err := strconv.ParseInt(strings.TrimSpace(f[2]), 10, 64)
		if err != nil || o < 0 {
			return nil, fmt.Errorf("line %d: %q is not an offset", n, f[2])
		}
		if m[topic] == nil {
			m[topic] = map[int32]int64{}
		}
		m[topic][int32(p)] = o
	}
	return m, scan.Err()
}

// planMoves finds the new offset of each partition of the inputs, within what the partition
// has.
func (a *admin) planMoves(ctx context.Context, p *resetPlan, to Point, inputs []string, committed map[partition]mark) error {
	if len(inputs) == 0 {
		return nil
	}
	starts, err := a.starts(ctx, inputs...)
	if err != nil {
		return err
	}
	ends, err := a.ends(ctx, inputs...)
	if err != nil {
		return err
	}
	times := map[string]map[int32]int64{}
	if to.Kind == AtTime {
		if times, err = listed(a.ListOffsetsAfterMilli(ctx, to.N, inputs...)); err != nil {
			return err
		}
	}
	for topic := range to.Offsets {
		if !slices.Contains(inputs, topic) {
			return fmt.Errorf("the file of offsets names topic %q, which is no input; the inputs are %q", topic, inputs)
		}
	}
	for _, topic := range inputs {
		for n, start := range starts[topic] {
			m := move{at: partition{topic, n}, from: -1}
			old, had := committed[m.at]
			if had {
				m.from = old.offset
			}
			end := ends[topic][n]
			switch to.Kind {
			case Latest:
				m.to, m.why = end, "latest"
			case AtOffset:
				m.to, m.why = to.N, "to offset"
			case AtTime:
				m.to, m.why = times[topic][n], "at "+time.UnixMilli(to.N).UTC().Format(time.RFC3339)
			case Shifted:
				m.to, m.why = start+to.N, fmt.Sprintf("shift by %d", to.N)
				if had {
					m.to = old.offset + to.N
				}
			case FromFile:
				o, ok := to.Offsets[topic][n]
				if !ok {
					continue
				}
				m.to, m.why = o, "from file"
			default:
				m.to, m.why = start, "earliest"
			}
			switch {
			case m.to < start:
				m.to, m.why = start, fmt.Sprintf("%s; %d lies before the first record", m.why, m.to)
			case m.to > end:
				m.to, m.why = end, fmt.Sprintf("%s; %d lies beyond the end", m.why, m.to)
			}
			p.moves = append(p.moves, m)
		}
		for n := range to.Offsets[topic] {
			if _, ok := starts[topic][n]; !ok {
				return fmt.Errorf("the file of offsets names %s-%d, which does not exist", topic, n)
			}
		}
	}
	return nil
}

// offsets returns the moves as the group commits them: without metadata, so that stream times
// begin anew with the state.
func (p *resetPlan) offsets() kadm.Offsets {
	o := kadm.Offsets{}
	for _, m := range p.moves {
		o.Add(kadm.Offset{Topic: m.at.topic, Partition: m.at.n, At: m.to, LeaderEpoch: -1})
	}
	return o
}
