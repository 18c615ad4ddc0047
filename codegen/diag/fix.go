package diag

import (
	"fmt"
	"slices"
)

// Apply makes the edits of one file. Edits that overlap an earlier one are left out and
// counted: run again after the first were written. Equal edits are made once.
func Apply(src []byte, edits []Edit) (out []byte, skipped int, err error) {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b Edit) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.End - b.End
	})
	sorted = slices.Compact(sorted)
	at := 0
	for i, e := range sorted {
		if e.Start < 0 || e.End < e.Start || e.End > len(src) {
			return nil, 0, fmt.Errorf("%s: edit of bytes %d to %d does not fit a file of %d bytes", e.File, e.Start, e.End, len(src))
		}
		if e.Start < at || i > 0 && e.Start == e.End && sorted[i-1].Start == e.Start {
			skipped++
			continue
		}
		out = append(append(out, src[at:e.Start]...), e.New...)
		at = e.End
	}
	return append(out, src[at:]...), skipped, nil
}
