package build

import (
	"go/ast"
	"go/constant"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// codecArg reads a codec argument.
func (f *frame) codecArg(x ast.Expr) *topo.Codec {
	switch v := f.eval(x).(type) {
	case data:
		return f.codecOf(v, x)
	case null:
		f.r.diags.Report(diag.NilCodec, f.r.span(x), "the codec is nil; there is no default codec").
			Note(diag.Span{}, "say what the bytes are: dsl.String(), dsl.Int64(), dsl.JSON[T]() or a codec of your own")
	default:
		f.r.miss(x)
	}
	return nil
}

// codecOf recognises a codec by its concrete type.
func (f *frame) codecOf(d data, at ast.Expr) *topo.Codec {
	t := types.Unalias(d.typ)
	if types.IsInterface(t) {
		f.r.diags.Report(diag.OpaqueCodec, f.r.span(at), "the compiler cannot see which codec %s is: its type is %s", types.ExprString(at), types.TypeString(t, types.RelativeTo(f.pkg.Types))).
			Note(diag.Span{}, "codecs are called directly, so their type must be known: use the codec's own type for the variable, field or result")
		return nil
	}
	c := &topo.Codec{Kind: topo.Custom, Type: t, Of: decodes(t), Pos: at.Pos(), Expr: d.syntax()}
	pkg, name, args := dslType(t)
	if _, pointer := t.(*types.Pointer); pkg != serdePath || pointer || codecTypes[name] == "" {
		return c
	}
	kind := topo.CodecKind(codecTypes[name])
	switch kind {
	case topo.JSON, topo.Avro, topo.Protobuf:
		c.Of, c.Strict = args[0], name == "StrictJSONCodec"
	case topo.TimeWindowed:
		if !f.timeWindowed(c, d) {
			return c
		}
	case topo.SessionWindowed:
		if !f.sessionWindowed(c, d) {
			return c
		}
	}
	c.Kind = kind
	return c
}

// timeWindowed takes dsl.TimeWindowed(inner, size) apart.
func (f *frame) timeWindowed(c *topo.Codec, d data) bool {
	call, ok := ast.Unparen(d.x).(*ast.CallExpr)
	if !ok || d.frame == nil {
		return false
	}
	g := d.frame
	if k := g.callee(call); k.fn == nil || k.fn.Name() != "TimeWindowed" || len(call.Args) != 2 {
		return false
	}
	size, ok := g.eval(call.Args[1]).(data)
	if !ok {
		return false
	}
	if c.Inner = g.codecArg(call.Args[0]); c.Inner == nil {
		return false
	}
	ms, ok := milliseconds(size.konst)
	if !ok {
		c.SizeExpr = size.syntax()
	}
	c.SizeMs = ms
	return true
}

// sessionWindowed takes dsl.SessionWindowed(inner) apart.
func (f *frame) sessionWindowed(c *topo.Codec, d data) bool {
	call, ok := ast.Unparen(d.x).(*ast.CallExpr)
	if !ok || d.frame == nil {
		return false
	}
	if k := d.frame.callee(call); k.fn == nil || k.fn.Name() != "SessionWindowed" || len(call.Args) != 1 {
		return false
	}
	c.Inner = d.frame.codecArg(call.Args[0])
	return c.Inner != nil
}

// milliseconds is a constant duration as time.Duration.Milliseconds gives it.
func milliseconds(v constant.Value) (int64, bool) {
	if v == nil {
		return 0, false
	}
	ns, ok := constant.Int64Val(constant.ToInt(v))
	return ns / 1_000_000, ok
}

// decodes is the type that a codec's Decode returns, nil when there is none.
func decodes(t types.Type) types.Type {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Decode")
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Results().Len() == 0 {
		return nil
	}
	return fn.Signature().Results().At(0).Type()
}
