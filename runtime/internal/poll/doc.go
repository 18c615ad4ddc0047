// Package poll is where the runtime meets the broker and the clock: it alone imports the
// Kafka client and owns goroutines. A Group is one application instance; it makes sure
// that the topics are right, fills the global tables, and runs the workers. A worker is
// one loop on one goroutine with its own client and the tasks assigned to it:
//
//	gate ─▶ membership ─▶ tend ─▶ fetch ─▶ process ─▶ punctuate ─▶ commit? ─┐
//	 ▲                                                                      │
//	 └──────────────────────────────────────────────────────────────────────┘
//
// The gate is the only place where the client may rebalance. The loop passes it with
// nothing uncommitted, so revocations fall between transactions, and partitions that
// stay are not disturbed.
package poll
