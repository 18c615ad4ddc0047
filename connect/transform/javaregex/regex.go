// Package javaregex matches by the regular expressions of java.util.regex. Patterns that mean the same in Go run on Go's
// engine, whose time is linear; the others (look-around, back-references, atomic groups) run on a backtracking engine with a
// time limit.
package javaregex

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dlclark/regexp2"
)

// Limit is how long one match may take on the backtracking engine.
const Limit = time.Second

// Regex is a compiled pattern. It is safe for concurrent use.
type Regex struct {
	text  string
	names map[string]int // group numbers by name
	count int            // groups

	find, whole         *regexp.Regexp
	slowFind, slowWhole *regexp2.Regexp
}

// New compiles a pattern. What neither engine can do (intersections of classes, possessive quantifiers) is an error.
func New(pattern string) (*Regex, error) {
	r := &Regex{text: pattern}
	plain, numbered, err := r.scan(pattern)
	if err != nil {
		return nil, err
	}
	if plain {
		find, err := regexp.Compile(numbered)
		if err == nil {
			if whole, err := regexp.Compile(`\A(?:` + numbered + `)\z`); err == nil {
				r.find, r.whole = find, whole
				return r, nil
			}
		}
	}
	if r.slowFind, err = regexp2.Compile(numbered, regexp2.None); err == nil {
		r.slowWhole, err = regexp2.Compile(`\A(?:`+numbered+`)\z`, regexp2.None)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pattern, err)
	}
	r.slowFind.MatchTimeout, r.slowWhole.MatchTimeout = Limit, Limit
	return r, nil
}

// String returns the pattern.
func (r *Regex) String() string { return r.text }

// scan rewrites a pattern so that all groups are numbered, as they are in Java, and reports whether Go's engine gives it Java's
// meaning.
func (r *Regex) scan(p string) (plain bool, numbered string, err error) {
	r.names = make(map[string]int)
	plain = true
	var b strings.Builder
	unsupported := func(what string) (bool, string, error) {
		return false, "", fmt.Errorf("%s: %s are not supported", p, what)
	}
	class := 0
	atom := false // whether a quantifier was just written, behind which a plus is possessive
	for i := 0; i < len(p); i++ {
		c := p[i]
		quantified := atom
		atom = false
		switch {
		case c == '\\' && i+1 < len(p):
			i++
			n := p[i]
			switch {
			case n == 'Q':
				end := strings.Index(p[i:], `\E`)
				text := p[i+1:]
				if end >= 0 {
					text = p[i+1 : i+end]
					i += end + 1
				} else {
					i = len(p)
				}
				b.WriteString(regexp.QuoteMeta(text))
				continue
			case n == 'k' && strings.HasPrefix(p[i:], "k<"):
				end := strings.IndexByte(p[i:], '>')
				if end < 0 {
					return false, "", fmt.Errorf("%s: \\k needs a name", p)
				}
				number, ok := r.names[p[i+2:i+end]]
				if !ok {
					return false, "", fmt.Errorf("%s: the group <%s> does not exist", p, p[i+2:i+end])
				}
				plain = false
				b.WriteString(`\` + strconv.Itoa(number))
				i += end
				continue
			case n >= '1' && n <= '9':
				plain = false
			case strings.IndexByte("dDwWsSntrfA", n) >= 0 || n < 0x80 && !letter(n) && n != '0':
			case n == 'h':
				b.WriteString(`[ \t\x{A0}\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}]`)
				if class > 0 {
					return unsupported(`\h within classes`)
				}
				continue
			default:
				plain = false
			}
			b.WriteByte('\\')
			b.WriteByte(n)
		case class > 0:
			switch {
			case c == '[':
				if class++; class > 1 {
					return unsupported("classes within classes")
				}
			case c == ']':
				class--
			case c == '&' && strings.HasPrefix(p[i:], "&&"):
				return unsupported("intersections of classes")
			}
			b.WriteByte(c)
		case c == '[':
			class++
			b.WriteByte(c)
			if i+1 < len(p) && p[i+1] == '^' {
				i++
				b.WriteByte('^')
			}
			if i+1 < len(p) && p[i+1] == ']' { // the first one is a character
				i++
				b.WriteString(`\]`)
			}
		case c == '(' && !strings.HasPrefix(p[i:], "(?"):
			r.count++
			b.WriteByte(c)
		case c == '(' && strings.HasPrefix(p[i:], "(?<") && !strings.HasPrefix(p[i:], "(?<=") && !strings.HasPrefix(p[i:], "(?<!"):
			end := strings.IndexByte(p[i:], '>')
			if end < 0 {
				return false, "", fmt.Errorf("%s: a group's name does not end", p)
			}
			r.count++
			r.names[p[i+3:i+end]] = r.count
			b.WriteByte('(')
			i += end
		case c == '(':
			if !strings.HasPrefix(p[i:], "(?:") && !strings.HasPrefix(p[i:], "(?i)") {
				plain = false
			}
			b.WriteByte(c)
		case c == '*' || c == '+' || c == '?' || c == '}':
			if quantified && c == '+' {
				return unsupported("possessive quantifiers")
			}
			atom = !quantified
			b.WriteByte(c)
		case c == '$' && i+1 < len(p) || c >= 0x80:
			plain = false
			b.WriteByte(c)
		case c == '{' && (i+1 == len(p) || p[i+1] < '0' || p[i+1] > '9'):
			return false, "", fmt.Errorf("%s: Illegal repetition", p)
		default:
			b.WriteByte(c)
		}
	}
	return plain, b.String(), nil
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' }

// Matches reports whether the pattern matches the whole text. It fails when that takes longer than Limit.
func (r *Regex) Matches(text string) (bool, error) {
	if r.find != nil && !strings.ContainsAny(text, "\r\n\u0085\u2028\u2029") {
		return r.whole.MatchString(text), nil
	}
	slow, err := r.slow()
	if err != nil {
		return false, err
	}
	ok, err := slow.slowWhole.MatchString(text)
	return ok, late(r.text, err)
}

// slow returns the same pattern on the backtracking engine, for texts with line ends, where Go's engine means another thing.
func (r *Regex) slow() (*Regex, error) {
	if r.slowFind != nil {
		return r, nil
	}
	_, numbered, err := (&Regex{}).scan(r.text)
	if err != nil {
		return nil, err
	}
	s := &Regex{text: r.text, names: r.names, count: r.count}
	if s.slowFind, err = regexp2.Compile(numbered, regexp2.None); err != nil {
		return nil, err
	}
	if s.slowWhole, err = regexp2.Compile(`\A(?:`+numbered+`)\z`, regexp2.None); err != nil {
		return nil, err
	}
	s.slowFind.MatchTimeout, s.slowWhole.MatchTimeout = Limit, Limit
	return s, nil
}

func late(pattern string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the regular expression %s took too long: simplify it, or anchor its repetitions: %w", pattern, err)
}

// ReplaceFirst replaces the first match of the pattern, as Java's Matcher does: $1 and ${name} are groups, a backslash takes
// the next character as it is. A group that took no part is empty.
func (r *Regex) ReplaceFirst(text, replacement string) (string, error) {
	groups := make([]string, 0, r.count+1)
	var from, to int
	if r.find != nil {
		at := r.find.FindStringSubmatchIndex(text)
		if at == nil {
			return text, nil
		}
		from, to = at[0], at[1]
		for g := 0; g < len(at); g += 2 {
			if at[g] < 0 {
				groups = append(groups, "")
				continue
			}
			groups = append(groups, text[at[g]:at[g+1]])
		}
	} else {
		m, err := r.slowFind.FindStringMatch(text)
		if err != nil {
			return "", late(r.text, err)
		}
		if m == nil {
			return text, nil
		}
		runes := []rune(text)
		from = len(string(runes[:m.Index]))
		to = from + len(m.String())
		for _, g := range m.Groups() {
			groups = append(groups, g.String())
		}
	}
	b := append(make([]byte, 0, len(text)+len(replacement)), text[:from]...)
	b, err := r.expand(b, replacement, groups)
	if err != nil {
		return "", err
	}
	return string(append(b, text[to:]...)), nil
}

func (r *Regex) expand(b []byte, replacement string, groups []string) ([]byte, error) {
	for i := 0; i < len(replacement); i++ {
		switch c := replacement[i]; c {
		case '\\':
			if i++; i == len(replacement) {
				return nil, fmt.Errorf("character to be escaped is missing")
			}
			b = append(b, replacement[i])
		case '$':
			if i++; i == len(replacement) {
				return nil, fmt.Errorf("Illegal group reference: group index is missing")
			}
			if replacement[i] == '{' {
				end := strings.IndexByte(replacement[i:], '}')
				if end < 0 {
					return nil, fmt.Errorf("named capturing group is missing trailing '}'")
				}
				name := replacement[i+1 : i+end]
				n, ok := r.names[name]
				if !ok {
					return nil, fmt.Errorf("No group with name {%s}", name)
				}
				b = append(b, groups[n]...)
				i += end
				continue
			}
			if replacement[i]-'0' > 9 {
				return nil, fmt.Errorf("Illegal group reference")
			}
			n := int(replacement[i] - '0')
			if n > r.count {
				return nil, fmt.Errorf("No group %d", n)
			}
			for i+1 < len(replacement) && replacement[i+1]-'0' <= 9 && n*10+int(replacement[i+1]-'0') <= r.count {
				i++
				n = n*10 + int(replacement[i]-'0')
			}
			b = append(b, groups[n]...)
		default:
			b = append(b, c)
		}
	}
	return b, nil
}
