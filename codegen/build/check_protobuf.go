package build

import (
	"strings"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/protoshape"
	"github.com/streamgen/streamgen/codegen/topo"
)

// checkProtobuf reports types that are no messages.
func (r *reader) checkProtobuf() {
	r.codecs(topo.Protobuf, func(c *topo.Codec) {
		if _, _, err := protoshape.Of(c.Of, r.target.Types); err != nil {
			reason, fix, _ := strings.Cut(err.Error(), "; ")
			r.diags.Report(diag.NotProtobuf, r.at(c.Pos), "%s", reason).Note(r.declared(c.Of), "%s", fix)
		}
	})
}
