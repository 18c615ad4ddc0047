package corpus

import (
	"encoding/json/v2"
	"testing"
)

var bid = Bid{Auction: 1000123, Bidder: 2000456, Price: 12345678, Channel: "Google", URL: "https://www.nexmark.com/googl/item.htm?query=1&channel_id=8",
	DateTime: 1726000000123, Extra: "kdjfhgkjdhfgkjhdfkgjhdkfjhgkdjhfgkjdhfkgjhdkfjghkdjfhgkjdhfgkjhdkfgjhdkfjghdkfjhg"}

var tick = Tick{At: 1726000000123, Price: 1234.25, Size: 100, Buy: true, Venue: [2]int16{3, -4}}

func mustMarshal[T any](v *T) []byte {
	doc, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return doc
}

func mustMarshalOrNil[T any](v *T) []byte {
	doc, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return nil
	}
	return doc
}

func BenchmarkDecode(b *testing.B) {
	doc := mustMarshal(&bid)
	reordered := []byte(`{"extra":"` + bid.Extra + `","dateTime":1726000000123,"url":"` + bid.URL + `","channel":"Google","price":12345678,"bidder":2000456,"auction":1000123}`)
	spaced := []byte(`{"auction": 1000123, "bidder": 2000456, "price": 12345678, "channel": "Google", "url": "` + bid.URL + `", "dateTime": 1726000000123, "extra": "` + bid.Extra + `"}`)
	for _, c := range []struct {
		name string
		doc  []byte
	}{{"bid", doc}, {"reordered", reordered}, {"spaced", spaced}} {
		b.Run(c.name+"/generated", func(b *testing.B) {
			b.SetBytes(int64(len(c.doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decodeBidJSON(c.doc); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/part", func(b *testing.B) {
			b.SetBytes(int64(len(c.doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := readPartOfBidJSON2(c.doc); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/nothing", func(b *testing.B) {
			b.SetBytes(int64(len(c.doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := readPartOfBidJSON(c.doc); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/jsonv2", func(b *testing.B) {
			b.SetBytes(int64(len(c.doc)))
			b.ReportAllocs()
			for b.Loop() {
				var v Bid
				if err := json.Unmarshal(c.doc, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	doc = mustMarshal(&tick)
	b.Run("tick/generated", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := decodeTickJSON(doc); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tick/jsonv2", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			var v Tick
			if err := json.Unmarshal(doc, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	dst := make([]byte, 0, 1024)
	b.Run("bid/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := appendBidJSON(dst, &bid); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bid/jsonv2", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(&bid, json.Deterministic(true)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tick/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := appendTickJSON(dst, &tick); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tick/jsonv2", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(&tick, json.Deterministic(true)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestFixedWidthValuesAllocateNothing(t *testing.T) {
	doc, dst := mustMarshal(&tick), make([]byte, 0, 256)
	if n := testing.AllocsPerRun(100, func() {
		v, err := decodeTickJSON(doc)
		if err != nil || v != tick {
			t.Fatal(v, err)
		}
		if _, err := appendTickJSON(dst, &v); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations to read and write a value of fixed width", n)
	}
	unknown := []byte(`{"At":1,"x":[{"a":1,"b":"c"}],"y":"text","Size":3,"z":null}`)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := decodeTickJSON(unknown); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations to pass over unknown members", n)
	}
}

func TestOneAllocationForEachString(t *testing.T) {
	doc := mustMarshal(&bid)
	if n := testing.AllocsPerRun(100, func() { _, _ = decodeBidJSON(doc) }); n != 3 {
		t.Errorf("%v allocations for 3 strings", n)
	}
}
