package judge

import (
	"github.com/streamgen/streamgen/connect/data"
)

func stringSchema(d *drawing) *data.Schema {
	return pick(d, data.StringSchema, data.OptionalStringSchema)
}

func timestampSchema(d *drawing) *data.Schema {
	return pick(d, data.TimestampSchema, data.OptionalTimestampSchema, data.Int64Schema, data.DateSchema, data.TimeSchema)
}

// timeText makes texts that patterns can read more often.
func (d *drawing) timeText(s *data.Schema, v any) any {
	if _, ok := v.(string); !ok && (s != nil || d.chance(2)) {
		if n, ok := v.(int64); ok && d.chance(2) {
			return n % 4102444800000
		}
		return v
	}
	return pick(d, "2020-01-02", "2020-02-30", "2020-1-2", "1999-12-31 23:59:59", "2020-01-02T03:04:05.678Z", "20200102030405678", "Thu, 2 Jan 2020 3:04 PM UTC", "31/12/99", "02/01/20", "366 2020",
		"AD 2020 March", "BC 1 march", "12:30", "24:11:12", "2020-01-02T03:04:05+01:30", "2020-01-02T03:04:05Z", "-0800", "2020 13 32", "1582-10-10", "1500-02-29", "x", "", "-5-01-01", "99999-01-01", " 2020-01-02", "2020 - 01")
}
