package gentest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/generated_test/aggregate"
	"github.com/streamgen/streamgen/generated_test/belowtable"
	"github.com/streamgen/streamgen/generated_test/branches"
	"github.com/streamgen/streamgen/generated_test/captures"
	"github.com/streamgen/streamgen/generated_test/codecs"
	"github.com/streamgen/streamgen/generated_test/count"
	"github.com/streamgen/streamgen/generated_test/customcodec"
	"github.com/streamgen/streamgen/generated_test/failing"
	"github.com/streamgen/streamgen/generated_test/fanout"
	"github.com/streamgen/streamgen/generated_test/flatmap"
	"github.com/streamgen/streamgen/generated_test/forms"
	"github.com/streamgen/streamgen/generated_test/functions"
	"github.com/streamgen/streamgen/generated_test/globaljoin"
	"github.com/streamgen/streamgen/generated_test/globalstore"
	"github.com/streamgen/streamgen/generated_test/headers"
	"github.com/streamgen/streamgen/generated_test/hopping"
	"github.com/streamgen/streamgen/generated_test/joinstream"
	"github.com/streamgen/streamgen/generated_test/merge"
	"github.com/streamgen/streamgen/generated_test/nulls"
	"github.com/streamgen/streamgen/generated_test/onclose"
	"github.com/streamgen/streamgen/generated_test/patterns"
	"github.com/streamgen/streamgen/generated_test/processchain"
	"github.com/streamgen/streamgen/generated_test/processkv"
	"github.com/streamgen/streamgen/generated_test/processwindow"
	"github.com/streamgen/streamgen/generated_test/pruned"
	"github.com/streamgen/streamgen/generated_test/ready"
	"github.com/streamgen/streamgen/generated_test/reduce"
	"github.com/streamgen/streamgen/generated_test/routing"
	"github.com/streamgen/streamgen/generated_test/sessions"
	"github.com/streamgen/streamgen/generated_test/shadows"
	"github.com/streamgen/streamgen/generated_test/stateless"
	"github.com/streamgen/streamgen/generated_test/stores"
	"github.com/streamgen/streamgen/generated_test/tablegroup"
	"github.com/streamgen/streamgen/generated_test/tablejoin"
	"github.com/streamgen/streamgen/generated_test/tableops"
	"github.com/streamgen/streamgen/generated_test/tables"
	"github.com/streamgen/streamgen/generated_test/tablesource"
	"github.com/streamgen/streamgen/generated_test/tabletable"
	"github.com/streamgen/streamgen/generated_test/timestamps"
	"github.com/streamgen/streamgen/generated_test/topiclist"
	"github.com/streamgen/streamgen/generated_test/tryforms"
	"github.com/streamgen/streamgen/generated_test/unwritable"
	"github.com/streamgen/streamgen/generated_test/values"
	"github.com/streamgen/streamgen/generated_test/windows"
	"github.com/streamgen/streamgen/generated_test/windowtables"
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/interp"
)

// testCase is one topology of the corpus.
type testCase struct {
	name        string // folder/Topology
	generated   func() *gen.Topology
	interpreted func() *gen.Topology
	topics      map[string]string   // notations of key and value
	stores      map[string]string   // notations of row key and value
	samples     map[string][]string // values (or "topic key": keys) to draw instead of the notation's own
	garbage     int                 // percent of random values that are arbitrary bytes
	// dynamic: topics are expressions, which the generated description shows as such.
	dynamic bool
	// emissionIsState: what tables emit is state of another table, so that commits show in it.
	emissionIsState bool
}

func (c *testCase) modes() map[string]func() *gen.Topology {
	m := map[string]func() *gen.Topology{"interpreted": c.interpreted}
	if c.generated != nil {
		m["generated"] = c.generated
	}
	return m
}

type table = map[string]string

// interpret returns a constructor of the interpreted topology.
func interpret(topology func(*dsl.Builder)) func() *gen.Topology {
	return func() *gen.Topology {
		return interp.New("interpreted", func() (*graph.Graph, error) { return dsl.Record(topology) })
	}
}

var (
	hoppingConfig  = hopping.Config{Size: 200 * time.Millisecond, Advance: 50 * time.Millisecond}
	oncloseConfig  = onclose.Config{Size: 100 * time.Millisecond}
	sessionsConfig = sessions.Config{Gap: 20 * time.Millisecond}
	joinsConfig    = joinstream.Config{Within: 6 * time.Millisecond, Grace: 4 * time.Millisecond}
	windowsConfig  = windows.Config{Size: 200 * time.Millisecond}
	atOnceConfig   = windowtables.Config{Size: 100 * time.Millisecond}
	shadowsConfig  = shadows.Config{Least: 3}
	timedConfig    = timestamps.Config{Shift: 1000}
	capturesConfig = captures.Config{Min: 2, Prefix: " My ", Topics: []string{"captured"}, Rate: 1.5}
)

var cases = []*testCase{
	{name: "stateless/Chain", generated: stateless.NewChain, interpreted: interpret(stateless.Chain), topics: table{"in": "string int64", "out": "string int64"}},
	{name: "stateless/Fixed", generated: stateless.NewFixed, interpreted: interpret(stateless.Fixed), topics: table{"fixed-in": "int64 float64", "fixed-out": "int32 float64"}},
	{name: "forms/OptForms", generated: forms.NewOptForms, interpreted: interpret(forms.OptForms), topics: table{"opt-in": "string string", "opt-out": "string string"},
		samples: map[string][]string{"opt-in": {"drop", "x", `""`}, "opt-in key": {"unkey", "k"}}},
	{name: "forms/RecordForms", generated: forms.NewRecordForms, interpreted: interpret(forms.RecordForms), topics: table{"rec-in": "string int64", "rec-out": "string int64"}},
	{name: "tryforms/TryFail", generated: tryforms.NewTryFail, interpreted: interpret(tryforms.TryFail), topics: table{"fail-in": "string string", "fail-out": "string int64"},
		samples: map[string][]string{"fail-in": {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "x"}}},
	{name: "tryforms/TrySkip", generated: tryforms.NewTrySkip, interpreted: interpret(tryforms.TrySkip), topics: table{"skip-in": "string string", "skip-out": "string int64"},
		samples: map[string][]string{"skip-in": {"1", "2", "4", "101", "102", "x", ""}}, garbage: 10},
	{name: "tryforms/TryDeadLetter", generated: tryforms.NewTryDeadLetter, interpreted: interpret(tryforms.TryDeadLetter),
		topics:  table{"dead-in": "int32 string", "dead-out": "int32 int64", "unreadable": "bytes bytes", "unparsed": "int32 string"},
		samples: map[string][]string{"dead-in": {"1,2", "3", "4,x", ""}}, garbage: 10},
	{name: "unwritable/WriteFail", generated: unwritable.NewWriteFail, interpreted: interpret(unwritable.WriteFail), topics: table{"write-fail": "int32 float64", "write-fail-out": "int32 string"},
		samples: map[string][]string{"write-fail": {"0.5", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "NaN"}}},
	{name: "unwritable/Write", generated: unwritable.NewWrite, interpreted: interpret(unwritable.Write),
		topics: table{"write-in": "int32 float64", "write-skip": "string string", "write-dead": "int32 string", "write-dynamic": "string float64", "write-all": "int32 float64",
			"write-table": "int32 string", "unwritten": "int32 float64", "test-even-repartition": "string float64"},
		stores: table{"latest": "int32 float64"}, samples: map[string][]string{"write-in": {"1", "0.5", "NaN", "-1", "Inf"}}},
	{name: "merge/Merged", generated: merge.NewMerged, interpreted: interpret(merge.Merged),
		topics: table{"left": "string string", "right": "string string", "third": "string string", "merged": "string string"}},
	{name: "flatmap/Words", generated: flatmap.NewWords, interpreted: interpret(flatmap.Words), topics: table{"lines": "string string", "words": "string int32"},
		samples: map[string][]string{"lines": {"a b a", "", "  ", "é", "one two"}}},
	{name: "count/Counted", generated: count.NewCounted, interpreted: interpret(count.Counted),
		topics: table{"hits": "int64 int64", "hit-counts": "int64 int64"}, stores: table{"hits-by-key": "int64 int64"}},
	{name: "count/Rekeyed", generated: count.NewRekeyed, interpreted: interpret(count.Rekeyed),
		topics: table{"visits": "string string", "visit-counts": "string int64", "test-visits-by-user-repartition": "string string"},
		stores: table{"visits-by-user": "string int64"}},
	{name: "reduce/Largest", generated: reduce.NewLargest, interpreted: interpret(reduce.Largest),
		topics: table{"bids": "string int64", "largest-bids": "string int64"}, stores: table{"largest": "string int64"}},
	{name: "reduce/LargestAtOnce", generated: reduce.NewLargestAtOnce, interpreted: interpret(reduce.LargestAtOnce),
		topics: table{"offers": "string int64", "largest-offers": "string int64"}, stores: table{"largest-offer": "string int64"}},
	{name: "aggregate/Totals", generated: aggregate.NewTotals, interpreted: interpret(aggregate.Totals),
		topics: table{"sales": "string json", "totals-out": "string json"}, stores: table{"totals": "string json"}, garbage: 6,
		samples: map[string][]string{"sales": {`{"shop":"s1","amount":1.5,"Tags":["x","y"]}`, `{"shop":"s2","amount":-2,"Tags":null}`,
			`{"shop":"s1","amount":1e3,"Tags":["y"],"more":{"a":[1,2]}}`, `{}`, `{"shop":1}`, `{"shop":"s\u0031"}`}}},
	{name: "windows/PerWindow", generated: func() *gen.Topology { return windows.NewPerWindow(windowsConfig) }, interpreted: interpret(func(b *dsl.Builder) { windows.PerWindow(b, windowsConfig) }),
		topics: table{"clicks": "string int64", "click-counts": "windowed-string int64", "amounts": "string int64", "amount-sums": "string int64",
			"names": "int64 string", "name-lists": "windowed-string string"},
		stores: table{"clicks-per-window": "row-string int64", "amounts-per-window": "row-string int64", "names-per-window": "row-string string"}},
	{name: "hopping/Overlapping", generated: func() *gen.Topology { return hopping.NewOverlapping(hoppingConfig) }, interpreted: interpret(func(b *dsl.Builder) { hopping.Overlapping(b, hoppingConfig) }),
		topics: table{"clicks": "string int64", "click-counts": "windowed-string int64", "amounts": "string int64", "amount-sums": "string int64",
			"names": "string string", "name-lists": "windowed-string string"},
		stores: table{"clicks-per-window": "row-string int64", "amounts-per-window": "row-string int64", "names-per-window": "row-string string"}},
	{name: "sessions/PerSession", generated: func() *gen.Topology { return sessions.NewPerSession(sessionsConfig) }, interpreted: interpret(func(b *dsl.Builder) { sessions.PerSession(b, sessionsConfig) }), emissionIsState: true,
		topics: table{"visits": "string int64", "visit-counts": "session-string int64", "visit-records": "session-string int64", "amounts": "string int64", "amount-digits": "string int64",
			"pages": "int64 string", "page-lists": "session-string string"},
		stores: table{"visits-per-session": "session-string int64", "most-visits": "session-string int64", "amounts-per-session": "session-string int64", "pages-per-session": "session-string string"}},
	{name: "onclose/Final", generated: func() *gen.Topology { return onclose.NewFinal(oncloseConfig) }, interpreted: interpret(func(b *dsl.Builder) { onclose.Final(b, oncloseConfig) }),
		topics: table{"clicks": "string int64", "click-counts": "windowed-string int64", "amounts": "string int64", "amount-sums": "string int64",
			"visits": "string int64", "visit-counts": "session-string int64"},
		stores: table{"clicks-per-window": "row-string int64", "amounts-per-window": "row-string int64", "visits-per-session": "session-string int64"}},
	{name: "windowtables/Windows", generated: windowtables.NewWindows, interpreted: interpret(windowtables.Windows), emissionIsState: true,
		topics: table{"clicks": "string int64", "several-clicks": "windowed-string string", "single-clicks": "windowed-string int64", "starts": "string int64"},
		stores: table{"clicks-per-window": "row-string int64", "single-clicks": "windowed-string int64", "starts": "windowed-string int64"}},
	{name: "windowtables/AtOnce", generated: func() *gen.Topology { return windowtables.NewAtOnce(atOnceConfig) }, interpreted: interpret(func(b *dsl.Builder) { windowtables.AtOnce(b, atOnceConfig) }),
		topics: table{"amounts": "string int64", "first-ones": "windowed-string int64", "other-ones": "windowed-string int64", "large-sums": "windowed-string int64", "totals-out": "int64 int64", "test-totals-repartition": "int64 bytes"},
		stores: table{"counts": "row-string int64", "sums": "row-string int64", "large-sums": "windowed-string int64", "notes": "row-string json", "totals": "int64 int64"}},
	{name: "windowtables/Sessions", generated: windowtables.NewSessions, interpreted: interpret(windowtables.Sessions), emissionIsState: true,
		topics: table{"visits": "string int64", "long-visits": "session-string int64", "visits-in-all": "string int64", "totals-in-all": "string int64", "large-visits": "session-string int64",
			"test-visits-in-all-repartition": "string bytes", "test-totals-in-all-repartition": "string bytes"},
		stores: table{"visits-per-session": "session-string int64", "long-visits": "session-string int64", "visits-in-all": "string int64", "visit-notes": "session-string json",
			"totals-in-all": "string int64", "visit-sums": "session-string int64"}},
	{name: "windowtables/Final", generated: windowtables.NewFinal, interpreted: interpret(windowtables.Final), emissionIsState: true,
		topics: table{"events": "string int64", "final-counts": "windowed-string int64", "events-in-all": "int64 int64", "large-sessions": "session-string int64", "test-events-in-all-repartition": "int64 bytes"},
		stores: table{"events-per-window": "row-string int64", "events-in-all": "int64 int64", "events-per-session": "session-string int64", "large-sessions": "session-string int64"}},
	{name: "globaljoin/Priced", generated: globaljoin.NewPriced, interpreted: interpret(globaljoin.Priced),
		topics: table{"prices": "string int64", "orders": "string string", "priced": "string int64", "maybe-priced": "string int64"}},
	{name: "globalstore/Asked", generated: globalstore.NewAsked, interpreted: interpret(globalstore.Asked),
		topics: table{"price-changes": "string int64", "questions": "string string", "answers": "string int64", "others": "string string", "counts": "string int64"},
		stores: table{"prices": "string int64"}, samples: map[string][]string{"questions": {"a", "b", "a-c", "-", "(all)-b", "null"}}},
	{name: "globalstore/Chained", generated: globalstore.NewChained, interpreted: interpret(globalstore.Chained),
		topics: table{"numbers": "int64 string", "names": "string int64", "asked": "int64 string", "told-out": "int64 string"},
		stores: table{"by-number": "int64 string", "by-name": "string string", "told": "int64 string"}, garbage: 5,
		samples: map[string][]string{"numbers": {"x", "yy", "zzz", "null"}, "asked": {"a", "b", "c"}}},
	{name: "joinstream/Inner", generated: joinstream.NewInner, interpreted: interpret(joinstream.Inner),
		topics: table{"left": "string int64", "right": "string string", "inner-out": "string string"},
		stores: table{"inner-this-join-store": "bytes int64", "inner-other-join-store": "bytes string"}},
	{name: "joinstream/Left", generated: joinstream.NewLeft, interpreted: interpret(joinstream.Left),
		topics: table{"left": "string int64", "right": "string string", "left-out": "string string"},
		stores: table{"left-this-join-store": "bytes int64", "left-outer-other-join-store": "bytes string", "left-left-shared-join-store": "bytes bytes"}},
	{name: "joinstream/Outer", generated: func() *gen.Topology { return joinstream.NewOuter(joinsConfig) }, interpreted: interpret(func(b *dsl.Builder) { joinstream.Outer(b, joinsConfig) }),
		topics: table{"left": "string int64", "right": "string string", "outer-out": "string string"},
		stores: table{"outer-outer-this-join-store": "bytes int64", "outer-outer-other-join-store": "bytes string", "outer-outer-shared-join-store": "bytes bytes"}},
	{name: "joinstream/Self", generated: joinstream.NewSelf, interpreted: interpret(joinstream.Self),
		topics: table{"selves": "int64 int64", "self-out": "int64 int64"},
		stores: table{"self-this-join-store": "bytes int64", "self-other-join-store": "bytes int64"}},
	{name: "joinstream/Rekeyed", generated: joinstream.NewRekeyed, interpreted: interpret(joinstream.Rekeyed),
		topics: table{"orders": "string string", "paid": "string string", "third": "string int64", "rekeyed-out": "string string", "pair-counts": "string int64"},
		stores: table{"both-outer-this-join-store": "bytes string", "both-outer-other-join-store": "bytes string", "both-outer-shared-join-store": "bytes bytes",
			"with-third-this-join-store": "bytes string", "with-third-other-join-store": "bytes int64", "pairs": "string int64"}},
	{name: "processkv/Balances", generated: processkv.NewBalances, interpreted: interpret(processkv.Balances),
		topics: table{"movements": "string int64", "balances-out": "string int64"}, stores: table{"balances": "string int64"}},
	{name: "processwindow/Deduplicated", generated: processwindow.NewDeduplicated, interpreted: interpret(processwindow.Deduplicated),
		topics: table{"events": "string string", "unique": "string int32"}, stores: table{"seen": "row-string int32"}},
	{name: "processchain/Spread", generated: processchain.NewSpread, interpreted: interpret(processchain.Spread), emissionIsState: true,
		topics: table{"plays": "string string", "plays-out": "string int64"},
		stores: table{"plays-by-song": "string int64", "plays-sum": "string int64"}},
	{name: "headers/Traced", generated: headers.NewTraced, interpreted: interpret(headers.Traced),
		topics: table{"traced": "string string", "traced-out": "string string", "traced-counts": "string int64"}, stores: table{"traced-count": "string int64"}},
	{name: "nulls/Nulls", generated: nulls.NewNulls, interpreted: interpret(nulls.Nulls),
		topics: table{"null-in": "string string", "filtered": "string string", "mapped-values": "string string", "mapped": "string string",
			"selected": "string string", "flat": "string string", "present": "string string", "null-counts": "string int64"},
		stores: table{"null-count": "string int64"}},
	{name: "customcodec/Points", generated: customcodec.NewPoints, interpreted: interpret(customcodec.Points),
		topics: table{"points": "point int32", "points-out": "int32 point"}, stores: table{"sums": "point int32"}, garbage: 6},
	{name: "captures/Captured", generated: func() *gen.Topology { return captures.NewCaptured(capturesConfig) }, interpreted: interpret(func(b *dsl.Builder) { captures.Captured(b, capturesConfig) }), dynamic: true,
		topics: table{"captured": "string int64", "my-out": "string float64"}, samples: map[string][]string{"captured key": {"spam", "a", "b"}}},
	{name: "shadows/Shadowed", generated: func() *gen.Topology { return shadows.NewShadowed(shadowsConfig) }, interpreted: interpret(func(b *dsl.Builder) { shadows.Shadowed(b, shadowsConfig) }),
		topics: table{"shadowed": "string string", "matched": "string string", "too-short": "string string", "described": "string string"}},
	{name: "shadows/Hiding", generated: func() *gen.Topology { return shadows.NewHiding("a", 10, 100) }, interpreted: interpret(func(b *dsl.Builder) { shadows.Hiding(b, "a", 10, 100) }),
		topics: table{"known": "string int64", "hidden": "string int64", "hidden-out": "int64 int64", "test-count-hidden-repartition": "int64 bytes"},
		stores: table{"latest-hidden": "string int64", "count-hidden": "int64 int64"}, emissionIsState: true},
	{name: "shadows/Constants", generated: shadows.NewConstants, interpreted: interpret(shadows.Constants), topics: table{"constants": "string string", "constants-out": "string string"}},
	{name: "functions/Helpers", generated: functions.NewHelpers, interpreted: interpret(functions.Helpers),
		topics:  table{"texts": "string string", "short": "string string", "short-counts": "string int64"},
		stores:  table{"counted-by-key": "string int64"},
		samples: map[string][]string{"texts": {`" a "`, `""`, "abcd", "abcde"}}},
	{name: "fanout/Fan", generated: fanout.NewFan, interpreted: interpret(fanout.Fan),
		topics: table{"fan-in": "string int64", "copy": "string int64", "even": "string int64", "even-counts": "string int64",
			"sums": "string int64", "third-counts": "windowed-int64 int64"},
		stores: table{"even-count": "string int64", "sum": "string int64", "thirds": "row-int64 int64"}},
	{name: "codecs/Codecs", generated: codecs.NewCodecs, interpreted: interpret(codecs.Codecs), garbage: 10,
		topics: table{"i16-bool": "int16 bool", "i16-bool-out": "int16 bool", "f32-f64": "float32 float64", "f64-f32-out": "float64 float32",
			"bytes": "bytes bytes", "bytes-out": "bytes bytes"},
		stores: table{"joined-bytes": "bytes bytes"}},
	{name: "codecs/Lent", generated: codecs.NewLent, interpreted: interpret(codecs.Lent), topics: table{"lent": "bytes bytes", "lent-out": "bytes bytes"}},
	{name: "codecs/Unnamed", generated: codecs.NewUnnamed, interpreted: interpret(codecs.Unnamed), garbage: 6,
		topics: table{"rows": "string json", "rows-out": "string json", "points": "string json", "points-out": "string json",
			"marks": "string json", "marks-out": "string json", "pairs": "string json", "pairs-out": "string json"},
		samples: map[string][]string{"rows": {`{"A":2,"B":[{"C":"x"},{}]}`, `{}`}, "points": {`[{"X":1,"Y":-2},{}]`, `[]`, "null"},
			"marks": {`{"a":{"At":[{"Line":3}]},"b":null}`, `{}`}, "pairs": {`{"Q":[true,false]}`, "null"}}},
	{name: "codecs/Loose", generated: codecs.NewLoose, interpreted: interpret(codecs.Loose), garbage: 6,
		topics: table{"anything": "string json", "things-out": "string json", "reports": "string json", "reports-out": "string json", "objects": "string json", "objects-out": "string json"},
		stores: table{"things": "string json"},
		samples: map[string][]string{"anything": {"null", "1", `"x"`, `{"b":[1,{}],"a":null}`, "[]", "{"},
			"reports": {`{"grades":{"B":[1,"x",null],"A":[]},"note":{"z":1,"y":[true]}}`, `{"note":null}`, `{"grades":{"1":[]}}`, "null"},
			"objects": {`{"b":1,"a":{"d":1,"c":"\u0041"}}`, `{"hidden":true}`, "null", "{}", `{"a":1,"a":2}`}}},
	{name: "pruned/Values", generated: pruned.NewValues, interpreted: interpret(pruned.Values), topics: orderTopics(pruned.NewValues(), table{"values": "string string"}), samples: orderSamples(pruned.NewValues())},
	{name: "pruned/Joined", generated: pruned.NewJoined, interpreted: interpret(pruned.Joined), topics: orderTopics(pruned.NewJoined(), table{"joined": "string string"}), stores: table{"rows": "string json"}, samples: orderSamples(pruned.NewJoined())},
	{name: "pruned/Flows", generated: pruned.NewFlows, interpreted: interpret(pruned.Flows), samples: orderSamples(pruned.NewFlows()),
		topics: orderTopics(pruned.NewFlows(), table{"rates": "string int64", "routed": "json string", "sums": "string int64", "forms-out": "string string", "rekeyed-out": "string int64",
			"rated-out": "string int64", "flat-out": "string string", "two-notes": "string string", "two-ids": "string string", "routed-out": "string string"}),
		stores: table{"counted": "string int64", "added": "string int64", "kept": "string json", "noted": "string string"}},
	{name: "pruned/Forwarded", generated: pruned.NewForwarded, interpreted: interpret(pruned.Forwarded), topics: parcelTopics(), samples: parcelSamples(), stores: table{"city-weights": "string float64"}},
	{name: "pruned/Processed", generated: pruned.NewProcessed, interpreted: interpret(pruned.Processed), samples: orderSamples(pruned.NewProcessed()),
		topics: orderTopics(pruned.NewProcessed(), table{"totals": "string string", "held": "string string", "passed-on": "string json"}), stores: table{"processed-sums": "string int64"}},
	{name: "failing/Failing", generated: failing.NewFailing, interpreted: interpret(failing.Failing), emissionIsState: true,
		topics: table{"risky": "string int64", "survived": "string int64"}, stores: table{"seen-sum": "string int64", "last-risky": "string int64"},
		samples: map[string][]string{"risky": {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"}}},
	{name: "failing/Staged", generated: failing.NewStaged, interpreted: interpret(failing.Staged),
		topics: table{"numbers": "int64 int64", "staged": "int64 int64"}, samples: map[string][]string{"numbers": {"-1", "0", "1", "2", "3", "4"}}},
	{name: "failing/Recovering", generated: failing.NewRecovering, interpreted: interpret(failing.Recovering), emissionIsState: true,
		topics: table{"tries": "string int64", "tried": "string int64", "tried-again": "string int64", "failed-tries": "bytes bytes"}, stores: table{"tries-sum": "string int64"}},
	{name: "belowtable/BelowTable", generated: belowtable.NewBelowTable, interpreted: interpret(belowtable.BelowTable), emissionIsState: true,
		topics: table{"votes": "int64 int64", "names": "int64 string", "best-out": "string int64"},
		stores: table{"votes-by-id": "int64 int64", "last-tally": "int64 int64", "best": "row-string int64"}},
	{name: "branches/Sorted", generated: branches.NewSorted, interpreted: interpret(branches.Sorted),
		topics: table{"payments": "string int64", "anonymous": "string int64", "small": "string int64", "large": "string int64", "old": "string int64",
			"even-large-counts": "string int64"}, stores: table{"even-large": "string int64"}},
	{name: "routing/Routed", generated: routing.NewRouted, interpreted: interpret(routing.Routed),
		topics: table{"events": "string string", "events-a": "string string", "events-b": "string string", "events-anonymous": "string string", "nowhere": "string string", "unrouted": "string string",
			"test-by-length-repartition": "int64 string", "lengths": "int64 string"},
		stores: table{"latest-by-length": "int64 string"}, samples: map[string][]string{"events key": {"a", "b", "bad"}, "events": {"x", "", "yy", "nowhere", "null"}}},
	{name: "topiclist/Several", generated: topiclist.NewSeveral, interpreted: interpret(topiclist.Several),
		topics: table{"orders-eu": "string int64", "orders-us": "string int64", "orders-asia": "string int64", "returns": "string int64",
			"everything": "string int64", "order-counts": "string int64"}, stores: table{"orders-by-key": "string int64"}},
	{name: "timestamps/Timed", generated: func() *gen.Topology { return timestamps.NewTimed(timedConfig) }, interpreted: interpret(func(b *dsl.Builder) { timestamps.Timed(b, timedConfig) }), emissionIsState: true,
		topics: table{"readings": "string json", "shifted-a": "string int64", "shifted-b": "string int64", "timed": "string int64", "limits": "string int64", "limits-out": "string int64"},
		stores: table{"limits": "string int64"}, garbage: 3,
		samples: map[string][]string{"readings": {`{"At":1,"Value":2}`, `{"At":50}`, `{"At":-5}`, `{"Value":7}`, `{}`, `[`}}},
	{name: "timestamps/Clocks", generated: timestamps.NewClocks, interpreted: interpret(timestamps.Clocks), emissionIsState: true,
		topics: table{"wall": "string int64", "wall-out": "string int64", "partition": "string int64", "partition-out": "string int64", "logged": "string int64", "logged-out": "string int64",
			"strict": "string int64", "strict-out": "string int64", "seen-out": "string int64"}, stores: table{"seen": "string int64"}},
	{name: "stores/InMemory", generated: stores.NewInMemory, interpreted: interpret(stores.InMemory), emissionIsState: true,
		topics: table{"hits": "string int64", "even-counts-out": "string int64", "largest-out": "string int64", "visits-out": "string int64", "limits": "string int64",
			"left-out": "string int64", "clicks": "string int64", "pairs-out": "string int64"},
		stores: table{"hit-counts": "string int64", "even-counts": "string int64", "largest": "row-string int64", "visits": "session-string int64", "limits": "string int64",
			"pairs-this-join-store": "bytes int64", "pairs-outer-other-join-store": "bytes int64", "pairs-left-shared-join-store": "bytes bytes"}},
	{name: "stores/Untimed", generated: stores.NewUntimed, interpreted: interpret(stores.Untimed), emissionIsState: true,
		topics: table{"in": "string int64", "count-out": "string int64", "every-out": "string int64", "timed-out": "string int64", "windows-out": "string int64"},
		stores: table{"count": "string int64", "every": "string int64", "timed": "string int64", "windows": "row-string int64"}},
	{name: "stores/Timestamped", generated: stores.NewTimestamped, interpreted: interpret(stores.Timestamped),
		topics: table{"updates": "string int64", "replaced": "string int64"}, stores: table{"values": "string int64", "seen": "row-string int64"},
		samples: map[string][]string{"updates": {"0", "1", "5", "60"}}},
	{name: "ready/Folded", generated: ready.NewFolded, interpreted: interpret(ready.Folded), emissionIsState: true,
		topics: table{"values": "string int64", "sums-out": "string int64", "least-out": "string int64", "most-out": "windowed-string int64", "visits-out": "session-string int64",
			"names": "string string", "names-out": "string string", "readings": "string json", "coldest-out": "string json", "stock": "string int64", "stock-out": "string int64"},
		stores:  table{"sums": "string int64", "least": "string int64", "most": "row-string int64", "last-name": "string string", "coldest": "string json", "stock-by-letter": "string int64"},
		samples: map[string][]string{"readings": {"1.5", "-3", "2e3", "0"}}},
	{name: "patterns/Matched", generated: patterns.NewMatched, interpreted: interpret(patterns.Matched),
		topics: table{"orders-eu": "string int64", "orders-us": "string int64", "orders-": "string int64", "returns": "string int64", "everything": "string int64", "order-counts": "string int64"},
		stores: table{"orders-by-key": "string int64"}},
	{name: "patterns/Twice", generated: patterns.NewTwice, interpreted: interpret(patterns.Twice),
		topics: table{"log-1": "string string", "copy": "string string", "log-0": "string string"}},
	{name: "values/Numbered", generated: values.NewNumbered, interpreted: interpret(values.Numbered),
		topics:  table{"sentences": "string string", "words-numbered": "string string", "word-counts": "string int64"},
		stores:  table{"last-number": "string int64", "words-by-key": "string int64"},
		samples: map[string][]string{"sentences": {"a b a", "", "skip", "twice", "fail", "one fail two"}}},
	{name: "tablesource/Sources", generated: tablesource.NewSources, interpreted: interpret(tablesource.Sources),
		topics: table{"rates": "string int64", "rates-out": "string int64", "limits": "int64 string", "limits-out": "int64 string", "hints": "string string", "hints-out": "string string"},
		stores: table{"rate-by-currency": "string int64", "limit-by-account": "int64 string"}},
	{name: "tablejoin/Enriched", generated: tablejoin.NewEnriched, interpreted: interpret(tablejoin.Enriched),
		topics: table{"users": "string string", "visits": "string int64", "greeted": "string string", "counted": "string int64", "orders": "string string", "orders-out": "string string",
			"test-order-users-repartition": "string string"},
		stores: table{"users": "string string"}, samples: map[string][]string{"orders": {"a", "b", "c", "null"}}},
	{name: "tablejoin/Counted", generated: tablejoin.NewCounted, interpreted: interpret(tablejoin.Counted),
		topics: table{"hits": "int64 string", "hit-numbers": "int64 int64"}, stores: table{"hits-so-far": "int64 int64"}},
	{name: "tableops/Kept", generated: tableops.NewKept, interpreted: interpret(tableops.Kept), emissionIsState: true,
		topics: table{"plain": "string int64", "plain-large": "string int64", "plain-small": "string int64", "stored": "string int64", "stored-large": "string int64",
			"stored-doubled": "string int64", "stored-described": "string string"},
		stores: table{"small-ones": "string int64", "stored": "string int64", "large-ones": "string int64", "doubled": "string int64"}},
	{name: "tableops/Computed", generated: tableops.NewComputed, interpreted: interpret(tableops.Computed),
		topics: table{"prices": "string int64", "asked": "string int64", "answers": "string string"}, stores: table{"prices": "string int64"}},
	{name: "tableops/Taken", generated: tableops.NewTaken, interpreted: interpret(tableops.Taken),
		topics: table{"events": "string string", "latest-out": "string string", "joined": "string string", "test-by-value-repartition": "string string"},
		stores: table{"latest-event": "string string", "by-value": "string string"}},
	{name: "tablegroup/Grouped", generated: tablegroup.NewGrouped, interpreted: interpret(tablegroup.Grouped), emissionIsState: true,
		topics: table{"places": "string string", "people-out": "string int64", "lengths-out": "string int64", "test-by-place-repartition": "string bytes"},
		stores: table{"places": "string string", "people": "string int64", "lengths": "string int64"}},
	{name: "tablegroup/Chained", generated: tablegroup.NewChained, interpreted: interpret(tablegroup.Chained), emissionIsState: true,
		topics: table{"items": "string int64", "logs-out": "string string"}, stores: table{"item-size": "string int64", "stock": "string json", "logs": "string string"}},
	{name: "tabletable/Joined", generated: tabletable.NewJoined, interpreted: interpret(tabletable.Joined), emissionIsState: true,
		topics: table{"l": "string string", "r": "string string", "inner": "string string", "left": "string string", "outer": "string string"},
		stores: table{"l": "string string", "r": "string string", "outer": "string string"}},
	{name: "tabletable/Nested", generated: tabletable.NewNested, interpreted: interpret(tabletable.Nested), emissionIsState: true,
		topics: table{"x": "string string", "y": "string string", "z": "string string", "asked": "string string", "all-out": "string string", "lengths-out": "string int64",
			"answers": "string string", "inner-answers": "string string"},
		stores: table{"x": "string string", "y": "string string", "z": "string string", "lengths": "string int64"}},
	{name: "tabletable/Twice", generated: tabletable.NewTwice, interpreted: interpret(tabletable.Twice), emissionIsState: true,
		topics: table{"t": "string string", "twice-out": "string string"}, stores: table{"t": "string string"}},
	{name: "tables/Nested", generated: tables.NewNested, interpreted: interpret(tables.Nested), emissionIsState: true,
		topics: table{"scores": "string int64", "changes-out": "string int64"}, stores: table{"latest": "string int64", "changes": "string int64"}},
}

// Both modes describe the same topology: the same text, topics and stores.
func TestModesDescribeTheSame(t *testing.T) {
	for _, c := range cases {
		if c.generated == nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			a, b := c.interpreted(), c.generated()
			if a.Err != nil || b.Err != nil {
				t.Fatalf("interpreted: %v; generated: %v", a.Err, b.Err)
			}
			if a.Description != b.Description && !c.dynamic || a.Hash != b.Hash {
				t.Errorf("interpreted, structure %s:\n%s\ngenerated, structure %s:\n%s", a.Hash, a.Description, b.Hash, b.Description)
			}
			for i := range a.Subtopologies {
				x, y := a.Subtopologies[i], b.Subtopologies[i]
				x.NewTask, y.NewTask = nil, nil
				for _, sinks := range [][]gen.SinkSpec{x.Sinks, y.Sinks} {
					for k := range sinks {
						if sinks[k].DeadLetter {
							sinks[k].Node = "" // it is no processor: its name is free
						}
					}
				}
				for _, sub := range []*gen.Subtopology{&x, &y} { // codecs are functions, which do not compare
					sub.Stores = slices.Clone(sub.Stores)
					for k := range sub.Stores {
						sub.Stores[k].Key, sub.Stores[k].Val = nil, nil
					}
				}
				if !reflect.DeepEqual(x, y) {
					t.Errorf("interpreted %+v\n  generated %+v", x, y)
				}
			}
		})
	}
}
