// Package avro reads and writes Avro's binary encoding: what generated codecs are made of, records
// whose schema is known at run time only, and the resolution of one schema to another.
//
// A read function takes the bytes and an index and returns the value and the index behind it. When
// the bytes end too early or are none of the type, that index lies behind the end, and so do those
// of all reads that follow: generated code asks once, at the end of a value, and only then looks for
// the place (Explain). No input makes a read panic, and none makes it allocate more than the input is
// worth: counts of blocks are held against the bytes that are left.
package avro
