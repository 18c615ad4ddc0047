package codegen

import (
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/emit"
	"github.com/streamgen/streamgen/codegen/pass"
	"github.com/streamgen/streamgen/codegen/topo"
)

// lower takes a program from what was said to the text of the generated file; nil when
// diags gained an error.
func lower(prog *topo.Program, diags *diag.List) ([]byte, error) {
	before := diags.Errors()
	p, err := pass.Lower(prog, diags)
	if err != nil || diags.Errors() > before {
		return nil, err
	}
	return emit.File(p)
}
