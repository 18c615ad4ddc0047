package commit

// ExactlyOnce commits the worker's transaction: input offsets, outputs and changelogs
// become visible together, then the stores follow (exactly_once_v2, KIP-447).
func ExactlyOnce(e *Env) (State, error) { return e.run(Flush, nextExactlyOnce, nil) }

// AbortExactlyOnce takes the transaction back because of a failure before the commit
// began, in processing or in producing.
func AbortExactlyOnce(e *Env, cause error) (State, error) {
	if ClassOf(cause) == Restart {
		return Restarted, cause
	}
	return e.run(Aborting, nextExactlyOnce, cause)
}

// nextExactlyOnce is the transition function. faulty says that a record was at fault.
//
//   - Before End nothing is visible: abort, and go on.
//   - A failed End may have committed: only a new client with the same transactional id
//     finds out, by fencing. So nothing but Restart is right, whatever the error says.
//   - A failed Apply comes after the commit: the store is behind its changelog. That is
//     repaired by restoring, but the disk is suspect, so the worker stops.
//   - A failed abort leaves a transaction open, which the restarted client fences.
func nextExactlyOnce(s State, c Class, faulty bool) State {
	switch {
	case s == Aborting && c != OK && !faulty:
		return Restarted
	case s == Aborting && faulty:
		return Failed // an abort that failed too is fenced by whoever starts next
	case s == Aborting:
		return Aborted
	case s == Apply && c != OK:
		return Failed
	case s == Apply:
		return Committed
	case c == OK:
		return s + 1
	case s == End || c == Restart:
		return Restarted
	}
	return Aborting
}
