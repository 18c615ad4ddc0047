package jsonscan

import (
	"encoding/base64"
	"strconv"
)

// Bytes reads base64 text (RFC 4648 with padding, no line breaks); null is nil and "" is empty but not nil.
func (s *Scanner) Bytes(i int, p *[]byte) (int, error) {
	text, null, next, err := s.Text(i)
	if err != nil || null {
		*p = nil
		return next, err
	}
	data := make([]byte, 0, base64.StdEncoding.DecodedLen(len(text)))
	if data, err = s.base64(i, data, text); err != nil {
		return i, err
	}
	*p = data
	return next, nil
}

// ByteArray reads base64 text of exactly len(array) bytes; null leaves zeros.
func (s *Scanner) ByteArray(i int, array []byte) (int, error) {
	text, null, next, err := s.Text(i)
	if err != nil || null {
		return next, err
	}
	if base64.StdEncoding.EncodedLen(len(array)) != len(text) {
		return i, s.fail(i, "the base64 text must stand for exactly "+strconv.Itoa(len(array))+" bytes")
	}
	data, err := s.base64(i, array[:0], text)
	if err == nil && len(data) != len(array) {
		err = s.fail(i, "the base64 text must stand for exactly "+strconv.Itoa(len(array))+" bytes")
	}
	return next, err
}

func (s *Scanner) base64(i int, data, text []byte) ([]byte, error) {
	data, err := base64.StdEncoding.AppendDecode(data, text)
	if err != nil {
		return nil, s.failed(i, "not base64", err)
	}
	// The decoder passes over line breaks, which RFC 4648 (3.3) forbids.
	if base64.StdEncoding.EncodedLen(len(data)) != len(text) {
		return nil, s.fail(i, "a line break in base64 text")
	}
	return data, nil
}

// AppendBytes appends data as base64 text in quotes; nil is "".
func AppendBytes(dst, data []byte) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, data)
	return append(dst, '"')
}
