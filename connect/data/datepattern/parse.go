package datepattern

import (
	"math"
	"strings"
	"time"
)

// fields is what a text has said so far. Of hour and day the last said counts.
type fields struct {
	bc, era          bool
	year, month, day int64
	yearDay          int64
	byYearDay        bool
	hour, half       int64 // half is 0 or 1
	byHalf           bool
	minute, second   int64
	millis           int64
	zone             int64 // minutes east of UTC
}

// Parse reads a moment from the beginning of a text, in milliseconds since 1970. As in Java what follows does not count. The
// letters Y, w, W, F and u are read and do not count either; see docs/CONNECT.md.
func (p *Pattern) Parse(text string) (millis int64, ok bool) {
	f := fields{year: 1970, month: 1, day: 1}
	i := 0
	for n, part := range p.parts {
		if part.letter == 0 {
			if !strings.HasPrefix(text[i:], part.literal) {
				return 0, false
			}
			i += len(part.literal)
			continue
		}
		exact := n+1 < len(p.parts) && p.parts[n+1].numeric()
		if i, ok = f.read(text, i, part, exact); !ok {
			return 0, false
		}
	}
	if i == 0 {
		return 0, false
	}
	return f.moment(), true
}

// numeric tells whether the part before must take no more digits than it has letters.
func (p part) numeric() bool {
	switch p.letter {
	case 'M', 'L':
		return p.count <= 2
	case 'y', 'd', 'H', 'k', 'K', 'h', 'm', 's', 'S', 'D', 'F', 'w', 'W', 'Y', 'u':
		return true
	}
	return false
}

func (f *fields) moment() int64 {
	if f.bc {
		f.year = 1 - f.year
	}
	days := int64(0)
	if f.byYearDay {
		days = daysOf(f.year, 1, f.yearDay)
	} else {
		days = daysOf(f.year, f.month, f.day)
	}
	hour := f.hour
	if f.byHalf {
		hour += 12 * f.half
	}
	return days*dayMillis + hour*3600000 + f.minute*60000 + f.second*1000 + f.millis - f.zone*60000
}

func (f *fields) read(text string, i int, p part, exact bool) (next int, ok bool) {
	end := len(text)
	if exact {
		end = i + p.count // from before white space, as in Java
	}
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	if i == len(text) {
		return i, false
	}
	start := i
	switch p.letter {
	case 'G':
		n := 0
		if n, i, ok = name(text, i, "BC", "AD"); ok {
			f.bc = n == 0
		}
		return i, ok
	case 'a':
		n := 0
		if n, i, ok = name(text, i, "AM", "PM"); ok {
			f.half, f.byHalf = int64(n), true
		}
		return i, ok
	case 'E':
		_, i, ok = name(text, i, dayNames...)
		return i, ok
	case 'M', 'L':
		if p.count > 2 {
			n := 0
			if n, i, ok = name(text, i, monthNames...); ok {
				f.month, f.byYearDay = int64(n)/2+1, false
			}
			return i, ok
		}
	case 'z', 'Z', 'X':
		return f.readZone(text, i, p)
	}
	v, i, ok := number(text, i, end)
	if !ok {
		return i, false
	}
	switch p.letter {
	case 'y':
		if p.count <= 2 && i-start == 2 && text[start] != '-' {
			v = century(v)
		}
		f.year = v
	case 'M', 'L':
		f.month, f.byYearDay = v, false
	case 'd':
		f.day, f.byYearDay = v, false
	case 'D':
		f.yearDay, f.byYearDay = v, true
	case 'H':
		f.hour, f.byHalf = v, false
	case 'k':
		if v == 24 {
			v = 0
		}
		f.hour, f.byHalf = v, false
	case 'h':
		if v == 12 {
			v = 0
		}
		f.hour, f.byHalf = v, true
	case 'K':
		f.hour, f.byHalf = v, true
	case 'm':
		f.minute = v
	case 's':
		f.second = v
	case 'S':
		f.millis = v
	}
	return i, true
}

// century puts a year of two digits within the 80 years before and the 20 years after now, as Java does.
func century(v int64) int64 {
	start := int64(time.Now().Year()) - 80
	year := start/100*100 + v
	if v < start%100 {
		year += 100
	}
	return year
}

var monthNames, dayNames = func() (months, days []string) {
	for m := time.January; m <= time.December; m++ {
		months = append(months, m.String(), m.String()[:3])
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		days = append(days, d.String(), d.String()[:3])
	}
	return months, days
}()

// name finds the longest of the names that the text goes on with, in any case.
func name(text string, i int, names ...string) (n, next int, ok bool) {
	best := 0
	for k, s := range names {
		if len(s) > best && len(text)-i >= len(s) && strings.EqualFold(text[i:i+len(s)], s) {
			n, best = k, len(s)
		}
	}
	return n, i + best, best > 0
}

// number reads an integer, which may be negative and ends at end at the latest.
func number(text string, i, end int) (v int64, next int, ok bool) {
	if end > len(text) {
		return 0, i, false
	}
	negative := i < end && text[i] == '-'
	if negative {
		i++
	}
	start := i
	for ; i < end && text[i]-'0' <= 9; i++ {
		if v > math.MaxInt64/10-1 {
			v = math.MaxInt64 // Java's parser saturates, and cuts to 32 bits below
			continue
		}
		v = v*10 + int64(text[i]-'0')
	}
	if i == start {
		return 0, i, false
	}
	if negative {
		v = -v
	}
	return int64(int32(v)), i, true
}

func (f *fields) readZone(text string, i int, p part) (next int, ok bool) {
	if p.letter == 'X' {
		if text[i] == 'Z' {
			f.zone = 0
			return i + 1, true
		}
		return f.readOffset(text, i, p.count == 1, p.count == 3)
	}
	if c := text[i]; c == '+' || c == '-' {
		return f.readOffset(text, i, false, false)
	}
	for _, zone := range []string{"Coordinated Universal Time", "GMT", "UTC"} {
		if len(text)-i < len(zone) || !strings.EqualFold(text[i:i+len(zone)], zone) {
			continue
		}
		i += len(zone)
		f.zone = 0
		if zone == "GMT" && i < len(text) && (text[i] == '+' || text[i] == '-') {
			if next, ok := f.readOffset(text, i, false, true); ok {
				return next, true
			}
		}
		return i, true
	}
	return i, false
}

// readOffset reads +hh, +hhmm or +hh:mm.
func (f *fields) readOffset(text string, i int, hours, colon bool) (next int, ok bool) {
	if text[i] != '+' && text[i] != '-' {
		return i, false
	}
	sign := int64(1)
	if text[i] == '-' {
		sign = -1
	}
	two := func(i int) (int64, bool) {
		if len(text)-i < 2 || text[i]-'0' > 9 || text[i+1]-'0' > 9 {
			return 0, false
		}
		return int64(text[i]-'0')*10 + int64(text[i+1]-'0'), true
	}
	h, ok := two(i + 1)
	if !ok || h > 23 {
		return i, false
	}
	i += 3
	if hours {
		f.zone = sign * h * 60
		return i, true
	}
	if i < len(text) && text[i] == ':' && colon {
		i++
	} else if colon {
		return i, false
	}
	m, ok := two(i)
	if !ok || m > 59 {
		return i, false
	}
	f.zone = sign * (h*60 + m)
	return i + 2, true
}
