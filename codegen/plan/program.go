// Package plan is what will run: tasks with their sources, fused chains of steps, kernels,
// stores and sinks, as plain data without go/types. Lowering (codegen/pass) makes it from
// what was said (codegen/topo); codegen/emit prints it as Go.
//
// Types and expressions are Go text in which each name of another package is marked with
// its import path, ⟦import/path⟧.Name; names of the target package are bare.
package plan

import (
	"github.com/streamgen/streamgen/codegen/plan/message"
	"github.com/streamgen/streamgen/codegen/plan/shape"
	"github.com/streamgen/streamgen/internal/avroschema"
)

// The marks of local names in BoundCodec.Init.
const (
	EnvMark  = "\x00env"
	TaskMark = "\x00task"
)

// Program is one generated file.
type Program struct {
	Package string // name
	Path    string
	Output  string // file name
	// Constraint is the build constraint of the file, "" for none.
	Constraint string
	Sources    []string // base names of the files that declare the topologies, sorted
	// Taken are the names of the package's scope, generated ones included. Foreign are the
	// local names of hoisted functions, which the names of imports must not be.
	Taken, Foreign map[string]bool
	// Packages are the names of the packages that text mentions, by import path.
	Packages   map[string]string
	Topologies []*Topology
	JSON       []*JSON
	Avro       []*Avro
	Protobuf   []*Protobuf
	Windowed   []*WindowedCodec
}

// Topology is one topology function.
type Topology struct {
	Name        string // of the topology function
	Constructor string
	App         string // type of the app: captures and global tables
	Doc         []string
	Params      []Param
	// AppVar is the app's name in the constructor and where tasks are made; Builder that of
	// the builder in the call that verifies the structure.
	AppVar, Builder string
	// Setup are the values that the constructor computes first, in order.
	Setup       []Assign
	Fields      []Field
	Functions   []*Function // hoisted, without stores
	Description string
	Hash        string
	Globals     []*Global
	Tasks       []*Task
	Readers     *Readers // nil without stores that can be asked for
}

// Readers is the type that reads the stores of a topology from outside.
type Readers struct {
	Type, Make string
	List       []Accessor
}

// Accessor is a method that returns the reader of a store.
type Accessor struct {
	Method string
	Store  string
	Kind   string // "KeyValue", "Window" or "Session", as in package query
	What   string // for comments
	Key    *Codec // of the key without its window
	Val    *Codec
}

// Param is a parameter.
type Param struct{ Name, Type string }

// Assign computes values once, at construction.
type Assign struct {
	Names []string // "_" where a result is not used
	Expr  string
}

// Field is a field of the app: a value that functions captured, a codec or a function value.
type Field struct{ Name, Type, Init string }

// Scope says what a function or codec hangs on.
type Scope string

// The scopes.
const (
	Package Scope = ""     // nothing: it stands alone
	App     Scope = "app"  // the app
	OfTask  Scope = "task" // the task
)

// Function is a function literal hoisted out of the topology function.
type Function struct {
	Name     string
	Receiver string // name of the receiver in Text; empty for Package
	Scope    Scope
	Node     string // what it belongs to
	Text     string // parameters, results and body
}

// Func is a function to call.
type Func struct {
	Scope Scope
	Name  string // text; a name of the receiver's unless the scope is Package
	Field string // the app's field that it needs: itself, or the receiver of a method value
	// NoPanic is of functions that cannot panic: nobody will ask which operator called them.
	NoPanic bool
	// Windowed marks dsl.WindowedKey and dsl.SessionKey, which are written as literals.
	Windowed bool
}

// Codec is a codec to call statically.
type Codec struct {
	Kind  string // as topo.CodecKind
	Type  string // what it encodes
	Scope Scope
	Value string // text of the value: Value.Append(dst, v), Value.Decode(src)
	// GoType is the codec's own type.
	GoType string
}

// JSON is a generated codec type for one user type.
type JSON struct {
	Name   string // of the codec type
	Type   string
	Shape  *shape.Shape
	Strict bool    // members that the type lacks are refused
	Picks  []*Pick // decoders of sources that read a part
	// Forwards says that sinks pass values as the bytes that came.
	Forwards bool
}

// PinnedAvro is a schema that values of an Avro codec may have been written with: they are read straight.
type PinnedAvro struct {
	Schema string
	Of     string // where it was pinned
	Plan   *avroschema.Plan
}

// Avro is a generated codec type for one user type.
type Avro struct {
	Name   string // of the codec type
	Const  string // of the constant that holds the schema
	Type   string
	Schema string // its JSON
	Shape  *avroschema.Shape
	// Pinned are other schemas that are read by generated code, Pins the name of the list of their texts.
	Pinned []*PinnedAvro
	Pins   string
	Picks  []*Pick // decoders of sources that read a part
	// Forwards says that sinks pass values as the bytes that came.
	Forwards bool
}

// Protobuf is a generated codec type for one message type.
type Protobuf struct {
	Name    string // of the codec type
	Const   string // of the constant that holds the message's form
	Type    string // a pointer
	Message *message.Message
}

// BoundCodec is a codec that knows its topic: a field of a task, or of the app where tables are global.
type BoundCodec struct{ Field, Type, Init string }

// WindowedCodec is a generated codec type for windowed keys.
type WindowedCodec struct {
	Name    string
	Inner   *Codec
	Session bool
	Size    int64 // milliseconds, of time windows
	Sized   bool  // Size is computed: a field of the codec
}

// Policy is what happens to a failed record.
type Policy struct {
	Action string // "fail", "skip", "dead-letter"
	Topic  string // expression
	Sink   int    // index of the dead-letter sink, -1 without
}

// Global is a global table, or with a Processor a global store.
type Global struct {
	Node, Topic, Store string // Topic is an expression
	Label              string // for comments
	Field              string // of the app: the table, or the rows of the store
	Method             string
	Key, Val           *Codec
	Policy             Policy
	Processor          *GlobalProcessor
	Codecs             []*BoundCodec // of the app
}

// GlobalProcessor fills a global store.
type GlobalProcessor struct {
	Node                string
	Field, Context, Env string // of the app
	Type                string
	New                 *Func
	Open, Close         string // methods of the app
	Handle              *Handle
	Timestamped         bool
	Readers             []*Reader // of the global stores that it reads
}

// Reader is a handle that reads a global store: of a task, or of the app for the processor of
// another global store.
type Reader struct {
	Field, Type string // type without the pointer
	Make        string // function that makes it
	Key, Val    *Codec
	Global      *Global
}

// Task is one sub-topology.
type Task struct {
	ID          int
	Type        string
	Sources     []*Source
	Sinks       []*Sink
	Stores      []*Store
	Kernels     []*Kernel
	StreamJoins []*StreamJoin
	Processors  []*Processor
	Readers     []*Reader // of the global stores that its processors read
	Views       []*View
	Codecs      []*BoundCodec // made before all else; their Init mentions env and task as EnvMark and TaskMark
	Methods     []*Step       // steps that are methods of their own, in the order of the graph
	Functions   []*Function
	Joins       bool // with a table
	Changes     bool // groups a table
	Together    []Together
	Flush       []int // kernels that coalesce, upstream first
}

// Source is a topic that a task reads.
type Source struct {
	Node        string
	Topic       string   // expression
	More        []string // further topics, expressions
	Pattern     string   // the topics that match, instead of Topic
	Label       string   // for comments
	Repartition bool
	Placed      bool   // a function of the user's chooses the partitions of a repartition topic
	Partitions  int32  // of a repartition topic, 0 when it follows from what writes it
	Times       string // as graph.Times
	Time        *Func  // the user's timestamp extractor
	Change      bool   // values are changes of a grouped table
	Method      string
	Stamp       string // method that gives timestamps, "" without Time
	Key, Val    *Codec
	// KeyReads and ValReads say what the functions behind the source read, nil where the codec's decoder is not generated.
	// KeyPick and ValPick are the decoders that read no more, nil where all is read.
	KeyReads, ValReads *Reads
	KeyPick, ValPick   *Pick
	Policy             Policy
	Next               []*Step
}

// Sink is a topic that a task writes.
type Sink struct {
	Node        string
	Topic       string // expression
	Label       string
	Repartition bool
	DeadLetter  bool
	Routed      bool // each record chooses its topic
	Field       string
}

// Store is a state store of a task.
type Store struct {
	Name        string
	Window      bool // segmented, with retention; sessions too
	Session     bool
	Timestamped bool
	InMemory    bool
	Duplicates  bool
	Retention   string // expression in milliseconds, "" for key-value stores
	RetentionMs int64  // its value when it is constant
	Logged      bool
	Unmatched   bool // of a join: nobody asks for it
	// Handle is set for stores that processors hold: the field of the task and how to make it.
	Handle *Handle
}

// Handle is a store that processors hold.
type Handle struct {
	Field, Type string // type without the pointer
	Make        string // function that makes it
	Key, Val    *Codec
	Spec        string // further argument, or ""
}

// Kernel is a stateful operator, specialised from a template.
type Kernel struct {
	Template  string // type in templates
	Node      string
	Field     string // of the task
	Type      string
	Key       string // types
	Val       string
	Agg       string
	KeyCodec  *Codec
	AggCodec  *Codec
	Store     int
	StoreName string
	Init, Add *Func
	Merge     *Func // sessions
	Subtract  *Func
	EmitEvery bool
	OnClose   bool // windows are emitted once, when they have closed
	SendOld   bool // Emit takes the old value beside the new one
	Quiet     bool // deletions of what is not there are no updates
	Joined    bool // updates come from a join of tables, with what was there before in its eyes
	// Inner, of the own store of a windowed table, is the type of the key without its window, and
	// Sessions says that the window is a session.
	Inner    string
	Sessions bool
	Emit     string // method of the task that takes results, "" when nothing does
	Window   *Window
	Next     []*Step
}

// View is how a table is looked up by key: in the store of a kernel, or computed from the
// views of the tables above it.
type View struct {
	Node     string
	Method   string // of the task
	Key, Val string // types
	KeyCodec *Codec
	Kernel   int // -1 when computed
	Above    []*View
	Step     *Step // the operator that computes it
}

// StreamJoin is a stream-stream join, specialised from a template.
type StreamJoin struct {
	Op            string // as graph.Op
	Node          string
	Field, Type   string // of the task; of the kernel
	Key, Left     string // types
	Right, Val    string
	KeyCodec      *Codec
	LeftCodec     *Codec
	RightCodec    *Codec
	Stores        []int // left rows, right rows, unmatched records
	Before, After int64 // milliseconds
	Grace         int64
	Spec          string // field of the app with the window.JoinSpec when it is computed
	Join          *Func
	Emit          string // method of the task that takes pairs
	Next          []*Step
}

// LeftOuter says whether left records without a match give a result.
func (j *StreamJoin) LeftOuter() bool { return j.Op != "join-stream" }

// RightOuter says whether right records without a match give a result.
func (j *StreamJoin) RightOuter() bool { return j.Op == "outer-join-stream" }

// Together are the sources on the sides of a join, by their index.
type Together struct {
	Node        string
	Left, Right []int
}

// Window is the window arithmetic of a kernel in milliseconds, or an expression for a
// window.Spec that is computed once.
type Window struct {
	Session              bool // Size is the gap, and Spec a window.SessionSpec
	Size, Advance, Grace int64
	Spec                 string // field of the app
}

// Processor is a user's processor.
type Processor struct {
	Node           string
	Field, Context string // of the task
	Type           string
	OutKey, OutVal string
	New            *Func
	Forward        string // method that sends on what was forwarded
	Policy         Policy
	Number         int // the node's number for schedules
	// Values says that it is a ValueProcessor: what it forwards has the key of its record,
	// of type InKey.
	Values bool
	InKey  string
	Next   []*Step
}

// Step is one operator of a chain.
type Step struct {
	ID                   int
	Op                   string // as graph.Op
	Form                 string // as graph.Form
	Node                 string
	Label                string // what a comment adds to the name
	InKey, InVal         string // types
	Key, Val             string
	Not                  bool
	Text                 string // label of a print
	Windowed             bool
	Sessions             bool
	Fn, Join             *Func
	Global               *Global
	View                 *View // of the table that is joined
	Right                bool  // of a join of tables: the side of the argument
	SendOld              bool  // the changes of a table that leave carry the old value
	TakesOld             bool  // those that enter do
	GlobalKey, GlobalVal string
	KeyCodec, ValCodec   *Codec   // sinks
	KeyForward           *Forward // sinks: how the key's bytes pass
	ValForward           *Forward
	KeyTail              int   // sinks: bytes behind the inner key, by which records are placed
	Part                 *Func // sinks: the user's partitioner
	NullKeys             bool  // repartitions: records without a key pass
	Sink                 int   // -1 without
	Kernel               int
	Processor            int
	StreamJoin           int  // side: of the task's stream joins
	RightSide            bool // side
	Policy               Policy
	Reads                *Reads // of the value, by the step's functions; nil where that was not asked
	// Method names the method that the step and all after it stand in, when several steps
	// lead to it or its parent has several children; else it stands inline.
	Method string
	Next   []*Step
}

// TakesWindow says whether the records that enter have windows beside their keys.
func (s *Step) TakesWindow() bool {
	switch s.Op {
	case "to-stream", "table-filter", "table-map-values", "table-group-by":
		return s.Windowed
	}
	return false
}

// Locals are the names of variables in generated functions. No generated declaration and
// no import has one of them, so that only the user's own package can hide something.
var Locals = []string{
	"app", "buf", "latest", "c", "d", "env", "err", "found", "g", "h", "i", "k", "kOK", "keep", "key", "keyOpt", "kv", "list", "ok", "out", "r", "rec", "records", "run", "source",
	"t", "tableKey", "ts", "u", "uts", "v", "vOK", "valueOpt", "w",
	"after", "at", "before", "j", "left", "matched", "rows", "shorter", "to", "uOK", "val", "value", "values", // of joins
	"added", "agg", "closed", "e", "end", "from", "had", "last", "n", "near", "none", "old", "own", "present", "removed", "row", "s", "start", "was", // of kernels
	"dst", "src", // of codecs
}
