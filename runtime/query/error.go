package query

import (
	"errors"
	"fmt"
)

// Code says what kept a query from being answered, under the names of Kafka Streams'
// FailureReason where it has one.
type Code string

// The codes.
const (
	DoesNotExist Code = "DOES_NOT_EXIST"     // no such store in the topology
	NotPresent   Code = "NOT_PRESENT"        // a partition is at no instance that can be asked
	NotUpToBound Code = "NOT_UP_TO_BOUND"    // what can be asked is behind the bound
	Unsupported  Code = "UNKNOWN_QUERY_TYPE" // the store cannot be asked that
	Failed       Code = "STORE_EXCEPTION"    // reading failed
	Refused      Code = "REFUSED"            // another instance does not let us in
)

// What errors.Is compares an error of a query with.
var (
	// ErrUnknownStore says that the topology has no store of that name.
	ErrUnknownStore = errors.New("unknown store")
	// ErrNotAvailable says that a task is moving, being restored, or out of reach: try again.
	ErrNotAvailable = errors.New("not available")
	// ErrNotUpToBound says that the answer would be older than was asked for: try again.
	ErrNotUpToBound = errors.New("not up to the bound")
)

// Error is why a query was not answered. A plain value, safe for concurrent use.
type Error struct {
	Code    Code   `json:"code"`
	Store   string `json:"store"`
	Message string `json:"message"`
}

// Errorf returns an *Error.
func Errorf(code Code, store, format string, args ...any) *Error {
	return &Error{Code: code, Store: store, Message: fmt.Sprintf(format, args...)}
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("store %s: %s", e.Store, e.Message) }

// Is maps codes to ErrUnknownStore, ErrNotAvailable and ErrNotUpToBound.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrUnknownStore:
		return e.Code == DoesNotExist
	case ErrNotAvailable:
		return e.Code == NotPresent
	case ErrNotUpToBound:
		return e.Code == NotUpToBound
	}
	return false
}
