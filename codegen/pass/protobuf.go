package pass

import (
	"go/types"
	"maps"
	"strings"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/protoshape"
	"github.com/streamgen/streamgen/codegen/topo"
)

const protobufPath = "github.com/streamgen/streamgen/runtime/serde/protobuf"

// protobufCodec lowers a Protobuf codec to a generated type.
func (l *lowering) protobufCodec(c *topo.Codec, p *plan.Codec, at place) {
	q := l.protobufType(c)
	p.GoType = q.Name
	use := "⟦" + wirePath + "⟧.Use{Topic: " + at.topic + keyed(at.key) + "}"
	l.bind(p, q.Name+"{⟦"+protobufPath+"⟧.NewWire(("+q.Type+")(nil), "+q.Const+", "+plan.EnvMark+".Schemas, "+use+")}", at)
}

// protobufType is the generated codec of a message type; the same for all who use it.
func (l *lowering) protobufType(c *topo.Codec) *plan.Protobuf {
	text := l.typeText(c.Of)
	if q := l.proto[text]; q != nil {
		return q
	}
	m, packages, err := protoshape.Of(c.Of, l.prog.Types)
	if err != nil {
		at := diag.Span{}
		if c.Pos.IsValid() {
			at.Start = l.prog.Fset.Position(c.Pos)
		}
		l.diags.Report(diag.NotProtobuf, at, "%s", err)
	}
	hint := typeHint(c.Of)
	if t, ok := types.Unalias(c.Of).(*types.Pointer); ok {
		hint = typeHint(t.Elem())
	}
	name := l.scope.unique(lower(strings.ReplaceAll(hint, "_", "")) + "Protobuf")
	q := &plan.Protobuf{Name: name, Const: l.scope.unique(name + "Form"), Type: text, Message: m}
	l.proto[text] = q
	if err == nil {
		l.plan.Packages[protobufPath], l.plan.Packages[wirePath], l.plan.Packages[serdePath] = "protobuf", "wire", "serde"
		maps.Copy(l.plan.Packages, packages)
		l.plan.Protobuf = append(l.plan.Protobuf, q)
	}
	return q
}
