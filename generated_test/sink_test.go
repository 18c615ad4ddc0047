package gentest

import (
	"errors"
	"testing"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/task"
)

// TestAnUnwritableRecordLeavesNothingBehind lets the codec of a sink's value fail after the key was written: the records
// before it stay as they are, and no byte of the failed one is left in the sink's buffer.
func TestAnUnwritableRecordLeavesNothingBehind(t *testing.T) {
	for _, c := range cases {
		if c.name != "customcodec/Points" {
			continue
		}
		for mode, build := range c.modes() {
			t.Run(mode, func(t *testing.T) {
				tk, err := task.New(build(), 0, 0, task.Config{ApplicationID: "test", MaxIdle: -1,
					Backend: func(gen.Store) (state.Backend, error) { return state.NewMemory(), nil }})
				if err != nil {
					t.Fatal(err)
				}
				if err := errors.Join(tk.Restore(), tk.Start(0)); err != nil {
					t.Fatal(err)
				}
				tk.Enqueue(0, []gen.Record{
					{Key: []byte{1, 2}, Value: []byte{0, 0, 0, 7}, Timestamp: 1},
					{Key: []byte{1, 255}, Value: []byte{0, 0, 0, 8}, Timestamp: 2, Offset: 1},
				})
				if _, err := tk.Step(100); err != nil {
					t.Fatal(err)
				}
				err = tk.Flush()
				if fe, ok := errors.AsType[*fault.Error](err); !ok || fe.Phase != fault.Serialize {
					t.Fatalf("the flush returned %v", err)
				}
				s := tk.Sinks()[0]
				if len(s.Records) != 1 || len(s.Buf) != s.Records[0].End || string(s.Buf) != "\x00\x00\x00\x07\x02\x01" {
					t.Errorf("%d records in %q", len(s.Records), s.Buf)
				}
			})
		}
	}
}
