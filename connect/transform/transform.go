// Package transform holds the transforms and predicates of Apache Kafka's Connect, each in a file of its own, with Java's
// results and error texts; docs/CONNECT.md numbers where they differ on purpose.
package transform

import (
	"slices"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// version is the release of Kafka Connect whose transforms these are, as REST answers show it.
const version = "4.3.1"

// Kafka returns the transforms and predicates that Apache Kafka ships.
func Kafka() []plugin.Constructor {
	list := []plugin.Constructor{
		func() plugin.Plugin { return &DropHeaders{} },
		func() plugin.Plugin { return &Filter{} },
		func() plugin.Plugin { return &InsertHeader{} },
		func() plugin.Plugin { return &RegexRouter{} },
		func() plugin.Plugin { return &TimestampRouter{} },
		func() plugin.Plugin { return &ValueToKey{} },
		func() plugin.Plugin { return &HasHeaderKey{} },
		func() plugin.Plugin { return &RecordIsTombstone{} },
		func() plugin.Plugin { return &TopicNameMatches{} },
	}
	for _, s := range []side{key, value} {
		list = append(list,
			func() plugin.Plugin { return &Cast{side: s} },
			func() plugin.Plugin { return &ExtractField{side: s} },
			func() plugin.Plugin { return &Flatten{side: s} },
			func() plugin.Plugin { return &HeaderFrom{side: s} },
			func() plugin.Plugin { return &HoistField{side: s} },
			func() plugin.Plugin { return &InsertField{side: s} },
			func() plugin.Plugin { return &MaskField{side: s} },
			func() plugin.Plugin { return &ReplaceField{side: s} },
			func() plugin.Plugin { return &SetSchemaMetadata{side: s} },
			func() plugin.Plugin { return &TimestampConverter{side: s} },
		)
	}
	return list
}

// side is the half of a record that a transform works on.
type side bool

const (
	value side = false
	key   side = true
)

func (s side) info(name, doc string) plugin.Info {
	form := "$Value"
	if s == key {
		form = "$Key"
	}
	return named(name+form, doc)
}

func named(name, doc string) plugin.Info {
	return plugin.Info{Class: "org.apache.kafka.connect.transforms." + name, Version: version, Doc: doc}
}

func (s side) of(r *plugin.Record) (*data.Schema, any) {
	if s == key {
		return r.KeySchema, r.Key
	}
	return r.ValueSchema, r.Value
}

func (s side) set(r *plugin.Record, schema *data.Schema, v any) {
	if s == key {
		r.KeySchema, r.Key = schema, v
	} else {
		r.ValueSchema, r.Value = schema, v
	}
}

// option returns a key as Connect's transforms define theirs: in no group and no order.
func option(name string, t config.Type, def any, importance config.Importance, doc string) config.Key {
	return config.Key{Name: name, Type: t, Default: def, Importance: importance, Order: -1, Doc: doc}
}

// must makes a key required.
func must(k config.Key) config.Key {
	k.Required = true
	return k
}

// checked gives a key a validator.
func checked(k config.Key, v config.Validator) config.Key {
	k.Validator = v
	return k
}

const replaceNull = "replace.null.with.default"

func replaceNullKey() config.Key {
	return option(replaceNull, config.Boolean, true, config.Medium,
		"Whether to replace fields that have a default value and that are null to the default value. When set to true, the default value is used, otherwise null is used.")
}

// filled refuses lists with an empty entry; empty lists too, unless they are allowed. Entries that occur twice are for listed.
func filled(empty bool) config.Validator {
	return func(name string, v any) error {
		if v == nil {
			return config.Errorf("Configuration '%s' values must not be null.", name)
		}
		list, _ := v.([]string)
		if len(list) == 0 && !empty {
			return config.Errorf("Configuration '%s' must not be empty. Valid values include: any non-empty value", name)
		}
		if slices.Contains(list, "") {
			return config.Errorf("Configuration '%s' values must not be empty.", name)
		}
		return nil
	}
}

// listed returns a list without the entries that occur again, which Connect drops since its release 4.2.
func listed(v config.Values, name string) (list []string) {
	for _, s := range v.List(name) {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func mapOf(v any, purpose string) (*data.Map, error) {
	m, ok := v.(*data.Map)
	if !ok {
		return nil, data.Errorf("Only Map objects supported in absence of schema for [%s], found: %s", purpose, data.JavaClass(v))
	}
	return m, nil
}

func structOf(v any, purpose string) (*data.Struct, error) {
	st, ok := v.(*data.Struct)
	if !ok {
		return nil, data.Errorf("Only Struct objects supported for [%s], found: %s", purpose, data.JavaClass(v))
	}
	return st, nil
}

func structOrNil(v any, purpose string) (*data.Struct, error) {
	if v == nil {
		return nil, nil
	}
	return structOf(v, purpose)
}

// noFields is the error of a schema that is asked for fields and is no struct's.
func noFields(s *data.Schema) error {
	if s.Type() != data.TypeStruct {
		return data.Errorf("Cannot list fields on non-struct type")
	}
	return nil
}

// agrees checks that a struct is of the schema that its record names.
func agrees(s *data.Schema, st *data.Struct) error {
	if st.Schema().Equal(s) {
		return nil
	}
	return data.Errorf("Struct schemas do not match.")
}

// at returns a field's value, its default for null when that is asked for.
func at(st *data.Struct, i int, withDefault bool) any {
	if withDefault {
		return st.At(i)
	}
	return st.Raw(i)
}

// copied puts a value that comes from a field of the same schema: only a null can be wrong there.
func copied(st *data.Struct, i int, v any) error {
	if v == nil {
		return st.PutAt(i, nil)
	}
	st.Set(i, v)
	return nil
}

// schemas remembers what a transform made of a schema, for the last 16 as Connect does. A schema is compared by pointer before it is compared by what it says.
type schemas struct {
	from, to [16]*data.Schema
	next     int
}

func (c *schemas) get(from *data.Schema, build func() (*data.Schema, error)) (*data.Schema, error) {
	for i, s := range c.from {
		if s == from {
			return c.to[i], nil
		}
	}
	var to *data.Schema
	for i, s := range c.from {
		if s != nil && s.Equal(from) {
			to = c.to[i]
		}
	}
	if to == nil {
		var err error
		if to, err = build(); err != nil {
			return nil, err
		}
	}
	c.from[c.next], c.to[c.next] = from, to
	c.next = (c.next + 1) % len(c.from)
	return to, nil
}

// hashed returns texts in the order of Java's HashSet.
func hashed(list []string) []string {
	m := data.NewMapSize(max(int(float32(len(list))/0.75)+1, 16))
	for _, s := range list {
		m.Put(s, nil)
	}
	out := make([]string, 0, len(list))
	for k := range m.All() {
		out = append(out, k.(string))
	}
	return out
}
