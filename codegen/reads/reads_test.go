package reads_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/build"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/pass"
	"github.com/streamgen/streamgen/codegen/plan"
)

// lower takes a package of the module as far as its plan.
func lower(t *testing.T, dir string) *plan.Program {
	t.Helper()
	r, err := load.Load(context.Background(), load.Options{Dir: dir}, build.Helpers)
	if err != nil {
		t.Fatal(err)
	}
	var diags diag.List
	prog := build.Program(r, r.Roots[0], &diags)
	p, err := pass.Lower(prog, &diags)
	if err != nil || p == nil {
		t.Fatal(err, diags.Sorted())
	}
	return p
}

var expected = regexp.MustCompile(`"([^"]*)".*// (?:(key) |repartition (\S+) )?reads (\S+)$`)

// corpus is the text of a package's topologies.
func corpus(t *testing.T, dir string) (text string) {
	t.Helper()
	for _, name := range []string{"topology.go", "forward.go", "processed.go"} {
		file, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		text += string(file)
	}
	return text
}

var forwarded = regexp.MustCompile(`To\("([^"]*)".*// (passes|anew)`)

// TestForwardsAreFound: what passes as its bytes is what the comments behind the sinks of the corpus say, and what a function
// may change does not. S272.
func TestForwardsAreFound(t *testing.T) {
	const dir = "../../generated_test/pruned"
	want := map[string]string{}
	for line := range strings.Lines(corpus(t, dir)) {
		if m := forwarded.FindStringSubmatch(line); m != nil {
			want[m[1]] = m[2]
		}
	}
	if len(want) < 14 {
		t.Fatalf("%d expectations in %s", len(want), dir)
	}
	found := 0
	var check func(k *plan.Task, list []*plan.Step)
	check = func(k *plan.Task, list []*plan.Step) {
		for _, s := range list {
			if s.Op == "sink" && want[k.Sinks[s.Sink].Label] != "" {
				found++
				if got := s.ValForward.Why == ""; got != (want[k.Sinks[s.Sink].Label] == "passes") {
					t.Errorf("%s: passes is %v (%s %s)", k.Sinks[s.Sink].Label, got, s.ValForward.Why, s.ValForward.At)
				}
			}
			check(k, s.Next)
		}
	}
	for _, top := range lower(t, dir).Topologies {
		for _, k := range top.Tasks {
			for _, s := range k.Sources {
				check(k, s.Next)
			}
		}
	}
	if found < len(want) {
		t.Errorf("%d sinks of %d were found", found, len(want))
	}
}

// TestReadsAreFound compares what is found with the comments behind the sources of the corpus.
func TestReadsAreFound(t *testing.T) {
	const dir = "../../generated_test/pruned"
	text := corpus(t, dir)
	want := map[string]string{}
	for line := range strings.Lines(text) {
		if m := expected.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			name := m[1]
			if m[3] != "" {
				name = "repartition " + m[3]
			}
			if m[2] != "" {
				name = "key of " + name
			}
			want[name] = m[4]
		}
	}
	if len(want) < 40 {
		t.Fatalf("%d expectations in %s", len(want), dir)
	}
	got := map[string]*plan.Reads{}
	for _, top := range lower(t, dir).Topologies {
		for _, k := range top.Tasks {
			for _, s := range k.Sources {
				name := s.Label
				if s.Repartition {
					name = "repartition " + name
				}
				if s.ValReads != nil {
					got[name] = s.ValReads
				}
				if s.KeyReads != nil {
					got["key of "+name] = s.KeyReads
				}
			}
		}
	}
	for name, reads := range want {
		if got[name] == nil {
			t.Errorf("%s: nothing was found out", name)
		} else if got[name].String() != reads {
			t.Errorf("%s: found %s (%s %s), want %s", name, got[name], got[name].Why, got[name].At, reads)
		}
	}
	for name, reads := range got {
		if want[name] == "" {
			t.Errorf("%s: no expectation, found %s", name, reads)
		}
	}
}
