package config

import (
	"fmt"
	"strconv"
	"strings"
)

// Error is a value that a key does not take: ConfigException. A plain value.
type Error struct{ Message string }

// Error returns the text as Kafka words it.
func (e *Error) Error() string { return e.Message }

// JavaClass returns the class whose text this is, for traces and headers that name it.
func (e *Error) JavaClass() string { return "org.apache.kafka.common.config.ConfigException" }

// Errorf returns an error with a text of its own.
func Errorf(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Invalid returns the error of a key whose value is not taken; reason may be empty.
func Invalid(name string, value any, reason string) error {
	text := fmt.Sprintf("Invalid value %s for configuration %s", Text(value), name)
	if reason != "" {
		text += ": " + reason
	}
	return &Error{text}
}

// Missing returns the error of a required key that is absent.
func Missing(name string) error {
	return Errorf("Missing required configuration %q which has no default value.", name)
}

// ParseValue turns a property's text into a value of the type. Blanks around it do not count, as in Kafka.
func ParseValue(name, text string, t Type) (any, error) {
	trimmed := strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
	number := func(err error, v any) (any, error) {
		if err != nil {
			return nil, Invalid(name, text, "Not a number of type "+t.String())
		}
		return v, nil
	}
	switch t {
	case Boolean:
		switch {
		case strings.EqualFold(trimmed, "true"):
			return true, nil
		case strings.EqualFold(trimmed, "false"):
			return false, nil
		}
		return nil, Invalid(name, text, "Expected value to be either true or false")
	case Int:
		n, err := strconv.ParseInt(trimmed, 10, 32)
		return number(err, int32(n))
	case Short:
		n, err := strconv.ParseInt(trimmed, 10, 16)
		return number(err, int16(n))
	case Long:
		n, err := strconv.ParseInt(trimmed, 10, 64)
		return number(err, n)
	case Double:
		f, err := strconv.ParseFloat(trimmed, 64)
		return number(err, f)
	case List:
		return SplitList(trimmed), nil
	case Password:
		return Secret(trimmed), nil
	}
	return trimmed, nil
}

// SplitList cuts a list at its commas and trims the entries. An empty text is an empty list.
func SplitList(text string) []string {
	if strings.TrimSpace(text) == "" {
		return []string{}
	}
	parts := strings.Split(text, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// Parse returns the values of all keys, or the first error in the order of the definition, as ConfigDef.parse does.
// Properties that no key stands for are ignored.
func (d *Def) Parse(props map[string]string) (Values, error) {
	values := Values{}
	for _, name := range d.order {
		v, err := d.keys[name].parse(props)
		if err != nil {
			return nil, err
		}
		values[name] = v
	}
	return values, nil
}

// parse returns the key's value among the properties, validated.
func (k *Key) parse(props map[string]string) (any, error) {
	text, given := props[k.Name]
	v := k.Default
	switch {
	case given:
		var err error
		if v, err = ParseValue(k.Name, text, k.Type); err != nil {
			return nil, err
		}
		if err := k.known(v); err != nil {
			return nil, err
		}
	case k.Required:
		return nil, Missing(k.Name)
	}
	if k.Validator != nil {
		if err := k.Validator(k.Name, v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// known checks that a Class exists.
func (k *Key) known(v any) error {
	if class, ok := v.(string); ok && k.Type == Class && k.Known != nil && !k.Known(class) {
		return Invalid(k.Name, class, "Class "+class+" could not be found.")
	}
	return nil
}
