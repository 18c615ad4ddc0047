package avrocorpus

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	hamba "github.com/hamba/avro/v2"
	twmb "github.com/twmb/avro"

	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// TestLibrariesAgree: two libraries read what the generated codec writes and write it again so that
// it is the same value, and none of them reads damaged bytes that the codec refuses for their shape.
func TestLibrariesAgree(t *testing.T) {
	own, _ := bound[Kitchen](kitchenAvro{})
	h, err := hamba.Parse(kitchenAvroSchema)
	if err != nil {
		t.Fatal(err)
	}
	w, err := twmb.Parse(kitchenAvroSchema)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		var v Kitchen
		fill(r, reflect.ValueOf(&v).Elem(), 0)
		src, err := own.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		same := func(library string, again []byte, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v\n%x", library, err, src)
			}
			got, err := own.Decode(append(bytes.Clone(src[:wire.Header]), again...))
			if err != nil || !equal(reflect.ValueOf(&got).Elem(), reflect.ValueOf(&v).Elem()) && !rounded(got, v) {
				t.Fatalf("%s wrote\n%+v %v\nof\n%+v", library, got, err, v)
			}
		}
		var generic any
		rest, err := w.Decode(src[wire.Header:], &generic)
		if err != nil || len(rest) > 0 {
			t.Fatalf("twmb: %v, %d bytes left of %x", err, len(rest), src)
		}
		again, err := w.Encode(generic)
		same("twmb", again, err)
		var named map[string]any
		if err := hamba.Unmarshal(h, src[wire.Header:], &named); err != nil {
			t.Fatalf("hamba: %v\n%x", err, src)
		}
		again, err = hamba.Marshal(h, named)
		same("hamba", again, err)
	}
}

// rounded says whether two values differ only by what the units of their times lose.
func rounded(a, b Kitchen) bool {
	own, _ := bound[Kitchen](kitchenAvro{})
	x, err := own.Append(nil, a)
	y, err2 := own.Append(nil, b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}

func BenchmarkBid(b *testing.B) {
	own, _ := bound[Bid](bidAvro{})
	v := Bid{Auction: 1000, Bidder: 2001, Price: 12_345_678, Channel: "channel-1234", URL: "https://example.com/item/1234?page=2", Time: 1_700_000_000_000, Extra: "some text of forty bytes, or thereabouts"}
	src, err := own.Append(nil, v)
	if err != nil {
		b.Fatal(err)
	}
	codec := own.(bidAvro)
	b.Run("decode/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := codec.Decode(src); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("view/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := codec.View(src); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("append/generated", func(b *testing.B) {
		b.ReportAllocs()
		var buf []byte
		for b.Loop() {
			if buf, err = codec.Append(buf[:0], v); err != nil {
				b.Fatal(err)
			}
		}
	})
	schema := hamba.MustParse(bidAvroSchema)
	b.Run("decode/hamba", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v Bid
			if err := hamba.Unmarshal(schema, src[wire.Header:], &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("append/hamba", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := hamba.Marshal(schema, v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkWide(b *testing.B) {
	var v Wide // as records are: numbers and times of some digits, texts of some words
	for i, f := 0, reflect.ValueOf(&v).Elem(); i < f.NumField(); i++ {
		switch f := f.Field(i); f.Kind() {
		case reflect.Int64:
			f.SetInt([]int64{int64(i), 12_345_678, 1_700_000_000_000}[i%3])
		case reflect.String:
			f.SetString("the text of a field, some words"[:8+i%24])
		case reflect.Float64:
			f.SetFloat(float64(i) * 1.1)
		case reflect.Bool:
			f.SetBool(i%2 == 0)
		}
	}
	own, _ := bound[Wide](wideAvro{})
	narrow, _ := bound[Narrow](narrowAvro{})
	src, err := own.Append(nil, v)
	if err != nil {
		b.Fatal(err)
	}
	whole, few := own.(wideAvro), narrow.(narrowAvro)
	if _, err := few.Append(nil, Narrow{}); err != nil { // id 1 there too
		b.Fatal(err)
	}
	b.Run("decode/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := whole.Decode(src); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("view/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := whole.View(src); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("part, copied/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got, err := whole.ReadF04F21F42(src); err != nil || got.F42 != v.F42 {
				b.Fatal(err, got)
			}
		}
	})
	b.Run("part, viewed/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got, err := whole.ViewF04F21F42(src); err != nil || got.F42 != v.F42 {
				b.Fatal(err, got)
			}
		}
	})
	b.Run("view three/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got, err := few.View(src); err != nil || got.F42 != v.F42 {
				b.Fatal(err, got)
			}
		}
	})
	schema := hamba.MustParse(wideAvroSchema)
	b.Run("decode/hamba", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v Wide
			if err := hamba.Unmarshal(schema, src[wire.Header:], &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
