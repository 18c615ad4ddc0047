// Package config describes what a plug-in can be configured with, in the terms of Kafka Connect's ConfigDef: keys with
// types, defaults, validators, recommenders, groups and dependents. A Def parses the text properties of a connector into
// typed values, and validates them into the answers of the REST calls that describe and check configurations. Error texts
// are those of Kafka's class, since users and tools compare them.
package config

import (
	"maps"
	"slices"
)

// Type is the type of a key's value, as ConfigDef.Type. The zero value is String.
type Type uint8

// The types, and what Values holds for each of them.
const (
	String   Type = iota // string
	Boolean              // bool
	Int                  // int32
	Short                // int16
	Long                 // int64
	Double               // float64
	List                 // []string
	Class                // string, the name of a plug-in's class
	Password             // Secret
)

// String returns the type's name in REST answers.
func (t Type) String() string {
	names := [...]string{"STRING", "BOOLEAN", "INT", "SHORT", "LONG", "DOUBLE", "LIST", "CLASS", "PASSWORD"}
	if int(t) < len(names) {
		return names[t]
	}
	return "STRING"
}

// Importance says how much a key matters to the reader of a list of them.
type Importance uint8

// The importances, the zero value first.
const (
	High Importance = iota
	Medium
	Low
)

// String returns the importance's name in REST answers.
func (i Importance) String() string { return [...]string{"HIGH", "MEDIUM", "LOW"}[min(i, Low)] }

// Width says how long values are, for forms that show a key.
type Width uint8

// The widths, the zero value first.
const (
	WidthNone Width = iota
	WidthShort
	WidthMedium
	WidthLong
)

// String returns the width's name in REST answers.
func (w Width) String() string {
	return [...]string{"NONE", "SHORT", "MEDIUM", "LONG"}[min(w, WidthLong)]
}

// Key is one key of a Def. Only Name is needed: the zero value of the rest is an optional string without a default, of
// high importance, in no group. A plain value; nobody changes one after Define.
type Key struct {
	Name     string
	Type     Type
	Required bool // no default: to leave the key out is an error
	// Default is the value when the key is absent, of the Go type that Values has for Type; nil is null.
	Default     any
	Validator   Validator // of a parsed value, nil included; nil accepts everything
	Importance  Importance
	Doc         string
	Group       string
	Order       int // within the group, from 1
	Width       Width
	DisplayName string // empty: Name
	Dependents  []string
	Recommender Recommender
	// Known tells for a Class whether such a class exists; nil accepts every name.
	Known func(class string) bool
	// Internal keys are parsed but not shown in lists of keys.
	Internal bool
}

// Recommender offers values for a key, given what the other keys were parsed to.
type Recommender interface {
	// Recommend returns the values to offer, nil for none. Its error is shown as the key's.
	Recommend(name string, parsed map[string]any) ([]any, error)
	// Visible tells whether the key makes sense beside the others.
	Visible(name string, parsed map[string]any) bool
}

// Def is a list of keys in the order of their definition. It is built once and is safe for concurrent use after that.
type Def struct {
	keys   map[string]*Key
	order  []string
	groups []string
}

// New returns a Def with the given keys.
func New(keys ...Key) *Def {
	d := &Def{keys: map[string]*Key{}}
	return d.Define(keys...)
}

// Define adds keys and returns the Def. A key of a name that is there already replaces it in its place.
func (d *Def) Define(keys ...Key) *Def {
	for _, k := range keys {
		if k.DisplayName == "" {
			k.DisplayName = k.Name
		}
		if k.Group == "" && k.Order == 0 {
			k.Order = -1
		}
		if k.Group != "" && !slices.Contains(d.groups, k.Group) {
			d.groups = append(d.groups, k.Group)
		}
		if _, there := d.keys[k.Name]; !there {
			d.order = append(d.order, k.Name)
		}
		d.keys[k.Name] = &k
	}
	return d
}

// Embed adds the keys of another Def under a prefix: their names and dependents get it, their group is the given one and
// their order follows from there.
func (d *Def) Embed(prefix, group string, from int, other *Def) *Def {
	for _, name := range other.order {
		k := *other.keys[name]
		k.Name, k.Group, k.Order = prefix+k.Name, group, from
		k.Dependents = slices.Clone(k.Dependents)
		for i := range k.Dependents {
			k.Dependents[i] = prefix + k.Dependents[i]
		}
		if k.Recommender != nil {
			k.Recommender = embedded{prefix, k.Recommender}
		}
		if other.keys[name].DisplayName == name {
			k.DisplayName = name
		}
		d.Define(k)
		from++
	}
	return d
}

// embedded shows a recommender the keys of its own Def alone, without the prefix that they have been given.
type embedded struct {
	prefix string
	inner  Recommender
}

func (e embedded) stripped(parsed map[string]any) map[string]any {
	own := map[string]any{}
	for k, v := range parsed {
		if len(k) > len(e.prefix) && k[:len(e.prefix)] == e.prefix {
			own[k[len(e.prefix):]] = v
		}
	}
	return own
}

func (e embedded) Recommend(name string, parsed map[string]any) ([]any, error) {
	return e.inner.Recommend(name[len(e.prefix):], e.stripped(parsed))
}

func (e embedded) Visible(name string, parsed map[string]any) bool {
	return e.inner.Visible(name[len(e.prefix):], e.stripped(parsed))
}

// Clone returns a copy to which keys can be added.
func (d *Def) Clone() *Def {
	return &Def{keys: maps.Clone(d.keys), order: slices.Clone(d.order), groups: slices.Clone(d.groups)}
}

// Keys returns the keys in the order of their definition, internal ones left out.
func (d *Def) Keys() []Key {
	keys := make([]Key, 0, len(d.order))
	for _, name := range d.order {
		if k := d.keys[name]; !k.Internal {
			keys = append(keys, *k)
		}
	}
	return keys
}

// Key returns the key of a name, and whether there is one.
func (d *Def) Key(name string) (Key, bool) {
	if k, ok := d.keys[name]; ok {
		return *k, true
	}
	return Key{}, false
}

// Groups returns the groups in the order of their first key.
func (d *Def) Groups() []string { return slices.Clone(d.groups) }

// roots returns the keys that are nobody's dependents, in the order of definition.
func (d *Def) roots() []string {
	dependent := map[string]bool{}
	for _, k := range d.keys {
		for _, name := range k.Dependents {
			dependent[name] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(d.order), func(name string) bool { return dependent[name] })
}
