package assign

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

var someData = Data{Process: "p", Endpoint: "127.0.0.1:8080",
	Structure: Structure{Hash: "h", Groups: [][]string{{"a", "b"}, {"c"}}, Logged: []bool{true, false}},
	State:     []State{{Task{0, 1}, Running}, {Task{1, 300}, Behind(1<<40, 10)}}}

func TestDataRoundTrip(t *testing.T) {
	b := someData.Append(nil, V2)
	got, err := ParseData(b, V2)
	if err != nil || !reflect.DeepEqual(someData, got) {
		t.Fatal(got, err)
	}
	for i := range b {
		if _, err := ParseData(b[:i], V2); err == nil {
			t.Errorf("%d of %d bytes were accepted", i, len(b))
		}
	}
	if _, err := ParseData(b, V1); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Error(err)
	}
}

// These bytes are what the release before standbys sends.
func TestDataOfVersion1(t *testing.T) {
	b := []byte("\x01\x01p\x01h\x02\x02\x01a\x01b\x01\x01c\x02\x00\x01\x01\xac\x02")
	if got := someData.Append(nil, V1); string(got) != string(b) {
		t.Errorf("%q", got)
	}
	want := Data{Process: "p", Structure: Structure{Hash: "h", Groups: [][]string{{"a", "b"}, {"c"}}},
		State: []State{{Task{0, 1}, Unknown}, {Task{1, 300}, Unknown}}}
	if got, err := ParseData(b, V1); err != nil || !reflect.DeepEqual(got, want) {
		t.Error(got, err)
	}
}

func TestAssignmentRoundTrip(t *testing.T) {
	a := Assignment{Hash: "h", Generation: 7, Standby: []Task{{0, 1}}, Warmup: []Task{{1, 300}}, Probe: 10 * time.Minute,
		Owners: []Owner{{"p", "127.0.0.1:80", []Task{{0, 0}}, []Task{{1, 1}}}, {Process: "q"}}}
	b := a.Append(nil, V2)
	got, err := ParseAssignment(b, V2)
	if err != nil || !reflect.DeepEqual(a, got) {
		t.Fatal(got, err)
	}
	for i := range b {
		if _, err := ParseAssignment(b[:i], V2); err == nil {
			t.Errorf("%d of %d bytes were accepted", i, len(b))
		}
	}
	if got, err := ParseAssignment(a.Append(nil, V1), V1); err != nil || got.Hash != "h" {
		t.Error(got, err)
	}
}

func TestLagsAreCoarse(t *testing.T) {
	for _, c := range []struct {
		records, acceptable int64
		want                Lag
	}{
		{0, 0, Dormant}, {10, 10, Dormant}, {11, 10, behind}, {12, 10, behind + 1}, {1 << 62, 0, behind + 62}, {10_001, 10_000, behind}, {20_000, 10_000, behind + 13},
	} {
		if got := Behind(c.records, c.acceptable); got != c.want {
			t.Errorf("%d of %d: %d, want %d", c.records, c.acceptable, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(someData.Append(nil, V1), byte(V1))
	f.Add(someData.Append(nil, V2), byte(V2))
	f.Add(Assignment{Hash: "h", Standby: []Task{{0, 1}}, Owners: []Owner{{"p", "e", []Task{{0, 0}}, nil}}}.Append(nil, V2), byte(V2))
	f.Fuzz(func(t *testing.T, b []byte, version byte) {
		if d, err := ParseData(b, version); err == nil {
			// Whatever is in it, a plan comes out.
			Balance([]Member{{ID: "a", Data: d}, {ID: "b", Data: d, Owned: map[string][]int32{"a": {0, -1}}}}, map[string]int32{"a": 3, "b": 2}, Rules{1, 2})
		}
		_, _ = ParseAssignment(b, version)
	})
}
