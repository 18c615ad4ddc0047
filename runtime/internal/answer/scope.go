package answer

import (
	"bytes"
	"math"

	"github.com/streamgen/streamgen/runtime/query"
	"github.com/streamgen/streamgen/runtime/state"
	"github.com/streamgen/streamgen/runtime/window"
)

// scope is which rows of a store a request means. It is immutable.
type scope struct {
	p        *place
	r        query.Request
	from, to []byte // rows, from <= row < to; nil: open end
	empty    bool
}

func newScope(p *place, r query.Request) *scope {
	sc := &scope{p: p, r: r}
	switch {
	case r.One:
		sc.from, sc.to = r.Row, append(bytes.Clone(r.Row), 0)
	case r.Keyed && p.Session:
		sc.from = state.AppendSession(nil, r.Key, window.Session{End: max(0, r.First)})
		sc.to = append(bytes.Clone(r.Key), 0x80) // ends are not negative
	case r.Keyed && p.Window:
		sc.from = state.AppendKey(nil, r.Key, max(0, r.First))
		sc.to = append(bytes.Clone(r.Key), 0x80) // starts neither
		if r.Last >= 0 && r.Last < math.MaxInt64 {
			sc.to = state.AppendKey(nil, r.Key, r.Last+1)
		}
	default:
		sc.from, sc.to = r.From, r.To
		if p.Window && r.To != nil {
			sc.to = above(r.To)
		}
	}
	if r.After != nil {
		if r.Reverse {
			if sc.to == nil || bytes.Compare(r.After, sc.to) < 0 {
				sc.to = r.After
			}
		} else if behind := append(bytes.Clone(r.After), 0); bytes.Compare(behind, sc.from) > 0 {
			sc.from = behind
		}
	}
	sc.empty = sc.to != nil && bytes.Compare(sc.from, sc.to) >= 0
	return sc
}

// above is a row key above all rows of window stores whose keys are below to. The rows of a key
// that to begins with may lie above to itself: what follows the key is a time, below 0x80.
func above(to []byte) []byte {
	highest := to
	for n := range to {
		if b := append(bytes.Clone(to[:n]), 0x80); bytes.Compare(b, highest) > 0 {
			highest = b
		}
	}
	return highest
}

// times bounds what window stores are asked for by the times that their rows expire by.
func (sc *scope) times() (first, last int64) {
	switch {
	case sc.r.One, !sc.p.Window:
		return 0, math.MaxInt64
	case sc.p.Session:
		return max(0, sc.r.First), math.MaxInt64
	}
	return max(0, sc.r.First), sc.r.Last
}

// shows says whether a row belongs to the answer; time is how far the store had come. Rows that
// the retention has passed are hidden, whether their segment is still there or not.
func (sc *scope) shows(row []byte, time int64) bool {
	if !sc.p.Window {
		return true
	}
	var key []byte
	var ok bool
	if sc.p.Session {
		var w window.Session
		if key, w, ok = state.SplitSession(row); !ok || w.End <= time-sc.p.Retention {
			return false
		}
		if ok = w.End >= sc.r.First && w.Start <= sc.r.Last; sc.r.One {
			return true
		}
	} else {
		var start int64
		if key, start, ok = state.SplitKey(row); !ok || start <= time-sc.p.Retention {
			return false
		}
		if ok = start >= sc.r.First && start <= sc.r.Last; sc.r.One {
			return true
		}
	}
	if !ok || sc.r.Keyed {
		return ok && bytes.Equal(key, sc.r.Key)
	}
	return bytes.Compare(key, sc.r.From) >= 0 && (sc.r.To == nil || bytes.Compare(key, sc.r.To) < 0)
}
