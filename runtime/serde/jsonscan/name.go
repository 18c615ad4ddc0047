package jsonscan

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Name reads a member's name and the colon behind it. The name lies in the document unless there was an escape in it.
func (s *Scanner) Name(i int) (name []byte, next int, err error) {
	src := s.Src
	if i >= len(src) || src[i] != '"' {
		return nil, i, s.unexpected(i, "a member's name in quotes")
	}
	i++
	end := plain(src, i)
	if end < len(src) && src[end] == '"' {
		name, i = src[i:end], end+1
	} else if name, i, err = s.quoted(i, end); err != nil {
		return nil, i, err
	}
	i, err = s.Colon(i)
	return name, i, err
}

// Colon reads what stands between a member's name and its value; i is behind the name.
func (s *Scanner) Colon(i int) (int, error) {
	src := s.Src
	if i < len(src) && src[i] <= ' ' {
		i = space(src, i)
	}
	if i >= len(src) || src[i] != ':' {
		return i, s.unexpected(i, "':'")
	}
	return i + 1, nil
}

// TextName checks that a member's name begins at i, the key of a map that reads itself.
func (s *Scanner) TextName(i int) (int, error) {
	if i >= len(s.Src) || s.Src[i] != '"' {
		return i, s.unexpected(i, "a member's name in quotes")
	}
	return i, nil
}

// NameString reads a member's name as the key of a map.
func (s *Scanner) NameString(i int, p *string) (int, error) {
	name, i, err := s.Name(i)
	*p = string(name)
	return i, err
}

// NameInt reads a member's name as an integer of the given width in bits, the key of a map.
func (s *Scanner) NameInt(i, bits int, p *int64) (int, error) {
	name, next, err := s.Name(i)
	if err != nil {
		return next, err
	}
	n, ok := textInt(name, bits)
	if !ok {
		return i, s.fail(i, "the name is not an integer, or out of range")
	}
	*p = n
	return next, nil
}

// NameUint is NameInt for unsigned keys.
func (s *Scanner) NameUint(i, bits int, p *uint64) (int, error) {
	name, next, err := s.Name(i)
	if err != nil {
		return next, err
	}
	n, ok := textUint(name, bits)
	if !ok {
		return i, s.fail(i, "the name is not an integer, or out of range")
	}
	*p = n
	return next, nil
}

// textInt reads a whole text as an integer of the given width.
func textInt(text []byte, bits int) (int64, bool) {
	limit := uint64(1)<<(bits-1) - 1
	negative := len(text) > 0 && text[0] == '-'
	start := 0
	if negative {
		start = 1
		limit++
	}
	n, end, ok := digits(text, start)
	if !ok || end != len(text) || n > limit {
		return 0, false
	}
	if negative {
		return -int64(n), true
	}
	return int64(n), true
}

// textUint reads a whole text as an unsigned integer of the given width.
func textUint(text []byte, bits int) (uint64, bool) {
	n, end, ok := digits(text, 0)
	if !ok || end != len(text) || bits < 64 && n>>bits != 0 {
		return 0, false
	}
	return n, true
}

// Names is the set of an object's names that have no field to mark them as seen: unknown members, and all members of
// skipped objects. The zero value is empty. It belongs to one goroutine.
type Names struct {
	n    int
	few  [16][]byte
	many map[string]struct{}
}

// SkipUnknown checks and skips the value at i of a member that the Go type does not have. Its name must be new in names.
func (s *Scanner) SkipUnknown(i int, name []byte, names *Names) (int, error) {
	if !names.Add(name) {
		return i, s.Duplicate(i)
	}
	return s.Skip(i)
}

// Add reports whether name was not in the set yet, and puts it there.
func (names *Names) Add(name []byte) bool {
	if names.many == nil {
		for _, old := range names.few[:names.n] {
			if bytes.Equal(old, name) {
				return false
			}
		}
		if names.n < len(names.few) {
			names.few[names.n] = name
			names.n++
			return true
		}
		names.many = make(map[string]struct{}, 2*len(names.few))
		for _, old := range names.few {
			names.many[string(old)] = struct{}{}
		}
	}
	names.many[string(name)] = struct{}{}
	names.n++
	return len(names.many) == names.n
}

// AppendFolded appends name in the form in which the tag option case:ignore compares: upper case, without dashes and
// underscores.
func AppendFolded(dst, name []byte) []byte {
	for i := 0; i < len(name); {
		c := name[i]
		if c < utf8.RuneSelf {
			if 'a' <= c && c <= 'z' {
				c -= 'a' - 'A'
			}
			if c != '_' && c != '-' {
				dst = append(dst, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(name[i:])
		// The smallest rune of an orbit stands for all of it.
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		dst = utf8.AppendRune(dst, least)
		i += n
	}
	return dst
}
