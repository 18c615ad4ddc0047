package diag

// Info describes a code.
type Info struct {
	Title    string
	Severity Severity
}

// The codes by phase. Numbers are stable: a code that is retired is not used again.
const (
	// Reading the package.
	Syntax       Code = "SG0001"
	NoTopology   Code = "SG0002"
	BadDirective Code = "SG0003"
	NotAFunction Code = "SG0004"
	BadSignature Code = "SG0005"
	GenericTopo  Code = "SG0006"
	LocalType    Code = "SG0007"
	Redeclared   Code = "SG0008"
	Constraints  Code = "SG0009"

	// What a topology function may contain.
	HandleInCollection Code = "SG0101"
	HandleInStruct     Code = "SG0102"
	Branch             Code = "SG0103"
	Loop               Code = "SG0104"
	HandleInLiteral    Code = "SG0105"
	MutatedCapture     Code = "SG0106"
	Statement          Code = "SG0107"
	OpaqueCall         Code = "SG0108"
	Recursion          Code = "SG0109"
	ForeignHandle      Code = "SG0110"
	Discarded          Code = "SG0111"
	UnusedStream       Code = "SG0112"
	UnusedStore        Code = "SG0113"
	OpaqueOption       Code = "SG0114"
	BranchesEnded      Code = "SG0115"

	// Names and topics.
	StoreWithoutName  Code = "SG0201"
	DuplicateStore    Code = "SG0202"
	DuplicateOperator Code = "SG0203"
	DynamicName       Code = "SG0204"
	BadName           Code = "SG0205"
	EmptyTopic        Code = "SG0206"
	TwoPolicies       Code = "SG0207"
	TwoReaders        Code = "SG0208"
	EndlessLoop       Code = "SG0209"

	// Codecs.
	MissingCodec  Code = "SG0301"
	NilCodec      Code = "SG0302"
	CodecMismatch Code = "SG0303"
	NotJSON       Code = "SG0304"
	TwoCodecs     Code = "SG0305"
	TwoTypes      Code = "SG0306"
	OpaqueCodec   Code = "SG0307"
	NotAvro       Code = "SG0308"
	NotProtobuf   Code = "SG0309"

	// User functions.
	UnexportedInLiteral Code = "SG0401"
	NilFunction         Code = "SG0402"
	NonDeterministic    Code = "SG0403"
	Goroutine           Code = "SG0404"
	CannotFail          Code = "SG0405"
	NoEffect            Code = "SG0406"
	SharedState         Code = "SG0407"
	ChangedInPlace      Code = "SG0408"
	SharedInitial       Code = "SG0409"

	// Windows.
	WindowSize      Code = "SG0501"
	WindowGrace     Code = "SG0502"
	WindowRetention Code = "SG0503"
	WindowCodecSize Code = "SG0504"
	WindowAdvance   Code = "SG0505"

	// State.
	ProcessAfterKeyChange Code = "SG0601"
	GlobalHandle          Code = "SG0602"

	// What the last release keeps: streamgen.lock.
	BadLock      Code = "SG0701"
	StateLost    Code = "SG0702"
	PartRenamed  Code = "SG0703"
	PinnedUnread Code = "SG0704"
)

// Codes describes every code.
var Codes = map[Code]Info{
	Syntax:       {"code that does not type-check", Error},
	NoTopology:   {"no topology in the package", Error},
	BadDirective: {"unknown directive", Error},
	NotAFunction: {"directive on something that is not a function", Error},
	BadSignature: {"topology function with a wrong signature", Error},
	GenericTopo:  {"generic topology function", Error},
	LocalType:    {"type declared inside a function", Error},
	Redeclared:   {"package that redeclares a predeclared name", Error},
	Constraints:  {"topologies of one package for different platforms", Error},

	HandleInCollection: {"handle in a map, slice or channel", Error},
	HandleInStruct:     {"handle in a struct field", Error},
	Branch:             {"branch around handles", Error},
	Loop:               {"loop over handles", Error},
	HandleInLiteral:    {"handle captured by a function", Error},
	MutatedCapture:     {"captured variable that is changed", Error},
	Statement:          {"statement that cannot be compiled", Error},
	OpaqueCall:         {"call that cannot be followed", Error},
	Recursion:          {"helper function that calls itself", Error},
	ForeignHandle:      {"handle of another builder", Error},
	Discarded:          {"result of an operator thrown away", Error},
	UnusedStream:       {"stream that nothing consumes", Error},
	UnusedStore:        {"store that no processor uses", Error},
	OpaqueOption:       {"option that cannot be read", Error},
	BranchesEnded:      {"branch after the rest", Error},

	StoreWithoutName:  {"store without a name", Error},
	DuplicateStore:    {"two stores of one name", Error},
	DuplicateOperator: {"two operators of one name", Error},
	DynamicName:       {"name that is not a constant", Error},
	BadName:           {"name with characters that Kafka refuses", Error},
	EmptyTopic:        {"empty topic name", Error},
	TwoPolicies:       {"one topic, two error policies or timestamps", Error},
	TwoReaders:        {"one topic read as stream and as table", Error},
	EndlessLoop:       {"topic that feeds itself without end", Error},

	MissingCodec:  {"missing codec at a repartition topic", Error},
	NilCodec:      {"nil codec", Error},
	CodecMismatch: {"codecs of other types than the stream's", Error},
	NotJSON:       {"type without a JSON form", Error},
	NotAvro:       {"type without an Avro form", Error},
	NotProtobuf:   {"type that is no Protobuf message", Error},
	TwoCodecs:     {"one topic, two codecs", Error},
	TwoTypes:      {"one topic, two types", Error},
	OpaqueCodec:   {"codec of unknown type", Error},

	UnexportedInLiteral: {"literal of another package with unexported names", Error},
	NilFunction:         {"nil function", Error},
	NonDeterministic:    {"function that depends on more than its record", Warning},
	Goroutine:           {"goroutine started by an operator", Error},
	CannotFail:          {"error policy on an operator that cannot fail", Error},
	NoEffect:            {"option without effect", Error},
	SharedState:         {"function that changes what tasks share", Error},
	ChangedInPlace:      {"record changed in place that others read", Warning},
	SharedInitial:       {"first aggregate that all keys share", Error},

	WindowSize:      {"window size", Error},
	WindowGrace:     {"window grace", Error},
	WindowRetention: {"window retention", Error},
	WindowCodecSize: {"window size of codec and window differ", Error},
	WindowAdvance:   {"window advance", Error},

	ProcessAfterKeyChange: {"stateful processor after a key change", Error},
	GlobalHandle:          {"global store in the wrong hands", Error},

	BadLock:      {"lock file that cannot be read", Error},
	StateLost:    {"state that a release would lose", Error},
	PartRenamed:  {"part of a store's values that looks renamed", Error},
	PinnedUnread: {"pinned schema that a type cannot read", Error},
}
