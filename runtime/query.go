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
