package jsonscan

import "time"

// Time reads a time of RFC 3339; null is the zero time.
func (s *Scanner) Time(i int, p *time.Time) (int, error) {
	text, null, next, err := s.Text(i)
	if err != nil || null {
		*p = time.Time{}
		return next, err
	}
	if err := p.UnmarshalText(text); err != nil {
		return i, s.failed(i, "not a time of RFC 3339", err)
	}
	if !strictTime(text) {
		return i, s.fail(i, "not a time of RFC 3339: the hour has two digits, the fraction a point, the zone at most 23:59")
	}
	return next, nil
}

// strictTime refuses what time.Time.UnmarshalText lets pass although RFC 3339 does not have it (go.dev/issue/54580). The
// text has been parsed, so it is long enough, and what is not Z at its end is ±hh:mm.
func strictTime(text []byte) bool {
	const hour, fraction = len("2006-01-02T"), len("2006-01-02T15:04:05")
	if text[hour+1] == ':' || text[fraction] == ',' {
		return false
	}
	if n := len(text); text[n-1] != 'Z' {
		zone := text[n-len("07:00"):]
		return string(zone[:2]) < "24" && string(zone[3:]) < "60"
	}
	return true
}

// AppendTime appends t as RFC 3339 text with as many digits of the second as it has. Years beyond 0 to 9999 and zones of
// a day or more are an error.
func AppendTime(dst []byte, t time.Time) ([]byte, error) {
	dst = append(dst, '"')
	text, err := t.AppendText(dst)
	if err != nil {
		return dst, unwritableBecause("the time has no RFC 3339 form", err)
	}
	return append(text, '"'), nil
}
