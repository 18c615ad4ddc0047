package avrocorpus

// Wide is the record of sixty fields that benchmarks measure.
type Wide struct {
	_   struct{} `avro:"streamgen.test.Wide"`
	F00 int64    `avro:"f00"`
	F01 string   `avro:"f01"`
	F02 float64  `avro:"f02"`
	F03 bool     `avro:"f03"`
	F04 int64    `avro:"f04"`
	F05 string   `avro:"f05"`
	F06 float64  `avro:"f06"`
	F07 bool     `avro:"f07"`
	F08 int64    `avro:"f08"`
	F09 string   `avro:"f09"`
	F10 float64  `avro:"f10"`
	F11 bool     `avro:"f11"`
	F12 int64    `avro:"f12"`
	F13 string   `avro:"f13"`
	F14 float64  `avro:"f14"`
	F15 bool     `avro:"f15"`
	F16 int64    `avro:"f16"`
	F17 string   `avro:"f17"`
	F18 float64  `avro:"f18"`
	F19 bool     `avro:"f19"`
	F20 int64    `avro:"f20"`
	F21 string   `avro:"f21"`
	F22 float64  `avro:"f22"`
	F23 bool     `avro:"f23"`
	F24 int64    `avro:"f24"`
	F25 string   `avro:"f25"`
	F26 float64  `avro:"f26"`
	F27 bool     `avro:"f27"`
	F28 int64    `avro:"f28"`
	F29 string   `avro:"f29"`
	F30 float64  `avro:"f30"`
	F31 bool     `avro:"f31"`
	F32 int64    `avro:"f32"`
	F33 string   `avro:"f33"`
	F34 float64  `avro:"f34"`
	F35 bool     `avro:"f35"`
	F36 int64    `avro:"f36"`
	F37 string   `avro:"f37"`
	F38 float64  `avro:"f38"`
	F39 bool     `avro:"f39"`
	F40 int64    `avro:"f40"`
	F41 string   `avro:"f41"`
	F42 float64  `avro:"f42"`
	F43 bool     `avro:"f43"`
	F44 int64    `avro:"f44"`
	F45 string   `avro:"f45"`
	F46 float64  `avro:"f46"`
	F47 bool     `avro:"f47"`
	F48 int64    `avro:"f48"`
	F49 string   `avro:"f49"`
	F50 float64  `avro:"f50"`
	F51 bool     `avro:"f51"`
	F52 int64    `avro:"f52"`
	F53 string   `avro:"f53"`
	F54 float64  `avro:"f54"`
	F55 bool     `avro:"f55"`
	F56 int64    `avro:"f56"`
	F57 string   `avro:"f57"`
	F58 float64  `avro:"f58"`
	F59 bool     `avro:"f59"`
}

// Three is Wide with the three fields that a topology reads.
type Three struct {
	_   struct{} `avro:"streamgen.test.Wide"`
	F04 int64    `avro:"f04"`
	F21 string   `avro:"f21"`
	F42 float64  `avro:"f42"`
}

// Narrow is Three over the whole schema: the compiler skips what it lacks, and writes the defaults.
type Narrow struct {
	F04 int64   `avro:"f04"`
	F21 string  `avro:"f21"`
	F42 float64 `avro:"f42"`
}

// AvroSchema returns the schema of Wide, with defaults.
func (Narrow) AvroSchema() string { return narrowSchema }

const narrowSchema = `{"type":"record","name":"Wide","namespace":"streamgen.test","fields":[
{"name":"f00","type":"long","default":0},
{"name":"f01","type":"string","default":""},
{"name":"f02","type":"double","default":0},
{"name":"f03","type":"boolean","default":false},
{"name":"f04","type":"long","default":0},
{"name":"f05","type":"string","default":""},
{"name":"f06","type":"double","default":0},
{"name":"f07","type":"boolean","default":false},
{"name":"f08","type":"long","default":0},
{"name":"f09","type":"string","default":""},
{"name":"f10","type":"double","default":0},
{"name":"f11","type":"boolean","default":false},
{"name":"f12","type":"long","default":0},
{"name":"f13","type":"string","default":""},
{"name":"f14","type":"double","default":0},
{"name":"f15","type":"boolean","default":false},
{"name":"f16","type":"long","default":0},
{"name":"f17","type":"string","default":""},
{"name":"f18","type":"double","default":0},
{"name":"f19","type":"boolean","default":false},
{"name":"f20","type":"long","default":0},
{"name":"f21","type":"string","default":""},
{"name":"f22","type":"double","default":0},
{"name":"f23","type":"boolean","default":false},
{"name":"f24","type":"long","default":0},
{"name":"f25","type":"string","default":""},
{"name":"f26","type":"double","default":0},
{"name":"f27","type":"boolean","default":false},
{"name":"f28","type":"long","default":0},
{"name":"f29","type":"string","default":""},
{"name":"f30","type":"double","default":0},
{"name":"f31","type":"boolean","default":false},
{"name":"f32","type":"long","default":0},
{"name":"f33","type":"string","default":""},
{"name":"f34","type":"double","default":0},
{"name":"f35","type":"boolean","default":false},
{"name":"f36","type":"long","default":0},
{"name":"f37","type":"string","default":""},
{"name":"f38","type":"double","default":0},
{"name":"f39","type":"boolean","default":false},
{"name":"f40","type":"long","default":0},
{"name":"f41","type":"string","default":""},
{"name":"f42","type":"double","default":0},
{"name":"f43","type":"boolean","default":false},
{"name":"f44","type":"long","default":0},
{"name":"f45","type":"string","default":""},
{"name":"f46","type":"double","default":0},
{"name":"f47","type":"boolean","default":false},
{"name":"f48","type":"long","default":0},
{"name":"f49","type":"string","default":""},
{"name":"f50","type":"double","default":0},
{"name":"f51","type":"boolean","default":false},
{"name":"f52","type":"long","default":0},
{"name":"f53","type":"string","default":""},
{"name":"f54","type":"double","default":0},
{"name":"f55","type":"boolean","default":false},
{"name":"f56","type":"long","default":0},
{"name":"f57","type":"string","default":""},
{"name":"f58","type":"double","default":0},
{"name":"f59","type":"boolean","default":false}]}`
