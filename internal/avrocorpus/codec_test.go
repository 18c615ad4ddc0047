package avrocorpus

import (
	"bytes"
	"fmt"
	"math/big"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/avro"
	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// bound are the generated codec of a type and the one by reflection, in one registry.
func bound[T any](generated serde.Codec[T]) (own, second serde.Codec[T]) {
	schemas := registry.Mock()
	use := wire.Use{Topic: "t"}
	return serde.Bind(generated, use, schemas), serde.Bind[T](serde.AvroCodec[T]{}, use, schemas)
}

// equal compares values; decimals by their value, times by their instant.
func equal(a, b reflect.Value) bool {
	switch a.Type() {
	case reflect.TypeFor[*big.Rat]():
		x, y := a.Interface().(*big.Rat), b.Interface().(*big.Rat)
		return x == y || x != nil && y != nil && x.Cmp(y) == 0
	case reflect.TypeFor[time.Time]():
		return a.Interface().(time.Time).Equal(b.Interface().(time.Time))
	}
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if a.Type().Field(i).Name != "_" && !equal(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Pointer:
		return a.IsNil() && b.IsNil() || !a.IsNil() && !b.IsNil() && equal(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() || a.IsNil() != b.IsNil() {
			return false
		}
		for i := range a.Len() {
			if !equal(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		if a.Len() != b.Len() {
			return false
		}
		for _, k := range a.MapKeys() {
			if v := b.MapIndex(k); !v.IsValid() || !equal(a.MapIndex(k), v) {
				return false
			}
		}
		return true
	case reflect.Float32, reflect.Float64:
		return a.Float() == b.Float() || a.Float() != a.Float() && b.Float() != b.Float()
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

func TestGeneratedIsReflected(t *testing.T) {
	own, second := bound[Kitchen](kitchenAvro{})
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		var v Kitchen
		fill(r, reflect.ValueOf(&v).Elem(), 0)
		got, err := own.Append(nil, v)
		want, err2 := second.Append(nil, v)
		if err != nil || err2 != nil || !bytes.Equal(got, want) {
			t.Fatalf("%+v\ngenerated  %x %v\nreflection %x %v", v, got, err, want, err2)
		}
		agree(t, own, second, got)
		damaged := bytes.Clone(got)
		for range 1 + r.IntN(3) {
			damaged[wire.Header+r.IntN(len(damaged)-wire.Header)] = byte(r.Uint32())
		}
		agree(t, own, second, damaged[:len(damaged)-r.IntN(2)*r.IntN(8)])
	}
}

// agree decodes with both codecs: both refuse, or both read the same, which encodes alike.
func agree[T any](t *testing.T, own, second serde.Codec[T], src []byte) {
	t.Helper()
	got, err := own.Decode(src)
	want, err2 := second.Decode(src)
	if (err == nil) != (err2 == nil) || err == nil && !equal(reflect.ValueOf(&got).Elem(), reflect.ValueOf(&want).Elem()) {
		t.Fatalf("%x\ngenerated  %+v %v\nreflection %+v %v", src, got, err, want, err2)
	}
	if err != nil {
		return
	}
	a, err := own.Append(nil, got)
	b, err2 := second.Append(nil, got)
	if (err == nil) != (err2 == nil) || err == nil && !bytes.Equal(a, b) {
		t.Fatalf("%x again\ngenerated  %x %v\nreflection %x %v", src, a, err, b, err2)
	}
}

// TestViewsAreDecoded: a value that lies in its source is the one that is copied out of it, and makes nothing.
func TestViewsAreDecoded(t *testing.T) {
	own, _ := bound[Kitchen](kitchenAvro{})
	r := rand.New(rand.NewPCG(7, 2))
	for range 200 {
		var v Kitchen
		fill(r, reflect.ValueOf(&v).Elem(), 0)
		src, err := own.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		src[wire.Header+r.IntN(len(src)-wire.Header)] ^= byte(1 << r.IntN(8))
		want, err := own.Decode(src)
		got, err2 := own.(kitchenAvro).View(src)
		if (err == nil) != (err2 == nil) || err == nil && !equal(reflect.ValueOf(&got).Elem(), reflect.ValueOf(&want).Elem()) {
			t.Fatalf("%x\nviewed  %+v %v\ndecoded %+v %v", src, got, err2, want, err)
		}
	}
	bids, _ := bound[Bid](bidAvro{})
	src, err := bids.Append(nil, Bid{Channel: "a", URL: "b", Extra: "c", Price: 1 << 40})
	if err != nil {
		t.Fatal(err)
	}
	codec := bids.(bidAvro)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := codec.View(src); err != nil {
			t.Error(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestPartsAreChecked: a decoder that reads a part refuses what the whole decoder refuses, with the same words, and reads
// what that reads. S270, S271.
func TestPartsAreChecked(t *testing.T) {
	own, _ := bound[Kitchen](kitchenAvro{})
	codec := own.(kitchenAvro)
	r := rand.New(rand.NewPCG(11, 2))
	refused := 0
	for range 4000 {
		var v Kitchen
		fill(r, reflect.ValueOf(&v).Elem(), 0)
		src, err := own.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		for range r.IntN(3) {
			src[wire.Header+r.IntN(len(src)-wire.Header)] = byte(r.Uint32())
		}
		want, err := own.Decode(src)
		got, err2 := codec.View9Fields(src)
		_, err3 := codec.ViewNothing(src)
		if fmt.Sprint(err) != fmt.Sprint(err2) || fmt.Sprint(err) != fmt.Sprint(err3) {
			t.Fatalf("%x\nwhole   %v\npart    %v\nnothing %v", src, err, err2, err3)
		}
		if err != nil {
			refused++
			continue
		}
		if a, b := some(0, want), some(0, got); a != b {
			t.Fatalf("%x\nwhole %s\npart  %s", src, a, b)
		}
	}
	if refused < 100 || refused > 3000 {
		t.Errorf("%d of 4000 were refused", refused)
	}
	wides, _ := bound[Wide](wideAvro{})
	src, err := wides.Append(nil, Wide{F21: "x", F05: "y"})
	if err != nil {
		t.Fatal(err)
	}
	wide := wides.(wideAvro)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := wide.ViewF04F21F42(src); err != nil {
			t.Error(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzKitchen(f *testing.F) {
	own, second := bound[Kitchen](kitchenAvro{})
	for seed := range uint64(4) {
		var v Kitchen
		fill(rand.New(rand.NewPCG(seed, 1)), reflect.ValueOf(&v).Elem(), 0)
		b, err := own.Append(nil, v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, src []byte) { agree(t, own, second, src) })
}

// TestReadsOlderSchemas: what was written with another schema is resolved to the codec's own. S241.
func TestReadsOlderSchemas(t *testing.T) {
	schemas := registry.Mock()
	use := wire.Use{Topic: "wide"}
	var w Wide
	fill(rand.New(rand.NewPCG(3, 3)), reflect.ValueOf(&w).Elem(), 0)
	b, err := serde.Bind[Wide](wideAvro{}, use, schemas).Append(nil, w)
	if err != nil {
		t.Fatal(err)
	}
	got, err := serde.Bind[Three](serde.AvroCodec[Three]{}, use, schemas).Decode(b)
	if err != nil || got.F04 != w.F04 || got.F21 != w.F21 || got.F42 != w.F42 {
		t.Errorf("read %+v, %v of %+v", got, err, w)
	}
}

// TestDeepValuesEnd: a value that contains itself is refused when it is written, and a nested one when it is read. S244.
func TestDeepValuesEnd(t *testing.T) {
	own, second := bound[Node](nodeAvro{})
	n := &Node{Value: 1}
	n.Next = n
	for _, c := range []serde.Codec[Node]{own, second} {
		if _, err := c.Append(nil, *n); err == nil || !strings.Contains(err.Error(), "512 levels") {
			t.Errorf("a node that is its own successor: %v", err)
		}
	}
	b, err := own.Append(nil, Node{})
	if err != nil {
		t.Fatal(err)
	}
	for range 4096 {
		b = append(b[:len(b)-1], 2, 0, 0)
	}
	for _, c := range []serde.Codec[Node]{own, second} {
		if _, err := c.Decode(b); err == nil {
			t.Error("4096 nodes in a row were read")
		}
	}
}

// TestCountsAreHeldAgainstBytes: a count that the bytes cannot hold is refused before anything is made for it.
func TestCountsAreHeldAgainstBytes(t *testing.T) {
	own, _ := bound[[]Node](nodeListAvro{})
	b, err := own.Append(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	huge := avro.AppendLong(b[:wire.Header], 1<<40)
	if n := testing.AllocsPerRun(1, func() {
		if _, err := own.Decode(huge); err == nil || !strings.Contains(err.Error(), "no count") {
			t.Errorf("a count of 2^40: %v", err)
		}
	}); n > 100 {
		t.Errorf("%v allocations", n)
	}
}
