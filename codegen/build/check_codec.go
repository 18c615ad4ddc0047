package build

import (
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// checkCodecs compares dsl.Codecs with the types of the records that leave its operator.
func (f *frame) checkCodecs(o *options, key, val types.Type) {
	if o.codecsAt == nil {
		return
	}
	r := f.r
	rel := types.RelativeTo(r.target.Types)
	check := func(what string, c *topo.Codec, arg int, t types.Type) {
		if c == nil || c.Of == nil || types.Identical(c.Of, t) {
			return
		}
		r.diags.Report(diag.CodecMismatch, r.span(o.codecsAt.Args[arg]), "the codec is for %s, but the %ss of the stream are %s",
			types.TypeString(c.Of, rel), what, types.TypeString(t, rel)).
			Note(diag.Span{}, "dsl.Codecs describes the records that leave the operator").
			Suggest("give a codec of "+types.TypeString(t, rel), r.replace(o.codecsAt.Args[arg], codecFor(t, dslNameAt(o.codecsFrame.pkg, o.codecsAt), qualifierAt(o.codecsFrame.pkg))))
	}
	check("key", o.keyCodec, 0, key)
	check("value", o.valCodec, 1, val)
}

// codecs calls check for each type that a codec of a kind stands for in the topology, once.
func (r *reader) codecs(kind topo.CodecKind, check func(c *topo.Codec)) {
	seen := map[string]bool{}
	visit := func(c *topo.Codec) {
		for ; c != nil; c = c.Inner {
			if c.Kind == kind && !seen[c.Of.String()] {
				seen[c.Of.String()] = true
				check(c)
			}
		}
	}
	for _, n := range r.t.Nodes {
		for _, c := range []*topo.Codec{n.KeyCodec, n.ValCodec, n.GroupKeyCodec, n.GroupValCodec} {
			visit(c)
		}
	}
	for _, s := range r.t.Stores {
		visit(s.KeyCodec)
		visit(s.ValCodec)
	}
}
