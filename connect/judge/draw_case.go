package judge

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/connect/convert"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// Draw returns random cases of one seed, n of them, all classes in turn.
func Draw(seed uint64, n int) []*Case {
	d := &drawing{rand.New(rand.NewPCG(seed, 7))}
	list := make([]*Case, 0, n)
	for i := range n {
		switch i % 8 {
		case 0:
			list = append(list, d.from())
		case 1:
			list = append(list, d.to())
		case 2:
			if d.chance(2) {
				list = append(list, d.header())
			} else {
				list = append(list, d.simple())
			}
		default:
			if i%8 == 3 && d.chance(3) {
				list = append(list, d.debezium())
			} else {
				list = append(list, d.transform())
			}
		}
	}
	return list
}

const jsonClass = "org.apache.kafka.connect.json.JsonConverter"

func (d *drawing) jsonConfig() map[string]string {
	c := map[string]string{}
	if d.chance(3) {
		c["schemas.enable"] = "false"
	}
	if d.chance(4) {
		c["decimal.format"] = pick(d, "NUMERIC", "numeric", "BASE64")
	}
	if d.chance(4) {
		c["replace.null.with.default"] = "false"
	}
	return c
}

// from draws a value to be written as JSON.
func (d *drawing) from() *Case {
	c := &Case{Op: "from", Class: jsonClass, Config: d.jsonConfig()}
	if d.chance(4) {
		c.Value = ShowValue(d.free(3))
		return c
	}
	s := d.schema(3)
	c.Schema, c.Value = ShowSchema(s), ShowValue(d.value(s, 3))
	if d.chance(12) {
		c.Value = ShowValue(d.free(2)) // what does not fit
	}
	return c
}

// to draws JSON to be read: what is written for a random value, often with a part exchanged.
func (d *drawing) to() *Case {
	c := &Case{Op: "to", Class: jsonClass, Config: d.jsonConfig()}
	conv := convert.NewJSON().(plugin.Converter)
	var text string
	if conv.Configure(c.Config, plugin.ForValue) == nil {
		s := d.schema(3)
		v := d.value(s, 3)
		if c.Config["schemas.enable"] == "false" {
			s = nil
			if d.chance(2) {
				v = d.free(3)
			}
		}
		b, err := conv.FromConnect([]byte{}, "t", nil, s, v)
		if err == nil {
			text = string(b)
		}
	}
	if d.chance(3) {
		text = d.json(3)
	}
	for range d.IntN(3) {
		text = d.mutated(text)
	}
	if surrogate.MatchString(pair.ReplaceAllString(text, "")) {
		text = surrogate.ReplaceAllString(text, "") // halves of pairs: C20
	}
	c.Value = []any{"y", hex.EncodeToString([]byte(text))}
	return c
}

var (
	pair      = regexp.MustCompile(`(?i)\\ud[89ab]..\\ud[c-f]..`)
	surrogate = regexp.MustCompile(`(?i)\\ud[89a-f]`)
)

func (d *drawing) json(depth int) string {
	switch n := d.IntN(14); {
	case n < 3 && depth > 0:
		parts := []string{}
		for range d.IntN(4) {
			parts = append(parts, strconv.Quote(pick(d, "a", "b", "schema", "payload", "type", "c"))+":"+d.json(depth-1))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case n < 5 && depth > 0:
		parts := []string{}
		for range d.IntN(4) {
			parts = append(parts, d.json(depth-1))
		}
		return "[" + strings.Join(parts, pick(d, ",", ", ", " ,\n")) + "]"
	}
	return pick(d, "null", "true", "false", "0", "-0", "007", "-1.50", "1e5", "1E-7", "123456789012345678901234567890", "0.1", "-0.0", "1e400", "2147483648", "9223372036854775808",
		`""`, `"a"`, `"AJw="`, `"é\u00e9\n\/"`, `"\ud83d\ude00"`, "\"AA==\\n\"", `"QUJD"`, `"!"`, "1.", ".5", "+1", "tru", "nul", "NaN", "01.5e01", "-", `"x`, "1x", "{}", "[]", `{"a":1,"a":2}`,
		`{"type":"int32","optional":true}`, `{"type":"struct","fields":[{"field":"a","type":"string"}]}`)
}

func (d *drawing) mutated(text string) string {
	if text == "" {
		return pick(d, " ", "{}", "{} x", "1 2")
	}
	at := d.IntN(len(text))
	for at > 0 && text[at]&0xc0 == 0x80 {
		at--
	}
	switch d.IntN(5) {
	case 0: // a scalar exchanged
		for _, old := range []string{":1,", ":null", "true", "false", `"string"`, `"int32"`, `"optional":`, "1"} {
			if i := strings.Index(text, old); i >= 0 && d.chance(2) {
				return text[:i] + pick(d, ":", "", ":\"x\"") + d.json(1) + text[i+len(old):]
			}
		}
		return text
	case 1:
		return text + pick(d, " ", "x", "}", ",", " {}")
	case 2:
		return text[:at]
	case 3:
		if i := strings.Index(text, `"payload":`); i >= 0 {
			return text[:i] + `"payload":` + d.json(2) + "}"
		}
		return text
	}
	return text[:at] + pick(d, " ", "0", "\"", ",", "{") + text[at:]
}

// header draws the text of a header, or a value for one.
func (d *drawing) header() *Case {
	c := &Case{Op: "toHeader", Class: "org.apache.kafka.connect.storage.SimpleHeaderConverter", Config: map[string]string{}}
	if d.chance(3) {
		c.Op = "fromHeader"
		if d.chance(2) {
			c.Value = ShowValue(d.free(3))
			return c
		}
		s := d.schema(3)
		c.Schema, c.Value = ShowSchema(s), ShowValue(d.value(s, 3))
		return c
	}
	c.Value = []any{"y", hex.EncodeToString([]byte(d.headerText(3)))}
	return c
}

func (d *drawing) headerText(depth int) string {
	if depth == 0 || d.chance(2) {
		return pick(d, "1", "-7", "300", "70000", "12345678901", "1.5", "0.1", "1e40", "1e-50", "99999999999999999999999", "true", "false", "null", `"a"`, `"x y"`, "abc", "2020-01-02", `"2020-01-02"`,
			"03:04:05.678Z", "2020-01-02T03:04:05.678Z", `"2020-01-02T03:04:05.678Z"`, "2020-13-45", "007", "+5", "-", "", " ", `\"q\"`, `"\\"`, `03\:04\:05.678Z`, "1:2", "2020-1-2-10", "1.0", "5E3", "-0.0", "1e19", "9223372036854775808", d.text())
	}
	parts := []string{}
	if d.chance(2) {
		for range d.IntN(4) {
			parts = append(parts, d.headerText(depth-1))
		}
		return pick(d, "[", "[ ", "[") + strings.Join(parts, pick(d, ",", ", ", " , ")) + pick(d, "]", "]", "]", " ]", "", "],", ",]")
	}
	for range d.IntN(4) {
		parts = append(parts, d.headerText(depth-1)+pick(d, ":", " : ", ":", ":", "")+d.headerText(depth-1))
	}
	return "{" + strings.Join(parts, pick(d, ",", ", ")) + pick(d, "}", "}", "}", " }", "", "}}")
}

// simple draws a call of one of the converters of plain values.
func (d *drawing) simple() *Case {
	name := pick(d, "Short", "Integer", "Long", "Float", "Double", "Boolean", "ByteArray", "String")
	c := &Case{Class: "org.apache.kafka.connect.converters." + name + "Converter", Config: map[string]string{}}
	types := map[string]data.Type{"Short": data.TypeInt16, "Integer": data.TypeInt32, "Long": data.TypeInt64, "Float": data.TypeFloat32, "Double": data.TypeFloat64, "Boolean": data.TypeBoolean, "ByteArray": data.TypeBytes, "String": data.TypeString}
	if name == "String" {
		c.Class = "org.apache.kafka.connect.storage.StringConverter"
		if d.chance(3) {
			c.Config["converter.encoding"] = pick(d, "UTF-8", "ISO-8859-1", "US-ASCII", "UTF-16", "UTF-16LE", "latin1", "nope")
		}
	}
	c.Op = pick(d, "from", "to", "fromHeader", "toHeader")
	if strings.HasPrefix(c.Op, "from") {
		s, err := data.NewBuilder(types[name]).Optional().Build()
		if err != nil || d.chance(4) {
			s = d.schema(1)
		}
		v := d.value(s, 1)
		if d.chance(6) {
			v = d.free(1)
		}
		if printsAddress(v) && name == "String" {
			v = d.text()
		}
		if d.chance(4) {
			s = nil
		}
		c.Schema, c.Value = ShowSchema(s), ShowValue(v)
		return c
	}
	b := make([]byte, pick(d, 0, 1, 2, 4, 8, 3))
	for i := range b {
		b[i] = pick(d, 0, 1, 0x41, 0xc3, 0xa9, 0xff, 0xf0, 0x9f, 0x98, 0x80, 0xe2, byte(d.IntN(256)))
	}
	c.Value = []any{"y", hex.EncodeToString(b)}
	if d.chance(10) {
		c.Value = nil
	}
	return c
}

// printsAddress says that Java's text of a value has an address in it, or a time in the zone of the machine.
func printsAddress(v any) bool {
	switch v := v.(type) {
	case []byte:
		return true
	case []any:
		for _, e := range v {
			if printsAddress(e) {
				return true
			}
		}
	case *data.Map:
		for k, e := range v.All() {
			if printsAddress(k) || printsAddress(e) {
				return true
			}
		}
	case *data.Struct:
		for i := range v.Len() {
			if printsAddress(v.Raw(i)) {
				return true
			}
		}
	}
	return false
}

// record draws a record whose side has a struct, a map or anything.
func (d *drawing) record() (*Record, *data.Schema, any) {
	r := &Record{Topic: pick(d, "t", "orders", "db.public.orders", "a-b_c.1", "topic123"), Headers: [][3]any{}}
	var s *data.Schema
	var v any
	switch n := d.IntN(10); {
	case n < 5:
		s = d.structure(2)
		v = d.value(s, 2)
		if v == nil && d.chance(2) {
			v = data.MakeStruct(s)
			for i, f := range s.Fields() {
				v.(*data.Struct).Set(i, d.value(f.Schema, 2))
			}
		}
	case n < 8:
		v = d.mapping(2)
	case n == 8:
		s = d.schema(2)
		v = d.value(s, 2)
	default:
		v = d.free(2)
	}
	if d.chance(20) {
		v = nil
	}
	if d.chance(3) {
		p := int32(d.IntN(10))
		r.Partition = &p
	}
	if !d.chance(4) {
		ts := fmt.Sprint(1600000000000 + d.Int64N(100000000000))
		if d.chance(6) {
			ts = pick(d, "0", "1", "86400000")
		}
		r.Timestamp = &ts
	}
	if d.chance(2) {
		o := fmt.Sprint(d.IntN(1000))
		r.Offset = &o
	}
	for range d.IntN(4) {
		hs := d.schema(1)
		hv := d.value(hs, 1)
		if hv == nil && !hs.Optional() {
			hs = nil
		}
		r.Headers = append(r.Headers, [3]any{pick(d, "h", "i", "trace"), ShowSchema(hs), ShowValue(hv)})
	}
	return r, s, v
}

func (r *Record) set(onKey bool, s *data.Schema, v any) {
	if onKey {
		r.KeySchema, r.Key = ShowSchema(s), ShowValue(v)
		return
	}
	r.ValueSchema, r.Value = ShowSchema(s), ShowValue(v)
}

// names returns the fields of a value, so that options name some that exist.
func names(s *data.Schema, v any) (list []string) {
	if s != nil {
		for _, f := range s.Fields() {
			list = append(list, f.Name)
		}
	} else if m, ok := v.(*data.Map); ok {
		for k := range m.All() {
			if text, ok := k.(string); ok {
				list = append(list, text)
			}
		}
	}
	return list
}

func (d *drawing) field(list []string) string {
	if len(list) == 0 || d.chance(8) {
		return pick(d, "missing", "a", "über")
	}
	return pick(d, list...)
}

func (d *drawing) some(list []string, sep string, each func(string) string) string {
	var parts []string
	for range 1 + d.IntN(3) {
		parts = append(parts, each(d.field(list)))
	}
	return strings.Join(parts, sep)
}
