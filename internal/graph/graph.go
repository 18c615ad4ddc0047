// Package graph is the logical graph of a topology: what was said, free of Go
// types and of code. The dsl package records one when a topology function runs; the
// compiler builds the same one from source without running it. Names, repartition
// topics, sub-topologies and the description are derived here, once for both.
package graph

// Op says what a node does.
type Op string

// The operators. One operator, one file of the same base name in dsl, codegen/build
// and codegen/emit.
const (
	Source      Op = "source"       // Topic, Key, Val codecs -> stream
	GlobalTable Op = "global-table" // Topic, Key, Val codecs, Store
	GlobalStore Op = "global-store" // Topic, Key, Val codecs; Store, which its processor fills
	Filter      Op = "filter"       // Fn: predicate (Not inverts)
	Map         Op = "map"          // Fn: (k, v) -> (k2, v2); changes the key
	MapValues   Op = "map-values"
	FlatMap     Op = "flat-map" // changes the key
	// FlatMapValues makes any number of values and keeps the key.
	FlatMapValues Op = "flat-map-values"
	SelectKey     Op = "select-key"
	Peek          Op = "peek"
	ForEach       Op = "for-each" // terminal
	Print         Op = "print"    // terminal; Label
	Split         Op = "split"    // its children are Branch nodes
	Branch        Op = "branch"   // Fn: predicate, or Rest
	Present       Op = "present"  // drops absent values
	Merge         Op = "merge"    // two parents
	Sink          Op = "sink"     // Topic, Key, Val codecs; terminal
	Count         Op = "count"    // stateful from here: Store, Window when windowed
	Reduce        Op = "reduce"
	Aggregate     Op = "aggregate"
	ToStream      Op = "to-stream"   // table or window table -> stream
	JoinGlobal    Op = "join-global" // Global is the table's node
	LeftGlobal    Op = "left-join-global"
	Process       Op = "process" // Stores are the connected stores; changes the key
	// ProcessValues is Process that keeps the key.
	ProcessValues Op = "process-values"
	Repartition   Op = "repartition" // recorded where the user asked for it, else inserted by Resolve
	Side          Op = "side"        // an input of a two-input operator; inserted by Resolve, never recorded

	// Joins of streams have two parents; Within; Stores: left rows, right rows, unmatched records.
	JoinStream  Op = "join-stream"
	LeftStream  Op = "left-join-stream"
	OuterStream Op = "outer-join-stream"

	// Tables: their records are changes, a new value and, where Step.SendOld says so, the old one.
	Table          Op = "table"            // Topic, Key, Val codecs, optional Store
	ToTable        Op = "to-table"         // stream -> table; optional Store
	TableFilter    Op = "table-filter"     // Fn: predicate (Not inverts); Store when materialised
	TableMapValues Op = "table-map-values" // Store when materialised
	JoinTable      Op = "join-table"       // stream with table; Global is the table's node
	LeftTable      Op = "left-join-table"
	TableGroupBy   Op = "table-group-by" // Fn: (k, v) -> (k2, v2); changes the key
	TableCount     Op = "table-count"    // over a TableGroupBy: adds new values, subtracts old ones
	TableReduce    Op = "table-reduce"
	TableAggregate Op = "table-aggregate"
	TableJoin      Op = "table-join" // two parents; Store when materialised
	TableLeftJoin  Op = "table-left-join"
	TableOuterJoin Op = "table-outer-join"
)

// Form says how a user function sees absence, context and failure.
type Form string

// The forms of user functions.
const (
	Plain  Form = ""       // not called on absent values
	Opt    Form = "opt"    // sees dsl.Opt
	Record Form = "record" // sees processor.Record
	Try    Form = "try"    // returns an error beside its result
)

// Codec names a codec in text that recording and compiling print alike, for example
// "serde.StringCodec" or "serde.JSONCodec[main.Flight]". Empty: none was given.
type Codec string

// Graph is the logical graph. Nodes stand in the order of their calls, so a parent
// always precedes its children. A Graph is built by one goroutine and may then be
// read by many.
type Graph struct {
	Nodes  []*Node
	Stores []*Store // in the order of their declaration
}

// Node is one operator.
type Node struct {
	ID    int
	Op    Op
	Form  Form
	Name  string // given by the user through dsl.Name, else empty until Resolve
	In    []int  // parents, in argument order
	Topic string // source, global table, sink; repartition: the name without application id and suffix
	// TopicDynamic says that Topic was not a constant: the compiler then puts the
	// expression's text there. Topics are not part of the structure.
	TopicDynamic bool
	KeyType      string // Go types of the records that leave the node, e.g. "main.Flight"
	ValType      string
	Key, Val     Codec // sources, sinks, groupings (as options of the key change), joins' tables
	Not          bool  // filter: keep what the predicate rejects
	// More, on a source, are further topics that it reads beside Topic, each once; how many
	// there are is structure.
	More []string
	// Times, on a source or table: where its records' timestamps come from.
	Times Times
	// Pattern, on a source: it reads the topics whose whole names match the regular expression,
	// and Topic is empty. Like a topic it is no structure.
	Pattern string
	// Rest, on a branch: it takes what no other branch took. The Name of a branch is what
	// the user called it; its processor has the name of the split before it.
	Rest bool
	// Routed, on a sink: Fn chooses the topic of each record, and Topic is empty.
	Routed bool
	// Placed, on a sink or a repartition: a function of the user's chooses the partition.
	Placed bool
	// Partitions, on a repartition: how many partitions its topic has; 0 for as many as what
	// writes it has tasks. An option value, not structure.
	Partitions int32
	// Label, on a print: what stands before each line; empty for the parent's name.
	Label string

	// Grouped, on a stateful node: the records' key was changed since the last topic.
	// Resolve then inserts a Repartition.
	GroupName  string // dsl.Name on GroupBy / GroupByKey
	GroupKey   Codec  // codecs given to GroupBy; else inherited from the source
	GroupVal   Codec
	Store      int    // index into Graph.Stores, -1 without
	Stores     []int  // process, global store: connected stores; stream-stream join: its own
	ReadOnly   []int  // process, global store: global stores whose read-only handles the processor holds
	Within     Within // stream-stream join: its window, option values
	Global     int    // joins of a stream with a table or global table: node id of the table, -1 otherwise
	Windowed   bool   // aggregation over windows, and what follows it up to ToStream or GroupBy
	Sessions   bool   // Windowed, and the windows are sessions
	EmitEvery  bool   // dsl.EmitEveryUpdate: no coalescing
	OnClose    bool   // dsl.EmitOnClose: windows are emitted once, when they have closed
	OnError    string // "fail", "skip", "dead-letter"; sources and Try forms
	DeadLetter string // topic of a dead-letter policy

	// Exec carries the boxed functions of a recorded graph for the interpreter; the
	// compiler leaves it empty.
	Exec Exec
}

// Within is the window of a stream-stream join in milliseconds: a record of the left stream
// joins those of the right one from Before behind to After ahead of its timestamp.
type Within struct{ Before, After, Grace int64 }

// StoreKind says how a store is keyed.
type StoreKind string

// The kinds of stores.
const (
	KV      StoreKind = "kv"
	Window  StoreKind = "window"
	Session StoreKind = "session"
)

// Store is one state store.
type Store struct {
	Name        string
	Kind        StoreKind
	KeyType     string
	ValType     string
	Key, Val    Codec
	Timestamped bool // DSL stores keep the timestamp of the last update beside the value
	InMemory    bool // dsl.InMemory: kept in memory, and read from the changelog at each start
	Global      bool // of a global table or global store: filled from a whole topic, no changelog
	Duplicates  bool // window store that keeps all values of a key and time, told apart by sequence numbers
	Unmatched   bool // records of a left or outer stream-stream join that wait for a match
	NoChangelog bool
	// Optional stores are made only when an operator downstream looks keys up or needs old
	// values; Resolve decides. A table source without dsl.Store has one.
	Optional bool
	// Window arithmetic in milliseconds; option values, not structure.
	Size, Advance, Grace, Retention int64
	Gap                             int64 // of sessions
	Boxed                           BoxedStore
}

// Add appends a node, gives it its id and returns it.
func (g *Graph) Add(n *Node) *Node {
	n.ID = len(g.Nodes)
	g.Nodes = append(g.Nodes, n)
	return n
}

// AddStore appends a store and returns its index.
func (g *Graph) AddStore(s *Store) int {
	g.Stores = append(g.Stores, s)
	return len(g.Stores) - 1
}
