package build

import (
	"strings"

	"github.com/streamgen/streamgen/codegen/avroshape"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// checkAvro reports types that have no Avro form.
func (r *reader) checkAvro() {
	r.codecs(topo.Avro, func(c *topo.Codec) {
		_, _, err := avroshape.Of(c.Of, r.target)
		if err == nil {
			return
		}
		reason, fix, _ := strings.Cut(err.Error(), "; ")
		what := "the type is declared here"
		if fix != "" {
			what = fix + "; " + what
		}
		r.diags.Report(diag.NotAvro, r.at(c.Pos), "%s", reason).Note(r.declared(c.Of), "%s", what)
	})
}
