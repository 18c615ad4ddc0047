package docs_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/build"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/pass"
	rt "github.com/streamgen/streamgen/runtime"
)

const (
	architecture = "docs/ARCHITECTURE.md"
	runtimeDoc   = "docs/RUNTIME.md"
)

func TestPropertiesTable(t *testing.T) {
	same(t, "the properties of "+runtimeDoc, column(t, runtimeDoc, "## Properties"), rt.Properties())
}

// The list of metrics is what an application answers (runtime.TestMetricsHaveTheirNames); a{b,c}d stands for
// several in the table.
func TestMetricsTable(t *testing.T) {
	var names, told []string
	for line := range strings.Lines(read(t, "runtime/testdata/metrics.txt")) {
		names = append(names, strings.Fields(line)[0])
	}
	_, section, _ := strings.Cut(read(t, runtimeDoc), "\n## Metrics\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, m := range regexp.MustCompile("`(kafka_[a-z0-9_]*)(?:\\{([a-z,]*)\\})?([a-z0-9_]*)`").FindAllStringSubmatch(section, -1) {
		for _, part := range strings.Split(m[2], ",") {
			told = append(told, m[1]+part+m[3])
		}
	}
	same(t, "the metrics of "+runtimeDoc, told, names)
}

func TestPassesTable(t *testing.T) {
	var names []string
	for _, p := range pass.Table {
		names = append(names, p.Name)
	}
	if got := column(t, architecture, "### pass: `pass.Lower`"); !slices.Equal(got, names) {
		t.Errorf("%s lists the passes %q, the table is %q", architecture, got, names)
	}
}

func TestDependenciesTable(t *testing.T) {
	_, direct, _ := strings.Cut(read(t, "go.mod"), "require (\n")
	direct, _, _ = strings.Cut(direct, ")")
	var modules []string
	text := read(t, architecture)
	for line := range strings.Lines(direct) {
		f := strings.Fields(line)
		modules = append(modules, f[0])
		if row := "| `" + f[0] + "` | " + f[1] + " | "; !strings.Contains(text, row) {
			t.Errorf("%s lacks the row %q", architecture, row)
		}
	}
	same(t, "the dependencies of "+architecture, column(t, architecture, "## Dependencies"), modules)
}

// The texts of the phases are those of the wordcount example, import paths shortened to package names.
func TestPhasesShowRealText(t *testing.T) {
	loaded, err := load.Load(context.Background(), load.Options{Dir: "..", Patterns: []string{"./examples/wordcount"}}, build.Helpers)
	if err != nil {
		t.Fatal(err)
	}
	var diags diag.List
	said := build.Program(loaded, loaded.Roots[0], &diags)
	run, err := pass.Lower(said, &diags)
	if err != nil || diags.Len() > 0 {
		t.Fatal(err, diags.Sorted())
	}
	shown := blocks(read(t, architecture), "text")
	for phase, text := range map[string]string{"topo": said.String(), "plan": run.String()} {
		text = regexp.MustCompile(`⟦[^⟧]*/(\w+)⟧`).ReplaceAllString(text, "$1")
		text = strings.ReplaceAll(text, "github.com/streamgen/streamgen/dsl.", "dsl.")
		if !slices.ContainsFunc(shown, func(b string) bool { return strings.TrimSpace(b) == strings.TrimSpace(text) }) {
			t.Errorf("%s does not show what %s prints:\n%s", architecture, phase, text)
		}
	}
	output := read(t, "examples/wordcount/topology_streamgen.go") + read(t, "examples/wordcount/topology.go")
	for _, b := range blocks(read(t, architecture), "go") {
		if !strings.Contains(output, strings.TrimSpace(b)) {
			t.Errorf("%s shows Go that examples/wordcount has not:\n%s", architecture, b)
		}
	}
}
