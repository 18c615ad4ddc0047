package judge

import (
	"fmt"
	"strings"
)

func same(s string) string { return s }

// transform draws a call of a transform or predicate.
func (d *drawing) transform() *Case {
	r, s, v := d.record()
	known := names(s, v)
	c := &Case{Op: "transform", Config: map[string]string{}, Record: r}
	onKey := d.chance(3)
	half := "$Value"
	if onKey {
		half = "$Key"
	}
	set := func(name string, value string) { c.Config[name] = value }
	maybe := func(n int, name string, value string) {
		if d.chance(n) {
			set(name, value)
		}
	}
	name := pick(d, "Cast", "Cast", "DropHeaders", "ExtractField", "Filter", "Flatten", "HeaderFrom", "HoistField", "InsertField", "InsertHeader", "MaskField", "RegexRouter", "ReplaceField",
		"SetSchemaMetadata", "TimestampConverter", "TimestampConverter", "TimestampRouter", "ValueToKey", "predicates.HasHeaderKey", "predicates.RecordIsTombstone", "predicates.TopicNameMatches")
	switch name {
	case "Cast":
		types := func() string {
			return pick(d, "int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string", "INT8", "bytes", "nope")
		}
		if d.chance(3) {
			set("spec", types())
			if d.chance(2) {
				s = d.schema(0)
				v = d.value(s, 0)
			}
		} else {
			set("spec", d.some(known, ",", func(f string) string { return f + ":" + types() }))
		}
	case "DropHeaders":
		set("headers", d.some([]string{"h", "i", "trace"}, ",", same))
	case "ExtractField":
		set("field", d.field(known))
		if d.chance(2) {
			set("field.syntax.version", "V2")
			f := d.field(known)
			if strings.ContainsAny(f, ".`") {
				f = "`" + f + "`"
			}
			set("field", f+pick(d, "", ".", ".a", ".id", ".`x.y`", ".`k``", ".`x", ".name.a"))
		}
	case "Flatten":
		maybe(2, "delimiter", pick(d, "_", "-", "", "::"))
	case "HeaderFrom":
		set("fields", d.field(known))
		set("headers", "h1")
		if d.chance(2) {
			set("fields", d.field(known)+","+d.field(known))
			set("headers", pick(d, "h1,h2", "h1,h1", "h"))
		}
		set("operation", pick(d, "copy", "move", "copy", "move", "steal"))
	case "HoistField":
		set("field", pick(d, "magic", "a"))
	case "InsertField":
		suffix := func() string { return pick(d, "", "", "!", "?") }
		maybe(2, "topic.field", "topic"+suffix())
		maybe(2, "partition.field", "part"+suffix())
		maybe(4, "offset.field", "off"+suffix())
		maybe(2, "timestamp.field", "ts"+suffix())
		if d.chance(2) {
			set("static.field", pick(d, "a", "static")+suffix())
			maybe(1, "static.value", d.plainText())
		}
	case "InsertHeader":
		set("header", "new")
		set("value.literal", strings.TrimSpace(d.headerText(2)))
	case "MaskField":
		set("fields", d.some(known, ",", same))
		maybe(3, "replacement", pick(d, "7", "x", "-1.5", "300", "1e10", ""))
	case "RegexRouter":
		set("regex", pick(d, ".*", "(.*)", "([a-z]+)", `(\w+)\.(\w+)\.(?<table>\w+)`, "topic(\\d+)", "a|a-b.*", "(?!db)([a-z]+)", `(o)rders`, "[", `t|o(.)\1?ders`, `([^.]*)\.(.*)`, "(?i)ORDERS", "(a)-(b)_(c).(1)()"))
		set("replacement", pick(d, "new-$1", "$0", "x", "$1$2", "${table}", "$3", `\$1`, "$1_$2_$3", "$11", "$"))
	case "ReplaceField":
		maybe(2, "exclude", d.some(known, ",", same))
		maybe(3, "include", d.some(known, ",", same))
		maybe(2, "renames", d.some(known, ",", func(f string) string { return f + ":" + pick(d, "renamed", "a", "b", f+"2") }))
	case "SetSchemaMetadata":
		maybe(2, "schema.name", pick(d, "New", "com.acme.New"))
		maybe(2, "schema.version", pick(d, "1", "42", "x"))
	case "TimestampConverter":
		pattern := pick(d, "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "yyyyMMddHHmmssSSS", "EEE, d MMM yyyy h:mm a z", "dd/MM/yy", "D yyyy", "G yyyy MMMM", "HH:mm", "k:K:h", "yyyy-MM-dd'T'HH:mm:ssXXX", "Z", "y M d", "bad pattern", "'")
		set("target.type", pick(d, "string", "unix", "Date", "Time", "Timestamp", "nope"))
		if !d.chance(4) {
			set("format", pattern)
		}
		maybe(3, "unix.precision", pick(d, "seconds", "microseconds", "nanoseconds", "milliseconds"))
		switch d.IntN(3) {
		case 0:
			s = pick(d, stringSchema(d), d.schema(0), timestampSchema(d))
			v = d.timeText(s, d.value(s, 0))
		case 1:
			s = nil
			v = d.timeText(nil, d.free(0))
		default:
			set("field", d.field(known))
		}
	case "TimestampRouter":
		maybe(2, "topic.format", pick(d, "${topic}", "${timestamp}-${topic}", "x-${timestamp}-${timestamp}", "const"))
		maybe(2, "timestamp.format", pick(d, "yyyy", "yyyyMMddHH", "yyyy.MM.dd", "w-u E", "YYYY-'W'ww", "hh a", "DDD F W", "bad"))
	case "ValueToKey":
		set("fields", d.some(known, ",", same))
		onKey = false
	case "predicates.HasHeaderKey":
		set("name", pick(d, "h", "trace", "none", ""))
	case "predicates.TopicNameMatches":
		set("pattern", pick(d, ".*", "orders", "db\\..*", "(?=t).*", "[a-z]+", "a-b_c\\.[0-9]", ""))
	}
	switch name {
	case "DropHeaders", "Filter", "InsertHeader", "RegexRouter", "TimestampRouter", "ValueToKey":
		half = ""
	}
	if strings.HasPrefix(name, "predicates.") {
		half, c.Op = "", "predicate"
	}
	switch name {
	case "Cast", "ExtractField", "HeaderFrom", "InsertField", "MaskField", "ReplaceField", "SetSchemaMetadata", "TimestampConverter", "ValueToKey":
		maybe(4, "replace.null.with.default", "false")
	}
	c.Class = "org.apache.kafka.connect.transforms." + name + half
	r.set(onKey, s, v)
	r.set(!onKey, nil, fmt.Sprint("other"))
	return c
}

// plainText has no blanks at its ends, which the parser of options takes away.
func (d *drawing) plainText() string {
	return strings.TrimFunc(d.text(), func(r rune) bool { return r <= ' ' })
}
