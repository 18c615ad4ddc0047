package corpus

import (
	"bytes"
	"encoding/json/v2"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/emit/jsoncodec/internal/corpus/foreign"
)

// codec checks one type's generated functions against encoding/json/v2.
type codec struct {
	name   string
	decode func(t testing.TB, doc []byte)
	encode func(t testing.TB, e *entropy) []byte
}

// part is a decoder that leaves something out, and what makes a whole value the same; nil where it is not compared.
type part[T any] struct {
	read func([]byte) (T, error)
	mask func(*T)
}

// nothing leaves everything out.
func nothing[T any](read func([]byte) (T, error)) part[T] { return part[T]{read: read} }

// strictOf is codecOf for decoders that refuse members which the type lacks. S262.
func strictOf[T any](name string, write func([]byte, *T) ([]byte, error), read func([]byte) (T, error), parts ...part[T]) codec {
	return judged(name, []json.Options{json.RejectUnknownMembers(true)}, write, read, parts...)
}

func codecOf[T any](name string, write func([]byte, *T) ([]byte, error), read func([]byte) (T, error), parts ...part[T]) codec {
	return judged(name, nil, write, read, parts...)
}

func judged[T any](name string, options []json.Options, write func([]byte, *T) ([]byte, error), read func([]byte) (T, error), parts ...part[T]) codec {
	return codec{
		name: name,
		decode: func(t testing.TB, doc []byte) {
			t.Helper()
			if exact := exacts[name]; exact != nil && exact(doc) {
				v, err := read(doc)
				again, err2 := write(nil, &v)
				if err != nil || err2 != nil || !bytes.Equal(again, doc) {
					t.Fatalf("%s of %q is said to be as it would be written\n got %q (%v, %v)", name, doc, again, err, err2)
				}
			}
			var want T
			before := string(doc)
			wantErr := json.Unmarshal(doc, &want, options...)
			got, err := read(doc)
			switch {
			case (err == nil) != (wantErr == nil):
				t.Fatalf("decode %s of %q\n got error %v\nwant error %v", name, doc, err, wantErr)
			case err == nil && !reflect.DeepEqual(got, want):
				t.Fatalf("decode %s of %q\n got %+v\nwant %+v", name, doc, got, want)
			case string(doc) != before:
				t.Fatalf("decode %s changed its input %q", name, before)
			}
			for i, p := range parts {
				some, partErr := p.read(doc)
				if fmt.Sprint(err) != fmt.Sprint(partErr) {
					t.Fatalf("part %d of %s of %q\n got error %v\nwant error %v", i, name, doc, partErr, err)
				}
				if err == nil && p.mask != nil {
					masked := got
					if p.mask(&masked); !reflect.DeepEqual(some, masked) {
						t.Fatalf("part %d of %s of %q\n got %+v\nwant %+v", i, name, doc, some, masked)
					}
				}
			}
		},
		encode: func(t testing.TB, e *entropy) []byte {
			t.Helper()
			v := new(T)
			e.fill(reflect.ValueOf(v).Elem(), 0)
			want, wantErr := json.Marshal(v, json.Deterministic(true))
			got, err := write([]byte("before"), v)
			if (err == nil) != (wantErr == nil) {
				t.Fatalf("encode %s of %+v\n got error %v\nwant error %v", name, v, err, wantErr)
			}
			if rest, ok := strings.CutPrefix(string(got), "before"); !ok || err == nil && rest != string(want) || err != nil && rest != "" {
				t.Fatalf("encode %s of %+v\n got %q (%v)\nwant %q", name, v, got, err, want)
			}
			return want
		},
	}
}

// exacts say whether a document is the one that would be written.
var exacts = map[string]func([]byte) bool{
	"Bid":        exactBidJSON,
	"Tick":       exactTickJSON,
	"Scalars":    exactScalarsJSON,
	"Journey":    exactJourneyJSON,
	"Tree":       exactTreeJSON,
	"AllOmitted": exactAllOmittedJSON,
	"Tagged":     exactTaggedJSON,
	"Locals":     exactLocalsJSON,
	"Wide":       exactWideJSON,
	"Legs":       exactLegsJSON,
	"Carrier":    exactCarrierJSON,
	"Count":      exactCountJSON,
	"Dominance":  exactDominanceJSON,
}

var codecs = []codec{
	codecOf("Bid", appendBidJSON, decodeBidJSON, nothing(readPartOfBidJSON), part[Bid]{readPartOfBidJSON2, func(v *Bid) { *v = Bid{Price: v.Price, URL: v.URL} }}),
	strictOf("Journey, strictly", appendJourneyJSON, decodeJourneyJSONStrictly, nothing(readPartOfJourneyJSONStrictly)),
	strictOf("Methods, strictly", appendMethodsJSON, decodeMethodsJSONStrictly, nothing(readPartOfMethodsJSONStrictly)),
	strictOf("Keeping, strictly", appendKeepingJSON, decodeKeepingJSONStrictly, nothing(readPartOfKeepingJSONStrictly)),
	codecOf("Tick", appendTickJSON, decodeTickJSON, nothing(readPartOfTickJSON)),
	codecOf("Scalars", appendScalarsJSON, decodeScalarsJSON, nothing(readPartOfScalarsJSON)),
	codecOf("Journey", appendJourneyJSON, decodeJourneyJSON, nothing(readPartOfJourneyJSON), part[Journey]{readPartOfJourneyJSON2, maskJourney}, part[Journey]{readPartOfJourneyJSON3, maskLegs}),
	codecOf("Tree", appendTreeJSON, decodeTreeJSON, nothing(readPartOfTreeJSON), part[Tree]{readPartOfTreeJSON2, maskTree}),
	codecOf("Embedding", appendEmbeddingJSON, decodeEmbeddingJSON, nothing(readPartOfEmbeddingJSON), part[Embedding]{readPartOfEmbeddingJSON2, func(v *Embedding) {
		*v = Embedding{Base: Base{ID: v.Base.ID}, Own: Base{Version: v.Own.Version}}
	}}),
	codecOf("Omitting", appendOmittingJSON, decodeOmittingJSON, nothing(readPartOfOmittingJSON)),
	codecOf("AllOmitted", appendAllOmittedJSON, decodeAllOmittedJSON, nothing(readPartOfAllOmittedJSON)),
	codecOf("Methods", appendMethodsJSON, decodeMethodsJSON, nothing(readPartOfMethodsJSON)),
	codecOf("Open", appendOpenJSON, decodeOpenJSON, nothing(readPartOfOpenJSON)),
	codecOf("Map", appendMapJSON, decodeMapJSON, nothing(readPartOfMapJSON)),
	codecOf("Whatever", appendWhateverJSON, decodeWhateverJSON, nothing(readPartOfWhateverJSON)),
	codecOf("Tagged", appendTaggedJSON, decodeTaggedJSON, nothing(readPartOfTaggedJSON)),
	codecOf("Locals", appendLocalsJSON, decodeLocalsJSON, nothing(readPartOfLocalsJSON)),
	codecOf("Wide", appendWideJSON, decodeWideJSON, nothing(readPartOfWideJSON)),
	codecOf("Legs", appendLegsJSON, decodeLegsJSON, nothing(readPartOfLegsJSON)),
	codecOf("Carrier", appendCarrierJSON, decodeCarrierJSON, nothing(readPartOfCarrierJSON)),
	codecOf("Count", appendCountJSON, decodeCountJSON, nothing(readPartOfCountJSON)),
	codecOf("Dominance", appendDominanceJSON, decodeDominanceJSON, nothing(readPartOfDominanceJSON)),
	codecOf("Chain", appendChainJSON, decodeChainJSON, nothing(readPartOfChainJSON)),
	codecOf("Keeping", appendKeepingJSON, decodeKeepingJSON, nothing(readPartOfKeepingJSON), part[Keeping]{readPartOfKeepingJSON2, func(v *Keeping) { *v = Keeping{Rest: v.Rest} }}),
	codecOf("Sorting", appendSortingJSON, decodeSortingJSON, nothing(readPartOfSortingJSON), part[Sorting]{readPartOfSortingJSON2, func(v *Sorting) { *v = Sorting{More: v.More} }}),
	codecOf("Counting", appendCountingJSON, decodeCountingJSON, nothing(readPartOfCountingJSON)),
}

func maskJourney(v *Journey) {
	some := Journey{Tags: v.Tags, ByDay: v.ByDay}
	if v.Legs != nil {
		some.Legs = make(Legs, len(v.Legs))
	}
	for i, l := range v.Legs {
		some.Legs[i].From = l.From
	}
	some.Inner.B = v.Inner.B
	*v = some
}

func maskLegs(v *Journey) {
	some := Journey{}
	if v.Legs != nil {
		some.Legs = make(Legs, len(v.Legs))
	}
	for i, l := range v.Legs {
		if l.To != nil {
			some.Legs[i].To = &foreign.Airport{}
		}
	}
	*v = some
}

func maskTree(v *Tree) {
	some := Tree{}
	if v.Left != nil {
		some.Left = &Tree{}
		if v.Left.Kids != nil {
			some.Left.Kids = make([]Tree, len(v.Left.Kids))
		}
		for i, k := range v.Left.Kids {
			some.Left.Kids[i].Name = k.Name
		}
	}
	some.Nest = v.Nest // lists of lists all the way down: there is nothing in them but how long they are
	*v = some
}

// documents reads testdata/documents.txt: one document a line, tried with every type. Lines that begin with # are the
// claims that the documents below them are there for.
func documents(t testing.TB) [][]byte {
	t.Helper()
	text, err := os.ReadFile("testdata/documents.txt")
	if err != nil {
		t.Fatal(err)
	}
	var docs [][]byte
	for line := range bytes.Lines(text) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if len(line) == 0 || line[0] != '#' {
			docs = append(docs, line)
		}
	}
	// What a text file cannot hold.
	for _, doc := range []string{"\"a\tb\"", "\"\xff\"", "{\"\xc3\":1}", "\"\xed\xa0\x80\"", " \r\n\t1\n", "\v1", "\ufeff1", "{\"id\"\n:\r1\t,\n\"Version\" : 2 }",
		strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
		`{"x":` + strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999) + "}", `{"x":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + "}",
		strings.Repeat(`{"left":`, 10_000) + "{}" + strings.Repeat("}", 10_000), strings.Repeat(`{"left":`, 9_999) + "{}" + strings.Repeat("}", 9_999),
		strings.Repeat("[", 1_000_000), `{"x":[` + strings.Repeat("[1],", 10_001) + "{}]}", "[" + strings.Repeat(`{"from":{"code":"A"}},`, 10_001) + "{}]",
		members(100, ""), members(100, `,"m99":0`), members(17, `,"m0":0`), members(17, `,"m16":0`), members(5_000, `,"m4321":0`)} {
		docs = append(docs, []byte(doc))
	}
	return docs
}

// members is an object of n unknown members and more.
func members(n int, more string) string {
	var doc strings.Builder
	for i := range n {
		fmt.Fprintf(&doc, `,"m%d":{"x":%d}`, i, i)
	}
	return "{" + doc.String()[1:] + more + "}"
}

func TestDocumentsAreJudgedAndReadAsByJSONv2(t *testing.T) {
	for _, c := range codecs {
		for _, doc := range documents(t) {
			c.decode(t, doc)
		}
	}
}

// S260, S261: Keeping, Sorting and Counting keep members that they lack.
func TestRandomValuesAreWrittenAsByJSONv2(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range codecs {
		written, exact := 0, 0
		for n := range 2000 {
			e := &entropy{data: make([]byte, n)}
			for i := range e.data {
				e.data[i] = byte(r.Uint32())
			}
			doc := c.encode(t, e)
			if doc == nil {
				continue
			}
			written++
			if f := exacts[c.name]; f != nil && f(doc) {
				exact++
			}
			c.decode(t, doc)
			for range 4 {
				c.decode(t, mutate(r, doc))
			}
			for _, other := range codecs {
				if n%50 == 0 {
					other.decode(t, doc)
				}
			}
		}
		if exact < 10 && exacts[c.name] != nil {
			t.Errorf("%s: only %d of %d documents are seen to be as they would be written", c.name, exact, written)
		}
		if written < 50 {
			t.Errorf("%s: only %d values could be written; the random values are too wild to prove anything", c.name, written)
		}
	}
}

// mutate returns doc with some bytes removed, doubled, exchanged or replaced by those that matter to a scanner.
func mutate(r *rand.Rand, doc []byte) []byte {
	doc = bytes.Clone(doc)
	const telling = "\"\\{}[]:,0123456789-+.eEtrufalsn \n\x00\x1f\x80\xff/bdD"
	for n := 1 + r.IntN(3); n > 0 && len(doc) > 0; n-- {
		i := r.IntN(len(doc))
		switch j := i + r.IntN(min(12, len(doc)-i)); r.IntN(5) {
		case 0:
			doc = append(doc[:i], doc[j:]...)
		case 1:
			doc = append(doc[:j:j], doc[i:]...)
		case 2:
			doc[i], doc[j] = doc[j], doc[i]
		case 3:
			doc[i] = telling[r.IntN(len(telling))]
		case 4:
			doc = append(append(doc[:i:i], telling[r.IntN(len(telling))]), doc[i:]...)
		}
	}
	return doc
}

func FuzzDecode(f *testing.F) {
	for _, doc := range documents(f) {
		if len(doc) < 1000 {
			for which := range codecs {
				f.Add(doc, uint8(which))
			}
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	for which, c := range codecs {
		for n := range 30 {
			e := &entropy{data: make([]byte, 20*n)}
			for i := range e.data {
				e.data[i] = byte(r.Uint32())
			}
			if doc := c.encode(f, e); doc != nil {
				f.Add(doc, uint8(which))
			}
		}
	}
	f.Fuzz(func(t *testing.T, doc []byte, which uint8) {
		codecs[int(which)%len(codecs)].decode(t, doc)
	})
}

func FuzzEncode(f *testing.F) {
	for which := range codecs {
		f.Add([]byte(nil), uint8(which))
		f.Add([]byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14"), uint8(which))
	}
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		c := codecs[int(which)%len(codecs)]
		if doc := c.encode(t, &entropy{data: data}); doc != nil {
			c.decode(t, doc)
		}
	})
}
