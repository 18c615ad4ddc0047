package data

import "testing"

func TestHeadersAreGuessedAsConnectDoes(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "STRING ",
		"null":                     "null null",
		"true":                     "BOOLEAN true",
		"007":                      "INT8 7",
		"1.10":                     "FLOAT32 1.1",
		"300":                      "INT16 300",
		"12345678901":              "INT64 12345678901",
		"12345678901234567890123":  "BYTES 12345678901234567890123",
		"0.1234567891":             "FLOAT32 0.12345679",
		"1e100":                    "FLOAT64 1.0E100",
		"abc":                      "STRING abc",
		"true}":                    "STRING true}",
		"[1, 300]":                 "ARRAY [1, 300]",
		"[1, null]":                "STRING [1, null]",
		"[1, \"a\"]":               "ARRAY [1, a]",
		"{\"a\":1,\"b\":2}":        "MAP {a=1, b=2}",
		"{a:1}":                    "STRING {a:1}",
		"2019-08-23":               "INT32 2019-08-23",
		"14:34:54.346Z":            "INT32 14:34:54.346Z",
		"2019-08-23T14:34:54.346Z": "INT64 2019-08-23T14:34:54.346Z",
		"[":                        "STRING [",
		"[]":                       "ARRAY []",
		"-":                        "STRING -",
	} {
		v, err := ParseValue(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := "null"
		if v.Schema != nil {
			got = v.Schema.Type().String()
		}
		if isTime(v.Value) {
			b, _ := AppendValue(nil, v.Value)
			got += " " + string(b)
		} else {
			got += " " + Text(v.Value)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func FuzzParseValue(f *testing.F) {
	for _, text := range []string{"[1,{\"a\":[2,\"x\"]},]", "{1:2,3:\"2019-08-23\"}", `\:,"`, "1e99999999999", "12:34:56.789Z"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ParseValue(text)
		if err != nil {
			return
		}
		if _, err := AppendValue(nil, v.Value); err != nil {
			t.Error(err)
		}
	})
}
