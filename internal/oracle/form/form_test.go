package form

import (
	"bytes"
	"testing"
)

func TestNotationHasOneTextPerValue(t *testing.T) {
	for text, b := range map[string][]byte{
		"null":                   nil,
		`""`:                     {},
		`"abc"`:                  []byte("abc"),
		"i5":                     {0, 0, 0, 0, 0, 0, 0, 5},
		"i-1":                    bytes.Repeat([]byte{0xff}, 8),
		`"k"+i100+x00000000`:     append([]byte("k"), 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 0),
		`x20+"a"+x5c`:            []byte(" a\\"),
		`x7f800001`:              {0x7f, 0x80, 0, 1},
		`x80+i1`:                 {0x80, 0, 0, 0, 0, 0, 0, 0, 1},
		`"12345678"`:             []byte("12345678"),
		`i72057594037927935+x00`: {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0},
	} {
		if got := ShowBytes(b); got != text {
			t.Errorf("%x is shown as %s, want %s", b, got, text)
		}
		if got, err := ParseBytes(text); err != nil || !bytes.Equal(got, b) || (got == nil) != (b == nil) {
			t.Errorf("%s is read as %x, %v", text, got, err)
		}
	}
	for _, bad := range []string{`"a`, "i", "x0", "z", "ix"} {
		if b, err := ParseBytes(bad); err == nil {
			t.Errorf("%s is read as %x", bad, b)
		}
	}
}

func FuzzNotation(f *testing.F) {
	f.Add([]byte("k\x00\x00\x00\x00\x00\x00\x00\x05 x"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ParseBytes(ShowBytes(b))
		if err != nil || !bytes.Equal(got, b) {
			t.Fatalf("%x comes back as %x, %v", b, got, err)
		}
	})
}

func TestCasesComeBack(t *testing.T) {
	const text = `topology
v1 = stream topic=in key=string val=int64 : none none
v2 = filter v1 pred=even : none none
script
pipe in "k" i5 @10 h="x" g=null
pipe in null null @0
advance 100
`
	c, err := ParseCase(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range c.Topology {
		l.Type = Type{Key: "none", Val: "none"}
	}
	if c.String() != text {
		t.Errorf("got %s", c)
	}
}
