package lock

import (
	"fmt"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// form reads "a int64, b []Item (old) | Item: n int": the root's members, aliases in brackets, and other structs.
func form(text string) *Format {
	f := &JSON{Root: "Root"}
	for i, part := range strings.Split(text, " | ") {
		s := Struct{Name: "Root"}
		if i > 0 {
			s.Name, part, _ = strings.Cut(part, ": ")
		}
		for member := range strings.SplitSeq(part, ", ") {
			if member == "" {
				continue
			}
			fields := strings.Fields(member)
			m := Member{Name: fields[0], Type: fields[1]}
			if len(fields) > 2 {
				m.Aliases = strings.Split(strings.Trim(fields[2], "()"), "/")
			}
			s.Members = append(s.Members, m)
		}
		f.Types = append(f.Types, s)
	}
	return &Format{Codec: "json", Type: "Root", JSON: f}
}

// proto reads "1 int64 a, 2 []Root b".
func proto(text string) *Format {
	s := Struct{Name: "Root"}
	for field := range strings.SplitSeq(text, ", ") {
		f := strings.Fields(field)
		s.Members = append(s.Members, Member{Name: f[0], Type: f[1], Aliases: f[2:]})
	}
	return &Format{Codec: "protobuf", Type: "Root", Proto: &JSON{Root: "Root", Types: []Struct{s}}}
}

func record(t *testing.T, fields string) *Format {
	t.Helper()
	s, err := avroschema.Parse(`{"type":"record","name":"Root","fields":[` + fields + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	return &Format{Codec: "avro", Type: "Root", Avro: s}
}

// TestVerdicts: what a change of a store's values asks for. S250, S251, S252, S253, S255.
func TestVerdicts(t *testing.T) {
	avro := func(fields string) *Format { return record(t, fields) }
	const total, amount = `{"name":"total","type":"long"}`, `{"name":"amount","type":"long","aliases":["total"]}`
	for _, c := range []struct {
		name     string
		old, now *Format
		want     Verdict
		reason   string
	}{
		{"nothing", form("a int64"), form("a int64"), Compatible, ""},
		{"a member more", form("a int64"), form("a int64, b string"), Compatible, "b is new"},
		{"a member less", form("a int64, b string"), form("a int64"), Migratable, "look for b"},
		{"another order", form("a int64, b string"), form("b string, a int64"), Compatible, ""},
		{"renamed", form("total int64"), form("amount int64 (total)"), Migratable, "look for total"},
		{"renamed, first step", form("total int64"), form("total int64 (amount)"), Compatible, ""},
		{"renamed, second step", form("total int64 (amount)"), form("amount int64 (total)"), Compatible, ""},
		{"two become one", form("a int64, b int64"), form("c int64 (a/b)"), Reset, "would both be c"},
		{"wider", form("a int32"), form("a int64"), Migratable, "int32 does not hold every int64"},
		{"narrower", form("a int64"), form("a int32"), Reset, "int32 does not hold every int64"},
		{"another sign", form("a uint32"), form("a int32"), Reset, "does not hold"},
		{"a wider sign", form("a uint32"), form("a int"), Migratable, "does not hold"},
		{"a fraction", form("a int64"), form("a float64"), Migratable, "does not hold"},
		{"no fraction", form("a float64"), form("a int64"), Reset, "does not hold"},
		{"half a float", form("a float64"), form("a float32"), Reset, "does not hold"},
		{"a text", form("a int64"), form("a string"), Reset, "cannot be read"},
		{"a quoted number", form("a int64"), form("a int64,string"), Reset, "otherwise"},
		{"a pointer", form("a int64"), form("a *int64"), Compatible, ""},
		{"anything", form("a int64"), form("a any"), Migratable, "any cannot be read as int64"},
		{"methods", form("a opaque(Money)"), form("a opaque(Sum)"), Reset, "opaque(Money) cannot be read as opaque(Sum)"},
		{"a list", form("a int64"), form("a []int64"), Reset, "a: int64 cannot be read as []int64"},
		{"an array", form("a [3]int64"), form("a []int64"), Migratable, "cannot hold"},
		{"bytes", form("a bytes[16]"), form("a bytes[8]"), Reset, "bytes[16] cannot be read as bytes[8]"},
		{"below a list", form("a []Item | Item: n int64"), form("a []Item | Item: n string"), Reset, "a[].n: int64 cannot"},
		{"below a map", form("a map[string]Item | Item: n int64"), form("a map[string]Item | Item: n int64, m int64"), Compatible, "a[].m is new"},
		{"a map's key", form("a map[string]int64"), form("a map[int]int64"), Reset, "a[key]"},
		{"a struct's name", form("a Item | Item: n int64"), form("a Thing | Thing: n int64"), Compatible, ""},
		{"recursive", form("n int64, next *Root"), form("n int64, next *Root, m int64"), Compatible, "m is new"},
		{"another codec", form("a int64"), Simple("int64"), Reset, "the codec is int64"},
		{"the codec of a name", Simple("custom A"), Simple("custom B"), Reset, "custom B"},
		{"a field with a default", avro(total), avro(total + `,{"name":"n","type":"int","default":0}`), Compatible, "n is new"},
		{"a field without", avro(total), avro(total + `,{"name":"n","type":"int"}`), Reset, "no default"},
		{"a field less", avro(total + `,{"name":"n","type":"int"}`), avro(total), Migratable, "no default"},
		{"a field with a default less", avro(total + `,{"name":"n","type":"int","default":0}`), avro(total), Migratable, "look for n"},
		{"a renamed field", avro(total), avro(amount), Migratable, "no default"},
		{"a wider field", avro(`{"name":"a","type":"int"}`), avro(`{"name":"a","type":"long"}`), Migratable, "long cannot become int"},
		{"a message's field more", proto("1 int32 a"), proto("1 int32 a, 2 string b"), Compatible, "2 b is new"},
		{"a message's field of another name", proto("1 int32 a"), proto("1 int32 b"), Compatible, ""},
		{"a message's field of another number", proto("1 int32 a"), proto("2 int32 a"), Reset, "has the number 2, it had 1"},
		{"a message's wider field", proto("1 int32 a"), proto("1 int64 a"), Migratable, "int32 does not hold every int64"},
		{"a message's field framed otherwise", proto("1 int32 a"), proto("1 sint32 a"), Reset, "does not hold"},
		{"a message's list of one", proto("1 int32 a"), proto("1 []int32 a"), Migratable, "does not hold"},
		{"a message's list", proto("1 []Root a"), proto("1 []Root a, 3 map[string]Root c"), Compatible, "3 c is new"},
		{"a symbol more", avro(`{"name":"a","type":{"type":"enum","name":"E","symbols":["X"]}}`), avro(`{"name":"a","type":{"type":"enum","name":"E","symbols":["X","Y"]}}`), Migratable, "lacks the symbol Y"},
		{"a symbol less", avro(`{"name":"a","type":{"type":"enum","name":"E","symbols":["X","Y"]}}`), avro(`{"name":"a","type":{"type":"enum","name":"E","symbols":["X"]}}`), Reset, "lacks the symbol Y"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := func(f *Format) *File {
				out := &File{Topologies: []*Topology{{Name: "T", Stores: []*Store{{Name: "s", Kind: "kv", Key: Simple("string"), Val: f}}}}}
				again, err := Parse(out.Text())
				if err != nil {
					t.Fatalf("%v\n%s", err, out.Text())
				}
				if string(again.Text()) != string(out.Text()) {
					t.Errorf("read and written again it differs:\n%s\n%s", out.Text(), again.Text())
				}
				return again
			}
			got := Compare(file(c.old), file(c.now))
			if len(got) != 1 || got[0].Verdict != c.want || !strings.Contains(fmt.Sprint(got[0].Reasons), c.reason) || (c.reason == "") != (len(got[0].Reasons) == 0) {
				t.Errorf("%+v, want %s because of %q", got, c.want, c.reason)
			}
		})
	}
}

// TestLayoutVerdicts: what is not about values.
func TestLayoutVerdicts(t *testing.T) {
	key := Simple("string")
	store := func(name, kind string, key, val *Format) *File {
		return &File{Topologies: []*Topology{{Name: "T", Stores: []*Store{{Name: name, Kind: kind, Key: key, Val: val}}}}}
	}
	topic := func(role Role, key, val *Format) *File {
		return &File{Topologies: []*Topology{{Name: "T", Topics: []*Topic{{Role: role, Name: "t", Key: key, Val: val}}}}}
	}
	old := store("s", "kv", key, form("a int64"))
	for _, c := range []struct {
		name     string
		old, now *File
		want     []Verdict
		reason   string
	}{
		{"another name", old, store("r", "kv", key, form("a int64")), []Verdict{Reset, Compatible}, `dsl.Store("s")`},
		{"no topology", old, &File{}, []Verdict{Reset}, "the topology is gone"},
		{"another layout", old, store("s", "kv, timestamped", key, form("a int64")), []Verdict{Reset}, "laid out otherwise"},
		{"another key", old, store("s", "kv", Simple("int64"), form("a int64")), []Verdict{Reset}, "keys are int64, they were string"},
		{"a key with a member more", store("s", "kv", form("a int64"), key), store("s", "kv", form("a int64, b int64"), key), []Verdict{Reset}, "of another form"},
		{"a key of another Go type", store("s", "kv", form("a Item | Item: n int64"), key), store("s", "kv", form("a Thing | Thing: n int64"), key), []Verdict{Compatible}, ""},
		{"read, wider", topic(Reads, key, form("a int32")), topic(Reads, key, form("a int64")), []Verdict{Compatible}, ""},
		{"read, narrower", topic(Reads, key, form("a int64")), topic(Reads, key, form("a int32")), []Verdict{Reset}, "does not hold"},
		{"written, a member less", topic(Writes, key, form("a int64, b int64")), topic(Writes, key, form("a int64")), []Verdict{Migratable}, "consumers look for b"},
		{"written, another type", topic(Writes, key, form("a int64")), topic(Writes, key, form("a string")), []Verdict{Reset}, "another topic"},
		{"written no more", topic(Writes, key, key), &File{Topologies: []*Topology{{Name: "T"}}}, []Verdict{Compatible}, "no more"},
		{"repartitioned no more", topic(Repartition, key, key), &File{Topologies: []*Topology{{Name: "T"}}}, []Verdict{Reset}, "left behind"},
		{"placed otherwise", topic(Writes, key, key), topic(Writes, Simple("int64"), key), []Verdict{Reset}, "placed by"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Compare(c.old, c.now)
			ok := len(got) == len(c.want)
			for i := range got {
				ok = ok && got[i].Verdict == c.want[i]
			}
			if !ok || !strings.Contains(fmt.Sprintf("%+v", got), c.reason) {
				t.Errorf("%+v, want %v because of %q", got, c.want, c.reason)
			}
		})
	}
}

// TestEarlierForms: values of releases before the last bind too, until they are given up. S254.
func TestEarlierForms(t *testing.T) {
	file := func(f *Format) *File {
		return &File{Topologies: []*Topology{{Name: "T", Stores: []*Store{{Name: "s", Kind: "kv", Key: Simple("string"), Val: f}}}}}
	}
	one, two := file(form("a int32")), file(form("a int32, b int64"))
	if got, forgotten := Merge(one, two); len(got.Topologies[0].Stores[0].Earlier) != 1 || len(forgotten) > 0 {
		t.Fatalf("%s forgotten %v", got.Text(), forgotten)
	}
	three := file(form("b int64"))
	if c := Compare(two, three)[0]; c.Verdict != Migratable {
		t.Errorf("%+v", c)
	}
	Merge(two, three)
	if n := len(three.Topologies[0].Stores[0].Earlier); n != 2 {
		t.Fatalf("%d earlier forms:\n%s", n, three.Text())
	}
	four := file(form("b int64, a string")) // what values of the first two releases have as a number
	if c := Compare(three, four)[0]; c.Verdict != Reset || !strings.Contains(fmt.Sprint(c.Reasons), "earlier release") {
		t.Errorf("%+v", c)
	}
	if _, forgotten := Merge(three, four); len(forgotten) != 2 || len(four.Topologies[0].Stores[0].Earlier) != 1 {
		t.Errorf("forgotten %v:\n%s", forgotten, four.Text())
	}
	// A renaming that an earlier release made: the alias must stay.
	five := file(form("amount int64 (total)"))
	Merge(file(form("total int64")), five)
	if c := Compare(five, file(form("amount int64")))[0]; len(c.Renamed) != 1 {
		t.Errorf("an alias that is taken away: %+v", c)
	}
}

// TestBrokenFiles: each is refused with its line; none panics.
func TestBrokenFiles(t *testing.T) {
	whole := string((&File{
		Topologies: []*Topology{{Name: "T", Stores: []*Store{{Name: "s", Kind: "kv", Key: Simple("string"), Val: form("a int64"), Earlier: []*Format{form("b int64")}}}, Topics: []*Topic{{Role: Reads, Name: "t", Val: record(t, `{"name":"n","type":["null","Root"]}`)}}}},
		Subjects:   []*Subject{{Name: "t-value", Versions: []*Version{{Number: 1, ID: 3, Schema: record(t, "")}, {Number: 2, ID: 4, Schema: &Format{Codec: "schema", Type: "protobuf", Text: "message M {}"}}}}},
	}).Text())
	if _, err := Parse([]byte(whole)); err != nil {
		t.Fatalf("%v\n%s", err, whole)
	}
	for _, c := range [][3]string{
		{`"a": "int64"`, `"a": "int32"`, "changed by hand"},
		{`"streamgen.lock": 1`, `"streamgen.lock": 2`, "version 2"},
		{`"streamgen.lock": 1,`, ``, "no lock file"},
		{`"kind"`, `"sort"`, `unknown member "sort"`},
		{`"reads t"`, `"eats t"`, "no role"},
		{`"id": 3`, `"id": "3"`, "a whole number"},
		{`"1": {`, `"one": {`, "no version"},
		{`"root": "Root"`, `"root": ["Root"]`, "a string"},
		{`"topologies": {`, "\n<<<<<<< HEAD\n\"topologies\": {", "line 4: the file holds the marks"},
	} {
		text := strings.Replace(whole, c[0], c[1], 1)
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), c[2]) || !strings.HasPrefix(err.Error(), "line ") {
			t.Errorf("%s as %s: %v, want %q", c[0], c[1], err, c[2])
		}
	}
	for i := range whole {
		if _, err := Parse([]byte(whole[:i])); err == nil && strings.TrimSpace(whole[i:]) != "" {
			t.Errorf("cut at %d it is taken:\n%s", i, whole[:i])
		}
		b := []byte(whole)
		b[i] ^= 0x15
		if f, err := Parse(b); err == nil {
			f.Text()
		}
	}
}
