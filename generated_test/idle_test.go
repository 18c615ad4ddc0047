package gentest

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

func caseNamed(t *testing.T, name string) *testCase {
	t.Helper()
	i := slices.IndexFunc(cases, func(c *testCase) bool { return c.name == name })
	if i < 0 {
		t.Fatal("no case ", name)
	}
	return cases[i]
}

// What waits for stream time comes without a record, when the policy is on: windows, sessions,
// the outer results of joins. Late records that come then are dropped, by the grace (S234).
func TestSilentPartitionsGetOnInTime(t *testing.T) {
	for _, x := range []struct {
		name, in, out, late string
		value               []byte
	}{
		{"onclose/Final", "clicks", "click-counts", "clicks", binary.BigEndian.AppendUint64(nil, 7)},
		{"onclose/Final", "visits", "visit-counts", "visits", binary.BigEndian.AppendUint64(nil, 7)},
		{"joinstream/Left", "left", "left-out", "right", binary.BigEndian.AppendUint64(nil, 7)},
		{"joinstream/Outer", "right", "outer-out", "left", []byte("u")},
	} {
		c := caseNamed(t, x.name)
		for mode, build := range c.modes() {
			t.Run(x.name+"/"+x.in+"/"+mode, func(t *testing.T) {
				play := func(idle time.Duration) (at []int, late int64) {
					d, err := testdriver.New(build(), testdriver.Config{IdlePartition: idle})
					if err != nil {
						t.Fatal(err)
					}
					defer d.Close()
					steps := []func() error{
						func() error { return d.Pipe(x.in, testdriver.Record{Key: []byte("k"), Value: x.value, Timestamp: 10}) },
						func() error { return d.AdvanceWallClock(4 * time.Second) },
						func() error { return d.AdvanceWallClock(time.Second) },
						func() error { return d.AdvanceWallClock(2 * time.Second) },
						func() error { return d.AdvanceWallClock(time.Hour) },
						func() error {
							return d.Pipe(x.late, testdriver.Record{Key: []byte("k"), Value: binary.BigEndian.AppendUint64(nil, 8), Timestamp: 12})
						},
					}
					for i, step := range steps {
						if err := step(); err != nil {
							t.Fatal(err)
						}
						if n := len(d.ReadAll(x.out)); n > 0 {
							at = append(at, i)
						}
					}
					return at, d.Counts().Late
				}
				if at, late := play(5 * time.Second); !slices.Equal(at, []int{3}) || late != 1 {
					t.Errorf("results after the steps %v, %d late; want them after step 3, and 1", at, late)
				}
				if at, _ := play(0); slices.Contains(at, 3) || slices.Contains(at, 4) {
					t.Errorf("results after the steps %v although the policy is off", at)
				}
			})
		}
	}
}

// A stream time that moved by itself is committed with the offsets, and goes on from there (S234).
func TestIdleTimeSurvivesARestart(t *testing.T) {
	for mode, build := range caseNamed(t, "onclose/Final").modes() {
		t.Run(mode, func(t *testing.T) {
			store := state.NewMemory()
			start := func(metadata string) *task.Task {
				tk, err := task.New(build(), 0, 0, task.Config{ApplicationID: "app", Backend: func(gen.Store) (state.Backend, error) { return store, nil }})
				if err == nil {
					err = tk.Restore()
				}
				if err == nil && metadata != "" {
					err = tk.SetMetadata(0, metadata)
				}
				if err == nil {
					err = tk.Start(0)
				}
				if err != nil {
					t.Fatal(err)
				}
				tk.SetLag(0, 0)
				return tk
			}
			first := start("")
			first.Idle(0, 5000)
			first.SetWallClock(1000)
			first.Enqueue(0, []gen.Record{{Key: []byte("k"), Value: binary.BigEndian.AppendUint64(nil, 1), Timestamp: 10}})
			if n, err := first.Step(10); n != 1 || err != nil {
				t.Fatal(n, err)
			}
			if first.Idle(6500, 5000) {
				t.Error("half a second is too little to be worth a commit")
			}
			first.SetLag(0, 3)
			if first.Idle(20_000, 5000) || first.StreamTime() != 10 {
				t.Error("it moved although records lie at the broker")
			}
			first.SetLag(0, 0)
			if first.Idle(24_999, 5000) || !first.Idle(26_000, 5000) || first.StreamTime() != 1010 || !first.CommitNeeded() {
				t.Error("stream time is ", first.StreamTime())
			}
			second := start(first.Metadata()[0])
			if second.StreamTime() != 1010 {
				t.Error("after the restart stream time is ", second.StreamTime())
			}
			second.Enqueue(0, []gen.Record{{Key: []byte("k"), Value: binary.BigEndian.AppendUint64(nil, 1), Timestamp: 11}})
			if n, err := second.Step(10); n != 1 || err != nil || second.Counts().Late != 1 {
				t.Error(n, err, second.Counts().Late)
			}
			// Once all windows have closed there is nothing left to commit for.
			moves := 0
			for now := int64(100_000); now < 100_000_000; now += 1000 {
				if first.Idle(now, 5000) {
					moves++
				}
			}
			if moves == 0 || moves > 20 {
				t.Errorf("stream time moved %d times after everything had closed", moves)
			}
		})
	}
}
