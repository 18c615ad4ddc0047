package assign

// Task is a sub-topology on a partition number. A plain value, safe for concurrent use.
type Task struct {
	Group     int // index in Structure.Groups
	Partition int32
}

// Structure is what a member's code numbers its tasks by. Immutable, safe for
// concurrent use.
type Structure struct {
	Hash   string
	Groups [][]string // source topics by sub-topology
	// Logged says by sub-topology whether its tasks have state that a changelog keeps: only
	// those have standbys and warm-ups. Nil when the member did not say.
	Logged []bool
}

// logged says whether a task has state that others could follow.
func (s Structure) logged(t Task) bool { return t.Group < len(s.Logged) && s.Logged[t.Group] }

// Member is one member of the group: a worker. A plain value, safe for concurrent use
// once built.
type Member struct {
	ID         string
	Generation int32
	Owned      map[string][]int32
	Data
}

// Data is what a member tells about itself in its join. A plain value, safe for
// concurrent use once built.
type Data struct {
	Process   string // stable over restarts: who has the state directory
	Endpoint  string // host:port where the process answers queries; empty for none
	Structure Structure
	// State holds the tasks of which the process has state, and those of which it needs none
	// to begin; each task once, in no particular order.
	State []State
	// Shutdown asks all members to end: a failure concerns the whole application.
	Shutdown bool
}

// State is how far a process is with a task. A plain value, safe for concurrent use.
type State struct {
	Task
	Lag Lag
}

// Lag says coarsely how far behind a process's state of a task is: a number that moved with
// every record would make each join look like news, and be out of date on arrival. Smaller
// is better. A plain value, safe for concurrent use.
type Lag uint8

// The lags, in the order in which processes are preferred.
const (
	Running   Lag = iota // some worker of the process processes the task
	Following            // a standby that lacks at most the acceptable number of records
	Dormant              // state on disk that nobody follows, and lacks at most that
	Empty                // nothing, but the whole changelog is no longer than that
	behind               // and up: lacks more, by powers of two
	Unknown   Lag = 254  // state on disk; what it lacks is not known
	None      Lag = 255  // no state; not reported
)

// Behind is the lag of state that lacks records changelog records, where acceptable or fewer
// would count as caught up; both numbers are of records and not negative.
func Behind(records, acceptable int64) Lag {
	if records <= acceptable {
		return Dormant
	}
	l := behind
	for over := records - acceptable; over > 1; over >>= 1 {
		l++
	}
	return l
}

// Ready says whether a task may begin at once: restoring the rest takes no time to speak of.
func (l Lag) Ready() bool { return l <= Empty }
