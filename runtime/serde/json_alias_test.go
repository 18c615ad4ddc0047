package serde

import (
	"reflect"
	"testing"
	"time"
)

type spent struct {
	Amount float64 `json:"amount" alias:"total,sum"`
	Items  []item  `json:"items"`
	By     map[string]*item
	Next   *spent
	At     time.Time
	inner
}

type inner struct {
	Note string `alias:"remark"`
}

type item struct {
	N int `alias:"n,count"`
}

// TestAliases: members are read under their earlier names, wherever they stand. S252.
func TestAliases(t *testing.T) {
	codec := JSONCodec[spent]{}
	for src, want := range map[string]spent{
		`{"amount":1}`: {Amount: 1},
		`{"total":1}`:  {Amount: 1},
		`{"sum":1,"items":[{"n":1},{"N":2},{"count":3}],"By":{"n":{"n":4}},"remark":"r"}`: {Amount: 1, Items: []item{{1}, {2}, {3}}, By: map[string]*item{"n": {4}}, inner: inner{"r"}},
		`{"Next":{"total":2,"Next":null}}`:                                                {Next: &spent{Amount: 2}},
		` {"unknown":{"total":[1,{}]}, "t\u006ftal" : 3} `:                                {Amount: 3},
		`null`: {},
	} {
		if got, err := codec.Decode([]byte(src)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %+v, %v; want %+v", src, got, err, want)
		}
	}
	for _, src := range []string{`{"amount":1,"total":1}`, `{"total":1,"sum":2}`, `{"total":"1"}`, `{"total":1`, `{"total":1}x`, ``} {
		if got, err := codec.Decode([]byte(src)); err == nil {
			t.Errorf("%s is taken: %+v", src, got)
		}
	}
	b, err := codec.Append(nil, spent{Amount: 1})
	if err != nil || string(b) != `{"amount":1,"items":[],"By":{},"Next":null,"At":"0001-01-01T00:00:00Z","Note":""}` {
		t.Errorf("written: %s %v", b, err)
	}
	type plain struct{ A int }
	if renamerOf(reflect.TypeFor[plain]()) != nil || renamerOf(reflect.TypeFor[map[string][]plain]()) != nil {
		t.Error("types without aliases are rewritten")
	}
}
