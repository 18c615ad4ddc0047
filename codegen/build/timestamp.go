package build

import (
	"go/ast"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func extractorOption(f *frame, x *ast.CallExpr) value {
	fn := f.funcArg(x.Args[0])
	return optionList{{call: x, frame: f, apply: func(o *options) { o.times, o.timer, o.timesAt = graph.OwnTime, fn, x }}}
}

// timesOption is an extractor that is built in.
func timesOption(times graph.Times) func(f *frame, x *ast.CallExpr) value {
	return callOption(func(o *options, x *ast.CallExpr) { o.times, o.timer, o.timesAt = times, nil, x })
}

// timed gives a source the timestamp extractor among its options.
func (f *frame) timed(n *topo.Node, o *options) {
	n.Graph.Times, n.Time = o.times, o.timer
	if o.timer == nil || o.timer.Sig == nil || o.timer.Sig.Params().Len() != 2 {
		return
	}
	rel := types.RelativeTo(f.r.target.Types)
	if _, _, args := dslType(o.timer.Sig.Params().At(0).Type()); len(args) == 2 && (!types.Identical(args[0], n.Key) || !types.Identical(args[1], n.Val)) {
		f.r.diags.Report(diag.CodecMismatch, f.r.span(o.timesAt.Args[0]), "the timestamp extractor takes records of (%s, %s), but those of the topic are (%s, %s)",
			types.TypeString(args[0], rel), types.TypeString(args[1], rel), types.TypeString(n.Key, rel), types.TypeString(n.Val, rel)).
			Note(diag.Span{}, "it is called for the records that are read; give its parameter the types of the source's codecs")
	}
}
