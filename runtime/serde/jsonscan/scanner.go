package jsonscan

import "math"

// MaxDepth is the deepest nesting of objects and arrays that is read or written, as in encoding/json/v2.
const MaxDepth = 10_000

// maxDocument bounds a document so that offsets fit 32 bits. No Kafka record reaches it.
const maxDocument = math.MaxInt32

// Scanner reads one JSON document. Generated code sets Src and starts at index 0. It belongs to one goroutine and lives
// on that goroutine's stack.
type Scanner struct {
	// Src is the document. It is not kept by decoded values and not changed.
	Src []byte

	depth int
}

// At reports whether the document continues with key, the quoted name and the colon of an expected member.
func (s *Scanner) At(i int, key string) bool {
	return len(s.Src)-i >= len(key) && string(s.Src[i:i+len(key)]) == key
}

// Null reports whether the value at i is null and returns the index behind it, else i.
func (s *Scanner) Null(i int) (int, bool) {
	if i < len(s.Src) && s.Src[i] > ' ' && s.Src[i] != 'n' {
		return i, false
	}
	return s.null(i)
}

func (s *Scanner) null(i int) (int, bool) {
	j := space(s.Src, i)
	if s.At(j, "null") {
		return j + len("null"), true
	}
	return i, false
}

// Object enters the object at i and returns the index of its first member. more is false for an empty object, and for
// null, which leaves a struct at its zero value.
func (s *Scanner) Object(i int) (next int, more bool, err error) {
	src := s.Src
	if i < len(src) && src[i] <= ' ' {
		i = space(src, i)
	}
	if i >= len(src) || src[i] != '{' {
		if s.At(i, "null") {
			return i + len("null"), false, nil
		}
		return i, false, s.unexpected(i, "an object")
	}
	return s.enter(i, '}')
}

// Array enters the array at i and returns the index of its first element; more is false for an empty array. Null is left
// to the caller, since null and an empty array differ.
func (s *Scanner) Array(i int) (next int, more bool, err error) {
	src := s.Src
	if i < len(src) && src[i] <= ' ' {
		i = space(src, i)
	}
	if i >= len(src) || src[i] != '[' {
		return i, false, s.unexpected(i, "an array")
	}
	return s.enter(i, ']')
}

func (s *Scanner) enter(i int, end byte) (next int, more bool, err error) {
	src := s.Src
	if s.depth == 0 && len(src) > maxDocument {
		return i, false, s.fail(i, "the document is larger than 2 GiB")
	}
	if s.depth == MaxDepth {
		return i, false, s.fail(i, "objects and arrays are nested deeper than 10,000")
	}
	i++
	if i < len(src) && src[i] <= ' ' {
		i = space(src, i)
	}
	if i < len(src) && src[i] == end {
		return i + 1, false, nil
	}
	s.depth++
	return i, true, nil
}

// NextMember goes from behind a member's value to the next member; more is false when the object has ended there.
func (s *Scanner) NextMember(i int) (next int, more bool, err error) {
	return s.next(i, '}')
}

// NextElement goes from behind an array's element to the next one; more is false when the array has ended there.
func (s *Scanner) NextElement(i int) (next int, more bool, err error) {
	return s.next(i, ']')
}

func (s *Scanner) next(i int, end byte) (next int, more bool, err error) {
	src := s.Src
	if i < len(src) && src[i] <= ' ' {
		i = space(src, i)
	}
	if i < len(src) {
		switch src[i] {
		case ',':
			i++
			if i < len(src) && src[i] <= ' ' {
				i = space(src, i)
			}
			return i, true, nil
		case end:
			s.depth--
			return i + 1, false, nil
		}
	}
	if end == '}' {
		return i, false, s.unexpected(i, "',' or '}'")
	}
	return i, false, s.unexpected(i, "',' or ']'")
}

// End checks that nothing but white space follows the document's value.
func (s *Scanner) End(i int) error {
	if i == len(s.Src) {
		return nil
	}
	if i = space(s.Src, i); i < len(s.Src) {
		return s.unexpected(i, "the end of the document")
	}
	return nil
}

// space returns the index of the first byte at or behind i that is not JSON white space.
func space(src []byte, i int) int {
	for i < len(src) && (src[i] == ' ' || src[i] == '\n' || src[i] == '\t' || src[i] == '\r') {
		i++
	}
	return i
}
