package corpus

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/emit/jsoncodec/internal/corpus/foreign"
	"github.com/streamgen/streamgen/internal/golden"
	"github.com/streamgen/streamgen/runtime/serde/jsonscan"
)

// TestErrorsNamePlaceAndReason prints what users see of documents and values that are refused.
func TestErrorsNamePlaceAndReason(t *testing.T) {
	var text strings.Builder
	for _, doc := range []string{
		``, ` `, `[]`, `{"id"`, `{"id" 1}`, `{id:1}`, `{"id":1}`, `{"id":"x`, `{"id":"\q"}`, `{"id":"\ud800"}`, "{\"id\":\"a\tb\"}", "{\"id\":\"\xff\"}",
		`{"id":"x"}}`, `{"id":"x",}`, `{"id":"x" "y"}`, `{"id":"a","id":"b"}`, `{"x":1,"x":2}`, `{"x":{"a/b":{"c~d":[0,{"e":1,"e":2}]}}}`,
		`{"legs":[{"from":{"code":"A"}},{"from":{"lat":"north"}}]}`, `{"legs":[{"nm":1.5}]}`, `{"legs":[{"nm":01}]}`, `{"legs":[{"nm":"1"}]}`, `{"legs":[{"nm":99999999999999999999}]}`, `{"legs":[1]}`,
		`{"Grid":[[1,2,3],[4,5]]}`, `{"Grid":[[1,2,3,4]]}`, `{"Octets":[256]}`, `{"ByDay":{"1":[],"one":[]}}`, `{"ByDay":{"1":[1e400]}}`,
		`{"Times":["2024-01-01T00:00:00Z","yesterday"]}`, `{"Bytes":["AA=="," AA"]}`, `{"Tags":["a",null,`, `{"Tags":["a","b"}`, `{"Nothing":{"a":tru}}`,
		`{"Stops":{"a":{},"a":{}}}`, `{"BySize":{"1":1}}`, `{"x":` + strings.Repeat("[", 10_001),
	} {
		_, err := decodeJourneyJSON([]byte(doc))
		var e *jsonscan.Error
		if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(doc) {
			t.Errorf("%s: %v", doc, err)
		}
		if len(doc) > 100 {
			doc = doc[:20] + "..."
		}
		fmt.Fprintf(&text, "%q\n\t%v\n", doc, err)
	}
	for _, doc := range []string{`{"V":1,"U":"aB"}`, `{"LU":["a",{}]}`, `{"MU":{"x":"aB"}}`, `{"V":null}`} {
		_, err := decodeMethodsJSON([]byte(doc))
		fmt.Fprintf(&text, "%q\n\t%v\n", doc, err)
	}
	for _, doc := range []string{`{"i":1}`, `{"i":"1.5"}`, `{"f":"x"}`, `{"TWIN_X":1}`} {
		_, err := decodeTaggedJSON([]byte(doc))
		fmt.Fprintf(&text, "%q\n\t%v\n", doc, err)
	}
	text.WriteString("\nwriting\n")
	bad := "\xff"
	for _, v := range []Journey{
		{ID: bad}, {Tags: []string{"a", bad}}, {Stops: map[string]foreign.Airport{"a": {}, bad: {}}}, {ByDay: map[int][]float32{1: {0}, 2: {0, float32(math.NaN())}}},
		{Legs: Legs{{}, {To: &foreign.Airport{Lat: math.Inf(1)}}}},
	} {
		_, err := appendJourneyJSON([]byte("before"), &v)
		fmt.Fprintf(&text, "\t%v\n", err)
	}
	_, err := appendMethodsJSON(nil, &Methods{N: 1, Raw: []byte("x")})
	fmt.Fprintf(&text, "\t%v\n", err)
	_, err = appendOmittingJSON(nil, &Omitting{S: "x", EL: []int{1}, ES: bad})
	fmt.Fprintf(&text, "\t%v\n", err)
	carrier := Carrier(bad)
	_, err = appendCarrierJSON(nil, &carrier)
	fmt.Fprintf(&text, "\t%v\n", err)
	// encoding/json/v2 varies its wording on purpose.
	golden.Assert(t, "testdata/faults.txt", strings.ReplaceAll(text.String(), "unable to", "cannot"))
}

func TestValuesThatContainThemselvesAreRefused(t *testing.T) {
	tree := &Tree{Name: "a"}
	tree.Left = tree
	dst, err := appendTreeJSON([]byte("x"), tree)
	if err == nil || !strings.Contains(err.Error(), "contain itself") || string(dst) != "x" {
		t.Errorf("%.100q %.300v", dst, err)
	}
	nest := Nest{nil}
	nest[0] = nest
	if _, err := appendTreeJSON(nil, &Tree{Nest: nest}); err == nil {
		t.Error("a slice that contains itself was written")
	}
}

func TestNestingIsWrittenUpToTheLimitOfJSONv2(t *testing.T) {
	for _, depth := range []int{9_999, 10_000, 10_001} {
		tree := &Tree{}
		for range depth - 1 {
			tree = &Tree{Name: "x", Left: tree}
		}
		want := mustMarshalOrNil(tree)
		got, err := appendTreeJSON(nil, tree)
		if (err == nil) != (want != nil) || string(got) != string(want) {
			t.Errorf("depth %d: %.200v, encoding/json/v2 writes %d bytes", depth, err, len(want))
		}
	}
}
