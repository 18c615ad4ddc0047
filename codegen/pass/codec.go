package pass

import (
	"go/types"
	"strconv"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/jsonshape"
	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
)

const serdePath = "github.com/streamgen/streamgen/runtime/serde"

var builtIn = map[topo.CodecKind]string{
	topo.String: "StringCodec", topo.Bytes: "BytesCodec", topo.Int64: "Int64Codec", topo.Int32: "Int32Codec", topo.Int16: "Int16Codec",
	topo.Float64: "Float64Codec", topo.Float32: "Float32Codec", topo.Bool: "BoolCodec",
}

// codec makes a codec callable from generated code.
func (l *lowering) codec(t *topology, c *topo.Codec) *plan.Codec {
	if c == nil {
		return nil
	}
	p := &plan.Codec{Kind: string(c.Kind), Type: l.typeText(c.Of)}
	switch c.Kind {
	case topo.JSON:
		j := l.jsonCodec(c)
		p.GoType, p.Value = j.Name, j.Name+"{}"
	case topo.TimeWindowed, topo.SessionWindowed:
		l.windowedCodec(t, c, p)
	case topo.Custom:
		p.Scope, p.GoType = plan.App, l.typeText(c.Type)
		name := t.custom[c]
		if name == "" {
			name = l.field(t, "codec", p.GoType, l.expr(t, c.Expr), c.Expr)
			t.custom[c] = name
		}
		p.Value = name
	default:
		l.plan.Packages[serdePath] = "serde"
		p.GoType = "⟦" + serdePath + "⟧." + builtIn[c.Kind]
		p.Value = p.GoType + "{}"
	}
	return p
}

// jsonCodec is the generated codec of a type; the same for all who use it.
func (l *lowering) jsonCodec(c *topo.Codec) *plan.JSON {
	text := l.typeText(c.Of)
	if j := l.json[text]; j != nil {
		return j
	}
	s, problems := jsonshape.Of(c.Of, l.prog.Types)
	for _, p := range problems {
		at := diag.Span{}
		if c.Pos.IsValid() {
			at.Start = l.prog.Fset.Position(c.Pos)
		}
		d := l.diags.Report(diag.NotJSON, at, "%s has no JSON form: %s", p.Path, p.Reason)
		if p.Fix != "" {
			d.Note(diag.Span{}, "%s", p.Fix)
		}
	}
	j := &plan.JSON{Name: l.scope.unique(lower(typeHint(c.Of)) + "JSON"), Type: text, Shape: s}
	l.json[text] = j
	if len(problems) == 0 {
		for path, name := range packagesOf(c.Of, map[string]string{}, map[types.Type]bool{}) {
			l.plan.Packages[path] = name
		}
		l.plan.JSON = append(l.plan.JSON, j)
	}
	return j
}

// packagesOf are the packages whose types a codec for t may mention.
func packagesOf(t types.Type, out map[string]string, seen map[types.Type]bool) map[string]string {
	if seen[t] {
		return out
	}
	seen[t] = true
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if p := t.Obj().Pkg(); p != nil {
			out[p.Path()] = p.Name()
		}
		for i := range t.TypeArgs().Len() {
			packagesOf(t.TypeArgs().At(i), out, seen)
		}
		packagesOf(t.Underlying(), out, seen)
	case *types.Pointer:
		packagesOf(t.Elem(), out, seen)
	case *types.Slice:
		packagesOf(t.Elem(), out, seen)
	case *types.Array:
		packagesOf(t.Elem(), out, seen)
	case *types.Map:
		packagesOf(t.Key(), out, seen)
		packagesOf(t.Elem(), out, seen)
	case *types.Struct:
		for i := range t.NumFields() {
			packagesOf(t.Field(i).Type(), out, seen)
		}
	}
	return out
}

// typeHint is an identifier for a type.
func typeHint(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		name := t.Obj().Name()
		for i := range t.TypeArgs().Len() {
			name += title(typeHint(t.TypeArgs().At(i)))
		}
		return name
	case *types.Pointer:
		return typeHint(t.Elem()) + "Pointer"
	case *types.Slice:
		return typeHint(t.Elem()) + "List"
	case *types.Array:
		return typeHint(t.Elem()) + "Array" + strconv.FormatInt(t.Len(), 10)
	case *types.Map:
		return typeHint(t.Elem()) + "By" + title(typeHint(t.Key()))
	case *types.Basic:
		return t.Name()
	}
	return "value"
}

// windowedCodec gives windowed keys a codec type of their own: serde.TimeWindowedCodec and
// serde.SessionWindowedCodec would call their inner codec through a dictionary.
func (l *lowering) windowedCodec(t *topology, c *topo.Codec, p *plan.Codec) {
	inner, session := l.codec(t, c.Inner), c.Kind == topo.SessionWindowed
	if c.SizeExpr != nil || inner.Scope != plan.Package {
		p.Scope, p.GoType = plan.App, l.typeText(c.Type)
		name := t.custom[c]
		generic := "TimeWindowedCodec"
		if session {
			generic = "SessionWindowedCodec"
		}
		p.GoType = "⟦" + serdePath + "⟧." + generic + "[" + inner.Type + ", " + inner.GoType + "]"
		if name == "" {
			size := ", Size: " + strconv.FormatInt(c.SizeMs, 10)
			switch {
			case session:
				size = ""
			case c.SizeExpr != nil:
				size = ", Size: (" + l.expr(t, c.SizeExpr) + ").Milliseconds()"
			}
			l.plan.Packages[serdePath] = "serde"
			name = l.field(t, "windowedCodec", p.GoType, p.GoType+"{Inner: "+scoped(inner.Scope, inner.Value, t.appVar, "t")+size+"}", c.SizeExpr)
			t.custom[c] = name
		}
		p.Value = name
		return
	}
	id, want := inner.GoType+"/"+strconv.FormatInt(c.SizeMs, 10), "windowed"
	if session {
		id, want = inner.GoType+"/session", "sessioned"
	}
	w := l.wins[id]
	if w == nil {
		w = &plan.WindowedCodec{Name: l.scope.unique(want + title(typeHint(c.Inner.Of))), Inner: inner, Session: session, Size: c.SizeMs}
		l.wins[id] = w
		l.plan.Windowed = append(l.plan.Windowed, w)
	}
	p.GoType, p.Value = w.Name, w.Name+"{}"
}
