// Package matrix is the shape of the whole DSL that is planned, all of Kafka Streams': every
// type and method with its signature and no behaviour. It exists to be compiled. Go
// rejects generic methods that lead, through any chain of methods, from Stream[K, V] back to
// a Stream of ever larger types ("instantiation cycle"), and one such method anywhere makes
// the whole DSL unusable; so a method is tried here before it is promised. Its test adds
// methods that must not exist and sees the compiler refuse them.
//
// The rules that follow: an operator may not return Stream[Windowed[K], V],
// Stream[K, []V], Stream[K, KV[V, V2]] or the like; windowed and session results are types
// of their own, left by a function of the user's that chooses the key; joins take a
// function that makes the result; changes of a table never travel as Stream[K, Change[V]].
package matrix
