package bench

import (
	"encoding/binary"
	"fmt"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// handWindowCounted counts by key and minute on the same cache as generated code.
func handWindowCounted() *task {
	const minute = 60_000
	k := environment(&NewWindowCounted().Subtopologies[0])
	out, now := k.env.Sinks[0], k.env.Time("minutes")
	w := state.NewWindows(state.Options[int64]{Backend: k.env.Stores[0].Backend, Append: serde.Int64Codec{}.Append, Decode: serde.Int64Codec{}.Decode,
		Timestamped: true, Budget: 1 << 30}, minute)
	k.env.Stores[0].Register(w)
	k.Task = loop{
		process: func(run *gen.Run) (int, error) {
			for i := range run.Records {
				r := &run.Records[i]
				if r.Key == nil || r.Value == nil {
					continue
				}
				if len(r.Value) != 8 {
					return i, fmt.Errorf("value of %d bytes", len(r.Value))
				}
				*now = max(*now, r.Timestamp)
				start := r.Timestamp / minute * minute
				if start+minute <= *now {
					k.env.DropsOf("kernel").Late++
					continue
				}
				e, err := w.FindAt(r.Key, start)
				if err != nil {
					return i, err
				}
				n, ts := int64(1), r.Timestamp
				if e.Present() {
					n, ts = e.Val+1, max(ts, e.Ts)
				}
				w.SetAt(e, start, n, ts, r.Headers)
			}
			return len(run.Records), nil
		},
		flush: func() error {
			return w.Pending(func(row []byte, e *state.Entry[int64]) error {
				key, start, _ := state.SplitKey(row)
				out.Begin()
				out.Buf = binary.BigEndian.AppendUint64(append(out.Buf, key...), uint64(start))
				out.Key(true, 8)
				out.Buf = binary.BigEndian.AppendUint64(out.Buf, uint64(e.Val))
				out.Done(true, e.Ts, e.Headers)
				return nil
			})
		},
	}
	return k
}
