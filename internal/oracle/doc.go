// Package oracle is the Go side of the conformance oracle; oracle/README.md tells of it.
//
// form is the neutral text, operator and fn are the vocabulary, draw makes scripts, source and
// batch make programs of topologies, play runs scripts on the test driver, peer talks to
// programs, rule and compare and judge say what must come out, shrink makes failures small,
// session runs all of it, recorded replays results without Java.
package oracle
