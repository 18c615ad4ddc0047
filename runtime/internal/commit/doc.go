// Package commit says when the work of a worker is durable. It is a pure state machine
// over a struct of functions: it owns the order of the steps and what each kind of
// failure means, and knows neither a client nor a clock. One file per guarantee.
//
// The order, in both modes (the caller has stopped the intake of records):
//
//	        ┌────────────────────────── retry ──┐
//	        ▼                                   │
//	Flush ─▶ Changelog ─▶ Settle ─▶ Offsets ─▶ End ─▶ Apply ─▶ Committed
//	  │          │          │          │        │       │
//	  └──────────┴────┬─────┴──────────┘        │       └─▶ Failed (the log is ahead; restore repairs)
//	                  ▼                         ▼
//	                Abort ─▶ Aborted          Restart (outcome unknown)
//	                  │        (or Failed, when a record was at fault)
//	                  └────▶ Restart
//
// At-least-once has neither End nor Abort: what would abort there restarts the worker,
// which goes on from the offsets committed last.
//
// Stores are changed by Apply alone, after the commit is known. So a crash or an abort
// at any step leaves a store equal to its changelog or behind it, never ahead.
package commit
