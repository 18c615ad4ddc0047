package jsonshape

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tag is a parsed json struct tag.
type tag struct {
	name    string
	named   bool
	ignored bool

	omitZero, omitEmpty, quoted, ignoreCase, strictCase, embed, format bool

	aliases []string // of the tag alias: earlier names
}

// options lists whatever is set beside a name, for messages.
func (t tag) options() (names []string) {
	for _, o := range []struct {
		set  bool
		name string
	}{{t.omitZero, "omitzero"}, {t.omitEmpty, "omitempty"}, {t.quoted, "string"}, {t.ignoreCase, "case:ignore"},
		{t.strictCase, "case:strict"}, {t.format, "format"}} {
		if o.set {
			names = append(names, o.name)
		}
	}
	return names
}

// parseTag reads the tag of a field: a name up to the first comma, then options. Unknown options are let pass, as
// encoding/json/v2 does, unless they are a known one misspelt. fault says what is wrong with the tag.
func parseTag(field, text string) (t tag, present bool, fault string) {
	full := text
	text, present = reflect.StructTag(text).Lookup("json")
	if text == "-" {
		return tag{ignored: true}, present, ""
	}
	if aliases, given := reflect.StructTag(full).Lookup("alias"); given {
		for a := range strings.SplitSeq(aliases, ",") {
			if a == "" || !utf8.ValidString(a) {
				return t, present, fmt.Sprintf("the tag alias:%q is not a list of names with commas between them", aliases)
			}
			t.aliases = append(t.aliases, a)
		}
	}
	t.name = field
	name, rest, _ := strings.Cut(text, ",")
	if name != "" {
		switch {
		case strings.ContainsAny(name, "\\'\"`"):
			return t, present, fmt.Sprintf("the name %s in the json tag has a quote or a backslash", name)
		case !utf8.ValidString(name):
			return t, present, "the name in the json tag is not valid UTF-8"
		}
		t.name, t.named = name, true
	}
	if len(text) == len(name) {
		return t, present, ""
	}
	seen := map[string]bool{}
	for option := range strings.SplitSeq(rest, ",") {
		key, value, valued := strings.Cut(option, ":")
		word := strings.TrimLeftFunc(key, func(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsNumber(c) })
		first, _ := utf8.DecodeRuneInString(key)
		if key == "" || word != "" || first != '_' && !unicode.IsLetter(first) {
			return t, present, fmt.Sprintf("the json tag has the malformed option %q", option)
		}
		if seen[key] {
			return t, present, fmt.Sprintf("the json tag has the option %s twice", key)
		}
		seen[key] = true
		switch key {
		case "omitzero":
			t.omitZero = true
		case "omitempty":
			t.omitEmpty = true
		case "string":
			t.quoted = true
		case "embed":
			t.embed = true
		case "format":
			t.format = true
			return t, present, ""
		case "case":
			t.ignoreCase, t.strictCase = value == "ignore", value == "strict"
			if !t.ignoreCase && !t.strictCase {
				return t, present, "the json tag's option case is neither case:ignore nor case:strict"
			}
			continue
		default:
			switch plain := strings.ReplaceAll(strings.ToLower(key), "_", ""); plain {
			case "omitzero", "omitempty", "string", "embed", "format", "case":
				return t, present, fmt.Sprintf("the json tag's option %s is spelt %s", key, plain)
			}
		}
		if valued {
			return t, present, fmt.Sprintf("the json tag has the malformed option %q", option)
		}
	}
	return t, present, ""
}
