package datepattern

import "testing"

// C41.
func TestWeeksAreReadAndDoNotCount(t *testing.T) {
	p, err := New("yyyy-MM-dd w u")
	if err != nil {
		t.Fatal(err)
	}
	if ms, ok := p.Parse("2020-01-02 50 7"); !ok || p.Format(ms) != "2020-01-02 1 4" {
		t.Error(p.Format(ms), ok)
	}
	if p, err = New("yyyy z"); err != nil {
		t.Fatal(err)
	}
	if _, ok := p.Parse("2020 CET"); ok {
		t.Error("a zone was read")
	}
}

func TestDatesBefore1582AreJulian(t *testing.T) {
	p, err := New("yyyy-MM-dd G")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int64{"1582-10-15 AD": -12219292800000, "1582-10-04 AD": -12219379200000, "1500-02-29 AD": -14825894400000, "1970-02-30 AD": 5184000000} {
		if ms, ok := p.Parse(text); !ok || ms != want {
			t.Errorf("%s is %d, want %d", text, ms, want)
		}
	}
	if got := p.Format(-62135769600000 - 86400000); got != "0001-12-31 BC" {
		t.Error(got)
	}
}
