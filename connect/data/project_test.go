package data

import "testing"

func TestProjectingWidensNumbersAndFillsDefaults(t *testing.T) {
	source := build(t, StructOf().Field("n", Int8Schema).Field("gone", StringSchema).Field("l", build(t, ArrayOf(Int32Schema))))
	target := build(t, StructOf().Field("l", build(t, ArrayOf(Float64Schema))).Field("n", Int64Schema).
		Field("new", build(t, NewBuilder(TypeString).Default("d"))).Field("none", OptionalInt8Schema))
	st := MakeStruct(source)
	st.Set(0, int8(-3))
	st.Set(1, "x")
	st.Set(2, []any{int32(7)})
	got, err := Project(source, st, target)
	if err != nil || Text(got) != "Struct{l=[7.0],n=-3,new=d}" {
		t.Errorf("%s, %v", Text(got), err)
	}
	for _, c := range []struct {
		source, target *Schema
		want           string
	}{
		{Int64Schema, Int32Schema, "Schema type mismatch. source type: INT64 and target type: INT32"},
		{Int64Schema, TimestampSchema, "Schema name mismatch. source name: null and target name: org.apache.kafka.connect.data.Timestamp"},
		{OptionalInt8Schema, Int8Schema, "Writer schema is optional, however, target schema does not provide a default value."},
		{build(t, DecimalSchema(1)), build(t, DecimalSchema(2)), "Schema parameters not equal. source parameters: {scale=1} and target parameters: {scale=2}"},
	} {
		if _, err := Project(c.source, nil, c.target); errorText(err) != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	lacking := build(t, StructOf().Field("must", Int8Schema))
	if _, err := Project(source, st, lacking); errorText(err) != "Required field `must` is missing from source schema: Schema{STRUCT}" {
		t.Error(err)
	}
}
