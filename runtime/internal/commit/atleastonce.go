package commit

// AtLeastOnce commits the worker's offsets after everything that follows from them is
// acknowledged.
func AtLeastOnce(e *Env) (State, error) { return e.run(Flush, nextAtLeastOnce, nil) }

// AbortAtLeastOnce decides about a failure before the commit began.
func AbortAtLeastOnce(cause error) (State, error) {
	if ClassOf(cause) == Fault {
		return Failed, cause
	}
	return Restarted, cause
}

// nextAtLeastOnce is the transition function. There is nothing to take back: whatever
// fails before the offsets are committed is processed again by the restarted worker.
func nextAtLeastOnce(s State, c Class, faulty bool) State {
	switch {
	case c == Fault || s == Apply && c != OK:
		return Failed
	case c != OK:
		return Restarted
	case s == Offsets:
		return Apply // no transaction to end
	case s == Apply:
		return Committed
	}
	return s + 1
}
