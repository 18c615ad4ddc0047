package config

import (
	"strconv"
	"strings"
)

// Secret is the value of a Password. It prints as Hidden; the text is had by a conversion.
type Secret string

// Hidden is shown in the place of secrets.
const Hidden = "[hidden]"

// String returns Hidden.
func (Secret) String() string { return Hidden }

// GoString returns Hidden, so that no format verb prints the secret of a struct that holds one.
func (Secret) GoString() string { return Hidden }

// Values are parsed values by key. The getters return the zero value for a key that is absent, null or of another type,
// so that a connector reads its configuration without a check per key: Parse has checked it. Safe for concurrent use
// while nobody changes it.
type Values map[string]any

// Has tells whether the key has a value other than null.
func (v Values) Has(name string) bool { return v[name] != nil }

// Text returns a String or a Class.
func (v Values) Text(name string) string { s, _ := v[name].(string); return s }

// Bool returns a Boolean.
func (v Values) Bool(name string) bool { b, _ := v[name].(bool); return b }

// Int returns an Int, a Short or a Long.
func (v Values) Int(name string) int64 {
	switch n := v[name].(type) {
	case int16:
		return int64(n)
	case int32:
		return int64(n)
	case int64:
		return n
	}
	return 0
}

// Float returns a Double.
func (v Values) Float(name string) float64 { f, _ := v[name].(float64); return f }

// List returns a List.
func (v Values) List(name string) []string { l, _ := v[name].([]string); return l }

// Secret returns the text of a Password.
func (v Values) Secret(name string) string { s, _ := v[name].(Secret); return string(s) }

// Text prints a value as Kafka does in messages and answers: lists joined by commas, secrets hidden, nil as null.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int16:
		return strconv.FormatInt(int64(v), 10)
	case int32:
		return strconv.FormatInt(int64(v), 10)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return javaDouble(v)
	case []string:
		return strings.Join(v, ",")
	}
	return Hidden
}

// javaDouble prints as Double.toString does for the sizes that configurations have: always with a fraction.
func javaDouble(f float64) string {
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if abs := max(f, -f); abs != 0 && (abs < 1e-3 || abs >= 1e7) {
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'E', -1, 64), "E")
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		n, _ := strconv.Atoi(exponent)
		return mantissa + "E" + strconv.Itoa(n)
	}
	if !strings.Contains(text, ".") && !strings.ContainsAny(text, "IN") {
		text += ".0"
	}
	return text
}
