package runtime

import (
	"fmt"
	"slices"
)

// State is where an App is in its life, with Kafka Streams' names (KafkaStreams.State). A
// plain value, safe for concurrent use.
//
//	CREATED ──▶ REBALANCING ◀──▶ RUNNING
//	   │           │    │          │  │
//	   │           │    └────┬─────┘  │
//	   ▼           ▼         ▼        │
//	PENDING_SHUTDOWN    PENDING_ERROR │
//	   │     ▲               │        │
//	   │     └───────────────┼────────┘
//	   ▼                     ▼
//	NOT_RUNNING            ERROR
type State uint8

// The states.
const (
	Created         State = iota // not started
	Rebalancing                  // joins the group, gets tasks, restores state
	Running                      // every task assigned here is processing
	PendingShutdown              // commits and leaves
	NotRunning                   // stopped
	PendingError                 // a worker failed; the others commit and leave
	Failed                       // stopped with an error: ERROR
)

var stateNames = [...]string{"CREATED", "REBALANCING", "RUNNING", "PENDING_SHUTDOWN", "NOT_RUNNING", "PENDING_ERROR", "ERROR"}

// String returns Kafka Streams' name.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// Live says whether an App in this state does or may do work.
func (s State) Live() bool { return s == Rebalancing || s == Running }

// arrows of the drawing.
var arrows = [...][]State{
	Created:         {Rebalancing, PendingShutdown},
	Rebalancing:     {Running, PendingShutdown, PendingError},
	Running:         {Rebalancing, PendingShutdown, PendingError},
	PendingShutdown: {NotRunning},
	PendingError:    {Failed},
	NotRunning:      nil,
	Failed:          nil,
}

// to changes the state along an arrow, and tells the listener; it reports whether there
// was one. The lock is held while the listener runs, so that changes are told in order.
func (a *App) to(s State) bool {
	a.stateMu.Lock()
	defer a.stateMu.Unlock()
	from := a.State()
	if !slices.Contains(arrows[from], s) {
		return false
	}
	a.state.Store(uint32(s))
	a.cfg.Logger.Info("state", "from", from.String(), "to", s.String())
	if a.cfg.OnState != nil {
		a.cfg.OnState(from, s)
	}
	return true
}
