package data

import (
	"math"
	"math/big"
	"testing"
	"time"
)

func build(t *testing.T, b *Builder) *Schema {
	t.Helper()
	s, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchemasThatSayTheSameAreEqual(t *testing.T) {
	make1 := func(doc string) *Schema {
		return build(t, StructOf().Name("R").Version(1).Doc(doc).Parameter("a", "1").Parameter("b", "2").
			Field("id", Int64Schema).Field("tags", build(t, ArrayOf(StringSchema).Optional())))
	}
	a, b := make1("x"), make1("x")
	other := build(t, StructOf().Name("R").Version(1).Doc("x").Parameter("b", "2").Parameter("a", "1").
		Field("id", Int64Schema).Field("tags", build(t, ArrayOf(StringSchema).Optional())))
	if !a.Equal(b) || a.Hash() != b.Hash() || !a.Equal(other) || a.Hash() != other.Hash() {
		t.Error("equal schemas differ")
	}
	if a.Equal(make1("y")) || a.Equal(nil) || Int8Schema.Equal(OptionalInt8Schema) {
		t.Error("different schemas are equal")
	}
	if build(t, NewBuilder(TypeString).Name("")).Equal(StringSchema) {
		t.Error("an empty name is none")
	}
}

func TestABuilderRefusesWhatConnectsRefuses(t *testing.T) {
	for _, c := range []struct {
		b    *Builder
		want string
	}{
		{NewBuilder(TypeInt8).Field("a", Int8Schema), "Cannot create fields on type INT8"},
		{StructOf().Field("a", Int8Schema).Field("a", Int8Schema), "Cannot create field because of field name duplication a"},
		{StructOf().Field("", Int8Schema), "fieldName cannot be null."},
		{NewBuilder(TypeInt8).Name("a").Name("b"), "Invalid SchemaBuilder call: name has already been set."},
		{NewBuilder(TypeInt8).Optional().Required(), "Invalid SchemaBuilder call: optional has already been set."},
		{NewBuilder(TypeInt8).Default("x"), "Invalid default value"},
		{NewBuilder(TypeInt8).Default(nil), "Invalid default value"},
		{StructOf().Default(MakeStruct(build(t, StructOf()))), "Invalid default value"},
		{ArrayOf(nil), "valueSchema cannot be null."},
	} {
		if _, err := c.b.Build(); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func TestAStructTakesWhatFitsItsFields(t *testing.T) {
	inner := build(t, StructOf().Field("n", Int32Schema))
	s := build(t, StructOf().Field("i", Int32Schema).Field("o", build(t, NewBuilder(TypeString).Optional().Default("d"))).
		Field("l", build(t, ArrayOf(Int64Schema))).Field("m", build(t, MapOf(StringSchema, Int8Schema))).
		Field("s", inner).Field("t", TimestampSchema))
	v := MakeStruct(s)
	m := NewMap()
	m.Put("k", "v")
	for _, c := range []struct {
		field string
		value any
		want  string
	}{
		{"i", int32(1), ""},
		{"i", int64(1), `Invalid Java object for schema with type INT32: class java.lang.Long for field: "i"`},
		{"i", nil, `Invalid value: null used for required field: "i", schema type: INT32`},
		{"x", nil, "x is not a valid field name"},
		{"o", nil, ""},
		{"l", []any{int64(1), nil}, `Invalid value: null used for required element of array field: "l", schema type: INT64`},
		{"m", m, `Invalid Java object for schema with type INT8: class java.lang.String for value of map field: "m"`},
		{"s", MakeStruct(s), "Struct schemas do not match."},
		{"s", MakeStruct(inner), `Invalid value: null used for required field: "n", schema type: INT32`},
		{"t", int64(1), `Invalid Java object for schema "org.apache.kafka.connect.data.Timestamp" with type INT64: class java.lang.Long for field: "t"`},
		{"t", Millis(5), ""},
	} {
		err := v.Put(c.field, c.value)
		if text := errorText(err); text != c.want {
			t.Errorf("%s = %v: got %q, want %q", c.field, c.value, text, c.want)
		}
	}
	if got, _ := v.Get("o"); got != "d" {
		t.Errorf("a null is not the default: %v", got)
	}
	if got, _ := v.GetWithoutDefault("o"); got != nil {
		t.Errorf("a null became %v", got)
	}
	if got, want := v.String(), "Struct{i=1,t=Thu Jan 01 00:00:00 UTC 1970}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestDecimalsAreTwosComplement(t *testing.T) {
	for _, n := range []int64{0, 1, -1, 127, 128, -128, -129, 255, 256, 156, -32768, 1 << 40, -1 << 63} {
		b := AppendTwosComplement(nil, big.NewInt(n))
		if back := FromTwosComplement(b); back.Int64() != n {
			t.Errorf("%d became % x and then %d", n, b, back)
		}
		if len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
			t.Errorf("%d takes % x, which is not the shortest", n, b)
		}
	}
	for text, want := range map[string]string{"1.50": "1.50", "1E+3": "1E+3", "0.0000001": "1E-7", "-12.5": "-12.5", "1e-10": "1E-10", "100": "100", "+.5": "0.5", "0E-3": "0.000"} {
		d, err := ParseDecimal(text)
		if err != nil || d.String() != want {
			t.Errorf("%s became %s, %v; want %s", text, d, err, want)
		}
	}
	for _, text := range []string{"", "-", ".", "e5", "1e", "1e99999999999", "0x1", "1_0", " 1", "1e+-5"} {
		if d, err := ParseDecimal(text); err == nil {
			t.Errorf("%q became %s", text, d)
		}
	}
}

func TestFloatsAreWrittenAsJavaDoes(t *testing.T) {
	for want, f := range map[string]float64{"1.0": 1, "1.0E10": 1e10, "0.001": 1e-3, "9.0E-4": 9e-4, "4.9E-324": 5e-324, "1.7976931348623157E308": 1.7976931348623157e308,
		"9999999.0": 9999999, "1.0E7": 1e7, "-0.0": -1 / inf, "123456.789": 123456.789, "2.0E-323": 2e-323, "1.0E23": 1e23} {
		if got := string(AppendFloat64(nil, f)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := string(AppendFloat32(nil, 1.4e-45)); got != "1.4E-45" {
		t.Errorf("got %s", got)
	}
}

var inf = math.Inf(1)

func TestTimesOfALogicalTypeAreChecked(t *testing.T) {
	noon := time.Date(2020, 1, 2, 12, 0, 0, 0, time.UTC)
	if _, err := DateDays(DateSchema, noon); errorText(err) != "Kafka Connect Date type should not have any time fields set to non-zero values." {
		t.Error(err)
	}
	if _, err := TimeMillis(TimeSchema, noon); err == nil {
		t.Error("a day is no time of the day")
	}
	if d, err := DateDays(DateSchema, Millis(-dayMillis)); d != -1 || err != nil {
		t.Error(d, err)
	}
}
