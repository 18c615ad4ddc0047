package commit

import "errors"

// Class says what a failure of one step means. The caller gives its errors a class; an
// error without one aborts.
type Class uint8

// The classes, in the order of how much they cost.
const (
	// OK is no failure.
	OK Class = iota
	// Retry: the broker asks to try the same step again (a rebalance is going on, the
	// coordinator moves, a marker is still being written).
	Retry
	// Abort: nothing of this transaction may become visible; the worker can go on from
	// its last commit.
	Abort
	// Restart: the worker is no longer the one that began the transaction (fenced, its
	// member id changed), or nobody knows what became of it. Its client is closed, and a
	// new one with the same transactional id fences what is left.
	Restart
	// Fault: a record or an operator is at fault; trying again would fail again.
	Fault
)

// String names the class as the histories in testdata do.
func (c Class) String() string {
	return [...]string{"ok", "retry", "abort", "restart", "fault"}[c]
}

// Error is a failure with its class. It is immutable, safe for concurrent use.
type Error struct {
	Class Class
	Cause error
}

// Error implements error.
func (e *Error) Error() string { return e.Cause.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// As gives err a class; nil stays nil, and an error that has a class keeps it.
func As(c Class, err error) error {
	var e *Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	return &Error{Class: c, Cause: err}
}

// ClassOf returns the class of err.
func ClassOf(err error) Class {
	if err == nil {
		return OK
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return Abort
}
