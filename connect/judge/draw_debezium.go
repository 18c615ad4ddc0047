package judge

import (
	"strings"

	"github.com/streamgen/streamgen/connect/data"
)

// debezium draws a change event for ExtractNewRecordState.
func (d *drawing) debezium() *Case {
	r, _, _ := d.record()
	c := &Case{Op: "transform", Class: "io.debezium.transforms.ExtractNewRecordState", Config: map[string]string{}, Record: r}
	build := func(b *data.Builder) *data.Schema {
		s, err := b.Build()
		if err != nil {
			return data.StringSchema
		}
		return s
	}
	rowBuilder := data.StructOf().Name("db.t.Value").Optional().Field("id", data.Int64Schema).Field("name", data.OptionalStringSchema)
	if d.chance(2) {
		rowBuilder.Field("extra", d.schema(1))
	}
	row := build(rowBuilder)
	source := build(data.StructOf().Name("io.debezium.connector.mysql.Source").Field("db", data.StringSchema).Field("table", data.OptionalStringSchema).Field("ts_ms", data.Int64Schema).Field("lsn", data.OptionalInt64Schema))
	tx := build(data.StructOf().Optional().Field("id", data.StringSchema).Field("total_order", data.Int64Schema))
	name := "db.t.Envelope"
	if d.chance(8) {
		name = "db.t.Other"
	}
	b := data.StructOf().Name(name).Version(2).Field("before", row).Field("after", row).Field("source", source)
	if !d.chance(6) {
		b.Field("transaction", tx)
	}
	s := build(b.Field("op", data.StringSchema).Field("ts_ms", data.OptionalInt64Schema))
	event := data.MakeStruct(s)
	for i, f := range s.Fields() {
		event.Set(i, d.value(f.Schema, 2))
	}
	op := pick(d, "c", "u", "d", "d", "r", "t")
	fill := func(field string, there bool) {
		f := s.Field(field)
		event.Set(f.Index, nil)
		if there {
			st := data.MakeStruct(row)
			for i, f := range row.Fields() {
				st.Set(i, d.value(f.Schema, 1))
			}
			event.Set(f.Index, st)
		}
	}
	fill("before", op == "u" || op == "d")
	fill("after", op == "c" || op == "u" || op == "r")
	event.Set(s.Field("op").Index, op)
	var v any = event
	if d.chance(8) {
		v = nil
	}
	r.set(false, s, v)
	if v == nil {
		r.ValueSchema, r.Value = nil, nil
	}
	c.Config["delete.tombstone.handling.mode"] = pick(d, "drop", "tombstone", "rewrite", "rewrite-with-tombstone", "delete-to-tombstone")
	refs := func() string {
		var list []string
		for range 1 + d.IntN(3) {
			list = append(list, pick(d, "op", "table", "source.ts_ms", "ts_ms", "lsn:seq", "transaction.id", "total_order", "nope", "source.db:database"))
		}
		return strings.Join(list, ",")
	}
	if d.chance(2) {
		c.Config["add.fields"] = refs()
	}
	if d.chance(2) {
		c.Config["add.headers"] = refs()
	}
	if d.chance(4) {
		c.Config["add.fields.prefix"] = pick(d, "", "x_")
	}
	if d.chance(6) {
		c.Config["route.by.field"] = pick(d, "name", "name", "id", "nope")
	}
	if d.chance(5) && c.Config["delete.tombstone.handling.mode"] != "delete-to-tombstone" { // C44
		c.Config["drop.fields.header.name"] = "drop"
		list := build(data.ArrayOf(data.StringSchema))
		r.Headers = append(r.Headers, [3]any{"drop", ShowSchema(list), ShowValue([]any{pick(d, "name", "id", "extra")})})
		if d.chance(2) {
			c.Config["drop.fields.keep.schema.compatible"] = "false"
		}
	}
	if d.chance(4) {
		c.Config["replace.null.with.default"] = "false"
	}
	return c
}
