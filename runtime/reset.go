package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/streamgen/streamgen/runtime/internal/poll"
	"github.com/streamgen/streamgen/runtime/store"
)

// Reset takes an application back to its beginning, as kafka-streams-application-reset does:
// offsets of its inputs are moved, its internal topics deleted. A plain value, safe for
// concurrent use.
type Reset struct {
	// Inputs are the topics whose offsets are moved. None means those of Known, and those
	// that the group has offsets of.
	Inputs []string
	// Internal restricts the internal topics that are deleted to these.
	Internal []string
	// Known is what the topology reads and owns. Nil tells internal topics by their names.
	Known *KnownTopics
	To    ResetPoint // where the inputs go on; the zero value is the earliest record
	Force bool       // removes members that the group still has, instead of an error
	// LocalState deletes <state.dir>/<application.id> on this machine too.
	LocalState bool
	// Execute does it; otherwise it is only said what would be done.
	Execute bool
}

// KnownTopics are the topics of a topology, under their names in the cluster. A plain value,
// safe for concurrent use.
type KnownTopics = poll.KnownTopics

// ResetPoint is where the inputs of an application go on. A plain value, safe for concurrent use.
type ResetPoint = poll.Point

// The kinds of points: ResetPoint.Kind.
const (
	ResetEarliest = poll.Earliest
	ResetLatest   = poll.Latest
	ResetOffset   = poll.AtOffset // ResetPoint.N
	ResetTime     = poll.AtTime   // ResetPoint.N, epoch milliseconds: the first record at or after it
	ResetShift    = poll.Shifted  // by ResetPoint.N from the committed offset
	ResetFile     = poll.FromFile // ResetPoint.Offsets, see ParseOffsets
)

// ParseOffsets reads lines "topic,partition,offset" for ResetFile.
func ParseOffsets(r io.Reader) (map[string]map[int32]int64, error) { return poll.ParseOffsets(r) }

// Do resets the application of cfg, of which application.id, bootstrap.servers, security and
// state.dir are read, and tells out line by line what it does or would do. Errors: members in
// the group, topics that do not exist, no broker, a state directory in use. A reset that was
// interrupted is run again.
func (r Reset) Do(ctx context.Context, cfg Config, out io.Writer) error {
	cfg.EnsureDefaults()
	if err := cfg.Validate(); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	credentials, err := cfg.Security.credentials()
	if err != nil {
		return err
	}
	folder := filepath.Join(cfg.StateDir, cfg.ApplicationID)
	s := poll.Settings{Application: cfg.ApplicationID, ClientID: cfg.ApplicationID, Seeds: cfg.BootstrapServers, Credentials: credentials,
		Dial: cfg.Dial, TaskTimeout: cfg.TaskTimeout, MetadataMaxAge: cfg.MetadataMaxAge, FetchMaxWait: cfg.Consumer.FetchMaxWait, Log: cfg.Logger}
	err = s.Reset(ctx, poll.Reset{Inputs: r.Inputs, Internal: r.Internal, Known: r.Known, To: r.To, Force: r.Force, Execute: r.Execute}, out)
	if err != nil {
		return err
	}
	if !r.LocalState {
		fmt.Fprintf(out, "local state stays: delete it on every machine before the next start, with -local-state there, the application's -clean-up, or by removing %s\n", folder)
		return nil
	}
	fmt.Fprintf(out, "delete local state %s\n", folder)
	if !r.Execute {
		return nil
	}
	if err := store.CleanUp(folder, cfg.Disk); err != nil {
		return errors.Join(errors.New("the cluster was reset, the local state was not"), err)
	}
	return nil
}
