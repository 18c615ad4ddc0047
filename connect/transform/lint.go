package transform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/connect/plugin"
)

// Step is a transform of a chain, as a connector's configuration has it. A plain value.
type Step struct {
	Alias     string
	Transform plugin.Transform // configured
	Predicate plugin.Predicate // configured; nil for none
	Negate    bool
}

// Chain is what Lint knows of a connector. A plain value.
type Chain struct {
	Steps []Step
	Sink  bool
	// Plain says that a side has no schemas: its converter gives none (a sink), or its task makes none (a source).
	PlainKey, PlainValue bool
}

// Lint returns warnings of transforms that cannot work where they stand, in the order of the chain: they would fail each record
// or do nothing. It knows the transforms of this package; others may do anything, so nothing is said of what comes behind them.
func Lint(c Chain) (warnings []string) {
	warn := func(s Step, format string, args ...any) {
		warnings = append(warnings, fmt.Sprintf("transforms.%s: ", s.Alias)+fmt.Sprintf(format, args...))
	}
	// What is known of each half: that it has no schema, and that it is a scalar since a step.
	plain := map[side]bool{key: c.PlainKey, value: c.PlainValue}
	scalar := map[side]string{}
	fields := func(s Step, of side) {
		if by := scalar[of]; by != "" {
			warn(s, "the %s has no fields any more: transforms.%s made a single value of it; put this one before it", of, by)
		}
	}
	for i, s := range c.Steps {
		if _, ok := s.Transform.(*Filter); ok {
			if s.Predicate == nil {
				if warn(s, "it drops every record: give it a predicate"); i+1 < len(c.Steps) {
					warn(c.Steps[i+1], "no record comes here: transforms.%s drops all of them", s.Alias)
				}
				return warnings
			}
			continue
		}
		always := s.Predicate == nil
		switch t := s.Transform.(type) {
		case *InsertField:
			fields(s, t.side)
			if t.offset != nil && !c.Sink {
				warn(s, "offset.field works for sinks alone: a source's records have no offset yet")
			}
		case *MaskField:
			fields(s, t.side)
		case *ReplaceField:
			fields(s, t.side)
		case *HeaderFrom:
			fields(s, t.side)
		case *Flatten:
			fields(s, t.side)
		case *ValueToKey:
			fields(s, value)
			if always {
				scalar[key], plain[key] = "", plain[value]
			}
		case *ExtractField:
			fields(s, t.side)
			// What the field holds is not known; of a flat record it is a single value.
			if always && i > 0 && flat(c.Steps[i-1], t.side) {
				scalar[t.side] = s.Alias
			}
		case *HoistField:
			if always {
				scalar[t.side] = ""
			}
		case *Cast:
			if t.whole {
				if by := scalar[t.side]; by == "" && always {
					scalar[t.side] = s.Alias
				}
			} else {
				fields(s, t.side)
			}
		case *TimestampConverter:
			if t.field != "" {
				fields(s, t.side)
			} else if always {
				scalar[t.side] = s.Alias
			}
		case *SetSchemaMetadata:
			if plain[t.side] {
				warn(s, "the %s has no schema here: the converter gives none, so every record would fail", t.side)
			}
		case *TimestampRouter, *RegexRouter, *InsertHeader, *DropHeaders:
		default:
			return warnings
		}
	}
	return warnings
}

func flat(s Step, of side) bool {
	f, ok := s.Transform.(*Flatten)
	return ok && f.side == of && s.Predicate == nil
}

// String returns the half's name.
func (s side) String() string {
	if s == key {
		return "key"
	}
	return "value"
}

// Watch tells of regular expressions that matched none of the first records: a pattern that was meant to match, and does not,
// is silent otherwise. It belongs to one goroutine.
type Watch struct {
	steps []watched
	left  int
}

type watched struct {
	alias, pattern string
	matches        func(topic string) (bool, error)
	topics         []string
}

// maxTopics is how many topics a warning names.
const maxTopics = 3

// NewWatch watches the regular expressions of a chain over its first records, n of them. Predicates' patterns may be meant to
// match nothing for a while, but those are told too: a predicate that is never true makes its transform do nothing.
func NewWatch(steps []Step, n int) *Watch {
	w := &Watch{left: n}
	for _, s := range steps {
		if p, ok := s.Predicate.(*TopicNameMatches); ok {
			w.steps = append(w.steps, watched{alias: "the predicate of transforms." + s.Alias, pattern: p.regex.String(), matches: p.regex.Matches})
			break // topics behind it may be others
		}
		if t, ok := s.Transform.(*RegexRouter); ok {
			w.steps = append(w.steps, watched{alias: "transforms." + s.Alias, pattern: t.regex.String(), matches: t.regex.Matches})
			break
		}
	}
	return w
}

// Done reports whether nothing is left to watch, so that the caller can let go of it.
func (w *Watch) Done() bool { return w.left <= 0 || len(w.steps) == 0 }

// Record looks at the topic that a record has before the chain. With the last of the first records it returns the warnings.
func (w *Watch) Record(topic string) (warnings []string) {
	if w.Done() {
		return nil
	}
	w.left--
	kept := w.steps[:0]
	for _, s := range w.steps {
		if ok, err := s.matches(topic); ok || err != nil {
			continue
		}
		if len(s.topics) < maxTopics && !slices.Contains(s.topics, topic) {
			s.topics = append(s.topics, topic)
		}
		kept = append(kept, s)
	}
	w.steps = kept
	if w.left > 0 {
		return nil
	}
	for _, s := range w.steps {
		warnings = append(warnings, fmt.Sprintf("%s: the regular expression %s has matched no topic so far, such as %s; it must match the whole name", s.alias, s.pattern, strings.Join(s.topics, ", ")))
	}
	return warnings
}
