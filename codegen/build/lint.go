package build

import (
	"go/ast"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
)

// lintBody looks for what an operator's function must not do: start goroutines, or
// depend on more than its record. Functions that it calls are not looked at.
func (r *reader) lintBody(info *types.Info, body *ast.BlockStmt) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			r.diags.Report(diag.Goroutine, r.span(n), "an operator's function starts a goroutine").
				Note(diag.Span{}, "the record counts as processed when the function returns: work that goes on is lost in a crash and races with the task; do it in place, or send it to a topic with To")
		case *ast.Ident:
			fn, ok := info.Uses[n].(*types.Func)
			if !ok || fn.Pkg() == nil || fn.Signature().Recv() != nil {
				return true
			}
			if advice := nonDeterministic(fn.Pkg().Path(), fn.Name()); advice != "" {
				r.diags.Report(diag.NonDeterministic, r.span(n), "%s.%s gives another result when a record is processed again", fn.Pkg().Name(), fn.Name()).
					Note(diag.Span{}, "%s", advice)
			}
		}
		return true
	})
}

func nonDeterministic(path, name string) string {
	switch path {
	case "time":
		switch name {
		case "Now", "Since", "Until":
			return "after a failure records are read again, and replays run at another time; use the record's timestamp (a …Record form), or the clocks of processor.Context"
		}
	case "math/rand", "math/rand/v2", "crypto/rand":
		return "after a failure records are read again; derive the choice from the record, for example from a hash of its key"
	}
	return ""
}
