package jsonscan

// Skip checks the value at i and returns the index behind it.
func (s *Scanner) Skip(i int) (int, error) {
	src := s.Src
	i = space(src, i)
	if i >= len(src) {
		return i, s.unexpected(i, "a value")
	}
	switch c := src[i]; {
	case c == '"':
		end := plain(src, i+1)
		if end < len(src) && src[end] == '"' {
			return end + 1, nil
		}
		_, end, err := s.quoted(i+1, end)
		return end, err
	case c == '{':
		return s.skipObject(i)
	case c == '[':
		return s.skipArray(i)
	case c == '-' || c-'0' <= 9:
		n, ok := s.number(i)
		if !ok {
			return n.end, s.unexpected(n.end, "a digit")
		}
		return n.end, nil
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if s.At(i, word) {
			return i + len(word), nil
		}
	}
	return i, s.unexpected(i, "a value")
}

func (s *Scanner) skipObject(i int) (int, error) {
	i, more, err := s.enter(i, '}')
	var names Names
	for more {
		var name []byte
		if name, i, err = s.Name(i); err != nil {
			return i, err
		}
		if i, err = s.SkipUnknown(i, name, &names); err != nil {
			return i, err
		}
		i, more, err = s.next(i, '}')
	}
	return i, err
}

func (s *Scanner) skipArray(i int) (int, error) {
	i, more, err := s.enter(i, ']')
	for more {
		if i, err = s.Skip(i); err != nil {
			return i, err
		}
		i, more, err = s.next(i, ']')
	}
	return i, err
}

// Raw checks the value at i and returns its text without the white space around it, and the index behind it.
func (s *Scanner) Raw(i int) (text []byte, next int, err error) {
	i = space(s.Src, i)
	next, err = s.Skip(i)
	if err != nil {
		return nil, next, err
	}
	return s.Src[i:next:next], next, nil
}
