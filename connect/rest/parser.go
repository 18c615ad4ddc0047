package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// parser reads a request's body and words its complaints as Jackson does: clients show them to people who know those.
type parser struct {
	text  []byte
	empty bool
	dec   *json.Decoder
	chain []string // of fields on the way, innermost last
}

// maxBody bounds a request's body.
const maxBody = 16 << 20

// parse reads the body.
func (q *query) parse() (*parser, error) {
	text, err := io.ReadAll(io.LimitReader(q.Body, maxBody))
	if err != nil {
		return nil, err
	}
	q.body = text
	p := &parser{text: text, empty: len(bytes.TrimSpace(text)) == 0, dec: json.NewDecoder(bytes.NewReader(text))}
	p.dec.UseNumber()
	return p, nil
}

// place is how Jackson says where.
func (p *parser) place(offset int) string {
	before := p.text[:min(max(offset, 0), len(p.text))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Sprintf("[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: %d, column: %d]", line, column)
}

// fail words an error at the current place.
func (p *parser) fail(format string, args ...any) error {
	return p.failAt(int(p.dec.InputOffset()), format, args...)
}

func (p *parser) failAt(offset int, format string, args ...any) error {
	text := fmt.Sprintf(format, args...) + "\n at " + p.place(offset)
	if len(p.chain) > 0 {
		text += " (through reference chain: " + strings.Join(p.chain, "->") + ")"
	}
	return errors.New(text)
}

// token reads the next token and tells where it began.
func (p *parser) token() (t json.Token, at int, err error) {
	at = int(p.dec.InputOffset())
	for at < len(p.text) && strings.IndexByte(" \t\r\n,:", p.text[at]) >= 0 {
		at++
	}
	t, err = p.dec.Token()
	if err != nil {
		return nil, at, p.syntax(at, err)
	}
	return t, at, nil
}

// syntax words an error of the text itself.
func (p *parser) syntax(at int, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || at >= len(p.text) {
		kind, start := p.open()
		if kind == "" {
			return p.failAt(len(p.text), "Unexpected end-of-input")
		}
		return p.failAt(len(p.text), "Unexpected end-of-input: expected close marker for %s (start marker at %s)", kind, p.place(start))
	}
	end := at
	for end < len(p.text) && (p.text[end] >= 'a' && p.text[end] <= 'z' || p.text[end] >= 'A' && p.text[end] <= 'Z' || p.text[end] >= '0' && p.text[end] <= '9') {
		end++
	}
	if end > at {
		return p.failAt(at, "Unrecognized token '%s': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", p.text[at:end])
	}
	return p.failAt(at, "Unexpected character ('%c' (code %d))", p.text[at], p.text[at])
}

// open returns the innermost object or array that was not closed.
func (p *parser) open() (kind string, start int) {
	var starts []int
	quoted := false
	for i := 0; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			starts = append(starts, i)
		case (c == '}' || c == ']') && len(starts) > 0:
			starts = starts[:len(starts)-1]
		}
	}
	if len(starts) == 0 {
		return "", 0
	}
	start = starts[len(starts)-1]
	if p.text[start] == '[' {
		return "Array", start
	}
	return "Object", start
}

// wrong words the error of a value of another kind than was expected.
func (p *parser) wrong(class string, t json.Token, at int) error {
	switch t {
	case json.Delim('{'):
		return p.failAt(at, "Cannot deserialize value of type `%s` from Object value (token `JsonToken.START_OBJECT`)", class)
	case json.Delim('['):
		return p.failAt(at, "Cannot deserialize value of type `%s` from Array value (token `JsonToken.START_ARRAY`)", class)
	}
	return p.failAt(at, "Cannot deserialize value of type `%s` from %T value", class, t)
}

// object reads an object of known fields.
func (p *parser) object(class string, known []string, field func(string) error) error {
	t, at, err := p.token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return p.wrong(class, t, at)
	}
	for p.dec.More() {
		t, _, err := p.token()
		if err != nil {
			return err
		}
		name := t.(string)
		p.chain = append(p.chain, fmt.Sprintf("%s[%q]", class, name))
		if !slices.Contains(known, name) {
			quoted := make([]string, len(known))
			for i, k := range known {
				quoted[i] = `"` + k + `"`
			}
			return p.fail("Unrecognized field %q (class %s), not marked as ignorable (%d known properties: %s)", name, class, len(known), strings.Join(quoted, ", "))
		}
		if err := field(name); err != nil {
			return err
		}
		p.chain = p.chain[:len(p.chain)-1]
	}
	_, _, err = p.token()
	return err
}

// string reads a text, or a number or boolean as text; nil for null.
func (p *parser) string(class string) (*string, error) {
	t, at, err := p.token()
	if err != nil {
		return nil, err
	}
	var text string
	switch t := t.(type) {
	case nil:
		return nil, nil
	case string:
		text = t
	case json.Number:
		text = t.String()
	case bool:
		text = fmt.Sprint(t)
	default:
		return nil, p.wrong(class, t, at)
	}
	return &text, nil
}

// texts reads an object of texts; nil for null.
func (p *parser) texts() (map[string]*string, error) {
	t, at, err := p.token()
	if err != nil || t == nil {
		return nil, err
	}
	if t != json.Delim('{') {
		return nil, p.wrong("java.util.LinkedHashMap<java.lang.String,java.lang.String>", t, at)
	}
	all := map[string]*string{}
	for p.dec.More() {
		t, _, err := p.token()
		if err != nil {
			return nil, err
		}
		name := t.(string)
		p.chain = append(p.chain, fmt.Sprintf("java.util.LinkedHashMap[%q]", name))
		if all[name], err = p.string("java.lang.String"); err != nil {
			return nil, err
		}
		p.chain = p.chain[:len(p.chain)-1]
	}
	_, _, err = p.token()
	return all, err
}

// into reads the whole body into a value.
func (p *parser) into(v any) error {
	if p.dec == nil {
		p.dec = json.NewDecoder(bytes.NewReader(p.text))
		p.dec.UseNumber()
	}
	if err := p.dec.Decode(v); err != nil {
		return p.syntax(int(p.dec.InputOffset()), err)
	}
	return nil
}

// plainMap replaces the numbers of a decoder by int64 and float64.
func plainMap(m map[string]any) map[string]any {
	for k, v := range m {
		if n, ok := v.(json.Number); ok {
			if i, err := n.Int64(); err == nil {
				m[k] = i
			} else if f, err := n.Float64(); err == nil {
				m[k] = f
			}
		}
	}
	return m
}
