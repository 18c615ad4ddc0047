package judge

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"testing"
)

// line is a recorded case with Java's answer.
type line struct {
	Case *Case          `json:"case"`
	Java map[string]any `json:"java"`
}

const recorded = "testdata/recorded.jsonl.gz"

// TestRecordedAnswersOfJava replays cases that Kafka Connect's own classes have answered. `make connect-record` records them
// anew.
func TestRecordedAnswersOfJava(t *testing.T) {
	f, err := os.Open(recorded)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<22)
	plugins := Plugins()
	n, differing := 0, 0
	for lines.Scan() {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		n++
		if ours := Play(plugins, l.Case); !Same(l.Java, ours) {
			if differing++; differing <= 10 {
				t.Errorf("%s", explain(l.Case, l.Java, ours))
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if n < 3000 || differing > 0 {
		t.Errorf("%d of %d recorded cases differ", differing, n)
	}
}

func explain(c *Case, java, ours map[string]any) string {
	show := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
	return "case " + show(c) + "\njava " + show(java) + "\nours " + show(ours)
}
