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
