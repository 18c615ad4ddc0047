package pass

import (
	"go/types"
	"strconv"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/jsonshape"
	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

const serdePath = "github.com/streamgen/streamgen/runtime/serde"

var builtIn = map[topo.CodecKind]string{
	topo.String: "StringCodec", topo.Bytes: "BytesCodec", topo.Int64: "Int64Codec", topo.Int32: "Int32Codec", topo.Int16: "Int16Codec",
	topo.Float64: "Float64Codec", topo.Float32: "Float32Codec", topo.Bool: "BoolCodec",
}

// codec makes a codec callable from generated code, where it stands.
func (l *lowering) codec(t *topology, c *topo.Codec, at place) *plan.Codec {
	if c == nil {
		return nil
	}
	p := &plan.Codec{Kind: string(c.Kind), Type: l.typeText(c.Of)}
	switch c.Kind {
	case topo.JSON:
		j := l.jsonCodec(c)
		p.GoType, p.Value = j.Name, j.Name+"{}"
	case topo.Avro, topo.AvroRecord:
		l.avroCodec(c, p, at)
	case topo.Protobuf:
		l.protobufCodec(c, p, at)
	case topo.TimeWindowed, topo.SessionWindowed:
		l.windowedCodec(t, c, p, at)
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
	id, suffix := text, "JSON"
	if c.Strict {
		id, suffix = "strict "+text, "StrictJSON"
	}
	if j := l.json[id]; j != nil {
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
	j := &plan.JSON{Name: l.scope.unique(lower(typeHint(c.Of)) + suffix), Type: text, Shape: s, Strict: c.Strict}
	l.json[id] = j
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
func (l *lowering) windowedCodec(t *topology, c *topo.Codec, p *plan.Codec, at place) {
	size := ""
	if c.SizeExpr != nil {
		size = "(" + l.expr(t, c.SizeExpr) + ").Milliseconds()"
	}
	l.windowed(t, c.Inner, cutSize{session: c.Kind == topo.SessionWindowed, ms: c.SizeMs, expr: size, of: c.SizeExpr, id: c}, p, at)
}

// cutSize is what a codec of windowed keys knows of the windows: that they are sessions, or how
// long they are in milliseconds, as a number or, when it is computed, as an expression made of a piece of
// syntax. id tells the codecs that are computed apart.
type cutSize struct {
	session bool
	ms      int64
	expr    string
	of      *topo.Syntax
	id      *topo.Codec
}

// windowed makes p a codec of keys with windows.
func (l *lowering) windowed(t *topology, of *topo.Codec, size cutSize, p *plan.Codec, at place) {
	inner := l.codec(t, of, at)
	switch topo.CodecKind(inner.Kind) {
	case topo.Avro, topo.AvroRecord, topo.Protobuf:
		l.windowedBound(t, inner, size, p, at)
		return
	}
	switch {
	case inner.Scope != plan.Package:
		generic, text := "TimeWindowedCodec", ", Size: "+strconv.FormatInt(size.ms, 10)
		switch {
		case size.session:
			generic, text = "SessionWindowedCodec", ""
		case size.expr != "":
			text = ", Size: " + size.expr
		}
		p.Scope, p.GoType = plan.App, "⟦"+serdePath+"⟧."+generic+"["+inner.Type+", "+inner.GoType+"]"
		name := t.custom[size.id]
		if name == "" {
			l.plan.Packages[serdePath] = "serde"
			name = l.field(t, "windowedCodec", p.GoType, p.GoType+"{Inner: "+scoped(inner.Scope, inner.Value, t.appVar, "t")+text+"}", size.of)
			t.custom[size.id] = name
		}
		p.Value = name
	case size.expr != "":
		w := l.cutCodec(inner.GoType+"/computed", &plan.WindowedCodec{Name: "sized" + title(typeHint(of.Of)), Inner: inner, Sized: true})
		p.Scope, p.GoType = plan.App, w.Name
		name := t.custom[size.id]
		if name == "" {
			name = l.field(t, "windowedCodec", w.Name, w.Name+"{size: "+size.expr+"}", size.of)
			t.custom[size.id] = name
		}
		p.Value = name
	case size.session:
		w := l.cutCodec(inner.GoType+"/session", &plan.WindowedCodec{Name: "sessioned" + title(typeHint(of.Of)), Inner: inner, Session: true})
		p.GoType, p.Value = w.Name, w.Name+"{}"
	default:
		w := l.cutCodec(inner.GoType+"/"+strconv.FormatInt(size.ms, 10), &plan.WindowedCodec{Name: "windowed" + title(typeHint(of.Of)), Inner: inner, Size: size.ms})
		p.GoType, p.Value = w.Name, w.Name+"{}"
	}
}

// cutCodec is the codec type with the id, which is made of w the first time; w's name is a wish.
func (l *lowering) cutCodec(id string, w *plan.WindowedCodec) *plan.WindowedCodec {
	if there := l.wins[id]; there != nil {
		return there
	}
	w.Name = l.scope.unique(w.Name)
	l.wins[id] = w
	l.plan.Windowed = append(l.plan.Windowed, w)
	return w
}

// cutKeys gives the own store of a windowed table keys with their windows.
func (k *task) cutKeys(s *graph.Step, p *plan.Kernel) {
	cut := k.t.resolved.Cut(s.ID)
	size := cutSize{session: s.Sessions, ms: k.t.resolved.Stores[cut.Store].Size, id: &topo.Codec{}}
	if w := k.t.Nodes[cut.ID].Window; w != nil && !w.Const && !s.Sessions {
		size.expr, size.of = "("+k.l.expr(k.t, w.Spec)+").Size", w.Spec
	}
	kind, key := topo.TimeWindowed, ".Windowed["
	if s.Sessions {
		kind, key = topo.SessionWindowed, ".Sessioned["
	}
	p.Inner, p.Sessions = p.Key, s.Sessions
	k.l.plan.Packages[windowPath] = "window"
	p.Key = "⟦" + windowPath + "⟧" + key + p.Inner + "]"
	p.KeyCodec = &plan.Codec{Kind: string(kind), Type: p.Key}
	k.l.windowed(k.t, k.t.codec(s.Exec.Key), size, p.KeyCodec, k.inStore(s.Store, true))
}

const windowPath = "github.com/streamgen/streamgen/runtime/window"
