// Package datepattern formats and parses moments by the patterns of Java's SimpleDateFormat, in UTC and English, lenient as
// Java is: the thirtieth of February is the first or second of March.
package datepattern

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Pattern is a compiled pattern. It is safe for concurrent use.
type Pattern struct {
	parts []part
	text  string
}

// part is a letter repeated, or literal text when letter is 0.
type part struct {
	letter  byte
	count   int
	literal string
}

const letters = "GyYMLwWDdFEuaHkKhmsSzZX"

// New compiles a pattern. An error has Java's text.
func New(pattern string) (*Pattern, error) {
	p := &Pattern{text: pattern}
	literal := func(text string) {
		if n := len(p.parts); n > 0 && p.parts[n-1].letter == 0 {
			p.parts[n-1].literal += text
			return
		}
		p.parts = append(p.parts, part{literal: text})
	}
	quoted := false
	for i := 0; i < len(pattern); {
		c := pattern[i]
		switch {
		case c == '\'' && i+1 < len(pattern) && pattern[i+1] == '\'':
			literal("'")
			i += 2
		case c == '\'':
			quoted = !quoted
			i++
		case quoted || c|0x20 < 'a' || c|0x20 > 'z':
			literal(pattern[i : i+1])
			i++
		case strings.IndexByte(letters, c) < 0:
			return nil, fmt.Errorf("Illegal pattern character '%c'", c)
		default:
			n := i
			for i < len(pattern) && pattern[i] == c {
				i++
			}
			if c == 'X' && i-n > 3 {
				return nil, fmt.Errorf("invalid ISO 8601 format: length=%d", i-n)
			}
			p.parts = append(p.parts, part{letter: c, count: i - n})
		}
	}
	if quoted {
		return nil, fmt.Errorf("Unterminated quote")
	}
	return p, nil
}

// String returns the pattern's text.
func (p *Pattern) String() string { return p.text }

// Append appends a moment, in milliseconds since 1970.
func (p *Pattern) Append(dst []byte, millis int64) []byte {
	d := dateOf(floorDiv(millis, dayMillis))
	ms := floorMod(millis, dayMillis)
	hour, minute, second := ms/3600000, ms/60000%60, ms/1000%60
	year, bc := d.year, false
	if year <= 0 {
		year, bc = 1-year, true
	}
	for _, part := range p.parts {
		n := part.count
		switch part.letter {
		case 0:
			dst = append(dst, part.literal...)
		case 'G':
			if bc {
				dst = append(dst, "BC"...)
			} else {
				dst = append(dst, "AD"...)
			}
		case 'y', 'Y':
			y := year
			if part.letter == 'Y' {
				if y, _ = d.weekOfYear(); y <= 0 {
					y = 1 - y
				}
			}
			if n == 2 {
				dst = pad(dst, y%100, 2)
			} else {
				dst = pad(dst, y, n)
			}
		case 'M', 'L':
			name := time.Month(d.month).String()
			switch {
			case n >= 4:
				dst = append(dst, name...)
			case n == 3:
				dst = append(dst, name[:3]...)
			default:
				dst = pad(dst, d.month, n)
			}
		case 'w':
			_, week := d.weekOfYear()
			dst = pad(dst, week, n)
		case 'W':
			dst = pad(dst, d.weekOfMonth(), n)
		case 'D':
			dst = pad(dst, d.yearDay, n)
		case 'd':
			dst = pad(dst, d.day, n)
		case 'F':
			dst = pad(dst, (d.day-1)/7+1, n)
		case 'E':
			name := time.Weekday(d.weekDay() - 1).String()
			if n < 4 {
				name = name[:3]
			}
			dst = append(dst, name...)
		case 'u':
			day := d.weekDay() - 1
			if day == 0 {
				day = 7
			}
			dst = pad(dst, day, n)
		case 'a':
			if hour < 12 {
				dst = append(dst, "AM"...)
			} else {
				dst = append(dst, "PM"...)
			}
		case 'H':
			dst = pad(dst, hour, n)
		case 'k':
			dst = pad(dst, (hour+23)%24+1, n)
		case 'K':
			dst = pad(dst, hour%12, n)
		case 'h':
			dst = pad(dst, (hour+11)%12+1, n)
		case 'm':
			dst = pad(dst, minute, n)
		case 's':
			dst = pad(dst, second, n)
		case 'S':
			dst = pad(dst, ms%1000, n)
		case 'z':
			if n >= 4 {
				dst = append(dst, "Coordinated Universal Time"...)
			} else {
				dst = append(dst, "UTC"...)
			}
		case 'Z':
			dst = append(dst, "+0000"...)
		case 'X':
			dst = append(dst, 'Z')
		}
	}
	return dst
}

func pad(dst []byte, n int64, width int) []byte {
	var b [20]byte
	digits := strconv.AppendInt(b[:0], n, 10)
	for range width - len(digits) {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

// Format returns a moment's text.
func (p *Pattern) Format(millis int64) string { return string(p.Append(nil, millis)) }
