package plugin

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Entry is a plug-in that a worker knows, as one of its kinds. A plain value.
type Entry struct {
	Info
	Kind Kind
	New  Constructor
}

// Set is the plug-ins of a worker. It is filled once and is safe for concurrent use after that.
type Set struct{ entries []Entry }

// NewSet returns the set of these plug-ins. It fails when one is of no kind, has no class, or two share kind and class.
func NewSet(constructors ...Constructor) (*Set, error) {
	s := &Set{}
	for _, construct := range constructors {
		p := construct()
		kinds := Kinds(p)
		info := p.Info()
		if len(kinds) == 0 {
			return nil, fmt.Errorf("plug-in %s (%T) is of no kind: it must be a connector, transform, predicate, converter or config provider", info.Class, p)
		}
		if info.Class == "" {
			return nil, fmt.Errorf("plug-in %T has no class: its Info must name what configurations call it", p)
		}
		for _, k := range kinds {
			if _, there := s.Find(k, info.Class); there {
				return nil, fmt.Errorf("%s %s is given twice", k, info.Class)
			}
			s.entries = append(s.entries, Entry{info, k, construct})
		}
	}
	slices.SortStableFunc(s.entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Class, b.Class))
	})
	return s, nil
}

// Of returns the plug-ins of the kinds, in the order in which REST answers list them.
func (s *Set) Of(kinds ...Kind) []Entry {
	return slices.DeleteFunc(slices.Clone(s.entries), func(e Entry) bool { return !slices.Contains(kinds, e.Kind) })
}

// Find returns the plug-in of a kind by its full class name.
func (s *Set) Find(kind Kind, class string) (Entry, bool) {
	for _, e := range s.entries {
		if e.Kind == kind && e.Class == class {
			return e, true
		}
	}
	return Entry{}, false
}

// Lookup returns the plug-in of one of the kinds by class, by the last part of it, or by that without its kind's word
// at the end (FileStreamSource for FileStreamSourceConnector), as Connect's aliases work.
func (s *Set) Lookup(name string, kinds ...Kind) (Entry, bool) {
	for _, e := range s.entries {
		if slices.Contains(kinds, e.Kind) && (e.Class == name || slices.Contains(aliases(e), name)) {
			return e, true
		}
	}
	return Entry{}, false
}

// aliases returns the short names of a plug-in.
func aliases(e Entry) []string {
	simple := e.Class[strings.LastIndexByte(e.Class, '.')+1:]
	pruned := simple
	switch e.Kind {
	case KindSink, KindSource:
		pruned = strings.TrimSuffix(simple, "Connector")
	case KindConverter:
		pruned = strings.TrimSuffix(simple, "Converter")
	case KindHeaderConverter:
		pruned = strings.TrimSuffix(strings.TrimSuffix(simple, "HeaderConverter"), "Converter")
	}
	if pruned == "" || pruned == simple {
		return []string{simple}
	}
	return []string{simple, pruned}
}
