package avroschema

import (
	"bytes"
	"encoding/json/jsontext"
	"fmt"
	"io"
	"strings"
)

// maxDepth bounds how deep a schema nests, in JSON and in types.
const maxDepth = 128

// node is a JSON value that keeps the order of members and the text of numbers.
type node struct {
	kind  jsontext.Kind
	text  string // raw text
	str   string // of a string
	list  []node // elements, or the values of members
	names []string
}

// get returns a member of an object.
func (n *node) get(name string) *node {
	for i, m := range n.names {
		if m == name {
			return &n.list[i]
		}
	}
	return nil
}

// string returns a member that is a string, "" for none.
func (n *node) string(name string) (string, error) {
	m := n.get(name)
	if m == nil {
		return "", nil
	}
	if m.kind != '"' {
		return "", fmt.Errorf("%q must be a string, not %s", name, short(m.text))
	}
	return m.str, nil
}

// strings returns a member that is a list of strings.
func (n *node) strings(name string) ([]string, error) {
	m := n.get(name)
	if m == nil {
		return nil, nil
	}
	if m.kind != '[' {
		return nil, fmt.Errorf("%q must be a list of strings, not %s", name, short(m.text))
	}
	out := []string{}
	for _, e := range m.list {
		if e.kind != '"' {
			return nil, fmt.Errorf("%q must be a list of strings; %s is none", name, short(e.text))
		}
		out = append(out, e.str)
	}
	return out, nil
}

func short(text string) string {
	if len(text) > 60 {
		return text[:60] + "…"
	}
	return text
}

// document reads one JSON value and nothing behind it.
func document(text string) (node, error) {
	d := jsontext.NewDecoder(strings.NewReader(text))
	n, err := value(d, 0)
	if err != nil {
		return n, err
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return n, fmt.Errorf("there is more behind the JSON value")
	}
	return n, nil
}

func value(d *jsontext.Decoder, depth int) (node, error) {
	if depth > maxDepth {
		return node{}, fmt.Errorf("it nests deeper than %d levels", maxDepth)
	}
	kind := d.PeekKind()
	switch kind {
	case '{', '[':
	default:
		raw, err := d.ReadValue()
		if err != nil {
			return node{}, err
		}
		n := node{kind: kind, text: string(raw)}
		if kind == '"' {
			b, err := jsontext.AppendUnquote(nil, raw)
			if err != nil {
				return n, err
			}
			n.str = string(b)
		}
		return n, nil
	}
	if _, err := d.ReadToken(); err != nil {
		return node{}, err
	}
	n := node{kind: kind}
	var text bytes.Buffer
	text.WriteByte(byte(kind))
	for d.PeekKind() == '"' || d.PeekKind() != '}' && d.PeekKind() != ']' {
		if len(n.list) > 0 {
			text.WriteByte(',')
		}
		if kind == '{' {
			name, err := d.ReadToken()
			if err != nil {
				return n, err
			}
			n.names = append(n.names, name.String())
			text.WriteString(quote(name.String()) + ":")
		}
		e, err := value(d, depth+1)
		if err != nil {
			return n, err
		}
		n.list = append(n.list, e)
		text.WriteString(e.text)
	}
	end, err := d.ReadToken()
	if err != nil {
		return n, err
	}
	text.WriteString(end.String())
	n.text = text.String()
	return n, nil
}

// quote is a JSON string.
func quote(s string) string {
	b, err := jsontext.AppendQuote(nil, s)
	if err != nil { // not UTF-8: the nearest text that is
		b, _ = jsontext.AppendQuote(nil, strings.ToValidUTF8(s, "�"))
	}
	return string(b)
}
