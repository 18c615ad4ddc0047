// Package templates holds the stateful operators, the kernels, as ordinary generic Go.
// They are used twice: the interpreter instantiates them as they are, and the compiler
// specialises their source text for each use (type parameters become concrete types,
// function fields direct calls, constant options are folded; codegen/emit). So they are
// type-checked and tested here, once.
//
// A kernel takes a record whose key and value are present: whoever calls it has dropped
// the others and counted the drop. The record's key comes as bytes too, its identity in
// the store. Emit hands a result downstream, either at once (EmitEvery) or, coalesced, in
// Flush: once per changed key, in the order of the last updates, with the timestamp and
// headers of the last one. A key that had no value at the last commit and has none now
// emits nothing.
//
// The rules that source specialisation needs are checked by a test: function fields are
// only ever called, the only imports are the runtime's leaves and the standard library, no
// interface is declared, and presence is an explicit ok, never a comparison with a zero value.
package templates

import "embed"

// Source holds the files of the kernels.
//
//go:embed count.go reduce.go aggregate.go table.go table_count.go table_reduce.go table_aggregate.go window_count.go window_reduce.go window_aggregate.go session_count.go session_reduce.go session_aggregate.go stream_join.go
var Source embed.FS
