package runtime

import (
	"reflect"
	goruntime "runtime"
	"strings"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/interp"
)

// Interpret runs a topology function without the compiler: it is executed with cfg, and
// what it records is interpreted with boxed values. Convenient for a first try, and the
// second opinion of tests; generated code is several times faster. An error of the
// topology is in the result's Err, and New returns it.
func Interpret[C any](topology func(*dsl.Builder, C), cfg C) *gen.Topology {
	return interpret(topology, func(b *dsl.Builder) { topology(b, cfg) })
}

// InterpretPlain is Interpret for a topology function without parameters.
func InterpretPlain(topology func(*dsl.Builder)) *gen.Topology {
	return interpret(topology, topology)
}

func interpret(named any, record func(*dsl.Builder)) *gen.Topology {
	return interp.New(functionName(named), func() (*graph.Graph, error) { return dsl.Record(record) })
}

// functionName is the last part of a function's name, for messages.
func functionName(f any) string {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return "topology"
	}
	name := goruntime.FuncForPC(v.Pointer()).Name()
	return name[strings.LastIndexByte(name, '.')+1:]
}
