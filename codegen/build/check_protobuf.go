package build

import (
	"strings"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/protoshape"
	"github.com/streamgen/streamgen/codegen/topo"
)

// checkProtobuf reports types that are no messages.
func (r *reader) checkProtobuf() {
	seen := map[string]bool{}
	visit := func(c *topo.Codec) {
		for ; c != nil; c = c.Inner {
			if c.Kind != topo.Protobuf || seen[c.Of.String()] {
				continue
			}
			seen[c.Of.String()] = true
			_, _, err := protoshape.Of(c.Of, r.target.Types)
			if err == nil {
				continue
			}
			reason, fix, _ := strings.Cut(err.Error(), "; ")
			r.diags.Report(diag.NotProtobuf, r.at(c.Pos), "%s", reason).Note(r.declared(c.Of), "%s", fix)
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
