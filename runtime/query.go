package runtime

import (
	"context"

	"github.com/streamgen/streamgen/runtime/internal/poll"
	"github.com/streamgen/streamgen/runtime/query"
)

var _ query.Client = (*App)(nil)

// Query begins a query over the bytes of a store; package query has the typed ones. Errors are
// *query.Error, or the context's.
func (a *App) Query(ctx context.Context, r query.Request) (query.Cursor, error) {
	return a.answers.Query(ctx, r)
}

// Store returns how a store is made; the error names the nearest.
func (a *App) Store(name string) (*query.Store, error) { return a.answers.Store(name) }

// running is what answers queries: nil before the start and after the end.
func (a *App) running() *poll.Group {
	if !a.State().Live() {
		return nil
	}
	return a.started()
}

// Locate says where a serialised key of a store is: queryMetadataForKey of Kafka Streams.
func (a *App) Locate(store string, key []byte) (query.KeyMetadata, error) {
	return a.answers.Locate(store, key)
}

// Instances are the processes that run the application, as the group's newest assignment has
// them: metadataForAllStreamsClients of Kafka Streams. It is empty before the first.
func (a *App) Instances() []query.Instance { return a.answers.Instances() }

// InstancesWith are those with active tasks that have some of a store, or all of them for a
// global one: streamsMetadataForStore of Kafka Streams.
func (a *App) InstancesWith(store string) ([]query.Instance, error) { return a.answers.Having(store) }
