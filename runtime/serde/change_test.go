package serde

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// S58: the layout is that of ChangedSerializer of Kafka Streams 4.3.1, whose output these
// bytes are.
func TestChangesHaveKafkaStreamsLayout(t *testing.T) {
	long := strings.Repeat("n", 100)
	for _, c := range []struct {
		new, old string
		want     string
	}{
		{"new", "", "6e657701"},
		{"", "old", "6f6c6400"},
		{"new", "older", "066e65776f6c64657202"},
		{long, "o", "c801" + strings.Repeat("6e", 100) + "6f02"},
	} {
		b := AppendChange(nil, []byte(c.new), c.new != "", []byte(c.old), c.old != "")
		if got := fmt.Sprintf("%x", b); got != c.want {
			t.Errorf("(%s, %s) is %s, want %s", c.new, c.old, got, c.want)
		}
		n, o, err := CutChange(b)
		if err != nil || string(n) != c.new || string(o) != c.old || (n == nil) != (c.new == "") || (o == nil) != (c.old == "") {
			t.Errorf("(%s, %s) comes back as (%q, %q), %v", c.new, c.old, n, o, err)
		}
	}
	// Empty values are present.
	if n, o, err := CutChange(AppendChange(nil, nil, true, []byte{}, true)); err != nil || n == nil || o == nil {
		t.Errorf("two empty values come back as %v, %v, %v", n, o, err)
	}
	for src, want := range map[string]string{"": "error", "x\x07": "error", "\x02": "error", "\x08ab\x02": "error", "\x01ab\x02": "error", "\x03": "error",
		"v\x01\x04": "v/", "v\x00\x03": "/v", "\x02vw\x01\x05": "v/w"} {
		got := "error"
		if n, o, err := CutChange([]byte(src)); err == nil {
			got = string(n) + "/" + string(o)
		}
		if got != want {
			t.Errorf("%q gives %s, want %s", src, got, want)
		}
	}
}

func FuzzCutChange(f *testing.F) {
	f.Add([]byte("\x06newold\x02"))
	f.Add([]byte("x\x01"))
	f.Fuzz(func(t *testing.T, src []byte) {
		n, o, err := CutChange(src)
		if err != nil {
			return
		}
		n2, o2, err := CutChange(AppendChange(nil, n, n != nil, o, o != nil))
		if err != nil || !bytes.Equal(n, n2) || !bytes.Equal(o, o2) {
			t.Errorf("%q: (%q, %q) comes back as (%q, %q), %v", src, n, o, n2, o2, err)
		}
	})
}
