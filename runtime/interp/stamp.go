package interp

import "github.com/streamgen/streamgen/runtime/gen"

// Stamp implements gen.Stamper: the user's function gives records their timestamps (S140).
func (t *task) Stamp(source int, run *gen.Run, partitionTime int64) {
	s := t.sources[source]
	for i := range run.Records {
		rec := &run.Records[i]
		t.env.Index, t.env.Meta.Offset = i, rec.Offset
		r, err := decode(s, rec)
		if err != nil {
			rec.Timestamp = max(partitionTime, 0)
			continue
		}
		rec.Timestamp = s.Exec.Time(r, partitionTime)
		partitionTime = max(partitionTime, rec.Timestamp)
	}
}
