package gentest

import (
	"encoding/json/v2"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/generated_test/pruned"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

// orderTopics are the notations of a topology of package pruned: orders in JSON, unless others say otherwise.
func orderTopics(t *gen.Topology, others table) table {
	out := table{}
	for _, topic := range inputs(&testCase{}, t) {
		out[topic] = "string json"
	}
	for topic, notation := range others {
		out[topic] = notation
	}
	return out
}

// orderSamples are orders for each of its topics.
func orderSamples(t *gen.Topology) map[string][]string {
	r := rand.New(rand.NewPCG(7, 7))
	out := map[string][]string{}
	for _, topic := range inputs(&testCase{}, t) {
		switch topic {
		case "rates":
			out[topic] = []string{"1", "2", "30"}
			out[topic+" key"] = []string{"k", "kind"}
		case "routed":
			out[topic], out[topic+" key"] = []string{"a", "b"}, []string{`{"ID":"a","Rev":1}`, `{"Rev":2}`, `{"Rev":"x"}`, `{"ID":3}`}
		default:
			for range 6 {
				out[topic] = append(out[topic], orderText(r))
			}
		}
	}
	return out
}

// orderText is an order in JSON, some of them with a fault.
func orderText(r *rand.Rand) string {
	word := func() string { return pick(r, "", "a", "é", "long enough to be seen", `"\\`) }
	person := func() *pruned.Person {
		if r.IntN(3) == 0 {
			return nil
		}
		p := &pruned.Person{Name: word(), Age: r.IntN(90)}
		if r.IntN(2) == 0 {
			p.Boss = &pruned.Person{Name: word(), Age: r.IntN(90)}
		}
		return p
	}
	o := pruned.Order{Base: pruned.Base{ID: word(), Rev: r.IntN(9)}, Total: int64(r.IntN(9)), Note: word(), Kind: pruned.Kind(pick(r, "", "k", "kind")),
		Agent: person(), Pair: [2]int{r.IntN(9), r.IntN(9)}, Extra: map[string]int{"k": r.IntN(9), word(): 1}, When: time.Unix(int64(r.IntN(1000)), 0).UTC(),
		Ratio: float64(r.IntN(9)) / 4, Blob: []byte(word())}
	if p := person(); p != nil {
		o.Buyer = *p
	}
	if r.IntN(2) == 0 {
		o.Late = &pruned.Late{Due: r.IntN(9)}
	}
	for range r.IntN(3) {
		o.Items = append(o.Items, pruned.Item{SKU: word(), Price: r.IntN(9), Tags: strings.Fields(word())})
	}
	if r.IntN(2) == 0 {
		o.Any = map[string]any{"x": word()}
	}
	text, err := json.Marshal(o, json.Deterministic(true))
	if err != nil {
		panic(err)
	}
	out := string(text)
	if r.IntN(3) > 0 {
		return out
	}
	faults := [][2]string{{`"Rev":`, `"Rev":"x",`}, {`"Rev":`, `"Rev":1e99,"Rev":`}, {`"Total":`, `"Total":9223372036854775808,"total":`}, {`"Note":"`, `"Note":"\x`}, {`"Name":"`, `"Name":"\ud800`},
		{`"Age":`, `"Age":true,"x":`}, {`"Items":[`, `"Items":[3,`}, {`"Items":[`, `"Items":[{"SKU":1},`}, {`"Pair":[`, `"Pair":[1,`}, {`"k":`, `"k":1,"k":`}, {`"When":"`, `"When":"x`},
		{`"Ratio":"`, `"Ratio":"x`}, {`"Blob":"`, `"Blob":"*`}, {`"Any":`, `"Any":[1,],"any":`}, {`"Due":`, `"Due":1.5,"due":`}, {`"Note":"`, "\"Note\":\"\xff"}, {`{"ID"`, `{"more":{"a":1},"ID"`}, {`{"ID"`, `{"more":1,"more":2,"ID"`},
		{`"Boss":null`, `"Boss":{"Boss":{"Age":"1"}}`}, {`"Tags":[`, `"Tags":[null,`}, {`"Buyer":{`, `"Buyer":[`}, {`"Agent":{`, `"Agent":{"Age":-1,`}}
	f := faults[r.IntN(len(faults))]
	return strings.Replace(out, f[0], f[1], 1)
}

// TestPartsAreEnough plays orders of every kind, faulty ones among them, into each source: functions see nothing of what
// was left out (S270), and bytes that a whole decoder refuses are refused (S271). The interpreter decodes all.
func TestPartsAreEnough(t *testing.T) {
	for _, c := range cases {
		if !strings.HasPrefix(c.name, "pruned/") {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			for _, topic := range inputs(c, c.generated()) {
				key, val, _ := strings.Cut(c.topics[topic], " ")
				var ops []op
				for i := range 60 {
					o := op{verb: "pipe", name: topic, record: testdriver.Record{Timestamp: int64(i), Key: draw(c, topic+" key", key, r)}}
					if o.record.Value = draw(c, topic, val, r); val == "json" && c.name != "pruned/Forwarded" {
						o.record.Value = []byte(orderText(r))
					}
					ops = append(ops, o)
				}
				a, restA, errA := play(c, c.interpreted(), testdriver.Config{}, ops)
				b, restB, errB := play(c, c.generated(), testdriver.Config{}, ops)
				if fmt.Sprint(errA) != fmt.Sprint(errB) || !slices.Equal(a, b) || !slices.Equal(restA, restB) {
					t.Errorf("%s: interpreted\n%s\n%s\ngenerated\n%s\n%s", topic, strings.Join(a, "\n"), strings.Join(restA, "\n"), strings.Join(b, "\n"), strings.Join(restB, "\n"))
				}
			}
		})
	}
}
