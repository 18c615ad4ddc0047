package jsonscan

import (
	"encoding/json/jsontext"
	"errors"
)

// KeepUnknown checks a member that the Go type does not have and adds it to rest, an object of such members as they came.
// The name begins at index at, the value at i. Its name must be new in names.
//
//go:noinline
func (s *Scanner) KeepUnknown(at, i int, name []byte, names *Names, rest jsontext.Value) (int, jsontext.Value, error) {
	if !names.Add(name) {
		return i, rest, s.Duplicate(i)
	}
	text, next, err := s.Raw(i)
	if err != nil {
		return next, rest, err
	}
	quoted, _, err := s.Raw(at)
	if err != nil {
		return next, rest, err
	}
	if len(rest) == 0 {
		rest = append(rest, '{')
	} else {
		rest[len(rest)-1] = ','
	}
	rest = append(append(rest, quoted...), ':')
	return next, append(append(rest, text...), '}'), nil
}

var (
	errNoObject = errors.New("what keeps the other members is no JSON object")
	errTwice    = errors.New("a member that is kept has the name of a field, or another's")
)

// Join makes one object of two: the one that begins at start in dst and ends at index at, and the one behind it. The error is
// that of what is no object, or of a name that comes twice.
//
//go:noinline
func Join(dst []byte, start, at int) ([]byte, error) {
	switch {
	case len(dst)-at < 2 || dst[at] != '{':
		return dst, errNoObject
	case len(dst)-at == 2: // {}
		return dst[:at], nil
	case at-start == 2:
		dst = append(dst[:start], dst[at:]...)
	default: // }{ becomes a comma
		dst[at-1] = ','
		dst = append(dst[:at], dst[at+1:]...)
	}
	s := Scanner{Src: dst[start:]}
	if _, err := s.Skip(0); err != nil {
		return dst, errTwice
	}
	return dst, nil
}
