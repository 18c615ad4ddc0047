// Package gentest is the conformance corpus: one folder per feature with a topology, the
// code generated from it, and scenarios that read as prose. Every scenario and the same
// random histories run through the generated code and through the interpreter; outputs,
// changelogs and store contents must be the same.
package gentest
