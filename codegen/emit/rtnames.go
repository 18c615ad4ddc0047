package emit

// The packages that generated code mentions.
const (
	genPkg       = "⟦github.com/streamgen/streamgen/runtime/gen⟧."
	statePkg     = "⟦github.com/streamgen/streamgen/runtime/state⟧."
	serdePkg     = "⟦github.com/streamgen/streamgen/runtime/serde⟧."
	windowPkg    = "⟦github.com/streamgen/streamgen/runtime/window⟧."
	faultPkg     = "⟦github.com/streamgen/streamgen/runtime/fault⟧."
	processorPkg = "⟦github.com/streamgen/streamgen/runtime/processor⟧."
	avroPkg      = "⟦github.com/streamgen/streamgen/runtime/serde/avro⟧."
	protobufPkg  = "⟦github.com/streamgen/streamgen/runtime/serde/protobuf⟧."
	wirePkg      = "⟦github.com/streamgen/streamgen/runtime/serde/wire⟧."
	queryPkg     = "⟦github.com/streamgen/streamgen/runtime/query⟧."
	dslPkg       = "⟦github.com/streamgen/streamgen/dsl⟧."
)

// Every name of the runtime that the emitter mentions; a test looks each up in the
// type-checked packages. Those that kernels and JSON codecs bring along are checked where
// they are compiled.
const (
	genIsAtLeast   = genPkg + "IsAtLeastV0_1"
	genTopology    = genPkg + "Topology"
	genSub         = genPkg + "Subtopology"
	genSource      = genPkg + "Source"
	genWallClock   = genPkg + "WallClockTime"
	genFailTime    = genPkg + "FailTime"
	genLogTime     = genPkg + "LogTime"
	genPartTime    = genPkg + "PartitionTime"
	genOwnTime     = genPkg + "OwnTime"
	genSinkSpec    = genPkg + "SinkSpec"
	genSink        = genPkg + "Sink"
	genStore       = genPkg + "Store"
	genTogether    = genPkg + "Together"
	genSequence    = genPkg + "SequenceOf"
	genGlobal      = genPkg + "Global"
	genGlobalEnv   = genPkg + "GlobalEnv"
	genTask        = genPkg + "Task"
	genTaskEnv     = genPkg + "TaskEnv"
	genSegment     = genPkg + "Segment"
	genRun         = genPkg + "Run"
	stateCache     = statePkg + "Cache"
	stateWindows   = statePkg + "Windows"
	stateNewCache  = statePkg + "NewCache"
	stateNewWins   = statePkg + "NewWindows"
	stateNewDups   = statePkg + "NewDuplicates"
	stateNewUnm    = statePkg + "NewUnmatched"
	stateNewSess   = statePkg + "NewSessions"
	stateOptions   = statePkg + "Options"
	stateClosing   = statePkg + "Closing"
	stateTable     = statePkg + "Table"
	stateNewTable  = statePkg + "NewTable"
	stateShared    = statePkg + "Shared"
	stateNewShared = statePkg + "NewShared"
	serdeHeader    = serdePkg + "Header"
	serdeCutChange = serdePkg + "CutChange"
	serdeTextOf    = serdePkg + "TextOf"
	genReadTable   = genPkg + "ReadTable"
	queryClient    = queryPkg + "Client"
	queryKeyValue  = queryPkg + "KeyValue"
	queryWindow    = queryPkg + "Window"
	querySession   = queryPkg + "Session"
	queryKVStore   = queryPkg + "KeyValueStore"
	queryWinStore  = queryPkg + "WindowStore"
	querySessStore = queryPkg + "SessionStore"
	windowWindow   = windowPkg + "Window"
	windowWindowed = windowPkg + "Windowed"
	windowJoin     = windowPkg + "JoinSpec"
	windowSpec     = windowPkg + "Spec"
	windowSession  = windowPkg + "Session"
	windowSessSpec = windowPkg + "SessionSpec"
	windowSessKey  = windowPkg + "Sessioned"
	faultPolicy    = faultPkg + "Policy"
	faultError     = faultPkg + "Error"
	faultSkip      = faultPkg + "Skip"
	faultDead      = faultPkg + "DeadLetter"
	faultProcess   = faultPkg + "Process"
	faultDecode    = faultPkg + "Deserialize"
	faultEncode    = faultPkg + "Serialize"
	procOpt        = processorPkg + "Opt"
	procRecord     = processorPkg + "Record"
	procContext    = processorPkg + "Context"
	procNewContext = processorPkg + "NewContext"
	procValContext = processorPkg + "ValueContext"
	procNewValues  = processorPkg + "NewValueContext"
	procGlobal     = processorPkg + "GlobalContext"
	procNewGlobal  = processorPkg + "NewGlobalContext"
	procPrint      = processorPkg + "Print"
	procEnv        = processorPkg + "Env"
	dslBuilder     = dslPkg + "Builder"
	dslStructure   = dslPkg + "Structure"
)

// runtimeFields are the fields and methods that the emitter mentions, by type; the same test
// looks them up.
var runtimeFields = map[string][]string{
	genTopology:  {"Name", "Description", "Hash", "Subtopologies", "Globals", "Err", "Verify"},
	genSub:       {"ID", "Sources", "Sinks", "Stores", "Together", "NewTask"},
	genSource:    {"Node", "Topic", "Repartition", "Partitions", "Pattern", "Times", "Placed"},
	genSinkSpec:  {"Node", "Topic", "Repartition", "DeadLetter", "Routed"},
	genStore:     {"Name", "Window", "Session", "Timestamped", "InMemory", "Retention", "Segment", "Logged", "Duplicates", "Key", "Val", "Tail", "Free", "Unmatched"},
	genGlobal:    {"Node", "Topic", "Store", "Apply", "Rows", "Timestamped", "Processor", "Open", "Close", "Bind", "Key", "Val", "Table"},
	genGlobalEnv: {"Env", "Store", "At", "Failed", "Err"},
	genTaskEnv: {"Env", "Sinks", "Stores", "Time", "DropsOf", "Index", "Node", "RecordTime", "Failed", "Meta", "StreamTime",
		"Err"},
	genRun:         {"Topic", "Partition", "Records", "Skipped"},
	genSink:        {"Begin", "Cancel", "Key", "Place", "Route", "Partitions", "Done", "Buf", "Change"},
	stateOptions:   {"Backend", "Append", "Decode", "Timestamped", "Coalesced", "Uncached", "EveryWrite", "Budget"},
	stateClosing:   {"Emitted", "Kafka"},
	stateTable:     {"Get", "Put", "Delete"},
	genTogether:    {"Node", "Left", "Right"},
	windowJoin:     {"BeforeMs", "AfterMs", "GracePeriod", "RetentionMs"},
	windowSpec:     {"Size", "Advance", "GracePeriod", "RetentionMs"},
	windowSessSpec: {"Gap", "GracePeriod", "RetentionMs"},
	windowSessKey:  {"Key", "Session"},
	faultError:     {"Phase", "Operator", "Topic", "Partition", "Offset", "Hint", "Cause"},
	procContext:    {"Drain"},
	procValContext: {"Drain", "Begin", "End"},
	procOpt:        {"V", "OK", "Get"},
	procRecord:     {"Key", "Value", "NoKey", "NoValue", "Timestamp", "Headers"},
}
