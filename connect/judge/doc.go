// Package judge compares the converters, transforms and predicates with Kafka Connect's own classes, on random inputs. A case is
// a JSON document that both sides read (oracle/connect has the Java side); recorded cases with Java's answers are replayed by
// the package's tests without Java.
package judge
