package gentest

import (
	"fmt"
	"testing"

	"github.com/streamgen/streamgen/generated_test/codecs"
	"github.com/streamgen/streamgen/runtime/gen"
)

// TestLentBytesEndWithTheirRecord runs functions that append to keys and values which lie side by side in one fetch.
func TestLentBytesEndWithTheirRecord(t *testing.T) {
	const fetched = "k1v-onek2-v-twok3v"
	buf := []byte(fetched)
	task, env := bare(t, codecs.NewLent())
	run := &gen.Run{Topic: "lent", Records: []gen.Record{
		{Key: buf[0:2], Value: buf[2:7]}, {Key: buf[7:9], Value: buf[9:15]}, {Key: buf[15:17], Value: buf[17:18]}, {Key: buf[0:2]}, {Value: buf[0:0]},
	}}
	if done, err := task.Process(0, run); done != len(run.Records) || err != nil {
		t.Fatal(done, err)
	}
	if string(buf) != fetched {
		t.Errorf("the fetched bytes have become %q", buf)
	}
	var got []string
	for _, r := range env.Sinks[0].Records {
		b := env.Sinks[0].Buf
		got = append(got, fmt.Sprintf("%q %v = %q %v", b[r.Start:r.KeyEnd], !r.NoKey, b[r.KeyEnd:r.End], !r.NoValue))
	}
	want := []string{`"k1!" true = "v-onek1" true`, `"k2!" true = "-v-twok2" true`, `"" false = "" false`, `"!" true = "" true`}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
