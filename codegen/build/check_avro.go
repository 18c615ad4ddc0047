package build

import (
	"strings"

	"github.com/streamgen/streamgen/codegen/avroshape"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// checkAvro reports types that have no Avro form.
func (r *reader) checkAvro() {
	seen := map[string]bool{}
	visit := func(c *topo.Codec) {
		for ; c != nil; c = c.Inner {
			if c.Kind != topo.Avro || seen[c.Of.String()] {
				continue
			}
			seen[c.Of.String()] = true
			_, _, err := avroshape.Of(c.Of, r.target)
			if err == nil {
				continue
			}
			reason, fix, _ := strings.Cut(err.Error(), "; ")
			d := r.diags.Report(diag.NotAvro, r.at(c.Pos), "%s", reason)
			what := "the type is declared here"
			if fix != "" {
				what = fix + "; " + what
			}
			d.Note(r.declared(c.Of), "%s", what)
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
