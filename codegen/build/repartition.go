package build

import (
	"go/ast"
	"go/constant"
	"go/types"
	"math"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func repartition(f *frame, k *call) value {
	in := k.recv.(handle)
	n := f.node(k)
	n.Graph = &graph.Node{Op: graph.Repartition}
	o := k.opts.read()
	f.place(n, o, in)
	n.Graph.Partitions = o.partitions
	return f.derive(k, n, in)
}

// place gives a sink or repartition the partitioner among its options.
func (f *frame) place(n *topo.Node, o *options, in handle) {
	if o.placedAt == nil || o.placer == nil {
		return
	}
	n.Part, n.Graph.Placed = o.placer, true
	sig := o.placer.Sig
	if sig == nil || sig.Params().Len() != 2 {
		return
	}
	rel := types.RelativeTo(f.r.target.Types)
	if _, _, args := dslType(sig.Params().At(0).Type()); len(args) == 2 && (!types.Identical(args[0], in.key) || !types.Identical(args[1], in.val)) {
		f.r.diags.Report(diag.CodecMismatch, f.r.span(o.placedAt.Args[0]), "the partitioner takes records of (%s, %s), but those of the stream are (%s, %s)",
			types.TypeString(args[0], rel), types.TypeString(args[1], rel), types.TypeString(in.key, rel), types.TypeString(in.val, rel)).
			Note(diag.Span{}, "it is called for the records that are written; give its parameter their types")
	}
}

func partitionerOption(f *frame, x *ast.CallExpr) value {
	fn := f.funcArg(x.Args[0])
	return optionList{{call: x, frame: f, apply: func(o *options) { o.placer, o.placedAt = fn, x }}}
}

func partitionsOption(f *frame, x *ast.CallExpr) value {
	d, ok := f.eval(x.Args[0]).(data)
	if !ok {
		return bad{}
	}
	var n int64
	exact := false
	if d.konst != nil {
		n, exact = constant.Int64Val(constant.ToInt(d.konst))
	}
	switch {
	case !exact:
		f.r.diags.Report(diag.OpaqueOption, f.r.span(x.Args[0]), "the number of partitions is computed at run time").
			Note(diag.Span{}, "the topic keeps the number that it was created with: write a constant")
		return bad{}
	case n < 0 || n > math.MaxInt32:
		f.r.diags.Report(diag.OpaqueOption, f.r.span(x.Args[0]), "%d is no number of partitions", n).
			Note(diag.Span{}, "a topic has at least one; without dsl.Partitions it has as many as what writes it has tasks")
		return bad{}
	}
	return optionList{{call: x, frame: f, apply: func(o *options) { o.partitions, o.partitionsAt = int32(n), x }}}
}
