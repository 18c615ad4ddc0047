package poll

import (
	"strings"
	"testing"
)

// Whatever the number, the shares come to no more than it with what the program itself needs;
// what cannot be is said, with the least that can.
func TestSharesFit(t *testing.T) {
	for _, total := range []int64{64 << 20, 100 << 20, 256 << 20, 1 << 30, 16 << 30} {
		for _, workers := range []int{1, 2, 8} {
			for _, tasks := range []int{0, 1, 10, 200} {
				for _, set := range []Memory{{}, {Cache: 32 << 20}, {Cache: -1}, {Fetch: 1 << 20}, {Cache: 200 << 20, Fetch: 8 << 20}} {
					for _, asked := range []bool{false, true} {
						m := set
						m.Total, m.Workers, m.Tasks, m.Batch, m.Of, m.Asked = total, workers, tasks, 1<<20, "the number", asked
						s, err := m.Divide()
						all := baseBytes + int64(workers)*workerBytes + int64(max(1, tasks))*taskBytes + int64(s.sum(int64(workers), int64(max(1, tasks)))/heapPart)
						switch {
						case err == nil && all > total+1:
							t.Errorf("%+v: %+v come to %d", m, s, all)
						case err != nil && (all <= total || !strings.Contains(err.Error(), "the number is")):
							t.Errorf("%+v: %+v come to %d: %v", m, s, all, err)
						case m.Cache != 0 && s.Cache < m.Cache, m.Fetch != 0 && s.Fetch < m.Fetch:
							t.Errorf("%+v: %+v: what was set does not hold", m, s)
						case err == nil && !asked && (s.Blocks > usual.Blocks || s.Restore > usual.Restore || m.Cache == 0 && s.Cache > usual.Cache+1):
							t.Errorf("%+v: %+v grow beyond their defaults unasked", m, s)
						}
						if err == nil {
							continue
						}
						// The error names the least: with that it works.
						_, rest, _ := strings.Cut(err.Error(), "need at least ")
						enough := int64(0)
						for _, d := range strings.SplitN(rest, " ", 2)[0] {
							if d >= '0' && d <= '9' {
								enough = 10*enough + int64(d-'0')
							}
						}
						if m.Total = enough + 1; enough <= total {
							t.Errorf("%v", err)
						} else if _, err := m.Divide(); err != nil {
							t.Errorf("with the least it said: %v", err)
						}
					}
				}
			}
		}
	}
}

// A big machine's memory is used when that is asked for.
func TestSharesGrow(t *testing.T) {
	s, err := Memory{Total: 16 << 30, Asked: true, Workers: 2, Tasks: 8, Batch: 1 << 20}.Divide()
	if err != nil || s.Cache < 1<<30 || s.Blocks < 900<<20 || s.MemTable < 32<<20 {
		t.Errorf("%+v %v", s, err)
	}
}
