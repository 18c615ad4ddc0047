// Package protocorpus holds messages of every form with the codecs that the compiler generates for them, which its tests
// compare with google.golang.org/protobuf and with other languages' libraries, and its benchmarks measure.
package protocorpus
