// Package fault says what happens to a record that cannot be read, processed or written.
package fault

import "fmt"

// Action is what a policy does with a failed record.
type Action uint8

// The actions.
const (
	Fail       Action = iota // stop the task, lose nothing
	Skip                     // drop the record, count it
	DeadLetter               // write it to a topic, then go on
)

// Policy handles the failed records of one operator. The zero Policy fails. A plain
// value, safe for concurrent use.
type Policy struct {
	Action Action
	Topic  string // of DeadLetter
}

// Phase is the step in which a record failed.
type Phase string

// The phases.
const (
	Deserialize Phase = "deserialize"
	Process     Phase = "process"
	Serialize   Phase = "serialize"
	Produce     Phase = "produce"
	Punctuate   Phase = "punctuate"
	Commit      Phase = "commit"
)

// Error is a failed record: where it was, what was done to it, why that failed. It
// unwraps to its cause. Topic is empty and Offset -1 when no record was in progress: a
// punctuator, a commit. An Error is immutable, safe for concurrent use.
type Error struct {
	Phase     Phase
	Operator  string // processor name, as in Describe
	Topic     string
	Partition int32
	Offset    int64
	Hint      string // what to do
	Cause     error
}

// Error implements error.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s: cannot %s: %v", e.Operator, e.Phase, e.Cause)
	if e.Topic != "" {
		s = fmt.Sprintf("%s: cannot %s the record at %s-%d offset %d: %v", e.Operator, e.Phase, e.Topic, e.Partition, e.Offset, e.Cause)
	}
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }
