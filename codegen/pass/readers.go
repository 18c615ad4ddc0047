package pass

import (
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
)

const queryPath = "github.com/streamgen/streamgen/runtime/query"

// lowerReaders gives each topology the type that reads its stores from outside.
func (l *lowering) lowerReaders() {
	for _, t := range l.topos {
		var list []plan.Accessor
		methods := newNames()
		add := func(store, kind, what string, key, val *plan.Codec) {
			if key == nil || val == nil || key.Value == "" || key.Scope == plan.OfTask || val.Scope == plan.OfTask {
				return
			}
			list = append(list, plan.Accessor{Method: methods.unique(title(store)), Store: store, Kind: kind, What: what, Key: key, Val: val})
		}
		for _, k := range t.plan.Tasks {
			for i, s := range k.Stores {
				kind, what := "KeyValue", "key-value store"
				switch {
				case s.Duplicates || s.Unmatched:
					continue
				case s.Session:
					kind, what = "Session", "session store"
				case s.Window:
					kind, what = "Window", "window store"
				}
				key, val := k.StoreCodecs(i)
				add(s.Name, kind, what, key, val)
			}
		}
		for _, g := range t.plan.Globals {
			if len(g.Codecs) > 0 { // bound to their topic when the application starts
				continue
			}
			if p := g.Processor; p != nil {
				add(g.Store, "KeyValue", "global store", p.Handle.Key, p.Handle.Val)
			} else {
				add(g.Store, "KeyValue", "global table", g.Key, g.Val)
			}
		}
		if len(list) == 0 {
			continue
		}
		l.plan.Packages[queryPath], l.plan.Packages[serdePath] = "query", "serde"
		name := strings.TrimPrefix(t.plan.Constructor, "New")
		if name == t.plan.Constructor {
			name = lower(strings.TrimPrefix(name, "new"))
		}
		t.plan.Readers = &plan.Readers{Type: l.scope.unique(name + "Stores"), Make: l.scope.unique(t.plan.Constructor + "Stores"), List: list}
	}
}
