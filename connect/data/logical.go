package data

import "time"

// The names of the logical types of time. In memory each is a time.Time in UTC.
const (
	// DateName is days since the epoch, as int32.
	DateName = "org.apache.kafka.connect.data.Date"
	// TimeName is milliseconds of the day, as int32.
	TimeName = "org.apache.kafka.connect.data.Time"
	// TimestampName is milliseconds since the epoch, as int64.
	TimestampName = "org.apache.kafka.connect.data.Timestamp"
)

const dayMillis = 24 * 60 * 60 * 1000

// The schemas of the logical types of time; DateOf and its like start variants.
var (
	DateSchema              = temporal(TypeInt32, DateName, false)
	TimeSchema              = temporal(TypeInt32, TimeName, false)
	TimestampSchema         = temporal(TypeInt64, TimestampName, false)
	OptionalDateSchema      = temporal(TypeInt32, DateName, true)
	OptionalTimeSchema      = temporal(TypeInt32, TimeName, true)
	OptionalTimestampSchema = temporal(TypeInt64, TimestampName, true)
)

func temporal(t Type, name string, optional bool) *Schema {
	return (&Schema{typ: t, name: name, named: true, version: 1, versioned: true, optional: optional}).seal()
}

// DateOf starts the schema of a Date.
func DateOf() *Builder { return NewBuilder(TypeInt32).Name(DateName).Version(1) }

// TimeOf starts the schema of a Time.
func TimeOf() *Builder { return NewBuilder(TypeInt32).Name(TimeName).Version(1) }

// TimestampOf starts the schema of a Timestamp.
func TimestampOf() *Builder { return NewBuilder(TypeInt64).Name(TimestampName).Version(1) }

// DateDays returns the days since the epoch of a Date, which must be at midnight.
func DateDays(s *Schema, t time.Time) (int32, error) {
	if s.logical != date {
		return 0, Errorf("Requested conversion of Date object but the schema does not match.")
	}
	ms := t.UnixMilli()
	if ms%dayMillis != 0 {
		return 0, Errorf("Kafka Connect Date type should not have any time fields set to non-zero values.")
	}
	return int32(ms / dayMillis), nil
}

// DateFromDays returns the Date of a number of days since the epoch.
func DateFromDays(s *Schema, days int32) (time.Time, error) {
	if s.logical != date {
		return time.Time{}, Errorf("Requested conversion of Date object but the schema does not match.")
	}
	return Millis(int64(days) * dayMillis), nil
}

// TimeMillis returns the milliseconds of the day of a Time. Connect allows the end of the day too.
func TimeMillis(s *Schema, t time.Time) (int32, error) {
	if s.logical != timeOfDay {
		return 0, Errorf("Requested conversion of Time object but the schema does not match.")
	}
	ms := t.UnixMilli()
	if ms < 0 || ms > dayMillis {
		return 0, Errorf("Kafka Connect Time type should not have any date fields set to non-zero values.")
	}
	return int32(ms), nil
}

// TimeFromMillis returns the Time of a number of milliseconds of the day.
func TimeFromMillis(s *Schema, ms int32) (time.Time, error) {
	if s.logical != timeOfDay {
		return time.Time{}, Errorf("Requested conversion of Date object but the schema does not match.") // Connect's text
	}
	if ms < 0 || ms > dayMillis {
		return time.Time{}, Errorf("Time values must use number of milliseconds greater than 0 and less than 86400000")
	}
	return Millis(int64(ms)), nil
}

// TimestampMillis returns the milliseconds since the epoch of a Timestamp.
func TimestampMillis(s *Schema, t time.Time) (int64, error) {
	if s.logical != timestamp {
		return 0, Errorf("Requested conversion of Timestamp object but the schema does not match.")
	}
	return t.UnixMilli(), nil
}

// TimestampFromMillis returns the Timestamp of a number of milliseconds since the epoch.
func TimestampFromMillis(s *Schema, ms int64) (time.Time, error) {
	if s.logical != timestamp {
		return time.Time{}, Errorf("Requested conversion of Timestamp object but the schema does not match.")
	}
	return Millis(ms), nil
}

// Millis returns the value of a moment, in milliseconds since the epoch: the time.Time that a java.util.Date is here.
func Millis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
