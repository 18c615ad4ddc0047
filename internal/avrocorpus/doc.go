// Package avrocorpus holds types of every Avro form with the codecs that the compiler generates for them, which its
// tests compare with the codec by reflection and with two libraries, and its benchmarks measure.
package avrocorpus
