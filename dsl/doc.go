// Package dsl is the vocabulary of streamgen topologies: streams, tables, groupings,
// windows, joins and processors as small generic types. A topology is an ordinary
// function that takes a *Builder, marked with //streamgen:topology. The compiler reads
// it and never runs it; when it does run, it records the logical graph, which guards
// generated code against stale sources and feeds the interpreter.
//
// Every user function takes the key first. A plain function is not called for an absent
// value (Kafka's null): the record passes on as absent. …Opt forms see absence, …Record
// forms see timestamp and headers too, Try… forms may fail and obey OnError.
//
// Handles are values for one goroutine: build a topology in one function call.
package dsl
