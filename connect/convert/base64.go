package convert

// base64Value returns the value of a base64 digit, -1 for another character, -2 for padding.
func base64Value(c byte) int {
	switch {
	case c >= 'A' && c <= 'Z':
		return int(c - 'A')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 26
	case c >= '0' && c <= '9':
		return int(c-'0') + 52
	case c == '+':
		return 62
	case c == '/':
		return 63
	case c == '=':
		return -2
	}
	return -1
}

// decodeBase64 reads base64 as Jackson does: white space may stand between groups of four, padding is required, groups may
// follow padding, and bits that padding leaves over do not count.
func decodeBase64(text []byte) (out []byte, ok bool) {
	out = make([]byte, 0, len(text)/4*3)
	for i := 0; ; {
		for i < len(text) && text[i] <= ' ' {
			i++
		}
		if i == len(text) {
			return out, true
		}
		if len(text)-i < 4 {
			return nil, false
		}
		a, b, c, d := base64Value(text[i]), base64Value(text[i+1]), base64Value(text[i+2]), base64Value(text[i+3])
		i += 4
		switch {
		case a < 0 || b < 0 || c == -1 || d == -1 || c == -2 && d != -2:
			return nil, false
		case c == -2:
			out = append(out, byte(a<<2|b>>4))
		case d == -2:
			out = append(out, byte(a<<2|b>>4), byte(b<<4|c>>2))
		default:
			out = append(out, byte(a<<2|b>>4), byte(b<<4|c>>2), byte(c<<6|d))
		}
	}
}
