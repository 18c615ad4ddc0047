// Package jsonscan is the small runtime below generated JSON codecs: the scanning and appending that every record type
// shares, so that a generated codec is left with the shape of its type alone.
//
// Semantics are those of encoding/json/v2 with default options: duplicate names, invalid UTF-8, lone surrogates, leading
// zeros, control characters, trailing data and nesting beyond 10,000 are rejected; unknown members are checked and
// skipped; null gives the zero value. Appending gives the bytes of json.Marshal with json.Deterministic(true).
//
// Everything works on a byte slice and an index into it. A scanning function takes the index where its value may begin
// (white space allowed), stores the value through a pointer and returns the index behind it, so that positions stay in
// registers. All calls are static: no interface, no function value and no reflection is involved until something is
// wrong. Errors are built by cold functions, which find the path of the fault by reading the document once more.
//
// Each decoded string is one copy (one allocation when it is longer than a byte). Sharing one copy of the record between
// its strings would cost fewer allocations and was rejected: a single short string kept in a store or a cache would hold
// the whole record in memory.
package jsonscan
