package jsonscan

import (
	"fmt"
	"strconv"
)

// Error says what is wrong with a document, and where. It is immutable, so any goroutine may read it.
type Error struct {
	// Offset is the byte at which the document stops making sense, counted from the start of the document.
	Offset int
	// Path is the place of Offset as a JSON pointer (RFC 6901), empty for the document itself; it ends in /… after 64 steps.
	Path string
	// Reason says what was found and what was expected.
	Reason string
	// Cause is the error of a type's own method or of a parser; nil when the scanner itself found the fault.
	Cause error

	writing bool
}

// Error names the place, the reason and the cause.
func (e *Error) Error() string {
	verb := "JSON"
	if e.writing {
		verb = "writing JSON"
	}
	text := verb + " at byte " + strconv.Itoa(e.Offset)
	if e.Path != "" {
		text += " (" + e.Path + ")"
	}
	text += ": " + e.Reason
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

//go:noinline
func (s *Scanner) fail(i int, reason string) error {
	return &Error{Offset: i, Path: locate(s.Src, i), Reason: reason}
}

//go:noinline
func (s *Scanner) failed(i int, reason string, cause error) error {
	return &Error{Offset: i, Path: locate(s.Src, i), Reason: reason, Cause: cause}
}

// unexpected reports that want should have begun at i.
//
//go:noinline
func (s *Scanner) unexpected(i int, want string) error {
	found := "the end of the document"
	if i < len(s.Src) {
		found = describe(s.Src[i])
	}
	return s.fail(i, "found "+found+", expected "+want)
}

// Duplicate reports that the member whose value begins at i has a name that its object already had.
//
//go:noinline
func (s *Scanner) Duplicate(i int) error {
	return s.fail(i, "the object has this name twice")
}

// Unknown reports a member that the type lacks, to a decoder that refuses those.
//
//go:noinline
func (s *Scanner) Unknown(i int, name []byte) error {
	return s.fail(i, fmt.Sprintf("the member %q is unknown to the type", name))
}

// Ambiguous reports that a name matches several fields of the tag option case:ignore and none exactly.
//
//go:noinline
func (s *Scanner) Ambiguous(i int, name []byte) error {
	return s.fail(i, fmt.Sprintf("the name %q matches several fields when case is ignored, and none exactly", name))
}

// ArrayLength reports an array whose number of elements is not that of the Go array.
//
//go:noinline
func (s *Scanner) ArrayLength(i, want int) error {
	return s.fail(i, "the array must have exactly "+strconv.Itoa(want)+" elements")
}

// Method reports that a type's own method, called by way of encoding/json/v2, refused the value that ends at i.
//
//go:noinline
func (s *Scanner) Method(i int, typ string, cause error) error {
	return s.failed(i, typ+" refuses the value", cause)
}

func describe(c byte) string {
	switch {
	case c < ' ' || c == 0x7f:
		return fmt.Sprintf("the control character %#02x", c)
	case c >= 0x80:
		return fmt.Sprintf("the byte %#02x", c)
	}
	return strconv.QuoteRune(rune(c))
}
