package operator

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// Role says what a user function is for.
type Role string

// The roles of user functions.
const (
	Predicate   Role = "predicate"
	Value       Role = "value"
	Key         Role = "key"
	Pair        Role = "pair"
	Pairs       Role = "pairs"
	Reducer     Role = "reducer"
	Aggregator  Role = "aggregator"
	Joiner      Role = "joiner"
	LeftJoiner  Role = "left-joiner"
	OuterJoiner Role = "outer-joiner"
	// TableReducer and TableAggregator are functions that add and subtract.
	TableReducer    Role = "table-reducer"
	TableAggregator Role = "table-aggregator"
	WindowKey       Role = "window-key"
	SessionKey      Role = "session-key"
	// WindowPredicate, WindowValue and WindowPair look at a table's window, or session.
	WindowPredicate Role = "window-predicate"
	WindowValue     Role = "window-value"
	WindowPair      Role = "window-pair"
	Proc            Role = "processor"
	ValueProc       Role = "value-processor"
	GlobalProc      Role = "global-processor"
	Reader          Role = "reader" // of a global store
	Values          Role = "values"
	Route           Role = "topic"
	Timestamp       Role = "timestamp"
)

// Func is a user function: a name of the text form, the types that it takes and makes, and
// its Go text. A plain value.
//
// A type is "string" or "int64", or "" for any; among those made "key" and "val" are the
// types taken, and "other" is that of a join's other side.
type Func struct {
	Role           Role
	Name           string
	Key, Val       string // taken
	Other          string // joiners: the other side's value
	OutKey, OutVal string // made
	Go             string
	Merge          string // aggregators: how the aggregates of two sessions become one, as Go
}

// Functions is the vocabulary. The Java side has the same names (oracle/…/fn).
var Functions = []Func{
	{Role: Predicate, Name: "positive", Val: "int64", Go: "fn.Positive"},
	{Role: Predicate, Name: "even", Val: "int64", Go: "fn.Even"},
	{Role: Predicate, Name: "short", Val: "string", Go: "fn.Short"},
	{Role: Predicate, Name: "named", Key: "string", Go: "fn.Named"},
	{Role: Predicate, Name: "opt-whole", Go: "fn.Whole"},

	{Role: Value, Name: "inc", Val: "int64", OutVal: "int64", Go: "fn.Inc"},
	{Role: Value, Name: "negate", Val: "int64", OutVal: "int64", Go: "fn.Negate"},
	{Role: Value, Name: "length", Val: "string", OutVal: "int64", Go: "fn.Length"},
	{Role: Value, Name: "show", Val: "int64", OutVal: "string", Go: "fn.Show"},
	{Role: Value, Name: "exclaim", Val: "string", OutVal: "string", Go: "fn.Exclaim"},
	{Role: Value, Name: "keyed", Key: "string", Val: "string", OutVal: "string", Go: "fn.Keyed"},
	{Role: Value, Name: "opt-half", Val: "int64", OutVal: "int64", Go: "fn.Half"},
	{Role: Value, Name: "opt-default", Val: "string", OutVal: "string", Go: "fn.Default"},
	{Role: Value, Name: "opt-blank", Val: "string", OutVal: "string", Go: "fn.Blank"},

	{Role: Key, Name: "value", OutKey: "val", Go: "fn.Value"},
	{Role: Key, Name: "first", Val: "string", OutKey: "string", Go: "fn.First"},
	{Role: Key, Name: "parity", Val: "int64", OutKey: "string", Go: "fn.Parity"},
	{Role: Key, Name: "digit", Val: "int64", OutKey: "int64", Go: "fn.Digit"},
	{Role: Key, Name: "key-length", Key: "string", OutKey: "int64", Go: "fn.KeyLength"},
	{Role: Key, Name: "same", OutKey: "key", Go: "fn.Same"},
	{Role: Key, Name: "opt-sign", Val: "int64", OutKey: "string", Go: "fn.Sign"},

	{Role: Pair, Name: "swap", OutKey: "val", OutVal: "key", Go: "fn.Swap"},
	{Role: Pair, Name: "measure", Key: "string", OutKey: "val", OutVal: "int64", Go: "fn.Measure"},
	{Role: Pair, Name: "print", Val: "int64", OutKey: "string", OutVal: "key", Go: "fn.Print"},
	{Role: Pair, Name: "opt-shift", Val: "int64", OutKey: "key", OutVal: "int64", Go: "fn.Shift"},

	{Role: Pairs, Name: "letters", Val: "string", OutKey: "string", OutVal: "key", Go: "fn.Letters"},
	{Role: Pairs, Name: "twice", Val: "int64", OutKey: "key", OutVal: "int64", Go: "fn.Twice"},
	{Role: Pairs, Name: "spread", Key: "string", Val: "int64", OutKey: "string", OutVal: "int64", Go: "fn.Spread"},

	{Role: Reducer, Name: "sum", Val: "int64", OutVal: "int64", Go: "fn.Sum"},
	{Role: Reducer, Name: "max", Val: "int64", OutVal: "int64", Go: "fn.Max"},
	{Role: Reducer, Name: "last", OutVal: "val", Go: "fn.Last"},
	{Role: Reducer, Name: "concat", Val: "string", OutVal: "string", Go: "fn.Concat"},

	{Role: Aggregator, Name: "total", Val: "int64", OutVal: "int64", Go: "fn.Zero, fn.Sum", Merge: "fn.Sum"},
	{Role: Aggregator, Name: "joined", Val: "string", OutVal: "string", Go: "fn.Bar, fn.Joined", Merge: "fn.Beside"},
	{Role: Aggregator, Name: "lengths", Val: "string", OutVal: "int64", Go: "fn.Hundred, fn.Lengths", Merge: "fn.Sum"},
	{Role: Aggregator, Name: "shown", Val: "int64", OutVal: "string", Go: "fn.Empty, fn.Shown", Merge: "fn.Beside"},

	{Role: Joiner, Name: "pair", OutVal: "string", Go: "fn.Pair"},
	{Role: Joiner, Name: "add", Val: "int64", Other: "int64", OutVal: "int64", Go: "fn.Add"},
	{Role: LeftJoiner, Name: "opt-pair", OutVal: "string", Go: "fn.LeftPair"},
	{Role: LeftJoiner, Name: "opt-add", Val: "int64", Other: "int64", OutVal: "int64", Go: "fn.LeftAdd"},

	{Role: OuterJoiner, Name: "opt-pair", OutVal: "string", Go: "fn.OuterPair"},
	{Role: OuterJoiner, Name: "opt-add", Val: "int64", Other: "int64", OutVal: "int64", Go: "fn.OuterAdd"},

	{Role: TableReducer, Name: "sum", Val: "int64", OutVal: "int64", Go: "fn.Sum, fn.Minus"},
	{Role: TableReducer, Name: "struck", Val: "string", OutVal: "string", Go: "fn.Concat, fn.Struck"},
	{Role: TableAggregator, Name: "total", Val: "int64", OutVal: "int64", Go: "fn.Zero, fn.Sum, fn.Minus"},
	{Role: TableAggregator, Name: "shown", Val: "int64", OutVal: "string", Go: "fn.Empty, fn.Shown, fn.Unshown"},

	{Role: WindowKey, Name: "windowed", Go: "dsl.WindowedKey"},
	{Role: WindowKey, Name: "inner", OutKey: "key", Go: "fn.Inner"},
	{Role: WindowKey, Name: "start", OutKey: "int64", Go: "fn.Start"},

	{Role: WindowPredicate, Name: "early", Key: "string", Val: "int64", Go: "fn.Early"},
	{Role: WindowPredicate, Name: "long", Key: "string", Val: "string", Go: "fn.Long"},
	{Role: WindowValue, Name: "ends", Key: "string", Val: "int64", OutVal: "int64", Go: "fn.Ends"},
	{Role: WindowValue, Name: "since", Key: "string", Val: "string", OutVal: "string", Go: "fn.Since"},
	{Role: WindowPair, Name: "by-start", Key: "string", Val: "int64", OutKey: "int64", OutVal: "int64", Go: "fn.ByStart"},

	{Role: Values, Name: "letters", Val: "string", OutVal: "string", Go: "fn.ValueLetters"},
	{Role: Values, Name: "down", Val: "int64", OutVal: "int64", Go: "fn.Down"},
	{Role: Values, Name: "marks", Key: "string", Val: "int64", OutVal: "string", Go: "fn.Marks"},

	{Role: Route, Name: "by-value", Val: "int64", Go: "fn.ByValue"},
	{Role: Route, Name: "by-length", Val: "string", Go: "fn.ByLength"},
	{Role: Route, Name: "by-time", Go: "fn.ByTime"},

	{Role: Timestamp, Name: "shifted", Val: "int64", Go: "fn.Shifted[%[1]s]"},
	{Role: Timestamp, Name: "latest", Go: "fn.Latest[%[1]s, %[2]s]"},

	{Role: ValueProc, Name: "previous", Go: "&fn.Previous[%[1]s, %[2]s]{Store: %[3]s}"},

	{Role: SessionKey, Name: "windowed", Go: "dsl.SessionKey"},
	{Role: SessionKey, Name: "inner", OutKey: "key", Go: "fn.SessionInner"},
	{Role: SessionKey, Name: "start", OutKey: "int64", Go: "fn.SessionStart"},

	{Role: GlobalProc, Name: "keeping", Go: "&fn.Keeping[%[1]s, %[2]s]{Store: %[3]s}"},
	{Role: GlobalProc, Name: "adding", Val: "int64", Go: "&fn.Adding[%[1]s]{Store: %[3]s}"},
	{Role: GlobalProc, Name: "dated", Go: "&fn.Dated[%[1]s, %[2]s]{Store: %[3]s}"},
	{Role: Reader, Name: "asking", Go: "&fn.Asking[%[1]s, %[2]s]{Store: %[3]s}"},
	{Role: Reader, Name: "listing", Go: "&fn.Listing[%[1]s, %[2]s]{Store: %[3]s}"},
	{Role: Reader, Name: "dating", Go: "&fn.Dating[%[1]s, %[2]s]{Store: %[3]s}"},

	{Role: Proc, Name: "stamped", Go: "&fn.Stamped[%[1]s, %[2]s]{Store: %[3]s}"},
	{Role: Proc, Name: "running", Val: "int64", Go: "&fn.Running[%[1]s]{Store: %[3]s}"},
	{Role: Proc, Name: "wall", Go: "&fn.Ticking[%[1]s, %[2]s]{Store: %[3]s, Clock: processor.WallClock}"},
	{Role: Proc, Name: "ticking", Go: "&fn.Ticking[%[1]s, %[2]s]{Store: %[3]s, Clock: processor.StreamTime}"},
	{Role: Proc, Name: "recent", Val: "int64", Go: "&fn.Recent[%[1]s]{Store: %[3]s}"},
}

// Sees tells whether a function is called for absent values.
func (f Func) Sees() bool { return strings.HasPrefix(f.Name, "opt-") }

// Takes tells whether the function fits the types. Windowed keys fit functions that take any key.
func (f Func) Takes(key, val, other string) bool {
	return (f.Key == "" || f.Key == key) && (f.Val == "" || f.Val == val) && (f.Other == "" || f.Other == other)
}

// Makes are the types of what the function makes of records of the given types.
func (f Func) Makes(key, val string) (outKey, outVal string) {
	pick := func(out, same string) string {
		switch out {
		case "":
			return same
		case "key":
			return key
		case "val":
			return val
		}
		return out
	}
	return pick(f.OutKey, key), pick(f.OutVal, val)
}

// function finds the function that an option of the line names and checks what it takes.
func function(l *form.Line, option string, role Role, key, val, other string) (Func, error) {
	for _, f := range Functions {
		if f.Role == role && f.Name == l.Get(option) {
			if !f.Takes(key, val, other) {
				return f, fmt.Errorf("%s %s does not take (%s, %s) %s", role, f.Name, key, val, other)
			}
			return f, nil
		}
	}
	return Func{}, fmt.Errorf("%s: there is no %s %q", l.Op, role, l.Get(option))
}

// goFunc is the Go text of the function that an option of a checked line names.
func goFunc(l *form.Line, option string, role Role) (f Func) {
	for _, f := range Functions {
		if f.Role == role && f.Name == l.Get(option) {
			return f
		}
	}
	return f
}

// method is the name of an operator's method for the form of a function.
func method(name string, f Func) string {
	if f.Sees() {
		return name + "Opt"
	}
	return name
}
