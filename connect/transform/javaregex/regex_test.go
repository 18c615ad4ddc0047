package javaregex

import (
	"strings"
	"testing"
	"time"
)

// C40.
func TestWhatJavasRegexHasAndOursHasNotIsRefused(t *testing.T) {
	for _, p := range []string{"[a-z&&[^b]]", "a++", "a*+b", "[", "(", "[a[bc]]", "{"} {
		if _, err := New(p); err == nil {
			t.Errorf("%s was taken", p)
		}
	}
}

// C40.
func TestACatastrophicPatternEnds(t *testing.T) {
	r, err := New(`(?=a)(a+)+b`)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := r.Matches(strings.Repeat("a", 40)); err == nil {
		t.Error("the match ended by itself")
	}
	if took := time.Since(start); took > 30*Limit {
		t.Errorf("it took %v", took)
	}
}

func TestReplacements(t *testing.T) {
	for _, c := range []struct{ pattern, text, replacement, want string }{
		{"(.*)", "orders", "new-$1", "new-orders"},
		{"a|ab", "ab", "x", "xb"},
		{`(?<db>\w+)\.(\w+)`, "shop.items", "${db}_$2", "shop_items"},
		{`(?!x)(\w)(\w)\2?`, "abb", "$2$1", "ba"},
		{"(a)(b)?", "a", `$2\$`, "$"},
		{"(a)", "a", "$12", "a2"},
	} {
		r, err := New(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.ReplaceFirst(c.text, c.replacement); err != nil || got != c.want {
			t.Errorf("%v: got %s, %v", c, got, err)
		}
	}
}
