package convert

import (
	"testing"

	"github.com/streamgen/streamgen/connect/plugin"
)

// C22.
func TestOtherEncodingsAreRefused(t *testing.T) {
	c := NewString().(plugin.Converter)
	if err := c.Configure(map[string]string{"converter.encoding": "windows-1252"}, plugin.ForValue); err == nil || err.Error() != "Unsupported encoding windows-1252" {
		t.Error(err)
	}
	if err := c.Configure(map[string]string{"converter.encoding": "Latin1"}, plugin.ForValue); err != nil {
		t.Fatal(err)
	}
	b, err := c.FromConnect([]byte{}, "t", nil, nil, "é€")
	if err != nil || string(b) != "\xe9?" {
		t.Errorf("%q %v", b, err)
	}
}

// C20.
func TestHalfASurrogatePairIsReplaced(t *testing.T) {
	c := configured(t, NewJSON(), map[string]string{"schemas.enable": "false"})
	if _, v, err := c.ToConnect("t", nil, []byte(`"a\ud83db"`)); err != nil || v != "a\ufffdb" {
		t.Errorf("%q %v", v, err)
	}
}

// C21.
func TestJSONIsUTF8(t *testing.T) {
	c := configured(t, NewJSON(), map[string]string{"schemas.enable": "false"})
	if _, v, err := c.ToConnect("t", nil, []byte("\x00[\x00]")); err == nil {
		t.Errorf("UTF-16 was read as %v", v)
	}
	if _, v, err := c.ToConnect("t", nil, []byte("\xef\xbb\xbf7")); err != nil || v != int64(7) {
		t.Error(v, err)
	}
}
