// Package topo is what was said: the topologies of a package, read from typed syntax and
// never run. Each has the same logical graph that recording the topology function gives
// (internal/graph), and beside every node what an emitter needs: types, functions, codecs
// and the values that the functions capture. topo names no operator's implementation.
package topo

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/internal/graph"
)

// Package is a package of user code with its syntax and types.
type Package struct {
	Path, Name, Dir string
	Fset            *token.FileSet // shared by all packages of a program
	Files           []*ast.File
	Types           *types.Package
	Info            *types.Info
	Source          map[string][]byte // the bytes of Files, by the file name that positions carry
}

// Program is the package that topologies are generated for.
type Program struct {
	*Package
	Output     string // file name (no folder) of the generated file
	Constraint string // build constraint of the topologies' files, "" when they are built always
	Topologies []*Topology
	Marked     int // topology functions found, those with errors included
	Pins       []Pin
	// Packages are those that were loaded with their syntax, by import path: the target, others of the same run, and helpers'.
	Packages map[string]*Package
}

// Pin is a schema that values may have been written with: code is generated that reads them.
type Pin struct {
	Schema string // its JSON
	Of     string // where it was pinned, for people
}

// Topology is one topology function.
type Topology struct {
	Name   string // of the function
	Doc    string // its doc comment without directives
	File   string // base name of the file that declares it
	Func   *types.Func
	Decl   *ast.FuncDecl
	Params []Param // after the builder, in order
	Graph  *graph.Graph
	Nodes  []*Node  // parallel to Graph.Nodes
	Stores []*Store // parallel to Graph.Stores
	// Values are computed once, when the topology is constructed, in this order: each
	// uses parameters, package-level names and earlier values only.
	Values []*Value
}

// Param is a parameter of the topology function after the builder.
type Param struct {
	Name string // "_" or empty when it has none: then nothing refers to it
	Type types.Type
	Obj  *types.Var
}

// Node is what was said at one operator. Which functions are set depends on the operator;
// its form (Graph.Form) says how a function sees absence, context and failure.
type Node struct {
	Graph *graph.Node
	Pkg   *Package
	Pos   token.Pos // of the method's name, or of the function's for builder calls
	Call  *ast.CallExpr
	// Key and Val are the types of the records that leave the node; InKey and InVal of
	// those that enter it (its first parent's), nil for sources and global tables.
	Key, Val, InKey, InVal types.Type

	Fn    *Func      // predicate, mapper, visitor, key selector, to-stream's key, processor constructor
	Init  *Func      // aggregate: the first value
	Add   *Func      // aggregate, reduce: the next value
	Sub   *Func      // aggregations of a grouped table: takes a value back
	Merge *Func      // aggregate over sessions: the value of two
	Join  *Func      // joins: the joiner; join-global, left-join-global: Fn selects the table's key
	Time  *Func      // sources and tables: the timestamp extractor
	Part  *Func      // sinks and repartitions: the partitioner
	Proc  types.Type // process: the concrete type P that the constructor returns

	KeyCodec, ValCodec           *Codec // source, sink, global table; or given by dsl.Codecs
	GroupKeyCodec, GroupValCodec *Codec // stateful nodes: given at the grouping
	Window                       *Window
	Within                       *Within // stream-stream joins
	// Topic and DeadLetter are set when the topic is not a constant: strings to compute
	// once. Constants stand in Graph alone.
	Topic, DeadLetter *Syntax
}

// Store is a state store of a topology.
type Store struct {
	Graph              *graph.Store
	Pkg                *Package
	Pos                token.Pos // of the name, where one was given
	Key, Val           types.Type
	KeyCodec, ValCodec *Codec // KeyCodec is nil for an aggregation's store: the key has the group's codec
	Node               int    // the node that owns it, -1 when declared as a handle
	// Handle is the type of the handle, for example *dsl.KeyValueStore[string, int64] with
	// the alias resolved; nil for stores owned by a node.
	Handle types.Type
	Name   string  // the local variable that holds the handle first, "" when there is none
	Window *Window // window stores
	Call   *ast.CallExpr
}

// Within is the window of a stream-stream join. When Const is false one of its numbers is
// computed, and Spec is the window.JoinSpec.
type Within struct {
	graph.Within
	Const bool
	Spec  *Syntax
}

// Window is the window specification of a node or store. When Const is false one of its
// numbers is computed, and the numbers must not be used: Spec is then the window.Spec or
// window.SessionSpec of a node; a declared window store has the durations Retain and Width instead.
type Window struct {
	Const                           bool
	Session                         bool  // a window.SessionSpec, and Size is the gap
	Size, Advance, Grace, Retention int64 // milliseconds; Retention as in force
	Spec                            *Syntax
	Retain, Width                   *Syntax // time.Duration
}
