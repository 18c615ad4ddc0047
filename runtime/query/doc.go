// Package query reads the stores of a running application from outside of its topology: Kafka
// Streams' interactive queries (KIP-67, KIP-535, KIP-796). A Client, which *rt.App is, finds
// the rows wherever they are: in this process, or at the instance that owns them, over HTTP.
//
//	counts := query.KeyValue[string, int64](app, "word-counts") // or the accessor that is generated for the store
//	n, ok, err := counts.Get(ctx, "be")
//	for row, err := range counts.Range(ctx, "a", "m", query.Limit(100)) { … }
//
// # What a query sees
//
// Committed rows: what the last commit of each task left. Under exactly_once_v2 nothing of an
// open transaction is ever seen, nor of one that is taken back. All rows of one task are those
// of one commit, however long the iteration takes (a store in memory is read in pages, each of
// one commit); different tasks commit at different times. Uncommitted reads what the task's
// next record would see, on the task's own goroutine.
//
// A query is answered whole or with an error: while a partition of the store is being moved or
// restored, a query that needs it fails with ErrNotAvailable, and is worth trying again.
//
// # Order
//
// Rows come in the order of their serialised keys, unsigned byte by byte, over all partitions
// together (Kafka Streams has that order per partition only). Rows of window stores are
// ordered by key bytes and then window start, as far as no key is the beginning of another.
package query
