package data

import "fmt"

// Java's names of the exceptions that this package and those above it report. They appear in dead-letter headers and decide
// nothing else here.
const (
	DataException            = "org.apache.kafka.connect.errors.DataException"
	SchemaBuilderException   = "org.apache.kafka.connect.errors.SchemaBuilderException"
	SchemaProjectorException = "org.apache.kafka.connect.errors.SchemaProjectorException"
	ClassCastException       = "java.lang.ClassCastException"
	NullPointerException     = "java.lang.NullPointerException"
	IllegalArgument          = "java.lang.IllegalArgumentException"
	NumberFormatException    = "java.lang.NumberFormatException"
	ArithmeticException      = "java.lang.ArithmeticException"
	NoSuchElement            = "java.util.NoSuchElementException"
)

// Error is a fault of data: a value that does not fit its schema, or a form that cannot be read. Its text is the one that
// Connect has for the same fault.
type Error struct {
	Class   string // Java's name of the exception
	Message string
	Cause   error // may be nil
}

func (e *Error) Error() string { return e.Message }

func (e *Error) Unwrap() error { return e.Cause }

// Errorf returns an Error of Connect's class DataException.
func Errorf(format string, args ...any) *Error {
	return &Error{Class: DataException, Message: fmt.Sprintf(format, args...)}
}

// ErrorOf returns an Error of another class.
func ErrorOf(class, format string, args ...any) *Error {
	return &Error{Class: class, Message: fmt.Sprintf(format, args...)}
}

// Because returns the error with a cause.
func (e *Error) Because(cause error) *Error {
	e.Cause = cause
	return e
}
