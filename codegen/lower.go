package codegen

import (
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/emit"
	"github.com/streamgen/streamgen/codegen/pass"
	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
)

// lower takes a program from what was said to what will run and to the text of the
// generated file; nil when diags gained an error.
func lower(prog *topo.Program, diags *diag.List) (*plan.Program, []byte, error) {
	before := diags.Errors()
	p, err := pass.Lower(prog, diags)
	if err != nil || diags.Errors() > before {
		return nil, nil, err
	}
	content, err := emit.File(p)
	return p, content, err
}
