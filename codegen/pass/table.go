// Package pass lowers what was said (codegen/topo) to what will run (codegen/plan). The
// passes stand in one table, with the reasons for their order.
package pass

import (
	"fmt"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/reads"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// Pass is one step of lowering.
type Pass struct {
	Name string
	run  func(*lowering)
	// After are the passes that this one relies on, with what it takes from them.
	After map[string]string
}

// Table is all passes in the order in which they run.
var Table = []Pass{
	{Name: "resolve", run: (*lowering).resolve},
	{Name: "names", run: (*lowering).nameTopologies, After: map[string]string{
		"resolve": "the types of tasks are named after the sub-topologies",
	}},
	{Name: "captures", run: (*lowering).lowerCaptures, After: map[string]string{
		"names": "fields hang on the app's type",
	}},
	{Name: "globals", run: (*lowering).lowerGlobals, After: map[string]string{
		"captures": "topics and codecs may be computed from captured values",
	}},
	{Name: "reads", run: (*lowering).lowerReads, After: map[string]string{
		"resolve": "records are followed along the steps of each sub-topology",
	}},
	{Name: "tasks", run: (*lowering).lowerTasks, After: map[string]string{
		"reads":    "sources decode what is read",
		"captures": "functions refer to the app's fields",
		"globals":  "joins refer to the tables' fields",
	}},
	{Name: "readers", run: (*lowering).lowerReaders, After: map[string]string{
		"tasks": "the codecs of a store are those of its operator",
	}},
	{Name: "setup", run: (*lowering).lowerSetup, After: map[string]string{
		"tasks": "only values that a task turned out to use are computed",
	}},
}

// lowering is the state that passes share.
type lowering struct {
	prog  *topo.Program
	diags *diag.List
	plan  *plan.Program
	scope names // of the package
	topos []*topology
	json  map[string]*plan.JSON
	avro  map[string]*plan.Avro
	proto map[string]*plan.Protobuf
	wins  map[string]*plan.WindowedCodec
	ssa   *reads.Analysis
}

// Lower runs the table. It returns nil when it added an error to diags.
func Lower(prog *topo.Program, diags *diag.List) (*plan.Program, error) {
	errors := diags.Errors()
	l := &lowering{prog: prog, diags: diags, scope: newNames(plan.Locals...), json: map[string]*plan.JSON{}, avro: map[string]*plan.Avro{}, proto: map[string]*plan.Protobuf{}, wins: map[string]*plan.WindowedCodec{},
		plan: &plan.Program{Package: prog.Name, Path: prog.Path, Output: prog.Output, Constraint: prog.Constraint, Taken: map[string]bool{}, Foreign: map[string]bool{}, Packages: map[string]string{}}}
	for _, p := range Table {
		p.run(l)
		if diags.Errors() > errors {
			return nil, nil
		}
	}
	if err := l.plan.Check(); err != nil {
		return nil, fmt.Errorf("lowering %s: %w", prog.Path, err)
	}
	return l.plan, nil
}

// topology is the state of one topology.
type topology struct {
	*topo.Topology
	plan     *plan.Topology
	resolved *graph.Resolved
	codecs   []*topo.Codec // by graph.BoxedCodec.Ref - 1
	app      names         // fields and methods of the app
	funcs    map[*topo.Func]*plan.Func
	lits     map[literalKey]*plan.Func
	windows  map[*topo.Window]string // fields of computed specifications
	withins  map[*topo.Within]string
	setup    []setup
	appVar   string   // the app's name in the constructor and where tasks are made
	params   []string // local name by parameter
	fields   []string // the app's field by parameter, "" while not used
	values   []string // field by value, "" while not used
	custom   map[*topo.Codec]string
	globals  map[int]*plan.Global // tables, by node
	stores   map[int]*plan.Global // global stores, by store
	handles  map[int]string       // of the app: the handle that fills a global store
	reads    *reads.Found         // nil where no decoder could leave something out
	readers  map[int]string       // of the app: the handle by which another's processor reads it
	task     *task                // the one being lowered
}
