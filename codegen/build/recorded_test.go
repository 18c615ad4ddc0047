package build_test

import (
	"context"
	"testing"
	"time"

	"github.com/streamgen/streamgen/codegen/build"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/testdata/topologies/broad"
	"github.com/streamgen/streamgen/codegen/testdata/topologies/delays"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/dsl"
)

// read loads and builds one package and fails on any diagnostic that is an error.
func read(t *testing.T, dir string) *topo.Program {
	t.Helper()
	r, err := load.Load(context.Background(), load.Options{Dir: dir, Patterns: []string{"."}}, build.Helpers)
	if err != nil {
		t.Fatal(err)
	}
	var diags diag.List
	p := build.Program(r, r.Roots[0], &diags)
	for _, d := range diags.Sorted() {
		if d.Severity == diag.Error {
			t.Errorf("%s: %s %s", d.Span.Start, d.Code, d.Message)
		}
	}
	return p
}

func TestStaticGraphEqualsRecorded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dir    string
		record func(b *dsl.Builder)
	}{
		{"../testdata/topologies/delays", func(b *dsl.Builder) { delays.Delays(b, delays.Config{}) }},
		{"../testdata/topologies/broad", func(b *dsl.Builder) {
			broad.Broad(b, broad.Config{Topic: "t", Window: time.Hour, Accept: func(string, int64) bool { return true }})
		}},
	} {
		t.Run(c.dir, func(t *testing.T) {
			p := read(t, c.dir)
			if t.Failed() {
				return
			}
			recorded, err := dsl.Record(c.record)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := p.Topologies[0].Graph.Structure(), recorded.Structure(); got != want {
				t.Errorf("compiled:\n%s\nrecorded:\n%s", got, want)
			}
			t.Log(p.Topologies[0].Graph.String())
		})
	}
}
