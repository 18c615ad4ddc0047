package task

import "fmt"

// State is where a task is in its life. A plain value, safe for concurrent use.
//
//	Created ──▶ Restoring ──▶ Running
//	   │          │  ▲           │
//	   │          ▼  │           │
//	   └──────▶ Suspended ◀──────┘
//	                │
//	                ▼
//	             Closed
//
// Created: code and stores exist, nothing has been read. Restoring: the owner fills the
// backends. Running: records are processed. Suspended: intake has stopped; what was done may
// still be committed. Closed: processors are closed; a new task is built to go on, since an
// abort must also forget every processor field.
type State uint8

// The states.
const (
	Created State = iota
	Restoring
	Running
	Suspended
	Closed
)

var stateNames = [...]string{"CREATED", "RESTORING", "RUNNING", "SUSPENDED", "CLOSED"}

// String returns the name as Kafka Streams prints it.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// next holds the arrows of the drawing.
var next = [...][]State{
	Created:   {Restoring, Suspended},
	Restoring: {Running, Suspended},
	Running:   {Suspended},
	Suspended: {Restoring, Closed},
	Closed:    nil,
}

// transition moves the task along an arrow of the drawing; every change of state goes
// through here.
func (t *Task) transition(to State) error {
	for _, s := range next[t.state] {
		if s == to {
			t.state = to
			return nil
		}
	}
	return fmt.Errorf("task %s: cannot go from %v to %v", t.env.TaskID, t.state, to)
}
