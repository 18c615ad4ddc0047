package emit

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
)

// rec is the record in progress as generated code sees it: expressions.
type rec struct {
	k, v           string // key and value, zero where absent
	kType, vType   string
	kOK, vOK       string // whether they are present; "true" where that is known
	kRaw, vRaw     string // their bytes in the codecs kCodec and vCodec, "" when there are none
	kCodec, vCodec string
	ts, h          string // timestamp and headers
	w              string // the window, behind a windowed operator
	old, had       string // the value replaced and whether there is one; "" unless a table sends it
}

// body prints the inside of one method.
type body struct {
	*emitter
	t      string // receiver
	run    string // the run in progress and the index of its record
	index  string
	skip   string                  // statement that ends the record
	result func(err string) string // statement that ends the method with an error
	used   map[string]int
	in     string // the record in progress as it came, "" where there is none
	// late is of a source's method that notes its record along with operators: what comes before the
	// first of them can neither panic nor ask.
	late bool
}

func (e *emitter) newBody(run, index string) *body {
	b := &body{emitter: e, used: map[string]int{}, skip: "return nil"}
	b.t = b.fresh("t")
	b.run, b.index = strings.Replace(run, "t.", b.t+".", 1), strings.Replace(index, "t.", b.t+".", 1)
	b.result = func(err string) string { return "return " + err }
	return b
}

// fresh is a local name not used before in the method.
func (b *body) fresh(want string) string {
	for {
		b.used[want]++
		name := want
		if n := b.used[want]; n > 1 {
			name = fmt.Sprintf("%s%d", want, n)
		}
		if b.local(name) == name && b.used["="+name] == 0 {
			b.used["="+name] = 1
			return name
		}
	}
}

func (b *body) app() string { return b.t + ".app" }

// err is the name for errors: each is declared in a block of its own.
func (b *body) err() string { return b.local("err") }

var comment = regexp.MustCompile(`(?m)^\s*//.*$`)

// uses says whether text refers to a local variable.
func uses(text, name string) bool {
	if name == "" {
		return false
	}
	text = comment.ReplaceAllString(text, "")
	return regexp.MustCompile(`(^|[^.\pL\pN_"-])`+regexp.QuoteMeta(name)+`($|[^\pL\pN_:])`).MatchString(text) ||
		regexp.MustCompile(`[:{] *`+regexp.QuoteMeta(name)+`\b`).MatchString(text)
}

// or is name where text refers to it, else the blank identifier.
func or(text, name string) string {
	if uses(text, name) {
		return name
	}
	return "_"
}

// not negates a condition.
func not(cond string) string {
	switch {
	case cond == "true":
		return "false"
	case strings.HasSuffix(cond, " != nil"):
		return strings.TrimSuffix(cond, "!= nil") + "== nil"
	case strings.HasPrefix(cond, "!"):
		return cond[1:]
	}
	return "!" + cond
}

// guard wraps text in a condition, unless that always holds.
func guard(cond, text string) string {
	if cond == "true" {
		return text
	}
	return "if " + cond + " {\n" + text + "}\n"
}

// policy is the text of a fault.Policy and of its dead-letter sink.
func (b *body) policy(p plan.Policy) (policy, sink string) {
	switch p.Action {
	case "skip":
		return faultPolicy + "{Action: " + faultSkip + "}", "nil"
	case "dead-letter":
		sink = "nil"
		if p.Sink >= 0 {
			sink = b.t + "." + b.task.Sinks[p.Sink].Field
		}
		return faultPolicy + "{Action: " + faultDead + "}", sink
	}
	return faultPolicy + "{}", "nil"
}

// failed prints what happens after an error of a step.
func (b *body) failed(p plan.Policy, phase, node, err string) string {
	policy, sink := b.policy(p)
	call := fmt.Sprintf("%s.env.Failed(%s, %s, %s, %q, %s, %s, %s)", b.t, policy, sink, phase, node, b.run, b.index, err)
	if p.Action == "fail" || p.Action == "" {
		return b.result(call) + "\n"
	}
	return fmt.Sprintf("if %s := %s; %s != nil {\n%s\n}\n%s\n", err, call, err, b.result(err), b.skip)
}

// drop counts a record that is left out.
func (b *body) drop(node, cond, counter string) string {
	if cond == "true" {
		return ""
	}
	return fmt.Sprintf("if %s {\n%s.env.DropsOf(%q).%s++\n%s\n}\n", not(cond), b.t, node, counter, b.skip)
}

// keyed drops records without a key; what follows knows that there is one.
func (b *body) keyed(node string, r rec) (string, rec) {
	text := b.drop(node, r.kOK, "NullKey")
	if r.vOK == r.kOK {
		r.vOK = "true"
	}
	r.kOK = "true"
	return text, r
}

// valued drops records without a value.
func (b *body) valued(node string, r rec) (string, rec) {
	text := b.drop(node, r.vOK, "NullVal")
	if r.kOK == r.vOK {
		r.kOK = "true"
	}
	r.vOK = "true"
	return text, r
}

// enter notes the operator at work, and its record where nothing has, for reports of panics and for
// what other methods report. It stands before all that is the user's, codecs included.
func (b *body) enter(node string) string {
	if b.late {
		return fmt.Sprintf("%s.env.Index, %s.env.Node = %s, %q\n", b.t, b.t, b.index, node)
	}
	return fmt.Sprintf("%s.env.Node = %q\n", b.t, node)
}

// entering is enter where fn alone is about to be called: for one that cannot panic nothing is
// noted, since a note costs as much as many a function.
func (b *body) entering(node string, fn *plan.Func) string {
	if fn.NoPanic {
		return ""
	}
	return b.enter(node)
}

// decode prints how one side of a source's record is read. What nothing uses is not kept,
// and not read at all where any bytes will do.
func (b *body) decode(s *plan.Source, c *plan.Codec, pick *plan.Pick, raw, name, ok, rest string) string {
	method := "Decode"
	switch {
	case pick != nil:
		method = pickMethod(pick, c.Kind == "avro" && lends(s.Next))
	case c.Kind == "avro" && lends(s.Next):
		method = "View"
	}
	asked := ok == raw+" != nil" // there is no variable of it
	wanted, present := uses(rest, name), asked || uses(rest, ok)
	var out strings.Builder
	if !asked && (present || wanted && c.Kind != "string") {
		fmt.Fprintf(&out, "%s := %s != nil\n", ok, raw)
	}
	switch {
	case c.Kind == "string" && wanted:
		fmt.Fprintf(&out, "%s := string(%s)\n", name, raw)
	case infallible(c) && !wanted:
	case c.Kind == "bytes" && lends(s.Next): // an append to it goes elsewhere
		fmt.Fprintf(&out, "%s := ⟦slices⟧.Clip(%s)\n", name, raw)
	case !wanted:
		cond := ok
		if !present {
			cond = raw + " != nil"
		}
		err := b.err()
		fmt.Fprintf(&out, "if %s {\n_, %s := %s."+method+"(%s)\nif %s != nil {\n%s}\n}\n", cond, err, b.value(c, b.app(), b.t), raw, err,
			b.failed(s.Policy, faultDecode, s.Node, err))
	default:
		err := b.err()
		fmt.Fprintf(&out, "var %s %s\nif %s {\nvar %s error\n%s, %s = %s."+method+"(%s)\nif %s != nil {\n%s}\n}\n", name, c.Type, ok, err, name, err,
			b.value(c, b.app(), b.t), raw, err, b.failed(s.Policy, faultDecode, s.Node, err))
	}
	return out.String()
}

// appended is the expression that appends a value's bytes to a buffer, and whether it has
// an error beside it.
func (b *body) appended(c *plan.Codec, buf, val string) (expr string, fails bool) {
	if infallible(c) {
		return fmt.Sprintf("append(%s, %s...)", buf, val), false
	}
	return fmt.Sprintf("%s.Append(%s, %s)", b.value(c, b.app(), b.t), buf, val), true
}

// steps prints what follows a record: all but the last are methods.
func (b *body) steps(list []*plan.Step, r rec) string {
	var out strings.Builder
	for _, s := range list {
		if s.Method == "" {
			out.WriteString(b.step(s, r))
			continue
		}
		if b.late {
			fmt.Fprintf(&out, "%s.env.Index = %s\n", b.t, b.index)
		}
		err := b.err()
		args := r.k + ", " + r.kOK
		if s.TakesWindow() {
			args += ", " + r.w
		}
		values := r.v + ", " + r.vOK
		if s.TakesOld {
			values += ", " + r.old + ", " + r.had
		}
		fmt.Fprintf(&out, "if %s := %s.%s(%s, %s, %s, %s); %s != nil {\n%s\n}\n", err, b.t, s.Method, args, values, r.ts, r.h, err, b.result(err))
	}
	return out.String()
}

// step prints one operator and what follows it.
func (b *body) step(s *plan.Step, r rec) string {
	print, ok := operators[s.Op]
	if !ok {
		print = func(b *body, s *plan.Step, r rec) string { return b.steps(s.Next, r) }
	}
	head := "\n// " + s.Node
	if s.Label != "" {
		head += ": " + s.Label
	}
	return head + "\n" + print(b, s, r)
}

// operators prints each operator: one operator, one file.
var operators map[string]func(*body, *plan.Step, rec) string

func init() {
	operators = map[string]func(*body, *plan.Step, rec) string{
		"filter": filter, "present": present, "map": mapStep, "map-values": mapValues, "flat-map": flatMap, "select-key": selectKey,
		"peek": peek, "for-each": peek, "merge": merge, "sink": sink, "repartition": repartition,
		"count": kernelStep, "reduce": kernelStep, "aggregate": kernelStep, "to-stream": toStream,
		"split": split, "flat-map-values": flatMapValues, "print": printStep, "process-values": process,
		"side": side, "join-global": joinGlobal, "left-join-global": joinGlobal, "process": process,
		"table": tableStep, "to-table": tableStep, "table-filter": tableFilter, "table-map-values": tableMapValues,
		"table-group-by": tableGroupBy, "table-count": kernelStep, "table-reduce": kernelStep, "table-aggregate": kernelStep,
		"table-join": tableJoin, "table-left-join": tableJoin, "table-outer-join": tableJoin, "table-merge": tableMerge,
		"join-table": joinTable, "left-join-table": joinTable,
	}
}

// key is a record's key as the functions of a table see it: with the window that it has.
func (r rec) key(s *plan.Step) string {
	if s.TakesWindow() {
		return r.k + ", " + r.w
	}
	return r.k
}

// args are the arguments that a form of a user function takes.
func (b *body) args(s *plan.Step, r rec) string {
	switch s.Form {
	case "opt":
		return fmt.Sprintf("%s[%s]{V: %s, OK: %s}, %s[%s]{V: %s, OK: %s}", procOpt, r.kType, r.k, r.kOK, procOpt, r.vType, r.v, r.vOK)
	case "record":
		return b.record(r)
	}
	return r.k + ", " + r.v
}

// record is the record as user code sees it.
func (b *body) record(r rec) string {
	return fmt.Sprintf("%s[%s, %s]{Key: %s, Value: %s%s%s, Timestamp: %s, Headers: %s}", procRecord, r.kType, r.vType, r.k, r.v,
		absent("NoKey", r.kOK), absent("NoValue", r.vOK), r.ts, r.h)
}

func absent(field, ok string) string {
	if ok == "true" {
		return ""
	}
	return ", " + field + ": " + not(ok)
}
