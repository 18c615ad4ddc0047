package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorder takes the failures of a test of tests.
type recorder struct {
	testing.TB
	text string
}

func (r *recorder) Helper()                     {}
func (r *recorder) Error(args ...any)           { r.text += fmt.Sprintln(args...) }
func (r *recorder) Errorf(f string, arg ...any) { r.text += fmt.Sprintf(f+"\n", arg...) }

// updating runs f as if the flag had been given.
func updating(t *testing.T, f func()) {
	t.Helper()
	old := *update
	*update = true
	defer func() { *update = old }()
	f()
}

// comparing runs f as if it had not, also when these tests themselves are run with it.
func comparing(t *testing.T, f func(r *recorder)) string {
	t.Helper()
	old := *update
	*update = false
	defer func() { *update = old }()
	r := &recorder{TB: t}
	f(r)
	return r.text
}

func TestAssertComparesAndUpdates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "case.txt")
	if got := comparing(t, func(r *recorder) { Assert(r, path, "one\n") }); !strings.Contains(got, "does not exist; run this test with -update") {
		t.Errorf("absent: %q", got)
	}
	updating(t, func() { Assert(t, path, "one\ntwo\n") })
	if got := comparing(t, func(r *recorder) { Assert(r, path, []byte("one\ntwo\n")) }); got != "" {
		t.Errorf("equal: %q", got)
	}
	got := comparing(t, func(r *recorder) { Assert(r, path, "one\nthree\n") })
	if !strings.Contains(got, "@@ line 1\n  one\n- two\n+ three\n") || !strings.Contains(got, "-update") {
		t.Errorf("different: %q", got)
	}
}

func TestAssertSectionLeavesTheRest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "case.txtar")
	if err := os.WriteFile(path, []byte("a claim\n-- in --\nx\n-- want --\nold\n-- other --\ny\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := comparing(t, func(r *recorder) { AssertSection(r, path, "want", "new") }); !strings.Contains(got, "- old\n+ new\n") {
		t.Errorf("different: %q", got)
	}
	if got := comparing(t, func(r *recorder) { AssertSection(r, path, "more", "new") }); !strings.Contains(got, `no section "more"`) {
		t.Errorf("absent: %q", got)
	}
	updating(t, func() {
		AssertSection(t, path, "want", "new")
		AssertSection(t, path, "more", []byte("z\n"))
	})
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "a claim\n-- in --\nx\n-- want --\nnew\n-- other --\ny\n-- more --\nz\n"; string(data) != want {
		t.Errorf("updated to:\n%swant:\n%s", data, want)
	}
	if got := comparing(t, func(r *recorder) { AssertSection(r, path, "want", "new\n") }); got != "" {
		t.Errorf("equal: %q", got)
	}
}

func TestDiff(t *testing.T) {
	numbered := func(from, to int) string {
		var b strings.Builder
		for i := from; i <= to; i++ {
			fmt.Fprintf(&b, "line %d\n", i)
		}
		return b.String()
	}
	for _, c := range []struct{ name, want, got, diff string }{
		{"equal", "a\n", "a\n", ""},
		{"from nothing", "", "a\n", "@@ line 1\n+ a\n"},
		{"to nothing", "a\n", "", "@@ line 1\n- a\n"},
		{"last newline", "a\n", "a", "@@ line 1\n- a\n+ a⟨no newline at the end⟩\n"},
		{"insertion", "a\nc\n", "a\nb\nc\n", "@@ line 1\n  a\n+ b\n  c\n"},
		{"far apart", numbered(1, 20), "line 0\n" + numbered(1, 19),
			"@@ line 1\n+ line 0\n  line 1\n  line 2\n  line 3\n@@ line 17\n  line 17\n  line 18\n  line 19\n- line 20\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Diff(c.want, c.got); got != c.diff {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.diff)
			}
		})
	}
}

// A comparison too large for the table still ends, names every line and costs little.
func TestDiffOfLargeTexts(t *testing.T) {
	want, got := strings.Repeat("a\n", 5000), strings.Repeat("b\n", 5000)
	d := Diff(want, got)
	if strings.Count(d, "- a\n") != 5000 || strings.Count(d, "+ b\n") != 5000 {
		t.Errorf("%d bytes of difference", len(d))
	}
}
