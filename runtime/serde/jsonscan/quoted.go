package jsonscan

import "strconv"

// QuotedInt reads an integer of the given width in bits that stands in a string (the tag option string); null is 0.
func (s *Scanner) QuotedInt(i, bits int, p *int64) (int, error) {
	text, null, next, err := s.Text(i)
	if err != nil || null {
		*p = 0
		return next, err
	}
	n, ok := textInt(text, bits)
	if !ok {
		return i, s.fail(i, "the string does not hold an integer, or one out of range")
	}
	*p = n
	return next, nil
}

// QuotedUint is QuotedInt for unsigned integers.
func (s *Scanner) QuotedUint(i, bits int, p *uint64) (int, error) {
	text, null, next, err := s.Text(i)
	if err != nil || null {
		*p = 0
		return next, err
	}
	n, ok := textUint(text, bits)
	if !ok {
		return i, s.fail(i, "the string does not hold an integer, or one out of range")
	}
	*p = n
	return next, nil
}

// QuotedFloat reads a number of the given width in bits that stands in a string; null is 0.
func (s *Scanner) QuotedFloat(i, bits int, p *float64) (int, error) {
	text, null, next, err := s.Text(i)
	if err != nil || null {
		*p = 0
		return next, err
	}
	inner := Scanner{Src: text}
	n, ok := inner.number(0)
	if !ok || n.end != len(text) {
		return i, s.fail(i, "the string does not hold a number")
	}
	f, err := strconv.ParseFloat(string(text), bits)
	if err != nil {
		return i, s.fail(i, "the number is out of range")
	}
	*p = f
	return next, nil
}
