package build

import (
	"go/types"

	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func tableCount(f *frame, k *call) value {
	return f.stateful(k, &topo.Node{Graph: &graph.Node{Op: graph.TableCount}}, int64Codec(f), types.Typ[types.Int64])
}

func tableReduce(f *frame, k *call) value {
	g, ok := k.recv.(grouped)
	if !ok {
		return bad{}
	}
	n := &topo.Node{Graph: &graph.Node{Op: graph.TableReduce}, Add: f.funcArg(k.args[0]), Sub: f.funcArg(k.args[1])}
	return f.stateful(k, n, f.codecArg(k.args[2]), g.val)
}

func tableAggregate(f *frame, k *call) value {
	n := &topo.Node{Graph: &graph.Node{Op: graph.TableAggregate}}
	n.Init, n.Add, n.Sub = f.funcArg(k.args[0]), f.funcArg(k.args[1]), f.funcArg(k.args[2])
	var val types.Type
	if len(k.result) == 2 {
		val = k.result[1]
	}
	return f.stateful(k, n, f.codecArg(k.args[3]), val)
}
