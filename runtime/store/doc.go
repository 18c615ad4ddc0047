// Package store keeps the state of tasks on disk: one Pebble database per task that holds
// all of its stores and their changelog offsets. It is the only importer of Pebble.
//
// # Layout
//
// A Process owns <state.dir>/<application.id>/:
//
//	.lock                            held while the process runs
//	kafka-streams-process-metadata   JSON: the process id, which keeps tasks sticky across restarts
//	<taskId>/                        one Pebble database
//	<taskId>/spill/                  another, of what the open transaction has put out of memory
//	<taskId>.damaged/                a database that could not be used, set aside
//
// Inside a database every key starts with two bytes, big-endian: 0 for the database's own
// records, else the number of a store. Numbers are given to store names on first use, so
// that the order of stores in a topology is free to change.
//
//	0 'i'              the identity: format, application, task
//	0 'n' name         number of the store, and the layout its rows have
//	0 'o' number       changelog offset: the next one to read
//	0 't' number       highest window start (session end) put, of window stores (session stores)
//	number key         a row of a key-value store
//	number segment row a row of a window store: segment int64 = start / interval, row as on the changelog;
//	                   of a session store the end takes the place of the start
//
// A timestamped store's values are ts int64 ++ value, as in Kafka Streams.
//
// # What is guaranteed
//
// The write-ahead log is off: the changelog is the log. A Batch carries the rows of one
// commit together with the changelog offsets that they correspond to, and Pebble applies
// and flushes batches whole and in order. So after any crash a database holds exactly the
// state as of the offsets it says, and restoring means reading the changelog from there.
// A transaction that has spilled is ingested as one table that holds rows and offsets, after
// a flush of what came before it: the same holds. Rows of a Loader become visible before their offset does; a crash in between leaves rows
// ahead of the offset, which the next restore overwrites before anyone reads.
//
// # Use
//
//	p, err := store.OpenProcess(dir, store.Options{Application: "my-app"}) // once; fails when another process holds dir
//	t, err := p.OpenTask("0_1", sub.Stores)           // tasks may be opened in parallel
//	next, ok := t.Offset(i)                           // where the restore of store i starts
//	r := changelog.NewRestore(t.Loader(i))            // restore: r.Add(...), then r.Finish(next)
//	env.Backend = t.Backend(i)                        // behind the task's caches
//
//	b := t.NewBatch()                                 // at each commit, before EndTxn:
//	b.Put(i, key, value, ts)                          //   what EachDirty yields (changelog.Write does it)
//	b.SetOffset(i, next)                              // after EndTxn, with the acked offsets:
//	err = b.Commit()                                  //   visible, all or nothing; b.Discard() on abort
//
//	err = t.Flush()                                   // clean stop
//	err = t.Close()
//	err = p.Close()
package store
