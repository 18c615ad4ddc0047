package serde_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/window"
)

// vector is a value and the bytes that Kafka's own serializer gives it.
type vector struct {
	name  string
	check func(t *testing.T)
}

// encodes checks a value against its bytes in both directions.
func encodes[T any, C serde.Codec[T]](c C, v T, wire string) vector {
	return vector{fmt.Sprintf("%T(%v)", c, v), func(t *testing.T) {
		want, err := hex.DecodeString(strings.ReplaceAll(wire, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Append([]byte("before"), v)
		if err != nil || !bytes.Equal(got, append([]byte("before"), want...)) {
			t.Errorf("encoded as %x (%v), want %x behind what was there", got, err, want)
		}
		back, err := c.Decode(want)
		if err != nil {
			t.Fatal(err)
		}
		// Compared by bytes: NaN is not equal to itself.
		if again, err := c.Append(nil, back); err != nil || !bytes.Equal(again, want) {
			t.Errorf("%x is decoded as %v, which encodes as %x, %v", want, back, again, err)
		}
	}}
}

type windowed = serde.TimeWindowedCodec[string, serde.StringCodec]

// The layouts are those of org.apache.kafka.common.serialization and of
// TimeWindowedSerializer: big-endian, two's complement, IEEE 754, no framing.
func TestKafkaLayouts(t *testing.T) {
	vectors := []vector{
		encodes(serde.StringCodec{}, "", ""),
		encodes(serde.StringCodec{}, "héllo", "68 c3a9 6c6c6f"),
		encodes(serde.StringCodec{}, "\xff\x00", "ff 00"),
		encodes(serde.BytesCodec{}, []byte{}, ""),
		encodes(serde.BytesCodec{}, []byte{0, 255}, "00 ff"),
		encodes(serde.Int64Codec{}, 0, "0000000000000000"),
		encodes(serde.Int64Codec{}, 1, "0000000000000001"),
		encodes(serde.Int64Codec{}, -1, "ffffffffffffffff"),
		encodes(serde.Int64Codec{}, math.MaxInt64, "7fffffffffffffff"),
		encodes(serde.Int64Codec{}, math.MinInt64, "8000000000000000"),
		encodes(serde.Int64Codec{}, 0x0102030405060708, "0102030405060708"),
		encodes(serde.Int32Codec{}, 0x01020304, "01020304"),
		encodes(serde.Int32Codec{}, -2, "fffffffe"),
		encodes(serde.Int16Codec{}, 0x0102, "0102"),
		encodes(serde.Int16Codec{}, math.MinInt16, "8000"),
		encodes(serde.Float64Codec{}, 1.5, "3ff8000000000000"),
		encodes(serde.Float64Codec{}, math.Copysign(0, -1), "8000000000000000"),
		encodes(serde.Float64Codec{}, math.Inf(-1), "fff0000000000000"),
		encodes(serde.Float64Codec{}, math.Float64frombits(0x7ff8000000000001), "7ff8000000000001"),
		encodes(serde.Float32Codec{}, -2.25, "c0100000"),
		encodes(serde.Float32Codec{}, float32(math.Inf(1)), "7f800000"),
		encodes(serde.BoolCodec{}, true, "01"),
		encodes(serde.BoolCodec{}, false, "00"),
		encodes(windowed{Size: 60_000}, key("k", 0, 60_000), "6b 0000000000000000"),
		encodes(windowed{Size: 60_000}, key("", 1_700_000_040_000, 1_700_000_100_000), "0000018bcfe60440"),
		encodes(serde.TimeWindowedCodec[int64, serde.Int64Codec]{Size: 5},
			window.Windowed[int64]{Key: -1, Window: window.Window{Start: 258, End: 263}}, "ffffffffffffffff 0000000000000102"),
		encodes(serde.SessionWindowedCodec[string, serde.StringCodec]{},
			window.Sessioned[string]{Key: "k", Session: window.Session{Start: 258, End: 1_700_000_040_000}}, "6b 0000018bcfe60440 0000000000000102"),
	}
	for _, v := range vectors {
		t.Run(v.name, v.check)
	}
}

func key(k string, start, end int64) window.Windowed[string] {
	return window.Windowed[string]{Key: k, Window: window.Window{Start: start, End: end}}
}

// S30.
func TestWindowedKeysGetTheirEndBack(t *testing.T) {
	c := windowed{Size: 100}
	for _, w := range []window.Windowed[string]{
		key("k", 0, 100), key("k", 12_300, 12_400), key("k", math.MaxInt64-100, math.MaxInt64),
		key("k", math.MaxInt64-50, math.MaxInt64), // the end is cut off, it does not overflow
	} {
		b, err := c.Append(nil, w)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Decode(b); err != nil || got != w {
			t.Errorf("%v comes back as %v, %v", w, got, err)
		}
	}
}

// wrong gives the error of decoding b.
func wrong[T any](c serde.Codec[T], b []byte) error {
	_, err := c.Decode(b)
	return err
}

func TestWrongSizesAreErrors(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9} {
		b := make([]byte, n)
		for what, c := range map[string]struct {
			err  error
			size int
		}{
			"int64":   {wrong(serde.Int64Codec{}, b), 8},
			"int32":   {wrong(serde.Int32Codec{}, b), 4},
			"int16":   {wrong(serde.Int16Codec{}, b), 2},
			"float64": {wrong(serde.Float64Codec{}, b), 8},
			"float32": {wrong(serde.Float32Codec{}, b), 4},
			"bool":    {wrong(serde.BoolCodec{}, b), 1},
		} {
			if (c.err == nil) != (n == c.size) {
				t.Errorf("%s from %d bytes: %v", what, n, c.err)
			}
			if c.err != nil && (!strings.Contains(c.err.Error(), what) || !strings.Contains(c.err.Error(), fmt.Sprint("got ", n))) {
				t.Errorf("%s from %d bytes: the error says %q", what, n, c.err)
			}
		}
	}
	if err := wrong(serde.BoolCodec{}, []byte{2}); err == nil || !strings.Contains(err.Error(), "2") {
		t.Errorf("a bool of 2: %v", err)
	}
	if err := wrong(windowed{}, make([]byte, 7)); err == nil {
		t.Error("a windowed key of 7 bytes passes")
	}
	if err := wrong(serde.SessionWindowedCodec[int64, serde.Int64Codec]{}, make([]byte, 23)); err == nil {
		t.Error("a session-windowed int64 key of 23 bytes is read")
	}
	if err := wrong(serde.TimeWindowedCodec[int64, serde.Int64Codec]{}, make([]byte, 15)); err == nil {
		t.Error("a windowed int64 key of 15 bytes passes")
	}
}

func TestDecodeKeepsNothingOfItsInput(t *testing.T) {
	src := []byte("key\x00\x00\x00\x00\x00\x00\x00\x05")
	s, _ := serde.StringCodec{}.Decode(src)
	b, _ := serde.BytesCodec{}.Decode(src)
	w, _ := windowed{Size: 1}.Decode(src)
	clear(src)
	if s[:3] != "key" || string(b[:3]) != "key" || w.Key != "key" {
		t.Errorf("decoded values changed with their input: %q %q %q", s, b, w.Key)
	}
}

func TestJSON(t *testing.T) {
	type value struct {
		N int            `json:"n"`
		M map[string]int `json:"m"`
	}
	c := serde.JSONCodec[value]{}
	b, err := c.Append([]byte("x"), value{7, map[string]int{"b": 2, "a": 1, "c": 3}})
	if err != nil || string(b) != `x{"n":7,"m":{"a":1,"b":2,"c":3}}` {
		t.Fatalf("%s %v", b, err)
	}
	v, err := c.Decode(b[1:])
	if err != nil || v.N != 7 || v.M["c"] != 3 {
		t.Fatalf("%v %v", v, err)
	}
	for _, text := range []string{"", "{", `{"n":"x"}`, `{"n":1}{}`, `{"n":1,"n":2}`} {
		if _, err := c.Decode([]byte(text)); err == nil {
			t.Errorf("%q passes", text)
		}
	}
	bad := serde.JSONCodec[float64]{}
	if b, err := bad.Append([]byte("x"), math.NaN()); err == nil || string(b) != "x" {
		t.Errorf("NaN gives %q %v", b, err)
	}
}

// FuzzCodecs decodes anything: no panic, and what is accepted encodes to the same bytes,
// which key identity rests on.
func FuzzCodecs(f *testing.F) {
	for _, s := range []string{"", "\x00", "\x01", "\x02", "ab", "abcd", "abcdefgh", "key\x00\x00\x00\x00\x00\x00\x00\x05", "\x7f\xf8\x00\x00\x00\x00\x00\x01"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		canonical(t, serde.StringCodec{}, b)
		canonical(t, serde.BytesCodec{}, b)
		canonical(t, serde.Int64Codec{}, b)
		canonical(t, serde.Int32Codec{}, b)
		canonical(t, serde.Int16Codec{}, b)
		canonical(t, serde.Float64Codec{}, b)
		canonical(t, serde.Float32Codec{}, b)
		canonical(t, serde.BoolCodec{}, b)
		canonical(t, windowed{Size: 1000}, b)
		canonical(t, serde.TimeWindowedCodec[bool, serde.BoolCodec]{Size: 1000}, b)
		canonical(t, serde.SessionWindowedCodec[bool, serde.BoolCodec]{}, b)
		if v, err := (serde.JSONCodec[map[string]string]{}).Decode(b); err == nil {
			if _, err := (serde.JSONCodec[map[string]string]{}).Append(nil, v); err != nil {
				t.Errorf("%q is read as %v, which cannot be written: %v", b, v, err)
			}
		}
	})
}

func canonical[T any, C serde.Codec[T]](t *testing.T, c C, b []byte) {
	v, err := c.Decode(b)
	if err != nil {
		return
	}
	// A float32 signalling NaN may be quieted by the processor on its way through a register.
	if f, ok := any(v).(float32); ok && f != f {
		return
	}
	if got, err := c.Append(nil, v); err != nil || !bytes.Equal(got, b) {
		t.Errorf("%T: %x is read as %v and written as %x, %v", c, b, v, got, err)
	}
}
