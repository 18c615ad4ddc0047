package avro

import (
	"strings"
	"testing"

	twmb "github.com/twmb/avro"

	"github.com/streamgen/streamgen/internal/avroschema"
)

const (
	oneField = `{"type":"record","name":"R","fields":[{"name":"a","type":%}]}`
	suits    = `{"type":"enum","name":"Suit","symbols":["SPADES","HEARTS"]}`
)

func record(field string) string { return strings.Replace(oneField, "%", field, 1) }

// resolutions are values of a writer's schema as a reader sees them, or what the error says. S241.
var resolutions = []struct{ writer, value, reader, want, fails string }{
	{writer: `"int"`, value: `7`, reader: `"long"`, want: `7`},
	{writer: `"int"`, value: `-7`, reader: `"double"`, want: `-7`},
	{writer: `"long"`, value: `1099511627776`, reader: `"float"`, want: `1.0995116e+12`},
	{writer: `"float"`, value: `1.5`, reader: `"double"`, want: `1.5`},
	{writer: `"string"`, value: `"hå"`, reader: `"bytes"`, want: `"hÃ¥"`},
	{writer: `"long"`, value: `1`, reader: `"int"`, fails: "long cannot become int"},
	{writer: `"int"`, value: `1`, reader: `["null","string","long"]`, want: `1`},
	{writer: `["null","int"]`, value: `3`, reader: `"long"`, want: `3`},
	{writer: `["null","int"]`, value: `null`, reader: `"long"`, fails: "null cannot become long"},
	{writer: `["int","null"]`, value: `null`, reader: `["null","int"]`, want: `null`},
	{writer: suits, value: `"HEARTS"`, reader: `{"type":"enum","name":"Suit","symbols":["HEARTS","SPADES"]}`, want: `"HEARTS"`},
	{writer: suits, value: `"HEARTS"`, reader: `{"type":"enum","name":"Suit","symbols":["SPADES","OTHER"],"default":"OTHER"}`, want: `"OTHER"`},
	{writer: suits, value: `"HEARTS"`, reader: `{"type":"enum","name":"Suit","symbols":["SPADES"]}`, fails: "HEARTS is none"},
	{writer: `{"type":"array","items":"int"}`, value: `[1,2]`, reader: `{"type":"array","items":"double"}`, want: `[1,2]`},
	{writer: `{"type":"map","values":"int"}`, value: `{"x":1}`, reader: `{"type":"map","values":["null","long"]}`, want: `{"x":1}`},
	{writer: record(`"int"`), value: `{"a":1}`, reader: `{"type":"record","name":"R","fields":[{"name":"b","type":"string","default":"x"},{"name":"a","type":"long"}]}`, want: `{"b":"x","a":1}`},
	{writer: record(`"int"`), value: `{"a":1}`, reader: `{"type":"record","name":"R","fields":[{"name":"z","type":"int","aliases":["a"]}]}`, want: `{"z":1}`},
	{writer: record(`"int"`), value: `{"a":1}`, reader: `{"type":"record","name":"S","aliases":["R"],"fields":[]}`, want: `{}`},
	{writer: record(`"int"`), value: `{"a":1}`, reader: `{"type":"record","name":"R","fields":[{"name":"b","type":"int"}]}`, fails: "no field b"},
	{writer: `{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"string"},{"name":"c","type":"boolean"}]}`, value: `{"a":1,"b":"x","c":true}`,
		reader: `{"type":"record","name":"R","fields":[{"name":"c","type":"boolean"},{"name":"d","type":"int","default":9},{"name":"a","type":"int"}]}`, want: `{"c":true,"d":9,"a":1}`},
	{writer: `{"type":"record","name":"N","fields":[{"name":"v","type":"int"},{"name":"n","type":["null","N"]}]}`, value: `{"v":1,"n":{"v":2,"n":null}}`,
		reader: `{"type":"record","name":"N","fields":[{"name":"n","type":["null","N"]},{"name":"v","type":"long"}]}`, want: `{"n":{"n":null,"v":2},"v":1}`},
	{writer: `{"type":"fixed","name":"F","size":2}`, value: `"ab"`, reader: `{"type":"fixed","name":"F","size":3}`, fails: "2 bytes"},
}

func TestResolution(t *testing.T) {
	for _, c := range resolutions {
		w, err := Parse(c.writer)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Parse(c.reader)
		if err != nil {
			t.Fatal(err)
		}
		src, err := avroschema.AppendJSON(nil, w, c.value)
		if err != nil {
			t.Fatalf("%s of %s: %v", c.value, c.writer, err)
		}
		plan, err := avroschema.Resolve(w, r)
		got := []byte(nil)
		if err == nil {
			got, err = Transcode(plan, nil, src)
		}
		if c.fails != "" {
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%s\n%s\nread as\n%s\ngives %x, %v; want an error with %q", c.writer, c.value, c.reader, got, err, c.fails)
			}
			continue
		}
		if text := (Value{schema: r, bytes: got}).String(); err != nil || text != c.want {
			t.Errorf("%s\n%s\nread as\n%s\nis %s, %v; want %s", c.writer, c.value, c.reader, text, err, c.want)
			continue
		}
		// The library reads the writer's bytes with the reader's schema, and writes the same.
		lw, err := twmb.Parse(c.writer)
		if err != nil {
			t.Fatal(err)
		}
		lr, err := twmb.Parse(c.reader)
		if err != nil {
			t.Fatal(err)
		}
		both, err := twmb.Resolve(lw, lr)
		if err != nil && w.Kind == KindUnion && r.Kind != KindUnion {
			continue // it refuses schemas of which some values do not resolve; the specification, values
		}
		if err != nil {
			t.Errorf("twmb does not resolve %s to %s: %v", c.writer, c.reader, err)
			continue
		}
		var v any
		if _, err := both.Decode(src, &v); err != nil {
			t.Errorf("twmb, %s as %s: %v", c.value, c.reader, err)
			continue
		}
		again, err := lr.Encode(v)
		if err != nil || string(again) != string(got) {
			t.Errorf("%s\n%s\nread as\n%s\nis %x, twmb says %x, %v", c.writer, c.value, c.reader, got, again, err)
		}
	}
}

// FuzzTranscode: no schemas and no bytes make resolution panic or grow without bound, and what comes out is a value.
func FuzzTranscode(f *testing.F) {
	for _, c := range resolutions {
		w, err := Parse(c.writer)
		if err != nil {
			f.Fatal(err)
		}
		src, err := avroschema.AppendJSON(nil, w, c.value)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(c.writer, c.reader, src)
	}
	f.Fuzz(func(t *testing.T, writer, reader string, src []byte) {
		w, err := Parse(writer)
		if err != nil {
			return
		}
		if again, err := Parse(w.String()); err != nil || again.String() != w.String() {
			t.Fatalf("%s prints as %s, which is read as %v, %v", writer, w, again, err)
		}
		r, err := Parse(reader)
		if err != nil {
			return
		}
		plan, err := avroschema.Resolve(w, r)
		if err != nil {
			return
		}
		out, err := Transcode(plan, nil, src)
		if err == nil {
			if err := Explain(r, out); err != nil {
				t.Fatalf("%s\n%s\n%x\nbecomes %x: %v", writer, reader, src, out, err)
			}
			_ = Value{schema: r, bytes: out}.String()
		}
	})
}
