package gentest

import (
	"encoding/json/v2"
	"math/rand/v2"
	"strings"

	"github.com/streamgen/streamgen/generated_test/pruned"
)

// parcelTopics are the notations of pruned/Forwarded.
func parcelTopics() table {
	out := orderTopics(pruned.NewForwarded(), table{"keyed": "json string", "keyed-out": "json string", "fork-by-sum": "int64 json"})
	for _, sub := range pruned.NewForwarded().Subtopologies {
		for _, sink := range sub.Sinks {
			if sink.Topic != "" && out[sink.Topic] == "" {
				out[sink.Topic] = "string json"
			}
		}
	}
	return out
}

// parcelSamples are parcels as they would be written, and in all the ways in which they would not: TestModesAgree and
// TestPartsAreEnough find them written anew then, since the interpreter writes all anew. S272.
func parcelSamples() map[string][]string {
	r := rand.New(rand.NewPCG(5, 8))
	word := func() string { return pick(r, "", "k", "Ulm", "é", "longer than eight bytes") }
	city := func() pruned.City { return pruned.City{Name: word(), Zip: int32(r.IntN(3) * 1000)} }
	var texts []string
	for range 40 {
		p := pruned.Parcel{ID: word(), Weight: float64(r.IntN(40)) / 8, Codes: [2]int16{int16(r.IntN(3)), -9}, Sum: int64(r.IntN(5)) - 2}
		for range r.IntN(3) {
			p.Stops = append(p.Stops, city())
		}
		if r.IntN(3) > 0 {
			c := city()
			p.To = &c
		}
		if r.IntN(3) == 0 {
			p.Notes = map[string]string{"k": word(), word(): "x"}
		}
		text, err := json.Marshal(p, json.Deterministic(true))
		if err != nil {
			panic(err)
		}
		texts = append(texts, string(text))
	}
	for _, change := range [][2]string{{`"id":`, `"more":1,"id":`}, {`"id":`, `"id": `}, {`"weight":`, `"weight":1e1,"x":`}, {`"weight":`, `"weight":0.50,"x":`}, {`"weight":`, `"weight":01,"x":`}, {`"to":`, `"To":`},
		{`"zip":`, `"zip":0,"x":`}, {`"k":"`, `"z":"","k":"`}, {`"id":"`, `"id":"\u0041`}, {`"id":"`, `"id":"\/`}, {`"stops":[`, `"stops":null,"x":[`}, {`"stops":[`, `"stops":[null,`}, {`"notes":{`, `"notes":{},"x":{`},
		{`"sum":"`, `"sum":"0`}, {`"sum":"`, `"sum":"-0`}, {`"codes":[`, `"codes":[32768,`}, {`{"id":`, `{"weight":3,"id":`}, {`"to":null`, `"to":{}`}, {`}`, `} `}, {`"id":"`, "\"id\":\"\xff"}, {`"weight":`, `"weight":-0,"x":`}} {
		texts = append(texts, strings.Replace(pick(r, texts[:40]...), change[0], change[1], 1))
	}
	texts = append(texts, "null", "{}", "[]", "{", strings.TrimSuffix(texts[0], "}"))
	out := map[string][]string{"keyed key": {`{"name":"a"}`, `{"name":"b","zip":1}`, `{"zip":1,"name":"b"}`, `{"name":"c","zip":0}`, `{"name":1}`},
		"loose": {`{"ID":"a","Rest":1}`, `{"ID":"a","Rest":{"b":1.0,"a":2}}`, `{"Rest":null}`}}
	for _, topic := range inputs(&testCase{}, pruned.NewForwarded()) {
		if topic != "loose" && topic != "keyed" {
			out[topic] = texts
		}
	}
	return out
}
