package lint

import (
	"fmt"
	"slices"
	"strings"
)

// arrow says what the packages of a folder and below may import outside the standard library. The longest folder that
// fits a package decides.
type arrow struct {
	from  string
	local []string // folders of this module; "x/..." with all below
	other []string // prefixes of other modules' import paths
	not   []string // import paths that are forbidden although a rule above would allow them
}

// Other modules by the name that the policy calls them.
const (
	pebble     = "github.com/cockroachdb/pebble/v2"
	franz      = "github.com/twmb/franz-go"
	prometheus = "github.com/prometheus/client_golang"
	jennifer   = "github.com/dave/jennifer"
	xtools     = "golang.org/x/tools"
	protobuf   = "google.golang.org/protobuf"
)

var leaves = []string{"runtime/processor", "runtime/serde", "runtime/serde/wire", "runtime/window", "runtime/fault", "runtime/metrics", "runtime/state", "runtime/graph"}

// policy is which package may import which. It is a policy: do not edit it to make a build pass. A new line, or a new
// word on a line, is a decision about the shape of the system and is argued in the change that brings it.
//
//   - The dsl and all leaves type-check without a store or a client, before any output exists.
//   - The compiler never imports what it compiles for: names cross as strings, checked by a test.
//   - One package knows Pebble, one knows the Kafka client; the core (task, commit, changelog) knows neither.
//
// Test files may import what they like: a test is where two rooms meet.
var policy = []arrow{
	// The tool works on running applications too, with the configuration that they have: reset. It pins and checks the schemas
	// of a registry through the client that applications use.
	{from: "cmd/streamgen", local: []string{"codegen/...", "internal/broker", "internal/registry", "internal/avroschema", "internal/protoschema", "runtime", "runtime/serde/registry", "runtime/serde/wire"}, other: []string{franz, "google.golang.org/protobuf"}},
	{from: "cmd/streamgen/scaffold", local: []string{"dsl", "runtime/..."}},

	{from: "dsl", local: []string{"runtime/graph", "runtime/processor", "runtime/serde", "runtime/serde/wire", "runtime/window", "runtime/fault", "internal/graph"}},
	{from: "internal/graph", local: leaves},
	{from: "templates", local: append(slices.Clone(leaves), "runtime/gen", "templates/...")},

	{from: "codegen", local: []string{"codegen/...", "internal/graph", "internal/avroschema", "templates/..."}, other: []string{xtools, jennifer}, not: []string{"golang.org/x/tools/go/packages"}},
	{from: "codegen/load", local: []string{"codegen/diag", "codegen/topo"}, other: []string{xtools}},
	{from: "codegen/diag"},
	{from: "codegen/purity", local: []string{"codegen/topo"}},
	{from: "codegen/reads", local: []string{"codegen/plan/...", "codegen/topo", "internal/graph"}, other: []string{xtools}},
	{from: "codegen/topo", local: []string{"internal/graph", "codegen/diag"}},
	{from: "codegen/view", local: []string{"codegen/plan/...", "codegen/topo", "internal/graph"}},
	{from: "codegen/plan", local: []string{"codegen/plan/...", "internal/avroschema"}, not: []string{"go/types"}},
	{from: "codegen/emit", local: []string{"codegen/plan/...", "codegen/emit/...", "templates/...", "internal/avroschema"}, other: []string{jennifer}, not: []string{"go/types"}},
	// The templates are embedded source of our own: to edit them it must know what each of their identifiers stands for.
	{from: "codegen/emit/kernel", local: []string{"templates/..."}},
	{from: "codegen/protoshape", local: []string{"codegen/plan/..."}},
	{from: "codegen/emit/jsoncodec/internal/corpus", local: []string{"codegen/emit/jsoncodec/internal/corpus/...", "runtime/serde/..."}},

	{from: "runtime/window"},
	{from: "runtime/fault"},
	{from: "runtime/metrics"},
	{from: "runtime/graph"},
	{from: "runtime/serde", local: []string{"runtime/window", "runtime/serde/..."}},
	{from: "runtime/serde/wire"},
	{from: "runtime/serde/avro", local: []string{"runtime/serde/wire", "internal/avroschema"}},
	// It hands serde the codec by reflection when it is linked, so that the dsl takes the standard library alone.
	{from: "runtime/serde/protobuf", local: []string{"runtime/serde", "runtime/serde/wire", "internal/protoschema"}, other: []string{protobuf}},
	// The one importer of the Schema Registry's client; codecs see it through wire.Schemas.
	{from: "runtime/serde/registry", local: []string{"runtime/serde/wire", "internal/schemastore"}, other: []string{"github.com/twmb/franz-go/pkg/sr"}},
	{from: "runtime/state", local: []string{"runtime/serde", "runtime/window"}},
	{from: "runtime/processor", local: []string{"runtime/serde", "runtime/serde/wire", "runtime/window", "runtime/state", "runtime/fault"}},
	{from: "runtime/gen", local: leaves},
	{from: "runtime/store", local: append(slices.Clone(leaves), "runtime/gen", "runtime/internal/invariants"), other: []string{pebble}},
	{from: "runtime/task", local: append(slices.Clone(leaves), "runtime/gen", "runtime/store", "runtime/internal/invariants")},
	// Generated code names the vocabulary of queries, so it stays as light as gen is; what answers them is another room.
	{from: "runtime/query", local: append(slices.Clone(leaves), "runtime/gen")},
	{from: "runtime/internal/answer", local: append(slices.Clone(leaves), "runtime/gen", "runtime/store", "runtime/query", "runtime/internal/poll", "runtime/internal/assign", "runtime/internal/edit")},
	{from: "runtime/interp", local: append(slices.Clone(leaves), "runtime/serde/protobuf", "runtime/gen", "runtime/store", "runtime/task", "internal/graph", "dsl", "templates/...")},
	{from: "runtime/testdriver", local: append(slices.Clone(leaves), "runtime/gen", "runtime/store", "runtime/task", "runtime/interp",
		"runtime/internal/changelog", "runtime/internal/commit", "runtime/internal/clock", "runtime/internal/edit", "runtime/internal/invariants", "internal/graph", "dsl", "runtime/serde/registry")},
	{from: "runtime/internal/clock"},
	{from: "runtime/internal/edit"},
	{from: "runtime/internal/invariants"},
	{from: "runtime/internal/assign", local: []string{"runtime/internal/invariants"}},
	{from: "runtime/internal/commit", local: []string{"runtime/fault", "runtime/metrics", "runtime/internal/invariants"}},
	{from: "runtime/internal/changelog", local: append(slices.Clone(leaves), "runtime/gen", "runtime/store", "runtime/internal/invariants")},
	{from: "runtime/internal/poll", local: append(slices.Clone(leaves), "runtime/gen", "runtime/store", "runtime/task", "runtime/internal/..."), other: []string{franz}},
	{from: "runtime/metrics/prometheus", local: []string{"runtime/metrics"}, other: []string{prometheus}},
	{from: "runtime", local: []string{"runtime/...", "internal/graph", "dsl", "templates/..."}, other: []string{prometheus}, not: []string{Module + "/runtime/testdriver"}},

	// Contracts stand on data and configuration alone; whoever implements one never sees the worker, nor the worker's client.
	{from: "connect", local: []string{"connect/...", "runtime"}},
	{from: "connect/data", local: []string{"connect/data/..."}},
	{from: "connect/data/datepattern"},
	{from: "connect/config"},
	{from: "connect/plugin", local: []string{"connect/data", "connect/config"}},
	{from: "connect/convert", local: []string{"connect/data", "connect/config", "connect/plugin", "connect/convert/...", "internal/avroschema", "internal/protoschema", "runtime/serde/registry", "runtime/serde/wire"}, other: []string{"github.com/twmb/franz-go/pkg/sr", protobuf}},
	{from: "connect/transform", local: []string{"connect/data", "connect/data/datepattern", "connect/config", "connect/plugin", "connect/transform/..."}},
	{from: "connect/transform/javaregex", other: []string{"github.com/dlclark/regexp2"}},
	// The judge compares all of them with Java's.
	{from: "connect/judge", local: []string{"connect/data", "connect/config", "connect/plugin", "connect/convert/...", "connect/transform/..."}},
	{from: "connect/connector", local: []string{"connect/data", "connect/config", "connect/plugin"}},
	{from: "connect/conformance", local: []string{"connect/data", "connect/config", "connect/plugin"}},
	{from: "connect/storage", local: []string{"connect/data", "connect/plugin"}, other: []string{franz}},
	{from: "connect/worker", local: []string{"connect/data", "connect/config", "connect/plugin", "connect/storage", "runtime"}, other: []string{franz}},
	{from: "connect/rest", local: []string{"connect/config", "connect/plugin", "connect/worker", "connect/storage"}, other: []string{prometheus}},
	{from: "cmd/streamconnect", local: []string{"connect", "internal/broker"}},

	// Schemas are parsed and resolved by the compiler and by the runtime alike, so both may import it.
	{from: "internal/avroschema"},
	{from: "internal/registry", local: []string{"internal/schemastore"}},
	// A schema's meaning is its descriptor, for which the library has the types.
	{from: "internal/protoschema", other: []string{protobuf}},
	{from: "internal/schemastore", local: []string{"internal/avroschema", "internal/protoschema"}, other: []string{protobuf}},
	{from: "internal/avrocorpus", local: append(slices.Clone(leaves), "runtime/serde/...", "dsl", "runtime/gen", "runtime/query")},
	{from: "internal/protocorpus", local: append(slices.Clone(leaves), "runtime/serde/...", "dsl", "runtime/gen", "runtime/query", "internal/protocorpus/..."), other: []string{protobuf}},
	{from: "internal/broker", other: []string{franz}},
	// The proofs of exactly-once run the application as a user would and judge it from outside; its state on disk too.
	{from: "internal/clicks", local: append(slices.Clone(leaves), "runtime/serde/...", "dsl", "runtime/gen", "runtime/query")},
	{from: "internal/clicks/judge", local: append(slices.Clone(leaves), "runtime/gen", "runtime/store"), other: []string{franz}},
	{from: "internal/killtest", local: []string{"internal/clicks/...", "runtime"}, other: []string{franz}},
	{from: "internal/chaos", local: []string{"internal/clicks/...", "runtime", "runtime/store"}, other: []string{franz}},
	// The oracle is a test tool where all rooms meet: it compiles topologies and runs what comes out.
	{from: "internal/oracle", local: []string{"internal/oracle/...", "codegen", "codegen/diag", "internal/golden", "dsl", "runtime/processor", "runtime/serde/..."}},
	{from: "internal/oracle/form"},
	{from: "internal/oracle/fn", local: []string{"dsl", "runtime/processor"}},
	{from: "internal/oracle/play", local: []string{"internal/oracle/form", "dsl", "internal/graph", "runtime/gen", "runtime/interp", "runtime/serde/...", "runtime/task", "runtime/testdriver"}},
	{from: "internal/oracle/recorded", local: append(slices.Clone(leaves), "internal/oracle/...", "dsl", "runtime/gen", "runtime/query")},
	// Not in a file of tests, because tests of several packages call it.
	{from: "internal/python"},
	{from: "internal/golden", other: []string{xtools}},
	{from: "internal/lint", other: []string{xtools}},
	{from: "examples", local: []string{"dsl", "runtime/...", "examples/...", "internal/broker"}, other: []string{franz, protobuf}},
	{from: "generated_test", local: []string{"dsl", "runtime/...", "generated_test/...", "internal/golden"}},
	{from: "bench", local: []string{"dsl", "runtime/...", "bench/...", "examples/...", "internal/broker"}, other: []string{franz, pebble}},
	// A peer to be measured beside ours, in a module of its own: nobody who uses this one gets it.
	{from: "bench/goka", other: []string{"github.com/lovoo/goka", "github.com/IBM/sarama"}},
}

// importArrows checks every import of every package against the policy.
func importArrows(t *Tree) (broken []string) {
	for _, f := range t.goFiles(func(f *File) bool { return !f.Test() && f.Dir() != "." }) {
		rule := ruleFor(f.Dir())
		if rule == nil {
			broken = append(broken, fmt.Sprintf("%s: package %s has no line in the policy", f.Path, f.Dir()))
			continue
		}
		for _, spec := range f.AST.Imports {
			if p := strings.Trim(spec.Path.Value, `"`); !rule.allows(f.Dir(), p) {
				broken = append(broken, t.at(spec.Pos(), "%s imports %s; packages in %s may import %s", f.Dir(), strings.TrimPrefix(p, Module+"/"), rule.from, rule))
			}
		}
	}
	return broken
}

// ruleFor returns the line with the longest folder that the package lies in.
func ruleFor(dir string) (best *arrow) {
	for i := range policy {
		if a := &policy[i]; within(dir, a.from) && (best == nil || len(a.from) > len(best.from)) {
			best = a
		}
	}
	return best
}

// allows tells whether a package may import a path.
func (a *arrow) allows(dir, p string) bool {
	if slices.Contains(a.not, p) {
		return false
	}
	if first, _, _ := strings.Cut(p, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	if local, ok := strings.CutPrefix(p, Module+"/"); ok {
		return slices.ContainsFunc(a.local, func(allowed string) bool {
			all, tree := strings.CutSuffix(allowed, "/...")
			return local == allowed || tree && within(local, all)
		})
	}
	return slices.ContainsFunc(a.other, func(prefix string) bool { return within(p, prefix) })
}

// String words the line for a failure.
func (a *arrow) String() string {
	words := slices.Concat(a.local, a.other)
	if len(words) == 0 {
		words = []string{"the standard library alone"}
	}
	text := strings.Join(words, ", ")
	if len(a.not) > 0 {
		text += ", but never " + strings.Join(a.not, ", ")
	}
	return text
}

// compilerReaches checks that no way leads from the compiler to the runtime, a store or a client, through other packages
// either: then a broken runtime can never keep the tool from generating what mends it.
func compilerReaches(t *Tree) (broken []string) {
	imports := map[string][]string{}
	for _, f := range t.goFiles(func(f *File) bool { return !f.Test() }) {
		for _, spec := range f.AST.Imports {
			p := strings.Trim(spec.Path.Value, `"`)
			// Paths of other modules stand as they are, so the standard library's "runtime" is not taken for our folder.
			if local, ok := strings.CutPrefix(p, Module+"/"); ok || strings.Contains(p, ".") {
				imports[f.Dir()] = append(imports[f.Dir()], local)
			}
		}
	}
	forbidden := func(p string) bool {
		return slices.Contains([]string{"runtime", "dsl", "runtime/task", "runtime/store", "runtime/internal/poll"}, p) || within(p, pebble) || within(p, franz)
	}
	seen := map[string]bool{}
	var walk func(p string, chain []string)
	walk = func(p string, chain []string) {
		chain = append(chain, p)
		if forbidden(p) {
			broken = append(broken, strings.Join(chain, " → "))
			return
		}
		if seen[p] {
			return
		}
		seen[p] = true
		for _, next := range imports[p] {
			walk(next, chain)
		}
	}
	dirs := make([]string, 0, len(imports))
	for dir := range imports {
		if within(dir, "codegen") && !within(dir, "codegen/emit/jsoncodec/internal") {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	for _, dir := range dirs {
		walk(dir, nil)
	}
	return broken
}
