package topo

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Syntax is a piece of user code together with what its free names stand for. To print it
// elsewhere: names of Pkg's scope are qualified by Pkg (exported when Pkg is not the
// target), each object of Captures is replaced by what it refers to, and type parameters
// by Types. Every identifier's object is in Pkg.Info.
type Syntax struct {
	Pkg      *Package
	Node     ast.Node // an ast.Expr; *ast.FuncLit in a literal
	Captures []Capture
	Types    map[*types.TypeParam]types.Type // nil outside of generic code
}

// Capture is a name that is local to the topology function (or to a helper it calls) and
// used by a piece of syntax.
type Capture struct {
	Obj types.Object
	Ref
}

// RefKind says what a captured name refers to.
type RefKind string

// The kinds of references.
const (
	RefParam    RefKind = "param"     // Topology.Params[Index]
	RefValue    RefKind = "value"     // Topology.Values[Index]
	RefStore    RefKind = "store"     // Topology.Stores[Index]: the task's own handle
	RefReadOnly RefKind = "read-only" // Topology.Stores[Index], a global store: the reader's own handle
	RefFunc     RefKind = "func"      // Func: a function known at compile time
)

// Ref is what a captured name refers to.
type Ref struct {
	Kind  RefKind
	Index int
	Func  *Func
}

// Value is a computation of the topology function that operators depend on. Results of
// one call with several results stand one after the other and share Expr.
type Value struct {
	Name   string // of the variable; "_" for a result that is not used
	Type   types.Type
	Pos    token.Pos
	Expr   *Syntax
	Result int // which result of Expr
	Tuple  int // how many results Expr has
}

// FuncKind says how an operator's function was written.
type FuncKind string

// The kinds of functions.
const (
	Literal FuncKind = "literal" // Syntax.Node is the *ast.FuncLit
	Named   FuncKind = "named"   // Obj is a function or variable of a package; TypeArgs when generic
	Method  FuncKind = "method"  // x.f: Obj is the method, Syntax.Node the operand x
	Express FuncKind = "express" // T.f: Obj is the method, Recv the type T
	Dynamic FuncKind = "dynamic" // a function value: Syntax.Node is an expression, computed once
)

// Func is a function given to an operator.
type Func struct {
	Kind     FuncKind
	Syntax   // Pkg and Types always; Node and Captures as Kind says
	Obj      types.Object
	TypeArgs []types.Type
	Recv     types.Type
	Sig      *types.Signature // with concrete types
	Name     string           // the user's name for it, "" for an anonymous literal
	Pos      token.Pos
	NoPanic  bool // the compiler can see that calling it does not panic
}

// CodecKind names the codecs that the compiler knows.
type CodecKind string

// The kinds of codecs.
const (
	String          CodecKind = "string"
	Bytes           CodecKind = "bytes"
	Int64           CodecKind = "int64"
	Int32           CodecKind = "int32"
	Int16           CodecKind = "int16"
	Float64         CodecKind = "float64"
	Float32         CodecKind = "float32"
	Bool            CodecKind = "bool"
	JSON            CodecKind = "json" // of Of
	Avro            CodecKind = "avro" // of Of
	AvroRecord      CodecKind = "avro-record"
	Protobuf        CodecKind = "protobuf"         // of Of
	TimeWindowed    CodecKind = "time-windowed"    // Inner and Size
	SessionWindowed CodecKind = "session-windowed" // Inner
	Custom          CodecKind = "custom"           // Expr, of the concrete type Type
)

// Codec is a codec with its concrete type.
type Codec struct {
	Kind   CodecKind
	Strict bool       // JSON: members that the type lacks are refused
	Type   types.Type // for example serde.JSONCodec[main.Flight]
	Of     types.Type // what it encodes
	Inner  *Codec     // of a windowed key
	// SizeMs is the window size of TimeWindowed; when SizeExpr is set it is not a constant
	// but this time.Duration.
	SizeMs   int64
	SizeExpr *Syntax
	Expr     *Syntax // as written, nil when implied (count's int64)
	Pos      token.Pos
}

// CallName is the place of a call in a chain: the method's name, because the call itself
// begins where the whole chain begins.
func CallName(c *ast.CallExpr) ast.Node {
	fun := ast.Unparen(c.Fun)
	for {
		switch f := fun.(type) {
		case *ast.IndexExpr:
			fun = f.X
			continue
		case *ast.IndexListExpr:
			fun = f.X
			continue
		case *ast.SelectorExpr:
			return f.Sel
		}
		return fun
	}
}
