package commit

import "fmt"

// Env is what a commit does, step by step. The functions are called on the worker's
// goroutine, one after the other.
type Env struct {
	Flush     func() error // emit coalesced results of every task, hand them to the producer
	Changelog func() error // hand dirty entries to the producer and to the batches of Apply
	Settle    func() error // wait until everything produced is acknowledged
	Offsets   func() error // one try to commit the input offsets (into the transaction)
	End       func() error // exactly-once: commit the transaction
	Abort     func() error // exactly-once: abort the transaction and drop what is buffered
	Apply     func() error // put the batches, with their changelog offsets, into the stores
	// Again is asked before the n-th retry (from 1) of a step; it backs off, and says
	// false when the step has been tried for too long.
	Again func(step State, n int, cause error) bool
}

// State is a step of a commit, or its end.
type State uint8

// The steps, then the ends.
const (
	Flush State = iota
	Changelog
	Settle
	Offsets
	End
	Apply
	Aborting
	Committed // durable: go on
	Aborted   // taken back: rebuild the tasks from the last commit
	Restarted // close the client, start the worker anew
	Failed    // stop the worker with the error
)

// String names the state.
func (s State) String() string {
	return [...]string{"flush", "changelog", "settle", "offsets", "end", "apply", "abort",
		"committed", "aborted", "restart", "failed"}[s]
}

// Final says whether a commit ends in s.
func (s State) Final() bool { return s >= Committed }

// do runs the function of a step.
func (e *Env) do(s State) error {
	f := [...]func() error{e.Flush, e.Changelog, e.Settle, e.Offsets, e.End, e.Apply, e.Abort}[s]
	return f()
}

// run drives a commit from state s until it ends. next is the mode's transition
// function; first is the failure that has already happened, for a commit that begins by
// aborting. It returns the end and the error that led there, nil for Committed.
func (e *Env) run(s State, next func(s State, c Class, faulty bool) State, first error) (State, error) {
	var cause = first
	faulty := ClassOf(first) == Fault
	for tries := 0; !s.Final(); {
		err := e.do(s)
		c := ClassOf(err)
		if c == Retry {
			tries++
			if e.Again(s, tries, err) {
				continue
			}
			c = Abort
			err = &Error{Class: Abort, Cause: fmt.Errorf("gave up after %d tries: %w", tries, err)}
		}
		tries = 0
		if err != nil {
			if cause == nil || c == Fault {
				cause = fmt.Errorf("commit, step %s: %w", s, err)
			}
			faulty = faulty || c == Fault
		}
		s = next(s, c, faulty)
	}
	if s == Committed {
		return s, nil
	}
	return s, cause
}
