package avroschema

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Parse reads a schema. Its error says which part is wrong and why.
func Parse(text string) (*Schema, error) { return ParseWith(text) }

// ParseWith reads a schema that may refer to the named types of others, as a registry's references do.
func ParseWith(text string, known ...*Schema) (*Schema, error) {
	n, err := document(text)
	if err != nil {
		return nil, fmt.Errorf("avro schema: %w", err)
	}
	p := &parser{names: map[string]*Schema{}}
	for _, s := range known {
		p.learn(s, 0)
	}
	s, err := p.schema(&n, "", 0)
	if err != nil {
		return nil, fmt.Errorf("avro schema: %w", err)
	}
	if weight(s, map[*Schema]int{}) > maxNodes {
		return nil, fmt.Errorf("avro schema: a value of it has more than %d parts", maxNodes)
	}
	for _, f := range p.defaults {
		if f.Bytes, err = f.encodeDefault(); err != nil {
			return nil, fmt.Errorf("avro schema: field %s: the default %s does not fit its type: %w", f.Name, short(f.Default), err)
		}
	}
	return s, nil
}

// maxNodes bounds how many types a schema has.
const maxNodes = 100_000

// weight is how many parts a value has at least: records in records can double them with each level,
// while the value itself takes no bytes.
func weight(s *Schema, known map[*Schema]int) int {
	if n := known[s]; n > 0 {
		return n
	}
	known[s] = 1
	n := 1
	for _, f := range s.Fields {
		n = min(n+weight(f.Type, known), maxNodes+1)
	}
	for _, below := range append([]*Schema{s.Items}, s.Branches...) {
		if below != nil && weight(below, known) > maxNodes {
			n = maxNodes + 1
		}
	}
	known[s] = n
	return n
}

type parser struct {
	names    map[string]*Schema
	defaults []*Field // fields with defaults, which are encoded once all types are whole
	nodes    int
}

// learn makes the named types below s known.
func (p *parser) learn(s *Schema, depth int) {
	if s == nil || depth > maxDepth {
		return
	}
	if s.Kind.Named() {
		if p.names[s.Name] != nil {
			return
		}
		p.names[s.Name] = s
	}
	p.learn(s.Items, depth+1)
	for _, b := range s.Branches {
		p.learn(b, depth+1)
	}
	for _, f := range s.Fields {
		p.learn(f.Type, depth+1)
	}
}

func (p *parser) schema(n *node, space string, depth int) (*Schema, error) {
	if p.nodes++; p.nodes > maxNodes {
		return nil, fmt.Errorf("it has more than %d types", maxNodes)
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("it nests deeper than %d levels", maxDepth)
	}
	switch n.kind {
	case '"':
		return p.named(n.str, space)
	case '[':
		return p.union(n, space, depth)
	case '{':
		return p.object(n, space, depth)
	}
	return nil, fmt.Errorf("%s is no schema: a schema is a name, a list (a union) or an object with a \"type\"", short(n.text))
}

// primitive is the kind of a primitive type's name.
func primitive(name string) (Kind, bool) {
	i := slices.Index(kindNames[:Array], name)
	return Kind(max(i, 0)), i >= 0
}

// named is the type that a name refers to.
func (p *parser) named(name, space string) (*Schema, error) {
	if k, ok := primitive(name); ok {
		return &Schema{Kind: k}, nil
	}
	if s := p.names[full(name, space)]; s != nil {
		return s, nil
	}
	if s := p.names[name]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("unknown type %q: it is no primitive type, and no record, enum or fixed of that name stands before it", full(name, space))
}

func full(name, space string) string {
	if space == "" || strings.Contains(name, ".") {
		return name
	}
	return space + "." + name
}

func (p *parser) union(n *node, space string, depth int) (*Schema, error) {
	u := &Schema{Kind: Union}
	seen := map[string]bool{}
	for i := range n.list {
		b, err := p.schema(&n.list[i], space, depth+1)
		if err != nil {
			return nil, err
		}
		if b.Kind == Union {
			return nil, errors.New("a union stands directly in a union")
		}
		id := b.Kind.String()
		if b.Kind.Named() {
			id = b.Name
		}
		if seen[id] {
			return nil, fmt.Errorf("a union has %s twice", id)
		}
		seen[id] = true
		u.Branches = append(u.Branches, b)
	}
	return u, nil
}

func (p *parser) object(n *node, space string, depth int) (*Schema, error) {
	t := n.get("type")
	if t == nil {
		return nil, fmt.Errorf("%s has no \"type\"", short(n.text))
	}
	if t.kind != '"' { // {"type": {…}}
		return p.schema(t, space, depth+1)
	}
	var s *Schema
	var err error
	switch t.str {
	case "record", "error":
		return p.record(n, space, depth)
	case "enum":
		s, err = p.enum(n, space)
	case "fixed":
		s, err = p.fixed(n, space)
	case "array", "map":
		s = &Schema{Kind: Array}
		inside := "items"
		if t.str == "map" {
			s.Kind, inside = Map, "values"
		}
		items := n.get(inside)
		if items == nil {
			return nil, fmt.Errorf("the %s %s has no %q", t.str, short(n.text), inside)
		}
		s.Items, err = p.schema(items, space, depth+1)
	default:
		if s, err = p.named(t.str, space); err == nil && s.Kind.Named() {
			return s, nil
		}
	}
	if err != nil {
		return nil, err
	}
	s.logical(n)
	s.Props = props(n, "type", "items", "values", "name", "namespace", "aliases", "doc", "symbols", "default", "size", "logicalType", "precision", "scale")
	return s, nil
}

// props are the members of an object that no name of the specification is.
func props(n *node, own ...string) (out []Prop) {
	for i, name := range n.names {
		if !slices.Contains(own, name) {
			out = append(out, Prop{name, n.list[i].text})
		}
	}
	return out
}

// declare reads what named types have in common and makes the name known.
func (p *parser) declare(s *Schema, n *node, space string) error {
	name, err := n.string("name")
	if err != nil {
		return err
	}
	if ns, e := n.string("namespace"); e != nil {
		return e
	} else if n.get("namespace") != nil {
		space = ns
	}
	s.Name = full(name, space)
	for part := range strings.SplitSeq(s.Name, ".") {
		if !identifier(part) {
			return fmt.Errorf("%q is no name of a %s: names are letters, digits and underscores, and do not begin with a digit", s.Name, s.Kind)
		}
	}
	if _, ok := primitive(s.Name); ok {
		return fmt.Errorf("a %s has the name of the primitive type %s", s.Kind, s.Name)
	}
	if p.names[s.Name] != nil {
		return fmt.Errorf("%s is declared twice", s.Name)
	}
	if s.Doc, err = n.string("doc"); err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	aliases, err := n.strings("aliases")
	if err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	for _, a := range aliases {
		s.Aliases = append(s.Aliases, full(a, s.Namespace()))
	}
	p.names[s.Name] = s
	return nil
}

// identifier says whether a text is a simple name. Letters beyond ASCII pass, as they do by default
// in Avro's own library since 1.12.
func identifier(name string) bool {
	for i, c := range name {
		switch {
		case c == '_', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= 0x80:
		case c >= '0' && c <= '9' && i > 0:
		default:
			return false
		}
	}
	return name != ""
}

func (p *parser) record(n *node, space string, depth int) (*Schema, error) {
	s := &Schema{Kind: Record}
	if err := p.declare(s, n, space); err != nil {
		return nil, err
	}
	fields := n.get("fields")
	if fields == nil || fields.kind != '[' {
		return nil, fmt.Errorf("the record %s has no list of \"fields\"", s.Name)
	}
	for i := range fields.list {
		f, err := p.field(&fields.list[i], s, depth)
		if err != nil {
			return nil, err
		}
		if s.Index(f.Name) >= 0 {
			return nil, fmt.Errorf("the record %s has the field %s twice", s.Name, f.Name)
		}
		s.Fields = append(s.Fields, f)
	}
	s.Props = props(n, "type", "name", "namespace", "aliases", "doc", "fields")
	return s, nil
}

func (p *parser) field(n *node, of *Schema, depth int) (*Field, error) {
	name, err := n.string("name")
	if err != nil || !identifier(name) {
		return nil, fmt.Errorf("the record %s has a field without a proper name: %s", of.Name, short(n.text))
	}
	where := func(err error) error { return fmt.Errorf("%s.%s: %w", of.Name, name, err) }
	t := n.get("type")
	if t == nil {
		return nil, where(errors.New("the field has no \"type\""))
	}
	f := &Field{Name: name}
	if f.Type, err = p.schema(t, of.Namespace(), depth+1); err != nil {
		return nil, where(err)
	}
	if f.Doc, err = n.string("doc"); err != nil {
		return nil, where(err)
	}
	if f.Order, err = n.string("order"); err != nil {
		return nil, where(err)
	}
	if f.Order == "ascending" {
		f.Order = ""
	}
	if f.Aliases, err = n.strings("aliases"); err != nil {
		return nil, where(err)
	}
	if d := n.get("default"); d != nil {
		f.Default = d.text
		p.defaults = append(p.defaults, f)
	}
	f.Props = props(n, "name", "type", "doc", "order", "aliases", "default")
	return f, nil
}

func (p *parser) enum(n *node, space string) (*Schema, error) {
	s := &Schema{Kind: Enum}
	if err := p.declare(s, n, space); err != nil {
		return nil, err
	}
	var err error
	if s.Symbols, err = n.strings("symbols"); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	if len(s.Symbols) == 0 {
		return nil, fmt.Errorf("the enum %s has no \"symbols\"", s.Name)
	}
	for i, symbol := range s.Symbols {
		if !identifier(symbol) {
			return nil, fmt.Errorf("%s: %q is no symbol: symbols are letters, digits and underscores, and do not begin with a digit", s.Name, symbol)
		}
		if slices.Index(s.Symbols, symbol) != i {
			return nil, fmt.Errorf("%s: the symbol %s is there twice", s.Name, symbol)
		}
	}
	if s.Default, err = n.string("default"); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	if s.Default != "" && !slices.Contains(s.Symbols, s.Default) {
		return nil, fmt.Errorf("%s: the default %s is none of the symbols", s.Name, s.Default)
	}
	return s, nil
}

// maxFixed bounds the size of a fixed.
const maxFixed = 64 << 20

func (p *parser) fixed(n *node, space string) (*Schema, error) {
	s := &Schema{Kind: Fixed}
	if err := p.declare(s, n, space); err != nil {
		return nil, err
	}
	size := n.get("size")
	if size == nil || size.kind != '0' {
		return nil, fmt.Errorf("the fixed %s has no \"size\"", s.Name)
	}
	var err error
	if s.Size, err = strconv.Atoi(size.text); err != nil || s.Size < 0 || s.Size > maxFixed {
		return nil, fmt.Errorf("the fixed %s has the size %s; it must be a whole number from 0 to %d", s.Name, size.text, maxFixed)
	}
	return s, nil
}

// maxPrecision bounds the digits of a decimal.
const maxPrecision = 9_000

// logicalKinds are the types that a logical type annotates.
var logicalKinds = map[string][]Kind{
	"decimal": {Bytes, Fixed}, "uuid": {String, Fixed}, "date": {Int}, "time-millis": {Int}, "time-micros": {Long},
	"timestamp-millis": {Long}, "timestamp-micros": {Long}, "timestamp-nanos": {Long},
	"local-timestamp-millis": {Long}, "local-timestamp-micros": {Long}, "local-timestamp-nanos": {Long}, "duration": {Fixed},
}

// logical reads the logical type. One that is unknown or does not fit is ignored, as the specification asks.
func (s *Schema) logical(n *node) {
	l := n.get("logicalType")
	if l == nil || l.kind != '"' || !slices.Contains(logicalKinds[l.str], s.Kind) {
		return
	}
	number := func(name string) int {
		m := n.get(name)
		if m == nil {
			return 0
		}
		v, err := strconv.Atoi(m.text)
		if err != nil {
			return -1
		}
		return v
	}
	switch {
	case l.str == "decimal":
		precision, scale := number("precision"), number("scale")
		if precision < 1 || precision > maxPrecision || scale < 0 || scale > precision {
			return
		}
		s.Precision, s.Scale = precision, scale
	case l.str == "duration" && s.Size != 12, l.str == "uuid" && s.Kind == Fixed && s.Size != 16:
		return
	}
	s.Logical = l.str
}
