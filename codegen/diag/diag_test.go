package diag

import (
	"encoding/json/v2"
	"go/token"
	"strings"
	"testing"
)

func at(file string, line, col, offset int) token.Position {
	return token.Position{Filename: file, Line: line, Column: col, Offset: offset}
}

func TestSortedIsByPlaceAndOnce(t *testing.T) {
	var l List
	b := Span{Start: at("/m/b.go", 1, 1, 0)}
	a2, a1 := Span{Start: at("/m/a.go", 2, 1, 9)}, Span{Start: at("/m/a.go", 1, 5, 4)}
	l.Report(EmptyTopic, b, "last")
	l.Report(NonDeterministic, a2, "second")
	l.Report(EmptyTopic, a1, "first")
	l.Report(NonDeterministic, a2, "second")
	var got []string
	for _, d := range l.Sorted() {
		got = append(got, d.Message)
	}
	if strings.Join(got, " ") != "first second last" {
		t.Errorf("%v", got)
	}
	if l.Len() != 4 || l.Errors() != 2 {
		t.Errorf("%d diagnostics, %d errors: warnings stop nothing", l.Len(), l.Errors())
	}
}

func TestApplyMakesEditsOnceAndSkipsOverlaps(t *testing.T) {
	src := []byte("abcdef")
	for _, c := range []struct {
		name    string
		edits   []Edit
		want    string
		skipped int
		fails   bool
	}{
		{"none", nil, "abcdef", 0, false},
		{"in any order", []Edit{{"f", 4, 6, "E"}, {"f", 0, 1, "A"}}, "AbcdE", 0, false},
		{"the same twice", []Edit{{"f", 1, 2, "B"}, {"f", 1, 2, "B"}}, "aBcdef", 0, false},
		{"overlapping", []Edit{{"f", 1, 4, "X"}, {"f", 2, 5, "Y"}}, "aXef", 1, false},
		{"two insertions at one place", []Edit{{"f", 3, 3, "1"}, {"f", 3, 3, "2"}}, "abc1def", 1, false},
		{"at the end", []Edit{{"f", 6, 6, "!"}}, "abcdef!", 0, false},
		{"beyond the end", []Edit{{"f", 6, 7, "!"}}, "", 0, true},
		{"backwards", []Edit{{"f", 3, 2, "!"}}, "", 0, true},
	} {
		got, skipped, err := Apply(src, c.edits)
		if string(got) != c.want || skipped != c.skipped || (err != nil) != c.fails {
			t.Errorf("%s: %q, %d skipped, %v", c.name, got, skipped, err)
		}
	}
}

func TestNear(t *testing.T) {
	for _, c := range [][2]string{{"topolgy", "topology"}, {"TOPOLOGY", "topology"}, {"nondeterminstic", "nondeterministic"}, {"elephant", ""}, {"", ""}} {
		if got := Near(c[0], "topology", "nondeterministic"); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
}

func TestTextUnderlinesTheRangeAndTellsTheFix(t *testing.T) {
	src := "package p\n\tb.Count()\r\n"
	d := Diagnostic{Code: StoreWithoutName, Severity: Error, Span: Span{at("/m/a.go", 2, 4, 13), at("/m/a.go", 2, 9, 18)}, Message: "no name"}
	d.Note(Span{Start: at("/elsewhere/b.go", 7, 1, 0)}, "the other side").Suggest("name it", Edit{"/m/a.go", 19, 19, `dsl.Name("n")`})
	want := "a.go:2:4: error SG0201: no name\n  2 | \tb.Count()\n    | \t  ^^^^^\n  note: /elsewhere/b.go:7:1: the other side\n  fix: name it\n    a.go:2: insert dsl.Name(\"n\")\n"
	if got := d.Text("/m", func(string) []byte { return []byte(src) }); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	// A span that does not fit its file, and no source at all, are no reason to fail.
	d.Span.Start.Line, d.Fix.Edits[0].End = 99, 1000
	_ = d.Text("/m", func(string) []byte { return []byte(src) })
	if got := d.Text("/m", nil); !strings.HasPrefix(got, "a.go:99:4: error") {
		t.Error(got)
	}
}

func TestJSONIsAnArrayWithRelativePaths(t *testing.T) {
	b, err := JSON(nil, "/m")
	if err != nil || strings.TrimSpace(string(b)) != "[]" {
		t.Errorf("%s, %v", b, err)
	}
	d := Diagnostic{Code: EmptyTopic, Severity: Error, Span: Span{Start: at("/m/x/a.go", 3, 2, 0)}, Message: "empty"}
	b, err = JSON([]Diagnostic{d}, "/m")
	if err != nil {
		t.Fatal(err)
	}
	var got []struct {
		Code, Message string
		Place         struct {
			File         string
			Line, Column int
		}
	}
	if err := json.Unmarshal(b, &got, json.MatchCaseInsensitiveNames(true), json.RejectUnknownMembers(false)); err != nil || len(got) != 1 || got[0].Place.File != "x/a.go" || got[0].Place.Line != 3 || got[0].Code != "SG0206" {
		t.Errorf("%+v, %v in %s", got, err, b)
	}
}
