package task

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
)

// stamping is code whose first source has its timestamps from a function.
type stamping struct {
	*code
	seen []int64 // partition times
	at   func(r *gen.Record) int64
}

func (c *stamping) Stamp(source int, run *gen.Run, partitionTime int64) {
	for i := range run.Records {
		r := &run.Records[i]
		c.env.Index = i
		c.seen = append(c.seen, partitionTime)
		r.Timestamp = c.at(r)
		partitionTime = max(partitionTime, r.Timestamp)
	}
}

func stamped(t *testing.T, at func(r *gen.Record) int64) (*Task, *stamping) {
	tk, c := started(t, 2, 0, nil)
	s := &stamping{code: c, at: at}
	tk.code = s
	tk.sources[0].times = gen.OwnTime
	return tk, s
}

// S13, S140: what comes next is decided by the times that functions give.
func TestExtractedTimesDecideWhatComesNext(t *testing.T) {
	tk, c := stamped(t, func(r *gen.Record) int64 { return 1000 - r.Timestamp })
	tk.Enqueue(0, at(0, 10, 900, 500)) // 990, 100, 500
	tk.Enqueue(1, at(0, 950, 995))
	step(t, tk, 10, 5)
	if want := []string{"1@950", "0@990", "0@100", "0@500", "1@995"}; !slices.Equal(c.log, want) {
		t.Errorf("processed %v, want %v", c.log, want)
	}
	tk.Enqueue(0, at(3, 0, 10))
	step(t, tk, 10, 2)
	if want := []int64{-1, 990, 990, 990, 1000}; !slices.Equal(c.seen, want) {
		t.Errorf("partition times %v, want %v", c.seen, want)
	}
}

// S140: the partition time goes on after a restart.
func TestPartitionTimeOfAnExtractorIsCommitted(t *testing.T) {
	tk, _ := stamped(t, func(r *gen.Record) int64 { return 77 })
	tk.Enqueue(0, at(0, 5))
	step(t, tk, 10, 1)
	again, c := stamped(t, func(r *gen.Record) int64 { return 1 })
	if err := again.SetMetadata(0, tk.Metadata()[0]); err != nil {
		t.Fatal(err)
	}
	again.Enqueue(0, at(1, 5))
	step(t, again, 10, 1)
	if want := []int64{77}; !slices.Equal(c.seen, want) {
		t.Errorf("partition times %v, want %v", c.seen, want)
	}
}

// S140: records with a negative result are gone at once: the offset to commit is behind them.
func TestDroppedForTheirTimeRecordsAreCommitted(t *testing.T) {
	tk, _ := stamped(t, func(r *gen.Record) int64 { return -1 })
	tk.Enqueue(0, at(4, 1, 2, 3))
	if got := tk.Offsets()[0]; got != 4 {
		t.Errorf("before the step the offset is %d, want 4", got)
	}
	step(t, tk, 10, 0)
	if got := tk.Offsets()[0]; got != 7 || tk.Counts().Negative != 3 || !tk.CommitNeeded() || tk.Buffered(0) != 0 {
		t.Errorf("offset %d, %d negative, commit needed %v, %d buffered; want 7, 3, true, 0", got, tk.Counts().Negative, tk.CommitNeeded(), tk.Buffered(0))
	}
}

// S140, S141: what comes before a record that cannot have a timestamp is processed, the offset
// of that record is the next one, and the error names it.
func TestRecordWithoutATimestampFailsInItsTurn(t *testing.T) {
	tk, c := stamped(t, func(r *gen.Record) int64 {
		if r.Offset == 6 {
			panic("no time")
		}
		return r.Timestamp
	})
	tk.Enqueue(0, at(5, 1, 2, 3))
	step(t, tk, 1, 1)
	tk.Enqueue(0, at(8, 4))
	tk.SetPosition(0, 9)
	if got := tk.Offsets()[0]; got != 6 {
		t.Errorf("offset to commit %d, want 6", got)
	}
	_, err := tk.Step(10)
	var fe *fault.Error
	if !errors.As(err, &fe) || fe.Offset != 6 || fe.Topic != "a" || fe.Operator != "SOURCE-a" || !strings.Contains(err.Error(), "no time") {
		t.Errorf("%v; want the failure of a-7 at offset 6", err)
	}
	if _, again := tk.Step(10); !errors.Is(again, err) {
		t.Errorf("the next step returns %v, not the same failure", again)
	}
	if want := []string{"0@1"}; !slices.Equal(c.log, want) {
		t.Errorf("processed %v, want %v", c.log, want)
	}
}
