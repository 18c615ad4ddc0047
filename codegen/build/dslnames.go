package build

// The vocabulary as names: the compiler never imports dsl. A test looks each of them up
// in the type-checked packages.
const (
	modulePath = "github.com/streamgen/streamgen"
	dslPath    = modulePath + "/dsl"
	windowPath = modulePath + "/runtime/window"
	serdePath  = modulePath + "/runtime/serde"
	procPath   = modulePath + "/runtime/processor"
)

// Types of dsl whose values are followed.
const (
	typeBuilder         = "Builder"
	typeStream          = "Stream"
	typeTable           = "Table"
	typeWindowTable     = "WindowTable"
	typeGlobalTable     = "GlobalTable"
	typeGrouped         = "Grouped"
	typeGroupedTable    = "GroupedTable"
	typeWindowedGrouped = "WindowedGrouped"
	typeSessionGrouped  = "SessionGrouped"
	typeSessionTable    = "SessionTable"
	typeOption          = "Option"
	typeErrorPolicy     = "ErrorPolicy"
	typeBranches        = "Branches"
)

// followed lists the types that must be known while compiling, by package and name.
var followed = map[string]map[string]bool{
	dslPath: {typeBuilder: true, typeStream: true, typeTable: true, typeWindowTable: true, typeGlobalTable: true,
		typeGrouped: true, typeGroupedTable: true, typeWindowedGrouped: true, typeSessionGrouped: true, typeSessionTable: true, typeOption: true, typeBranches: true, typeErrorPolicy: true},
	procPath: {"KeyValueStore": true, "TimestampedKeyValueStore": true, "WindowStore": true,
		"ReadOnlyKeyValueStore": true, "ReadOnlyTimestampedKeyValueStore": true},
}

// codecTypes are the codecs of serde that the compiler knows by type.
var codecTypes = map[string]string{
	"StringCodec": "string", "BytesCodec": "bytes", "Int64Codec": "int64", "Int32Codec": "int32", "Int16Codec": "int16",
	"Float64Codec": "float64", "Float32Codec": "float32", "BoolCodec": "bool",
	"AvroCodec": "avro", "AvroRecordCodec": "avro-record", "ProtobufCodec": "protobuf",
	"JSONCodec": "json", "StrictJSONCodec": "json", "TimeWindowedCodec": "time-windowed", "SessionWindowedCodec": "session-windowed",
}
