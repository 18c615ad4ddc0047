package runtime

import (
	"errors"
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/internal/poll"
)

// FailureHandler decides what becomes of an instance after a failure that a new client and the
// last commit do not repair: a record that an operator refuses, a processor that panics, a
// broker that does not let it. It is Kafka Streams' StreamsUncaughtExceptionHandler. It is
// called on the worker's goroutine, concurrently by several workers, and must return soon.
type FailureHandler func(Failure) FailureResponse

// FailureResponse is the decision of a FailureHandler, under the names that
// StreamThreadExceptionResponse has. A plain value, safe for concurrent use.
type FailureResponse uint8

// The responses.
const (
	// ShutdownClient commits the other workers, leaves the group and ends this instance: the
	// default.
	ShutdownClient = FailureResponse(poll.ShutdownClient)
	// ReplaceThread lets what failed begin anew from its last commit, after 100 ms at first
	// and twice as long each time, up to a minute. Where the failure is one task's, only that
	// task waits and the others of the worker go on; otherwise the worker does. In Kafka
	// Streams the thread is replaced at once and a poison record spins.
	ReplaceThread = FailureResponse(poll.Replace)
	// ShutdownApplication ends all instances of the group.
	ShutdownApplication = FailureResponse(poll.ShutdownApplication)
)

var responseNames = [...]string{"shutdown_client", "replace_thread", "shutdown_application"}

// String is the response's value in streamgen.on.failure.
func (r FailureResponse) String() string {
	if int(r) < len(responseNames) {
		return responseNames[r]
	}
	return fmt.Sprintf("FailureResponse(%d)", uint8(r))
}

// Always answers every failure with r.
func (r FailureResponse) Always() FailureHandler { return func(Failure) FailureResponse { return r } }

// Failure is what a FailureHandler decides about. A plain value, safe for concurrent use.
type Failure struct {
	Task      string      // "<sub-topology>_<partition>"; empty when it is the whole worker's
	Phase     fault.Phase // of the record at fault; empty without one
	Operator  string
	Topic     string // empty when no record was in progress
	Partition int32
	Offset    int64 // -1 when no record was in progress
	Times     int   // how often in a row, from 1
	Err       error
}

// onFailure asks the handler.
func (a *App) onFailure(f poll.Failure) poll.Response {
	if a.cfg.OnFailure == nil {
		return poll.ShutdownClient
	}
	asked := Failure{Task: f.Task, Partition: -1, Offset: -1, Times: f.Times, Err: f.Err}
	var fe *fault.Error
	if errors.As(f.Err, &fe) {
		asked.Phase, asked.Operator, asked.Topic, asked.Partition, asked.Offset = fe.Phase, fe.Operator, fe.Topic, fe.Partition, fe.Offset
	}
	return poll.Response(a.cfg.OnFailure(asked))
}

func setOnFailure(c *Config, v string) error {
	for i, name := range responseNames {
		if strings.EqualFold(v, name) {
			c.OnFailure = FailureResponse(i).Always()
			return nil
		}
	}
	return fmt.Errorf("%q is not %s", v, strings.Join(responseNames[:], ", "))
}
