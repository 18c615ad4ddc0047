// Package debezium holds the transforms of Debezium that sinks need: the row out of a change event.
package debezium

import (
	"slices"
	"strings"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// ExtractNewRecordState is io.debezium.transforms.ExtractNewRecordState: it replaces a change event by the row after the change,
// with options for deletes, added fields and headers, and routing. What is no change event passes.
type ExtractNewRecordState struct {
	deletes                  string // drop, tombstone, delete-to-tombstone, rewrite, rewrite-with-tombstone, or legacy:drop, :rewrite, :none
	keepTombstones           bool
	fields, headers          []reference
	route                    string
	dropHeader               string
	dropFromKey, dropKeeping bool
	replaceNull              bool
	updated                  map[updateKey]*data.Schema
}

// updateKey is what the schema with the added fields depends on.
type updateKey struct{ row, event *data.Schema }

const maxUpdated = 64

// New returns the transform, not yet configured.
func New() plugin.Plugin { return &ExtractNewRecordState{} }

// Info names the transform.
func (*ExtractNewRecordState) Info() plugin.Info {
	return plugin.Info{Class: "io.debezium.transforms.ExtractNewRecordState", Version: "3.5.0.Final", Doc: "Replaces a change event by the row after the change."}
}

var keys = config.New(
	config.Key{Name: "drop.tombstones", Type: config.Boolean, Importance: config.Low, Order: -1, Doc: "Whether tombstones are dropped; delete.tombstone.handling.mode is the newer key."},
	config.Key{Name: "delete.handling.mode", Validator: modes("drop", "rewrite", "none"), Importance: config.Medium, Order: -1, Doc: "What becomes of deletes; delete.tombstone.handling.mode is the newer key."},
	config.Key{Name: "delete.tombstone.handling.mode", Validator: modes("drop", "tombstone", "delete-to-tombstone", "rewrite", "rewrite-with-tombstone"), Importance: config.Medium, Order: -1,
		Doc: "What becomes of deletes and the tombstones behind them: drop both; tombstone makes a null of the delete and keeps its schema, delete-to-tombstone drops the schema too; rewrite marks the row before by __deleted and drops the tombstone, which rewrite-with-tombstone keeps."},
	config.Key{Name: "route.by.field", Default: "", Importance: config.Low, Order: -1, Doc: "The field whose value is the record's topic."},
	config.Key{Name: "add.fields.prefix", Default: "__", Importance: config.Low, Order: -1, Doc: "What the names of added fields begin with."},
	config.Key{Name: "add.fields", Default: "", Importance: config.Low, Order: -1, Doc: "Fields of the event that are added to the row, such as op, source.ts_ms or table:source_table."},
	config.Key{Name: "add.headers.prefix", Default: "__", Importance: config.Low, Order: -1, Doc: "What the names of added headers begin with."},
	config.Key{Name: "add.headers", Default: "", Importance: config.Low, Order: -1, Doc: "Fields of the event that are added as headers."},
	config.Key{Name: "drop.fields.header.name", Importance: config.Low, Order: -1, Doc: "The header that lists fields to be removed from the row."},
	config.Key{Name: "drop.fields.from.key", Type: config.Boolean, Default: false, Importance: config.Low, Order: -1, Doc: "Whether they are removed from the key too."},
	config.Key{Name: "drop.fields.keep.schema.compatible", Type: config.Boolean, Default: true, Importance: config.Low, Order: -1, Doc: "Whether only optional fields are removed."},
	config.Key{Name: "replace.null.with.default", Type: config.Boolean, Default: true, Importance: config.Low, Order: -1, Doc: "Whether null fields become their defaults when a row is rewritten."},
)

func modes(allowed ...string) config.Validator {
	fold := config.OneOfFold(allowed...)
	return func(name string, v any) error {
		if v == nil || v == "" {
			return nil
		}
		return fold(name, v)
	}
}

// Config lists the keys.
func (*ExtractNewRecordState) Config() *config.Def { return keys }

// Configure takes the options.
func (t *ExtractNewRecordState) Configure(props map[string]string) error {
	v, err := keys.Parse(props)
	if err != nil {
		return err
	}
	*t = ExtractNewRecordState{route: v.Text("route.by.field"), dropHeader: v.Text("drop.fields.header.name"), dropFromKey: v.Bool("drop.fields.from.key"),
		dropKeeping: v.Bool("drop.fields.keep.schema.compatible"), replaceNull: v.Bool("replace.null.with.default"), updated: make(map[updateKey]*data.Schema)}
	t.deletes = strings.ToLower(strings.TrimSpace(v.Text("delete.tombstone.handling.mode")))
	switch {
	case t.deletes != "":
		t.keepTombstones = t.deletes == "rewrite-with-tombstone"
	case v.Has("delete.handling.mode") || v.Has("drop.tombstones"):
		t.deletes = "legacy:drop"
		if v.Has("delete.handling.mode") {
			t.deletes = "legacy:" + strings.ToLower(strings.TrimSpace(v.Text("delete.handling.mode")))
		}
		t.keepTombstones = v.Has("drop.tombstones") && !v.Bool("drop.tombstones")
	default:
		t.deletes = "tombstone"
	}
	if t.fields, err = references(v.Text("add.fields.prefix"), v.Text("add.fields")); err != nil {
		return err
	}
	t.headers, err = references(v.Text("add.headers.prefix"), v.Text("add.headers"))
	return err
}

func (t *ExtractNewRecordState) rewrites() bool {
	return t.deletes == "rewrite" || t.deletes == "rewrite-with-tombstone" || t.deletes == "legacy:rewrite"
}

// Apply extracts the row.
func (t *ExtractNewRecordState) Apply(r *plugin.Record) (bool, error) {
	tombstone := r.Value == nil
	envelope := r.ValueSchema != nil && strings.HasSuffix(r.ValueSchema.Name(), ".Envelope")
	event, _ := r.Value.(*data.Struct)
	if (tombstone || envelope) && len(t.headers) > 0 {
		if err := t.addHeaders(r, event); err != nil {
			return false, err
		}
	}
	switch {
	case tombstone:
		return t.keepTombstones, nil
	case !envelope:
		return true, nil
	case event == nil:
		return false, data.Errorf("Only Struct objects supported for [field extraction], found: %s", data.JavaClass(r.Value))
	}
	after, err := state(event, "after")
	if err != nil {
		return false, err
	}
	if after != nil {
		return true, t.changed(r, event, after)
	}
	before, err := state(event, "before")
	if err != nil || before == nil {
		return false, err // a truncation
	}
	return t.deleted(r, event, before)
}

// state returns the row before or after the change.
func state(event *data.Struct, name string) (*data.Struct, error) {
	f := event.Schema().Field(name)
	if f == nil {
		return nil, data.ErrorOf(data.IllegalArgument, "Unknown field: %s", name)
	}
	row, _ := event.At(f.Index).(*data.Struct)
	return row, nil
}

func (t *ExtractNewRecordState) changed(r *plugin.Record, event, row *data.Struct) (err error) {
	r.ValueSchema = event.Schema().Field("after").Schema
	if t.rewrites() {
		if row, err = t.marked(row, "false"); err != nil {
			return err
		}
		r.ValueSchema = row.Schema()
	}
	r.Value = row
	if err := t.routed(r, row); err != nil {
		return err
	}
	if err := t.addFields(r, event); err != nil {
		return err
	}
	return t.dropFields(r)
}

func (t *ExtractNewRecordState) deleted(r *plugin.Record, event, before *data.Struct) (keep bool, err error) {
	switch t.deletes {
	case "drop", "legacy:drop":
		return false, nil
	case "tombstone", "legacy:none":
		r.ValueSchema, r.Value = event.Schema().Field("after").Schema, nil
	case "delete-to-tombstone":
		r.ValueSchema, r.Value = nil, nil
	default:
		row, err := t.marked(before, "true")
		if err != nil {
			return false, err
		}
		r.ValueSchema, r.Value = row.Schema(), row
	}
	if err := t.routed(r, before); err != nil {
		return false, err
	}
	if err := t.dropFields(r); err != nil {
		return false, err
	}
	if r.Value != nil {
		err = t.addFields(r, event)
	}
	return true, err
}

// marked returns the row with the field __deleted.
func (t *ExtractNewRecordState) marked(row *data.Struct, deleted string) (*data.Struct, error) {
	b := data.StructOf().Basics(row.Schema())
	for _, f := range row.Schema().Fields() {
		b.Field(f.Name, f.Schema)
	}
	schema, err := t.cached(updateKey{row.Schema(), nil}, b.Field("__deleted", data.OptionalStringSchema))
	if err != nil {
		return nil, err
	}
	out := data.MakeStruct(schema)
	for i := range row.Len() {
		v := row.Raw(i)
		if t.replaceNull {
			v = row.At(i)
		}
		if err := out.PutAt(i, v); err != nil {
			return nil, err
		}
	}
	out.Set(row.Len(), deleted)
	return out, nil
}

func (t *ExtractNewRecordState) cached(key updateKey, b *data.Builder) (*data.Schema, error) {
	if s := t.updated[key]; s != nil {
		return s, nil
	}
	s, err := b.Build()
	if err == nil {
		if len(t.updated) >= maxUpdated {
			clear(t.updated)
		}
		t.updated[key] = s
	}
	return s, err
}

// routed sets the topic to the value of a field.
func (t *ExtractNewRecordState) routed(r *plugin.Record, row *data.Struct) error {
	if t.route == "" {
		return nil
	}
	v, err := row.GetWithoutDefault(t.route)
	if err != nil {
		return err
	}
	if row.Schema().Field(t.route).Schema.Type() != data.TypeString {
		return data.Errorf("Field '%s' is not of type STRING", t.route)
	}
	if topic, _ := v.(string); !blank(topic) {
		r.Topic = topic
	}
	return nil
}

// blank is true for what Java's trim leaves nothing of.
func blank(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }) == ""
}

// dropFields removes the fields that a header lists.
func (t *ExtractNewRecordState) dropFields(r *plugin.Record) error {
	if blank(t.dropHeader) {
		return nil
	}
	i := slices.IndexFunc(r.Headers, func(h plugin.Header) bool { return h.Key == t.dropHeader })
	if i < 0 || r.Headers[i].Value == nil {
		return nil
	}
	list, ok := r.Headers[i].Value.([]any)
	if !ok {
		return data.ErrorOf(data.ClassCastException, "the header %s holds a %s, not a list of names", t.dropHeader, data.JavaClass(r.Headers[i].Value))
	}
	var names []string
	for _, v := range list {
		if name, ok := v.(string); ok {
			names = append(names, name)
		}
	}
	if t.dropFromKey {
		if row, ok := r.Key.(*data.Struct); ok {
			out, err := t.without(row, names)
			if err != nil {
				return err
			}
			r.KeySchema, r.Key = out.Schema(), out
		}
	}
	if row, ok := r.Value.(*data.Struct); ok {
		out, err := t.without(row, names)
		if err != nil {
			return err
		}
		r.ValueSchema, r.Value = out.Schema(), out
	}
	return nil
}

func (t *ExtractNewRecordState) without(row *data.Struct, names []string) (*data.Struct, error) {
	dropped := func(f *data.Field) bool {
		return slices.Contains(names, f.Name) && (!t.dropKeeping || f.Schema.Optional())
	}
	b := data.StructOf().Basics(row.Schema())
	var kept []int
	for i := range row.Schema().Fields() {
		if f := &row.Schema().Fields()[i]; !dropped(f) {
			b.Field(f.Name, f.Schema)
			kept = append(kept, i)
		}
	}
	if len(kept) == row.Len() && (t.dropKeeping || len(names) == 0) {
		return row, nil
	}
	schema, err := b.Build()
	if err != nil {
		return nil, err
	}
	out := data.MakeStruct(schema)
	for n, i := range kept {
		if err := out.PutAt(n, row.At(i)); err != nil {
			return nil, err
		}
	}
	return out, nil
}
