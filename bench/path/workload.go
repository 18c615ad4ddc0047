package main

import (
	"encoding/json/v2"
	"fmt"

	"github.com/streamgen/streamgen/bench/path/form"
)

// workload is one topology that all contestants run.
type workload struct {
	name   string
	about  string
	factor int  // records are -n times this: cheap ones need more to be measured
	json   bool // orders instead of noise
	users  bool // a table beside the input
	table  bool // the output is a table: results of one key may be coalesced
	logged bool // there is a changelog "counts"
	feed   func(j *judge, key, value []byte, ts int64)
}

var workloads = []workload{
	{name: "bytes", about: "stateless, bytes: keep half, cut the value", factor: 4, feed: feedBytes},
	{name: "json", about: "stateless, JSON of 250 bytes: decode, keep half, map, encode", factor: 2, json: true, feed: feedJSON},
	{name: "count", about: "count by key, 100,000 keys", factor: 1, table: true, logged: true, feed: feedCount},
	{name: "tumbling", about: "count by key and window of 10 s, 100,000 keys", factor: 1, table: true, logged: true, feed: feedTumbling},
	{name: "join", about: "stream-table join, JSON on both sides, 100,000 rows", factor: 1, json: true, users: true, feed: feedJoin},
}

func (w workload) judge() *judge {
	return &judge{truth: newTruth(w.table), counts: map[string]int64{}, feed: w.feed}
}

func feedJSON(j *judge, k, v []byte, _ int64) {
	if o := decodeOrder(v); form.Large("", o) {
		j.add(k, mustJSON(form.Sell("", o)))
	}
}

func feedJoin(j *judge, k, v []byte, _ int64) {
	var i int
	if _, err := fmt.Sscanf(string(k), "k%d", &i); err != nil {
		panic(err) // keys are our own
	}
	j.add(k, mustJSON(form.Enrich("", decodeOrder(v), userOf(i))))
}

func decodeOrder(v []byte) (o form.Order) {
	if err := json.Unmarshal(v, &o); err != nil {
		panic(err) // so are orders
	}
	return o
}
