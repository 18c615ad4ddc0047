package bench

import (
	"fmt"
	"slices"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
)

// What is compared must do the same work: every variant writes the same records, in the same order, and knows what
// null keys and values mean.
func TestVariantsAgree(t *testing.T) {
	for _, topology := range topologies {
		var want []string
		for i, v := range topology.variants {
			got := written(t, v.task(t))
			if i == 0 {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s writes %d records, %s %d, or others", topology.name, v.name, len(got), topology.variants[0].name, len(want))
			}
			if len(got) == 0 {
				t.Errorf("%s: %s writes nothing", topology.name, v.name)
			}
		}
	}
}

// written plays a few commits and collects what comes out.
func written(t *testing.T, k *task) (out []string) {
	collect := func(s *gen.Sink) {
		for _, r := range s.Records {
			out = append(out, fmt.Sprintf("%q %v %q %v %d", s.Buf[r.Start:r.KeyEnd], r.NoKey, s.Buf[r.KeyEnd:r.End], r.NoValue, r.Timestamp))
		}
		s.Reset()
	}
	for commit := range 3 {
		if commit == 1 {
			r := k.run.Records
			r[3].Key, r[runLength/2].Value, r[runLength-1].Key, r[runLength-1].Value = nil, nil, nil, nil
		}
		for range perCommit {
			k.next()
			if n, err := k.Process(0, &k.run); err != nil || n != runLength {
				t.Fatal(n, err)
			}
		}
		if err := k.Flush(); err != nil {
			t.Fatal(err)
		}
		for _, s := range k.stores {
			s.Committed()
		}
		for _, s := range k.env.Sinks {
			collect(s)
		}
	}
	if k.env.DropsOf("kernel").Late != 0 {
		t.Fatal(k.env.DropsOf("kernel").Late, "records were late")
	}
	return out
}
