package avrocorpus

import (
	"bytes"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/pin"
	"github.com/streamgen/streamgen/codegen/plan/lock"
	"github.com/streamgen/streamgen/internal/avroschema"
	"github.com/streamgen/streamgen/internal/golden"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// was is Evolved as it was written first, was2 a release later.
type was struct {
	_      struct{}             `avro:"streamgen.test.Evolved"`
	ID     int32                `avro:"id"`
	Gone   []wasItem            `avro:"gone"`
	Sum    int64                `avro:"sum"`
	Half   float32              `avro:"half"`
	Ratio  int32                `avro:"ratio"`
	Name   string               `avro:"name"`
	Note   *string              `avro:"note"`
	Rate   *int64               `avro:"rate"`
	Suit   Suit                 `avro:"suit,enum=SPADES|HEARTS|CLUBS"`
	Level  Level                `avro:"level,enum=LOW|HIGH"`
	Items  []wasItem            `avro:"items"`
	Groups map[string][]wasItem `avro:"groups"`
	List   []int64              `avro:"list"`
	Twig   *wasTwig             `avro:"twig"`
	Choice wasChoice            `avro:"choice"`
	Kept   []Node               `avro:"kept"`
}

type wasItem struct {
	_    struct{} `avro:"Item"`
	Name string   `avro:"name"`
	Gone *Node    `avro:"gone"`
	N    int32    `avro:"n"`
}

type wasTwig struct {
	_     struct{} `avro:"Twig"`
	Value int64    `avro:"value"`
	Next  *wasTwig `avro:"next"`
}

type wasChoice struct {
	_      struct{} `avro:",union"`
	Long   *int64   `avro:"long"`
	String *string  `avro:"string"`
	Twig   *wasTwig `avro:"Twig"`
}

type was2 struct {
	_      struct{}          `avro:"streamgen.test.Evolved"`
	Total  float64           `avro:"total"`
	ID     int64             `avro:"id"`
	Half   float64           `avro:"half"`
	Ratio  float32           `avro:"ratio"`
	Name   *string           `avro:"name"`
	Note   string            `avro:"note"`
	Rate   *float64          `avro:"rate"`
	Suit   Suit              `avro:"suit,enum=CLUBS|SPADES|HEARTS|DIAMONDS"`
	Level  Level             `avro:"level,enum=NONE|LOW|HIGH"`
	Items  []Item            `avro:"items"`
	Groups map[string][]Item `avro:"groups"`
	List   []float64         `avro:"list"`
	Twig   *Twig             `avro:"twig"`
	Choice Choice            `avro:"choice"`
	Kept   []Node            `avro:"kept"`
}

var evolving = wire.Use{Topic: "evolved"}

// versions are the codecs of what Evolved was, each with the schema that it registers.
func versions(t *testing.T) (*registry.Client, []serde.Codec[was], []serde.Codec[was2], []string) {
	t.Helper()
	schemas := registry.Mock()
	if err := schemas.SetLevel("NONE"); err != nil {
		t.Fatal(err)
	}
	one, two := serde.Bind[was](serde.AvroCodec[was]{}, evolving, schemas), serde.Bind[was2](serde.AvroCodec[was2]{}, evolving, schemas)
	if _, err := one.Append(nil, was{Suit: "CLUBS"}); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Append(nil, was2{Suit: "CLUBS", Choice: Choice{}}); err != nil {
		t.Fatal(err)
	}
	list, err := schemas.Versions("evolved-value")
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	return schemas, []serde.Codec[was]{one}, []serde.Codec[was2]{two}, []string{list[0].Schema.Text, list[1].Schema.Text}
}

// TestLockPinsWhatItWas keeps the corpus' streamgen.lock current; with -update it writes the file, and the codecs are to
// be generated again.
func TestLockPinsWhatItWas(t *testing.T) {
	_, _, _, texts := versions(t)
	subject := &lock.Subject{Name: "evolved-value"}
	for i, text := range texts {
		s, err := avroschema.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		subject.Versions = append(subject.Versions, &lock.Version{Number: i + 1, ID: i + 1, Schema: pin.Avro(s)})
	}
	have, err := os.ReadFile(lock.Name)
	if err != nil && !golden.Update() {
		t.Fatal(err)
	}
	f := &lock.File{}
	if err == nil {
		if f, err = lock.Parse(have); err != nil {
			t.Fatal(err)
		}
	}
	f.Subjects = []*lock.Subject{subject}
	switch want := f.Text(); {
	case bytes.Equal(have, want):
	case golden.Update():
		if err := os.WriteFile(lock.Name, want, 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s", golden.Diff(string(have), string(want)))
	}
}

// TestPinnedIsResolved: code for a pinned schema reads what the interpreted plan makes of it, whatever id it has, on
// random values and damaged bytes. S241, S254.
func TestPinnedIsResolved(t *testing.T) {
	schemas, one, two, texts := versions(t)
	own, second := serde.Bind[Evolved](evolvedAvro{}, evolving, schemas), serde.Bind[Evolved](serde.AvroCodec[Evolved]{}, evolving, schemas)
	if !slices.ContainsFunc(evolvedAvroPinned, func(s string) bool { return strings.Contains(s, `"gone"`) }) || len(evolvedAvroPinned) != 2 || len(texts) != 2 {
		t.Fatalf("code was generated for %d schemas", len(evolvedAvroPinned))
	}
	r := rand.New(rand.NewPCG(8, 4))
	check := func(src []byte, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		agree(t, own, second, src)
		seen(t, own, src)
		damaged := bytes.Clone(src)
		for range 1 + r.IntN(3) {
			damaged[wire.Header+r.IntN(len(damaged)-wire.Header)] = byte(r.Uint32())
		}
		damaged = damaged[:max(wire.Header, len(damaged)-r.IntN(2)*r.IntN(8))]
		agree(t, own, second, damaged)
		seen(t, own, damaged)
	}
	for range 500 {
		var v was
		fill(r, reflect.ValueOf(&v).Elem(), 0)
		check(one[0].Append(nil, v))
		var v2 was2
		fill(r, reflect.ValueOf(&v2).Elem(), 0)
		check(two[0].Append(nil, v2))
		var now Evolved
		fill(r, reflect.ValueOf(&now).Elem(), 0)
		check(own.Append(nil, now))
	}
}

// seen compares the view of a value with the value.
func seen(t *testing.T, own serde.Codec[Evolved], src []byte) {
	t.Helper()
	want, err := own.Decode(src)
	got, err2 := own.(evolvedAvro).View(src)
	if (err == nil) != (err2 == nil) || err == nil && !equal(reflect.ValueOf(&got).Elem(), reflect.ValueOf(&want).Elem()) {
		t.Fatalf("%x\nviewed  %+v %v\ndecoded %+v %v", src, got, err2, want, err)
	}
}

func BenchmarkPinned(b *testing.B) {
	schemas := registry.Mock()
	if err := schemas.SetLevel("NONE"); err != nil {
		b.Fatal(err)
	}
	one := serde.Bind[was](serde.AvroCodec[was]{}, evolving, schemas)
	var v was
	fill(rand.New(rand.NewPCG(1, 1)), reflect.ValueOf(&v).Elem(), 0)
	v.Note = new(string)
	src, err := one.Append(nil, v)
	if err != nil {
		b.Fatal(err)
	}
	for name, codec := range map[string]serde.Codec[Evolved]{
		"compiled":    serde.Bind[Evolved](evolvedAvro{}, evolving, schemas),
		"interpreted": evolvedAvro{evolvedAvro{}.Bind(evolving, schemas).(evolvedAvro).w.Pinned()},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := codec.Decode(src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
