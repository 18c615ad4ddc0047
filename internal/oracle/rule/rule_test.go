package rule_test

import (
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/operator"
	"github.com/streamgen/streamgen/internal/oracle/rule"
)

func parse(t *testing.T, text string) form.Case {
	t.Helper()
	c, err := form.ParseCase(text)
	if err == nil {
		err = operator.Check(c.Topology)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestAbsentValuesAreDroppedBeforeWindows: S21, behind the repartition topic where there is one.
func TestAbsentValuesAreDroppedBeforeWindows(t *testing.T) {
	for in, want := range map[string]string{
		`a = stream topic=in key=string val=int64
b = group-by-key a
c = tumbling b size=100
d = count c name=n`: `a = stream topic=in key=string val=int64 : string int64
d-present = present a : string int64
d-mark = mark d-present : string int64
d-group-by-key = group-by-key d-mark : string int64
d-tumbling = tumbling d-group-by-key size=100 : string int64
d = count d-tumbling name=n : string int64
`,
		`a = stream topic=in key=string val=int64
b = group-by a key=parity name=g
c = tumbling b size=100
d = count c name=n
e = count b name=m`: `a = stream topic=in key=string val=int64 : string int64
d-select-key = select-key a key=parity : string int64
d-through = through d-select-key name=g : string int64
d-present = present d-through : string int64
d-mark = mark d-present : string int64
d-group-by-key = group-by-key d-mark : string int64
d-tumbling = tumbling d-group-by-key size=100 : string int64
d = count d-tumbling name=n : string int64
e-group-by-key = group-by-key d-through : string int64
e = count e-group-by-key name=m : string int64
`,
	} {
		c, changed := rule.Rewrite(parse(t, in))
		if got := c.Topology.String(); !changed || got != want {
			t.Errorf("got %s", got)
		}
	}
	if _, changed := rule.Rewrite(parse(t, "a = stream topic=in key=string val=int64\nb = group-by-key a\nc = count b name=n")); changed {
		t.Error("an aggregation without windows was rewritten")
	}
}

// TestChangelogsOfProcessors: S181, S182.
func TestChangelogsOfProcessors(t *testing.T) {
	c := parse(t, `k = kv-store name=k key=string val=int64
w = window-store name=w key=string val=int64 retention=100 size=100`)
	in := `0 o-k-changelog "a" null @1
1 o-k-changelog "a" i1 @1
2 o-k-changelog "a" null @1
3 o-k-changelog "a" null @1
4 o-other-changelog "a" null @1
5 o-w-changelog "a"+i500+x00000000 i1 @500
6 o-w-changelog "a"+i400+x00000000 i1 @400
7 o-w-changelog "a"+i401+x00000000 i1 @401
`
	var want strings.Builder
	for i, line := range strings.SplitAfter(in, "\n") {
		if i != 0 && i != 3 && i != 6 {
			want.WriteString(line)
		}
	}
	if got := rule.Expect(c, in); got != want.String() {
		t.Errorf("got %s", got)
	}
}

// TestOldValues: S57, where a table can show what is replaced.
func TestOldValues(t *testing.T) {
	for in, want := range map[string]string{
		`a = stream topic=in key=string val=int64
b = group-by-key a
c = count b name=n emit=every
d = table-filter c pred=even`: `a = stream topic=in key=string val=int64 : string int64
b = group-by-key a : string int64
c = from-nothing b of=count name=n emit=every : string int64
d = table-filter c pred=even : string int64
`,
		`a = table topic=in key=string val=int64 store=s
b = table-left-join a a join=opt-pair name=j store=t emit=every`: `a = table topic=in key=string val=int64 store=s : string int64
b-join = table-left-join a a join=opt-pair name=j : string string
b = stored b-join store=t emit=every : string string
`,
	} {
		c, changed := rule.Rewrite(parse(t, in))
		if got := c.Topology.String(); !changed || got != want {
			t.Errorf("got %s", got)
		}
	}
	for _, in := range []string{
		"a = stream topic=in key=string val=int64\nb = group-by-key a\nc = count b name=n emit=every",
		"a = stream topic=in key=string val=int64\nb = group-by-key a\nc = count b name=n\nd = table-filter c pred=even",
		"a = stream topic=in key=string val=int64\nb = group-by-key a\nc = reduce b fn=sum name=n emit=every\nd = table-filter c pred=even",
		"a = table topic=in key=string val=int64 store=s\nb = table-join a a join=pair store=t",
		"a = table topic=in key=string val=int64 store=s\nb = table-join a a join=pair",
	} {
		if c, changed := rule.Rewrite(parse(t, in)); changed {
			t.Errorf("%s was rewritten:\n%s", in, c.Topology)
		}
	}
}

// TestChangelogsCountByTheirLastRecords: S183, within a step.
func TestChangelogsCountByTheirLastRecords(t *testing.T) {
	in := `|0 o-s-changelog "a" i0
|0 o-s-changelog "a" i1
0 o-s-changelog "a" i1 @1
0 o-s-changelog "b" i1 @1
0 o-s-changelog "a" i2 @1
0 o-s-repartition "a" i1 @1
0 o-s-repartition "a" i2 @1
1 o-s-changelog "a" i3 @1
store s
  "a" i3 @1
`
	want := strings.Replace(in, "0 o-s-changelog \"a\" i1 @1\n", "", 1)
	if got := rule.Level(in); got != want {
		t.Errorf("got %s", got)
	}
}

// TestSessionsAndWhatCloses: S102, S104, S111.
func TestSessionsAndWhatCloses(t *testing.T) {
	c, _ := rule.Rewrite(parse(t, `a = stream topic=in key=string val=int64
b = group-by-key a
c = sessions b gap=100 grace=20 retention=500
d = count c name=n
e = count c name=m emit=every
f = count c name=o emit=close
g = hopping b size=100 advance=50
h = count g name=p emit=close`))
	got := map[string]string{}
	for _, l := range c.Topology {
		got[l.ID] = l.String()
	}
	for id, want := range map[string]string{
		"d-sessions": "d-sessions = sessions d-group-by-key gap=100 grace=20 retention=121 : string int64",
		"d":          "d = count d-sessions name=n headers=mark mark=d-mark emit=every coalesced=session(string) : string int64",
		"e":          "e = count e-sessions name=m emit=every headers=mark mark=e-mark : string int64",
		"f-sessions": "f-sessions = sessions f-group-by-key gap=100 grace=20 retention=121 : string int64",
		"f":          "f = count f-sessions name=o emit=close headers=none : string int64",
		"h":          "h = count h-hopping name=p emit=close headers=none : string int64",
	} {
		if got[id] != want {
			t.Errorf("got %s", got[id])
		}
	}
}

// TestSessionsThatComeAndGo: S106, within a step; what was there before goes all the same.
func TestSessionsThatComeAndGo(t *testing.T) {
	in := `0 o-n-changelog "a"+i10+i10 i1 @10
1 o-n-changelog "a"+i20+i20 null @20
1 o-n-changelog "a"+i10+i10 null @20
1 o-n-changelog "a"+i20+i10 i3 @20
1 o-m-changelog "b" null @20
2 o-n-changelog "a"+i10+i10 null @30
store m
store n retention 101 sessions
`
	want := strings.Replace(strings.Replace(in, "1 o-n-changelog \"a\"+i20+i20 null @20\n", "", 1), "2 o-n-changelog \"a\"+i10+i10 null @30\n", "", 1)
	if got := rule.Level(in); got != want {
		t.Errorf("got %s", got)
	}
}

// TestOldValuesOfWindows: S57, S103, where tables of windows and sessions have others below them.
func TestOldValuesOfWindows(t *testing.T) {
	c, _ := rule.Rewrite(parse(t, `a = stream topic=in key=string val=int64
b = group-by-key a
c = sessions b gap=100
d = count c name=d emit=every
e = table-group-by d fn=by-start
f = table-count e name=f
g = count c name=g
h = table-map-values g fn=inc
i = tumbling b size=100
j = count i name=j emit=every
k = table-filter j pred=early
l = count i name=l emit=close
m = table-filter l pred=even
n = count i name=n emit=close`))
	got := map[string]string{}
	for _, l := range c.Topology {
		got[l.ID] = l.String()
	}
	for id, want := range map[string]string{
		"d": "d = count d-sessions name=d emit=every headers=mark mark=d-mark sent=session(string) : string int64",
		"g": "g = count g-sessions name=g headers=mark mark=g-mark emit=every coalesced=session(string) : string int64",
		"j": "j = from-nothing j-tumbling of=count name=j emit=every : string int64",
		"l": "l = count l-tumbling name=l emit=close headers=none sent=window(string,100) : string int64",
		"n": "n = count n-tumbling name=n emit=close headers=none : string int64",
	} {
		if got[id] != want {
			t.Errorf("got %s", got[id])
		}
	}
}

// TestChangelogsOfSessions: S104, S106.
func TestChangelogsOfSessions(t *testing.T) {
	c := parse(t, `a = stream topic=in key=string val=int64
b = group-by-key a
c = sessions b gap=100
d = count c name=n`)
	in := `0 o-n-changelog "a"+i10+i10 i1 @10
1 o-n-changelog "a"+i10+i10 null @10
1 o-n-changelog "a"+i10+i10 i2 @10
2 o-n-changelog "a"+i20+i20 i1 @20
2 o-n-changelog "a"+i20+i20 null @20
2 o-n-changelog "a"+i10+i10 null @20
2 o-n-changelog "a"+i20+i10 i3 @20
store n
`
	want := `0 o-n-changelog "a"+i10+i10 i1 @10
1 o-n-changelog "a"+i10+i10 i2 @10
2 o-n-changelog "a"+i10+i10 null @20
2 o-n-changelog "a"+i20+i10 i3 @20
store n retention 101 sessions
`
	if got := rule.Expect(c, in); got != want {
		t.Errorf("got %s", got)
	}
}
