package build

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/topo"
)

// value is what an expression of a topology function stands for while it is read.
type value any

type (
	// builderValue is the topology's *dsl.Builder.
	builderValue struct{}
	// handle is a stream or a table: the output of a node.
	handle struct {
		kind string // name of the dsl type
		node *topo.Node
		key  types.Type
		val  types.Type
	}
	// grouped is a stream about to be aggregated; window is set once it is windowed.
	grouped struct {
		handle
		name     string
		keyCodec *topo.Codec
		valCodec *topo.Codec
		window   *topo.Window
		call     *ast.CallExpr
	}
	// storeHandle is a store declared for processors; the handle of a global store reads it.
	storeHandle struct {
		index    int
		readOnly bool
	}
	// data is anything computed: a parameter, a value, a constant.
	data struct {
		expr  *topo.Syntax // how to compute it, nil for a parameter
		ref   *topo.Ref    // where it is once it is kept
		typ   types.Type   // of the expression: concrete also where the variable is an interface
		konst constant.Value
		unset token.Pos // where a variable of a function type was declared that has no value yet
		// x in frame is the expression once more, to look into codecs and windows.
		x     ast.Expr
		frame *frame
	}
	// funcValue is a function known at compile time; lit, in frame, for a literal.
	funcValue struct {
		fn    *topo.Func
		lit   *ast.FuncLit
		frame *frame
	}
	// optionList is one or more options; policyValue is an error policy.
	optionList  []option
	policyValue struct {
		action string
		topic  data
	}
	// tuple is the result of a helper with several results.
	tuple []value
	// bad stands for what could not be read; a diagnostic says why, and nothing that
	// depends on it is reported again.
	bad struct{}
	// null is the predeclared nil.
	null struct{}
)

// variable is a local variable of a frame.
type variable struct {
	val  value
	decl ast.Node
}

// isFollowed reports whether a value must be known while compiling.
func isFollowed(v value) bool {
	switch v.(type) {
	case builderValue, handle, grouped, storeHandle, optionList, policyValue, bundle:
		return true
	}
	return false
}

func isBad(v value) bool { _, ok := v.(bad); return ok || v == nil }
