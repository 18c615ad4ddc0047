package protocorpus

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/streamgen/streamgen/internal/protocorpus/pb"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/protobuf"
	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// bound are the generated codec of a type and the interpreter's, in one registry.
func bound[T proto.Message](generated serde.Codec[T]) (own, second serde.Codec[T]) {
	schemas := registry.Mock()
	use := wire.Use{Topic: "t"}
	return serde.Bind(generated, use, schemas), serde.Bind[T](serde.ProtobufCodec[T]{}, use, schemas)
}

// header is the magic byte, the id and the indexes of a first message.
const header = wire.Header + 1

// TestGeneratedIsTheLibrarys: the generated codec writes the same bytes as the codec by reflection, and without oneofs
// those of google.golang.org/protobuf; it reads what the library reads and refuses what it refuses. S245.
func TestGeneratedIsTheLibrarys(t *testing.T) {
	random(t, kitchenProtobuf{}, 1500)
	random(t, tenProtobuf{}, 300)
	random(t, bidProtobuf{}, 300)
	random(t, legacyProtobuf{}, 300)
	random(t, editedProtobuf{}, 300)
	random(t, emptyProtobuf{}, 100)
	random(t, outerMiddleLeafProtobuf{}, 100)
}

func random[T proto.Message](t *testing.T, generated serde.Codec[T], n int) {
	t.Helper()
	own, second := bound(generated)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		var none T
		v := none.ProtoReflect().Type().New().Interface().(T)
		entropy{r}.fill(v.ProtoReflect(), 0, []int{5, 30, 90}[i%3])
		got, err := own.Append([]byte("before"), v)
		want, err2 := second.Append([]byte("before"), v)
		if err != nil || err2 != nil || !bytes.Equal(got, want) {
			t.Fatalf("%v\ngenerated %x %v\nlibrary   %x %v", v, got, err, want, err2)
		}
		got = got[len("before"):]
		head, err := own.Append(nil, none.ProtoReflect().Type().New().Interface().(T))
		if _, legacy := any(v).(*pb.Legacy); !legacy {
			if body, err2 := (proto.MarshalOptions{Deterministic: true}).Marshal(v); err != nil || err2 != nil || len(body) != len(got)-len(head) || whole[T]() && !bytes.Equal(body, got[len(head):]) {
				t.Fatalf("%v\ngenerated %x %v\nlibrary   %x %v", v, got, err, body, err2)
			}
		}
		agree(t, own, second, got)
		for range 8 {
			damaged := bytes.Clone(got)
			for range 1 + r.IntN(3) {
				if len(damaged) > header {
					damaged[header+r.IntN(len(damaged)-header)] = byte(r.Uint32())
				}
			}
			switch r.IntN(4) {
			case 0:
				damaged = damaged[:max(header, len(damaged)-r.IntN(8))]
			case 1: // the fields in another order, and twice
				damaged = append(damaged, got[header:]...)
			}
			agree(t, own, second, damaged)
		}
	}
}

// whole says whether the library orders the fields of a type by number.
func whole[T proto.Message]() bool {
	var none T
	return none.ProtoReflect().Descriptor().Name() != "Kitchen"
}

// agree decodes with both codecs: both refuse, or both read the same, which encodes alike.
func agree[T proto.Message](t *testing.T, own, second serde.Codec[T], src []byte) {
	t.Helper()
	before := bytes.Clone(src)
	got, err := own.Decode(src)
	want, err2 := second.Decode(src)
	if (err == nil) != (err2 == nil) || err == nil && !proto.Equal(got, want) {
		t.Fatalf("%x\ngenerated %v %v\nlibrary   %v %v", src, got, err, want, err2)
	}
	if !bytes.Equal(src, before) {
		t.Fatalf("%x was changed", before)
	}
	if err != nil {
		return
	}
	a, err := own.Append(nil, got)
	b, err2 := second.Append(nil, want)
	if (err == nil) != (err2 == nil) || err == nil && !bytes.Equal(a, b) && !quiet(a, b) {
		t.Fatalf("%x again\ngenerated %x %v\nlibrary   %x %v", src, a, err, b, err2)
	}
}

// quiet says whether two encodings differ by nothing but the bit that tells quiet NaNs from signalling ones: reflection sees
// floats as doubles, and that conversion makes them quiet.
func quiet(a, b []byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && a[i]^b[i] != 0x40 {
			return false
		}
	}
	return true
}

func FuzzKitchen(f *testing.F) {
	own, second := bound[*pb.Kitchen](kitchenProtobuf{})
	for seed := range uint64(8) {
		v := &pb.Kitchen{}
		entropy{rand.New(rand.NewPCG(seed, 1))}.fill(v.ProtoReflect(), 0, 30)
		b, err := own.Append(nil, v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[header:])
	}
	head, err := own.Append(nil, &pb.Kitchen{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src []byte) { agree(t, own, second, append(bytes.Clone(head), src...)) })
}

// TestUnknownFieldsPass: what a message does not know it keeps, below too, and writes again. S246.
func TestUnknownFieldsPass(t *testing.T) {
	own, _ := bound[*pb.Kitchen](kitchenProtobuf{})
	head, err := own.Append(nil, &pb.Kitchen{})
	if err != nil {
		t.Fatal(err)
	}
	src := append(head, 0x8a, 0x01, 9, 0x0a, 1, 'E', 0x1a, 3, 'n', 'e', 'w', 0x10)
	src[len(head)+2] = 10
	src = append(src, 5)              // price: currency, 3 as a text, units
	src = append(src, 0xa0, 0x06, 42) // 100
	v, err := own.Decode(src)
	if err != nil {
		t.Fatal(err)
	}
	if v.Price.GetUnits() != 5 || len(v.Price.ProtoReflect().GetUnknown()) != 5 || len(v.ProtoReflect().GetUnknown()) != 3 {
		t.Errorf("%v", v)
	}
	again, err := own.Append(nil, v)
	if err != nil || len(again) != len(src) {
		t.Errorf("%x became %x, %v", src, again, err)
	}
}

// TestDeepMessagesEnd: one that contains itself is refused when it is written, one of too many levels when it is read. S248.
func TestDeepMessagesEnd(t *testing.T) {
	own, second := bound[*pb.Kitchen](kitchenProtobuf{})
	loop := &pb.Kitchen{}
	loop.Next = loop
	list := &structpb.ListValue{}
	list.Values = []*structpb.Value{structpb.NewListValue(list)}
	other := &pb.Kitchen{Extra: &structpb.Struct{Fields: map[string]*structpb.Value{"x": structpb.NewListValue(list)}}}
	head, err := own.Append(nil, &pb.Kitchen{})
	if err != nil {
		t.Fatal(err)
	}
	nest := func(n int) []byte {
		var b []byte
		for range n {
			b = append(append([]byte{0x82, 0x05}, protobuf.AppendVarint(nil, uint64(len(b)))...), b...)
		}
		return append(bytes.Clone(head), b...)
	}
	for _, c := range []serde.Codec[*pb.Kitchen]{own, second} {
		for _, v := range []*pb.Kitchen{loop, other} {
			if _, err := c.Append(nil, v); err == nil || !strings.Contains(err.Error(), "100 levels") {
				t.Errorf("%T: a message that contains itself: %v", c, err)
			}
		}
		if v, err := c.Decode(nest(100)); err != nil {
			t.Errorf("%T: 100 levels: %v", c, err)
		} else if b, err := c.Append(nil, v); err != nil || !bytes.Equal(b, nest(100)) {
			t.Errorf("%T: 100 levels written: %v", c, err)
		}
		for _, n := range []int{101, 5000} {
			if _, err := c.Decode(nest(n)); err == nil || !strings.Contains(err.Error(), "100 levels") {
				t.Errorf("%T: %d levels: %v", c, n, err)
			}
		}
	}
}

// TestFaultsSayWhere: a value that cannot be read or written is refused with the field.
func TestFaultsSayWhere(t *testing.T) {
	own, second := bound[*pb.Kitchen](kitchenProtobuf{})
	head, err := own.Append(nil, &pb.Kitchen{})
	if err != nil {
		t.Fatal(err)
	}
	body := func(b ...byte) []byte { return append(bytes.Clone(head), b...) }
	for _, c := range []serde.Codec[*pb.Kitchen]{own, second} {
		for _, f := range []struct {
			src  []byte
			want string
		}{
			{body(0x72, 1, 0xff), `corpus.Kitchen.text: the string "\xff" is not UTF-8`},
			{body(0x8a, 1, 3, 0x0a, 1, 0xff), "corpus.Kitchen.price.currency: the string"},
			{body(0x72, 9, 'a'), "corpus.Kitchen.text: its value, at byte 1 of 3, is cut off"},
			{body(0xfa, 1, 2, 0x80, 0x80), "corpus.Kitchen.i32s: the packed number at byte 0 of 2"},
			{body(0x92, 3, 3, 0x0a, 1, 0xff), "corpus.Kitchen.labels.key: the string"},
			{body(0x00), "corpus.Kitchen: there is no field at byte 0 of 1"},
			{body(0x0f), "corpus.Kitchen.flag: its value"},
			{nil, "0 bytes are too few"},
			{[]byte(`{"a":1}`), "unknown magic byte 0x7b"},
			{head[:wire.Header], "no list of message indexes"},
			{append(bytes.Clone(head[:wire.Header]), 2, 4), "the value is message [2] of the schema with id 3, which is corpus.Ten; the codec reads corpus.Kitchen"},
			{append(bytes.Clone(head[:wire.Header]), 2, 80), "the value is message [40] of the schema with id 3; the codec reads"},
			{append(bytes.Clone(head[:wire.Header]), 0xfe, 0xff, 0xff, 0x7f, 1), "no list of message indexes"},
		} {
			if _, err := c.Decode(f.src); err == nil || !strings.Contains(err.Error(), f.want) {
				t.Errorf("%T: %x: %v; want %s", c, f.src, err, f.want)
			}
		}
		if _, err := c.Append(nil, &pb.Kitchen{Children: []*pb.Kitchen{nil, {Text: "\xff"}}}); err == nil || !strings.Contains(err.Error(), "UTF-8") {
			t.Errorf("%T: a string that is no UTF-8: %v", c, err)
		}
		if out, err := c.Append([]byte("x"), nil); !errors.Is(err, protobuf.ErrNil) || string(out) != "x" {
			t.Errorf("%T: nil: %v %q", c, err, out)
		}
	}
	legacy, reflected := bound[*pb.Legacy](legacyProtobuf{})
	for _, c := range []serde.Codec[*pb.Legacy]{legacy, reflected} {
		if _, err := c.Append(nil, &pb.Legacy{}); err == nil || !strings.Contains(err.Error(), "required") {
			t.Errorf("%T: a required field is missing: %v", c, err)
		}
	}
}

// TestNilInside: nil elements are written as empty messages, as the library does.
func TestNilInside(t *testing.T) {
	own, second := bound[*pb.Kitchen](kitchenProtobuf{})
	for _, v := range []*pb.Kitchen{
		{Children: []*pb.Kitchen{nil, {}}}, {ByNumber: map[int32]*pb.Kitchen_Step{1: nil}}, {Payment: &pb.Kitchen_Cash{}}, {Payment: (*pb.Kitchen_Cash)(nil)},
		{Legacies: map[string]*pb.Legacy{"x": {Id: proto.Int32(1)}}}, {Raws: [][]byte{nil, {}}}, {MaybeRaw: []byte{}}, {Other: &pb.Kitchen_Inner{}},
	} {
		got, err := own.Append(nil, v)
		want, err2 := second.Append(nil, v)
		if err != nil || err2 != nil || !bytes.Equal(got, want) {
			t.Errorf("%v\ngenerated %x %v\nlibrary   %x %v", v, got, err, want, err2)
		}
		agree(t, own, second, got)
	}
}

// TestStaleCodeIsFoundOut: code that was generated for another form of a message reads nothing. S249.
func TestStaleCodeIsFoundOut(t *testing.T) {
	schemas := registry.Mock()
	for form, want := range map[protobuf.Form]string{
		"1 currency string; 2 units int64":                             `the field 3 nanos int32 is new`,
		"1 currency bytes; 2 units int64; 3 nanos int32":               `it had "1 currency bytes" and has "1 currency string"`,
		"1 currency string; 2 units int64; 3 nanos int32; 4 more bool": `it has fewer fields`,
	} {
		w := protobuf.NewWire((*pb.Money)(nil), form, schemas, wire.Use{Topic: "t"})
		for _, err := range []error{second(w.Begin(nil)), second(w.Body([]byte{0, 0, 0, 0, 1, 0}))} {
			if outage := new(*wire.Outage); !errors.As(err, outage) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "corpus.Money") {
				t.Errorf("%q: %v", form, err)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestOtherSchemas: a message is found by its name in the schema that its writer registered, wherever it stands there. S247.
func TestOtherSchemas(t *testing.T) {
	schemas := registry.Mock()
	if err := schemas.SetLevel("NONE"); err != nil {
		t.Fatal(err)
	}
	theirs := func(text string) []byte {
		id, _, err := schemas.Register(wire.Use{Topic: "t"}, "", wire.Schema{Type: "PROTOBUF", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return wire.AppendID(nil, id)
	}
	moved := theirs("syntax = \"proto3\";\npackage corpus;\nmessage First { message Inner {} }\nmessage Money { string currency = 1; int64 units = 2; bool more = 9; }")
	gone := theirs("syntax = \"proto3\";\npackage other;\nmessage Money { string currency = 1; }")
	own, reflected := serde.Bind[*pb.Money](moneyProtobuf{}, wire.Use{Topic: "t"}, schemas), serde.Bind[*pb.Money](serde.ProtobufCodec[*pb.Money]{}, wire.Use{Topic: "t"}, schemas)
	for _, c := range []serde.Codec[*pb.Money]{own, reflected} {
		if v, err := c.Decode(append(bytes.Clone(moved), 2, 2, 0x0a, 1, 'E', 0x48, 1)); err != nil || v.Currency != "E" || len(v.ProtoReflect().GetUnknown()) != 2 {
			t.Errorf("%T: %v %v", c, v, err)
		}
		for _, f := range []struct {
			src  []byte
			want string
		}{
			{append(bytes.Clone(moved), 0, 0x0a, 1, 'E'), "which is corpus.First"},
			{append(bytes.Clone(moved), 4, 0, 0), "which is corpus.First.Inner"},
			{append(bytes.Clone(gone), 0, 0x0a, 1, 'E'), "has no message corpus.Money (it has other.Money)"},
			{wire.AppendID(nil, 99), "no list of message indexes"},
			{append(wire.AppendID(nil, 99), 0), "id 99"},
		} {
			if _, err := c.Decode(f.src); err == nil || !strings.Contains(err.Error(), f.want) {
				t.Errorf("%T: %x: %v; want %s", c, f.src, err, f.want)
			}
		}
		if b, err := c.Append(nil, &pb.Money{Currency: "E"}); err != nil || !bytes.HasSuffix(b, []byte{0, 0x0a, 1, 'E'}) {
			t.Errorf("%T: %x %v", c, b, err)
		}
	}
}
