package convert

import (
	"testing"

	"github.com/streamgen/streamgen/connect/plugin"
)

func configured(t testing.TB, p plugin.Plugin, props map[string]string) plugin.Converter {
	t.Helper()
	c := p.(plugin.Converter)
	if err := c.Configure(props, plugin.ForValue); err != nil {
		t.Fatal(err)
	}
	return c
}

// The texts are those of Kafka Connect; the judge (connect/judge) compares random ones.
func TestJSONComesBackAsItWas(t *testing.T) {
	c := configured(t, NewJSON(), nil)
	for _, text := range []string{
		`{"schema":{"type":"int32","optional":false},"payload":7}`,
		`{"schema":{"type":"struct","fields":[{"type":"int64","optional":false,"field":"id"},{"type":"string","optional":true,"field":"n"}],"optional":false,"name":"R"},"payload":{"id":1,"n":null}}`,
		`{"schema":{"type":"map","keys":{"type":"int32","optional":false},"values":{"type":"string","optional":false},"optional":false},"payload":[[1,"a"]]}`,
		`{"schema":{"type":"bytes","optional":false,"name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"2"}},"payload":"AJw="}`,
		`{"schema":{"type":"float","optional":false,"doc":"d","default":1.5},"payload":1.0E10}`,
		`{"schema":null,"payload":{"a":[1,2.5,"x",null,true]}}`,
	} {
		schema, v, err := c.ToConnect("t", nil, []byte(text))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		back, err := c.FromConnect([]byte{}, "t", nil, schema, v)
		if err != nil || string(back) != text {
			t.Errorf("%s came back as %s, %v", text, back, err)
		}
	}
}

func TestJSONThatDoesNotFitIsRefusedInConnectsWords(t *testing.T) {
	envelope := noEnvelope().Error()
	unreadable := "Converting byte[] to Kafka Connect data failed due to serialization error: "
	c := configured(t, NewJSON(), nil)
	for text, want := range map[string]string{
		``: envelope, `1`: envelope, `{"schema":null}`: envelope, `{"schema":null,"payload":1,"x":2}`: envelope, `{`: unreadable,
		`{"schema":null,"payload":x}`:                          unreadable,
		`{"schema":{"type":"int32"},"payload":null}`:           "Invalid null value for required INT32 field",
		`{"schema":{"type":"what"},"payload":1}`:               "Unknown schema type: what",
		`{"schema":{"type":"what"},"payload":1,}`:              unreadable,
		`{"schema":{},"payload":1}`:                            "Schema must contain 'type' field",
		`{"payload":1,"schema":{"type":"array"}}`:              "Array schema did not specify the element type",
		`{"schema":{"type":"struct"},"payload":1}`:             `Struct schema's "fields" argument is not an array.`,
		`{"schema":{"type":"struct","fields":[]},"payload":1}`: "Structs should be encoded as JSON objects, but found NUMBER",
	} {
		if _, _, err := c.ToConnect("t", nil, []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestJSONWithoutSchemas(t *testing.T) {
	c := configured(t, NewJSON(), map[string]string{"schemas.enable": "false"})
	for text, want := range map[string]string{
		`007`: `7`, `-0.0`: `0.0`, `1e2`: `100.0`, `"\u00e9\ud83d\ude00"`: `"é\uD83D\uDE00"`, `{"b":1,"a":2,"b":3}`: `{"a":2,"b":3}`, ` [ ] `: `[]`,
		`18446744073709551617`: `1`, `{}trailing`: `{}`,
	} {
		schema, v, err := c.ToConnect("t", nil, []byte(text))
		if err != nil || schema != nil {
			t.Fatalf("%s: %v %v", text, schema, err)
		}
		if back, err := c.FromConnect([]byte{}, "t", nil, nil, v); err != nil || string(back) != want {
			t.Errorf("%s came back as %s, %v; want %s", text, back, err, want)
		}
	}
	if _, v, err := c.ToConnect("t", nil, []byte{}); v != nil || err != nil {
		t.Error(v, err)
	}
	deep := make([]byte, 5000)
	for i := range deep {
		deep[i] = '['
	}
	if _, _, err := c.ToConnect("t", nil, deep); err == nil {
		t.Error("5000 open brackets were read")
	}
}

func BenchmarkJSONStruct(b *testing.B) {
	c := configured(b, NewJSON(), nil)
	text := []byte(`{"schema":{"type":"struct","fields":[{"type":"int64","optional":false,"field":"id"},{"type":"string","optional":true,"field":"n"},{"type":"double","optional":false,"field":"p"}],"optional":false,"name":"R"},"payload":{"id":123456,"n":"some text","p":1.5}}`)
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		schema, v, err := c.ToConnect("t", nil, text)
		if err != nil {
			b.Fatal(err)
		}
		if out, err = c.FromConnect(out[:0], "t", nil, schema, v); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, text := range []string{`{"schema":null,"payload":`, `{"schema":{"type":"map","keys":{"type":"int32"},"values":{"type":"string"}},"payload":[[1,"a"]]}`,
		`{"schema":{"type":"struct","fields":[{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"},"field":"d","default":"AJw="}]},"payload":{"d":1e5}}`, `[1,{"a":"\u00e9"}]`, "\xef\xbb\xbf01"} {
		f.Add([]byte(text), true)
		f.Add([]byte(text), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, schemas bool) {
		props := map[string]string{"schemas.enable": "false"}
		if schemas {
			props = nil
		}
		c := configured(t, NewJSON(), props)
		schema, v, err := c.ToConnect("t", nil, text)
		if err != nil {
			return
		}
		b, err := c.FromConnect([]byte{}, "t", nil, schema, v)
		if err != nil || b == nil {
			return // a null under a required schema, or none at all
		}
		if _, _, err := c.ToConnect("t", nil, b); err != nil {
			t.Errorf("%s was written for %s and cannot be read: %v", b, text, err)
		}
	})
}
