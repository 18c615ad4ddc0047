package transform

import (
	"math"
	"strings"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/data/datepattern"
	"github.com/streamgen/streamgen/connect/plugin"
)

// TimestampConverter turns times between text, Unix time and Connect's logical types.
type TimestampConverter struct {
	side
	field       string // "" for the whole key or value
	target      string
	pattern     *datepattern.Pattern // nil when there is none
	precision   string
	replaceNull bool
	updated     schemas
}

// Info names the transform.
func (t *TimestampConverter) Info() plugin.Info {
	return t.info("TimestampConverter", "Turns times between text, Unix time and logical types.")
}

var timestampConverterKeys = config.New(
	option("field", config.String, "", config.High, "The field containing the timestamp, or empty if the entire value is a timestamp"),
	must(checked(option("target.type", config.String, nil, config.High, "The desired timestamp representation: string, unix, Date, Time, or Timestamp"),
		config.OneOf("string", "unix", "Date", "Time", "Timestamp"))),
	option("format", config.String, "", config.Medium, "A SimpleDateFormat-compatible format for the timestamp. Used to generate the output when type=string or used to parse the input if the input is a string."),
	checked(option("unix.precision", config.String, "milliseconds", config.Low, "The desired Unix precision for the timestamp: seconds, milliseconds, microseconds, or nanoseconds. "+
		"Used to generate the output when type=unix or used to parse the input if the input is a Long."+
		"Note: This SMT will cause precision loss during conversions from, and to, values with sub-millisecond components."),
		config.OneOf("nanoseconds", "microseconds", "milliseconds", "seconds")),
	replaceNullKey(),
)

// Config lists the keys.
func (*TimestampConverter) Config() *config.Def { return timestampConverterKeys }

// Configure takes the options.
func (t *TimestampConverter) Configure(props map[string]string) error {
	v, err := timestampConverterKeys.Parse(props)
	if err != nil {
		return err
	}
	*t = TimestampConverter{side: t.side, field: v.Text("field"), target: v.Text("target.type"), precision: v.Text("unix.precision"), replaceNull: v.Bool(replaceNull)}
	format := v.Text("format")
	if strings.TrimSpace(format) == "" {
		if t.target == "string" {
			return config.Errorf("TimestampConverter requires format option to be specified when using string timestamps")
		}
		return nil
	}
	if t.pattern, err = datepattern.New(format); err != nil {
		return config.Errorf("Invalid value java.lang.IllegalArgumentException: %v for configuration TimestampConverter requires a SimpleDateFormat-compatible pattern for string timestamps: %s", err, format)
	}
	return nil
}

// Apply converts.
func (t *TimestampConverter) Apply(r *plugin.Record) (bool, error) {
	schema, v := t.of(r)
	if schema == nil {
		return true, t.schemaless(r, v)
	}
	if t.field == "" {
		kind, err := timeKind(schema)
		if err != nil {
			return false, err
		}
		v, err := t.convert(v, kind)
		t.set(r, t.schema(schema.Optional()), v)
		return true, err
	}
	st, err := structOrNil(v, "converting timestamp formats")
	if err != nil {
		return false, err
	}
	updated, err := t.updated.get(schema, func() (*data.Schema, error) {
		if err := noFields(schema); err != nil {
			return nil, err
		}
		b := data.StructOf().Basics(schema)
		for _, f := range schema.Fields() {
			if f.Name == t.field {
				b.Field(f.Name, t.schema(f.Schema.Optional()))
			} else {
				b.Field(f.Name, f.Schema)
			}
		}
		if schema.Optional() {
			b.Optional()
		}
		return b.Build()
	})
	if err != nil {
		return false, err
	}
	if st == nil {
		t.set(r, updated, nil)
		return true, nil
	}
	if err := agrees(schema, st); err != nil {
		return false, err
	}
	out := data.MakeStruct(updated)
	for i, f := range st.Schema().Fields() {
		v := at(st, i, t.replaceNull)
		if f.Name != t.field {
			err = copied(out, i, v)
		} else {
			var kind string
			if kind, err = timeKind(f.Schema); err == nil {
				if v, err = t.convert(v, kind); err == nil {
					err = out.PutAt(i, v)
				}
			}
		}
		if err != nil {
			return false, err
		}
	}
	t.set(r, updated, out)
	return true, nil
}

func (t *TimestampConverter) schemaless(r *plugin.Record, v any) error {
	if v == nil || t.field == "" {
		v, err := t.convert(v, "")
		t.set(r, nil, v)
		return err
	}
	m, err := mapOf(v, "converting timestamp formats")
	if err != nil {
		return err
	}
	out := m.Copy()
	field, _ := m.Get(t.field)
	if field, err = t.convert(field, ""); err != nil {
		return err
	}
	out.Put(t.field, field)
	t.set(r, nil, out)
	return nil
}

func (t *TimestampConverter) schema(optional bool) *data.Schema {
	pick := func(required, nullable *data.Schema) *data.Schema {
		if optional {
			return nullable
		}
		return required
	}
	switch t.target {
	case "string":
		return pick(data.StringSchema, data.OptionalStringSchema)
	case "unix":
		return pick(data.Int64Schema, data.OptionalInt64Schema)
	case "Date":
		return pick(data.DateSchema, data.OptionalDateSchema)
	case "Time":
		return pick(data.TimeSchema, data.OptionalTimeSchema)
	}
	return pick(data.TimestampSchema, data.OptionalTimestampSchema)
}

// timeKind returns which of the transform's types a schema has.
func timeKind(s *data.Schema) (string, error) {
	switch s.Name() {
	case data.TimestampName:
		return "Timestamp", nil
	case data.DateName:
		return "Date", nil
	case data.TimeName:
		return "Time", nil
	}
	switch s.Type() {
	case data.TypeString:
		return "string", nil
	case data.TypeInt64:
		return "unix", nil
	}
	return "", data.ErrorOf(plugin.ConnectException, "Schema %s does not correspond to a known timestamp type format", s)
}

// convert turns a value of a kind, or of whichever it is for "", into the target type.
func (t *TimestampConverter) convert(v any, kind string) (any, error) {
	if v == nil {
		return nil, nil
	}
	if kind == "" {
		switch v.(type) {
		case time.Time:
			kind = "Timestamp"
		case int64:
			kind = "unix"
		case string:
			kind = "string"
		default:
			return nil, data.Errorf("TimestampConverter does not support class %s objects as timestamps", data.JavaClass(v))
		}
	}
	ms, err := t.millis(v, kind)
	if err != nil {
		return nil, err
	}
	switch t.target {
	case "string":
		return t.pattern.Format(ms), nil
	case "unix":
		switch t.precision {
		case "seconds":
			return ms / 1000, nil
		case "microseconds":
			return scaled(ms, 1000), nil
		case "nanoseconds":
			return scaled(ms, 1000000), nil
		}
		return ms, nil
	case "Date":
		return data.Millis(ms - modDay(ms)), nil
	case "Time":
		return data.Millis(modDay(ms)), nil
	}
	return data.Millis(ms), nil
}

const dayMillis = 24 * 60 * 60 * 1000

func modDay(ms int64) int64 {
	if m := ms % dayMillis; m < 0 {
		return m + dayMillis
	} else {
		return m
	}
}

// scaled multiplies and stops at the ends of the range, as Java's TimeUnit does.
func scaled(n, by int64) int64 {
	switch {
	case n > math.MaxInt64/by:
		return math.MaxInt64
	case n < math.MinInt64/by:
		return math.MinInt64
	}
	return n * by
}

func (t *TimestampConverter) millis(v any, kind string) (int64, error) {
	switch kind {
	case "string":
		text, ok := v.(string)
		if !ok {
			return 0, data.Errorf("Expected string timestamp to be a String, but found class %s", data.JavaClass(v))
		}
		if t.pattern == nil {
			return 0, data.ErrorOf(data.NullPointerException, "TimestampConverter needs the option format to read the text %q", text)
		}
		ms, ok := t.pattern.Parse(text)
		if !ok {
			return 0, data.Errorf("Could not parse timestamp: value (%s) does not match pattern (%s)", text, t.pattern)
		}
		return ms, nil
	case "unix":
		n, ok := v.(int64)
		if !ok {
			return 0, data.Errorf("Expected Unix timestamp to be a Long, but found class %s", data.JavaClass(v))
		}
		switch t.precision {
		case "seconds":
			return scaled(n, 1000), nil
		case "microseconds":
			return n / 1000, nil
		case "nanoseconds":
			return n / 1000000, nil
		}
		return n, nil
	}
	when, ok := v.(time.Time)
	if !ok {
		return 0, data.Errorf("Expected %s to be a java.util.Date, but found class %s", kind, data.JavaClass(v))
	}
	return when.UnixMilli(), nil
}
