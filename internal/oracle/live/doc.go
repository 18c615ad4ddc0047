// Package live compares Kafka Streams and this runtime on a real broker, in what the test
// drivers cannot show: which partition each record lands in (outputs, repartition topics,
// changelogs), what one commit makes of many updates, how internal topics are configured. It
// holds tests alone; they need a broker (make test-real).
package live
