package recorded

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/judge"
)

func TestCasesComeBack(t *testing.T) {
	cases := []Case{
		{Topology: 0, Script: []form.Step{{Topic: "in", Key: []byte("k"), Timestamp: 5}, {Advance: 10}},
			Verdict: judge.Verdict{Kafka: "describe\n|T\nscript\n0 out \"k\" null @5\n", Default: "describe\n|T\nscript\n", Rewritten: true}},
		{Topology: 3, Verdict: judge.Verdict{Kafka: "describe\nscript\nstore s\n", Default: "describe\nscript\nstore s\n"}},
	}
	file := filepath.Join(t.TempDir(), "results.txt.gz")
	if err := Write(file, cases); err != nil {
		t.Fatal(err)
	}
	got, err := Read(file)
	if err != nil || !reflect.DeepEqual(got, cases) {
		t.Errorf("got %+v, %v", got, err)
	}
}
