package avrocorpus

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// TestForwardedIsWrittenAnew: what a sink writes of a value that nobody changed is what it would encode, whatever the bytes
// of the source are; and those that the codec writes are seen to be that. S272.
func TestForwardedIsWrittenAnew(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 2))
	schemas := registry.Mock()
	bind := func(topic string) kitchenAvro {
		return serde.Bind[Kitchen](kitchenAvro{}, wire.Use{Topic: topic}, schemas).(kitchenAvro)
	}
	from, to := bind("in"), bind("out")
	passed, refused, anew := 0, 0, 0
	judge := func(src []byte) {
		t.Helper()
		v, err := from.Decode(src)
		if err != nil { // a source forwards what it could decode
			refused++
			return
		}
		want, wantErr := to.Append([]byte("before"), v)
		for _, whole := range []*Kitchen{nil, &v} {
			got, err := to.Forward([]byte("before"), src, from, whole)
			if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
				t.Fatalf("%x\n got %x %v\nwant %x %v", src, got, err, want, wantErr)
			}
		}
		if exactKitchenAvro(src, wire.Header, 0) == len(src) {
			passed++
		} else {
			anew++
		}
	}
	for range 400 {
		var v Kitchen
		fill(r, reflect.ValueOf(&v).Elem(), 0)
		src, err := from.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		before := passed
		if judge(src); passed == before {
			t.Fatalf("%x is not seen to be as it was written", src)
		}
		for range 12 {
			changed := bytes.Clone(src)
			at := wire.Header + r.IntN(len(src)-wire.Header)
			switch r.IntN(3) {
			case 0: // a number that takes a byte more than it must
				changed = append(append(changed[:at:at], changed[at]|0x80, 0), changed[at+1:]...)
			case 1: // a block with its size
				if changed[at] == 2 {
					changed[at] = 1
				}
			default:
				changed[at] ^= byte(1 << r.IntN(8))
			}
			judge(changed)
		}
	}
	if anew < 200 || refused < 200 {
		t.Errorf("%d passed, %d were written anew, %d refused: too few to prove anything", passed, anew, refused)
	}
}

// TestOnlyTheOwnIdPasses: the bytes of a value with another id do not pass, though they are the same behind it.
func TestOnlyTheOwnIdPasses(t *testing.T) {
	schemas := registry.Mock()
	from := serde.Bind[Node](nodeAvro{}, wire.Use{Topic: "in"}, schemas).(nodeAvro)
	to := serde.Bind[Node](nodeAvro{}, wire.Use{Topic: "out"}, schemas).(nodeAvro)
	const documented = `{"type":"record","name":"Node","doc":"of another team","fields":[{"name":"value","type":"long"},{"name":"next","type":["null","Node"],"default":null}]}`
	id, _, err := schemas.Register(wire.Use{Topic: "other"}, "Node", wire.Schema{Type: "AVRO", Text: documented})
	if err != nil {
		t.Fatal(err)
	}
	own, err := to.Append(nil, Node{Value: 7})
	if err != nil {
		t.Fatal(err)
	}
	src := append(wire.AppendID(nil, id), own[wire.Header:]...)
	if bytes.Equal(src, own) {
		t.Fatal("both schemas have one id")
	}
	for range 2 {
		if _, err := from.Decode(src); err != nil {
			t.Fatal(err)
		}
		if got, err := to.Forward(nil, src, from, nil); err != nil || !bytes.Equal(got, own) {
			t.Fatalf("%x %v, want %x", got, err, own)
		}
		if _, err := from.Decode(own); err != nil {
			t.Fatal(err)
		}
		if got, err := to.Forward(nil, own, from, nil); err != nil || !bytes.Equal(got, own) {
			t.Fatalf("%x %v, want %x", got, err, own)
		}
	}
	var unbound nodeAvro
	if _, err := unbound.Forward(nil, own, from, nil); err == nil {
		t.Error("a codec that knows no registry has written")
	}
	dst := make([]byte, 0, 64)
	if _, err := from.Decode(own); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if _, err := to.Forward(dst, own, from, nil); err != nil {
			t.Error(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkForward writes a value that nothing changed: as the bytes that came, and decoded and encoded.
func BenchmarkForward(b *testing.B) {
	own, _ := bound[Bid](bidAvro{})
	codec, dst := own.(bidAvro), make([]byte, 0, 256)
	src, err := own.Append(nil, Bid{Auction: 1000, Bidder: 2001, Price: 12_345_678, Channel: "channel-1234", URL: "https://example.com/item/1234?page=2", Time: 1_700_000_000_000, Extra: "some text of forty bytes, or thereabouts"})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := codec.Decode(src); err != nil {
		b.Fatal(err)
	}
	b.Run("passes", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := codec.Forward(dst, src, codec, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("anew", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v, err := codec.Decode(src)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := codec.Append(dst, v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
