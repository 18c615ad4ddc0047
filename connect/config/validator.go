package config

import (
	"strconv"
	"strings"
)

// Validator checks a parsed value, which may be nil for null. Its error is worded by Invalid.
type Validator func(name string, value any) error

// AtLeast accepts numbers from lowest on.
func AtLeast(lowest int64) Validator {
	return func(name string, value any) error {
		n, ok := Values{name: value}.number(name)
		switch {
		case !ok:
			return Invalid(name, value, "Value must be non-null")
		case n < float64(lowest):
			return Invalid(name, value, "Value must be at least "+strconv.FormatInt(lowest, 10))
		}
		return nil
	}
}

// Between accepts numbers in a range, both ends included.
func Between(lowest, highest int64) Validator {
	least := AtLeast(lowest)
	return func(name string, value any) error {
		if err := least(name, value); err != nil {
			return err
		}
		if n, _ := (Values{name: value}).number(name); n > float64(highest) {
			return Invalid(name, value, "Value must be no more than "+strconv.FormatInt(highest, 10))
		}
		return nil
	}
}

// number returns a value of any numeric type.
func (v Values) number(name string) (float64, bool) {
	switch n := v[name].(type) {
	case int16, int32, int64:
		return float64(v.Int(name)), true
	case float64:
		return n, true
	}
	return 0, false
}

// OneOf accepts the strings that are listed.
func OneOf(allowed ...string) Validator {
	return func(name string, value any) error {
		text, _ := value.(string)
		for _, a := range allowed {
			if value != nil && text == a {
				return nil
			}
		}
		return Invalid(name, value, "String must be one of: "+strings.Join(allowed, ", "))
	}
}

// OneOfFold accepts the strings that are listed, in any case.
func OneOfFold(allowed ...string) Validator {
	return func(name string, value any) error {
		text, _ := value.(string)
		for _, a := range allowed {
			if value != nil && strings.EqualFold(text, a) {
				return nil
			}
		}
		return Invalid(name, value, "String must be one of (case insensitive): "+strings.Join(allowed, ", "))
	}
}

// NonEmpty refuses the empty string; null is for Required to refuse.
func NonEmpty(name string, value any) error {
	if text, ok := value.(string); ok && text == "" {
		return Invalid(name, value, "String must be non-empty")
	}
	return nil
}

// NonNull refuses null.
func NonNull(name string, value any) error {
	if value == nil {
		return Invalid(name, value, "entry must be non null")
	}
	return nil
}

// NoControls refuses the empty string and control characters, as connector names must; null passes.
func NoControls(name string, value any) error {
	text, ok := value.(string)
	if !ok {
		return nil
	}
	if text == "" {
		return Invalid(name, value, "String may not be empty")
	}
	var found []string
	for _, r := range text {
		if r < 0x20 || r >= 0x7f && r <= 0x9f {
			found = append(found, strconv.Itoa(int(r)))
		}
	}
	if len(found) > 0 {
		return Invalid(name, value, "String may not contain control sequences but had the following ASCII chars: "+strings.Join(found, ", "))
	}
	return nil
}

// All accepts what each of the validators does.
func All(validators ...Validator) Validator {
	return func(name string, value any) error {
		for _, v := range validators {
			if err := v(name, value); err != nil {
				return err
			}
		}
		return nil
	}
}
