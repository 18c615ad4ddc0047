package jsonscan

import (
	"slices"
	"strconv"
)

// TooDeep reports whether a value may not be written because depth containers are around it already, and gives the error.
// Generated code asks for recursive types only, since only they can be deep, or even contain themselves.
func TooDeep(depth int) error {
	if depth < MaxDepth {
		return nil
	}
	return unwritable("objects and arrays are nested deeper than 10,000; does a value contain itself?")
}

// SortNames puts the names of a map's entries into the order in which they are written.
func SortNames(names []string) {
	slices.Sort(names)
}

// TextName is the name of a map's entry whose key wrote itself as the JSON text key.
func TextName(key []byte) (string, error) {
	s := Scanner{Src: key}
	var name string
	i, err := s.String(0, &name)
	if err == nil && len(key) > 0 && key[0] == '"' {
		err = s.End(i)
	} else {
		err = unwritable("a map's key must write itself as a string")
	}
	return name, err
}

// TwoKeys reports two keys of a map that write themselves alike.
//
//go:noinline
func TwoKeys(name string) error {
	return unwritable("two keys of a map are written as " + strconv.Quote(name))
}

// IsEmpty reports whether a written value is one that the tag option omitempty leaves out.
func IsEmpty(value []byte) bool {
	switch string(value) {
	case "null", `""`, "{}", "[]":
		return true
	}
	return false
}

// Unwritten completes an error of appending: written is what had been written of the document until then, which shows
// the place of the value that cannot be written.
//
//go:noinline
func Unwritten(written []byte, err error) error {
	e, ok := err.(*Error)
	if !ok {
		e = &Error{Reason: "a value cannot be written", Cause: err, writing: true}
	}
	e.Offset = len(written)
	e.Path = locate(written, len(written))
	return e
}

// CannotMarshal reports that a type's own method, called by way of encoding/json/v2, failed to write a value.
//
//go:noinline
func CannotMarshal(typ string, cause error) error {
	return unwritableBecause(typ+" refuses to be written", cause)
}

//go:noinline
func unwritable(reason string) error {
	return &Error{Reason: reason, writing: true}
}

//go:noinline
func unwritableBecause(reason string, cause error) error {
	return &Error{Reason: reason, Cause: cause, writing: true}
}
