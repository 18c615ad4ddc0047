package plugin

import (
	"errors"
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/connect/data"
)

// Error is a failure with the name of the Java exception that a Connect user knows it by; traces, dead-letter headers and
// REST answers show that name. A plain value.
type Error struct {
	Class   string // such as org.apache.kafka.connect.errors.DataException
	Message string
	Cause   error // nil for none
}

// Error returns the message, or the cause's when there is none.
func (e *Error) Error() string {
	if e.Message == "" && e.Cause != nil {
		return e.Cause.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// JavaClass returns the class.
func (e *Error) JavaClass() string { return e.Class }

// The classes that most errors have.
const (
	ConnectException   = "org.apache.kafka.connect.errors.ConnectException"
	DataException      = "org.apache.kafka.connect.errors.DataException"
	RetriableException = "org.apache.kafka.connect.errors.RetriableException"
)

// Errorf returns an error that fails whatever meets it: ConnectException. A %w in the format becomes the cause.
func Errorf(format string, args ...any) error { return classed(ConnectException, format, args) }

// DataErrorf returns an error about a record's data: DataException.
func DataErrorf(format string, args ...any) error { return classed(DataException, format, args) }

func classed(class, format string, args []any) error {
	err := fmt.Errorf(format, args...)
	return &Error{Class: class, Message: err.Error(), Cause: errors.Unwrap(err)}
}

// Retriable marks a failure that may pass by itself: the stage, poll or put is tried again with the same input.
func Retriable(cause error) error { return &Error{Class: RetriableException, Cause: cause} }

// IsRetriable tells whether Retriable marked the error or one that it wraps. Transport failures are retriable too.
func IsRetriable(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if c, ok := err.(interface{ JavaClass() string }); ok && c.JavaClass() == RetriableException {
			return true
		}
		if _, ok := err.(*transport); ok {
			return true
		}
	}
	return false
}

// transport is a failure of the way to a system.
type transport struct {
	system string
	cause  error
}

func (t *transport) Error() string     { return t.system + ": " + t.cause.Error() }
func (t *transport) Unwrap() error     { return t.cause }
func (t *transport) JavaClass() string { return RetriableException }

// Transport marks a failure to reach an external system, which says nothing about any record: it is retried, counts
// towards the breaker of that system, and never sends a record to a dead-letter topic. System names what one breaker
// guards, such as a host and port.
func Transport(system string, cause error) error { return &transport{system, cause} }

// TransportOf returns the system of a transport failure, and whether the error is one.
func TransportOf(err error) (system string, ok bool) {
	var t *transport
	if errors.As(err, &t) {
		return t.system, true
	}
	return "", false
}

// Rejection is one record of a batch that a sink could not take. A plain value.
type Rejection struct {
	Index int // in the slice that Put got
	Cause error
}

// rejected is the error of a Put that took all records but some.
type rejected struct{ records []Rejection }

func (r *rejected) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d records of the batch were refused", len(r.records))
	for i, one := range r.records {
		if i == 3 {
			b.WriteString(", …")
			break
		}
		fmt.Fprintf(&b, "; %d: %v", one.Index, one.Cause)
	}
	return b.String()
}

// Rejected returns the error of a Put that took all records but these. The worker treats each by errors.tolerance, as it
// does records that a converter refuses.
func Rejected(records ...Rejection) error {
	if len(records) == 0 {
		return nil
	}
	return &rejected{records}
}

// Rejections returns the records that an error of Rejected names, and whether it is one.
func Rejections(err error) ([]Rejection, bool) {
	var r *rejected
	if errors.As(err, &r) {
		return r.records, true
	}
	return nil, false
}

// ClassOf returns the Java class of an error: the one of the first error in its chain that has one, else ConnectException.
func ClassOf(err error) string {
	for ; err != nil; err = errors.Unwrap(err) {
		if c, ok := err.(interface{ JavaClass() string }); ok {
			return c.JavaClass()
		}
		if d, ok := err.(*data.Error); ok {
			return d.Class
		}
	}
	return ConnectException
}
