package registry

import (
	"context"
	"sync"

	"github.com/streamgen/streamgen/internal/schemastore"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// mocks are the registries of mock:// URLs by name.
var mocks = struct {
	sync.Mutex
	stores map[string]*schemastore.Store
}{stores: map[string]*schemastore.Store{}}

// mock returns the registry of a name, a new one the first time.
func mock(name string) *schemastore.Store {
	mocks.Lock()
	defer mocks.Unlock()
	s := mocks.stores[name]
	if s == nil {
		s = schemastore.New()
		mocks.stores[name] = s
	}
	return s
}

// Forget drops the registry of mock://name with all that it knows.
func Forget(name string) {
	mocks.Lock()
	defer mocks.Unlock()
	delete(mocks.stores, name)
}

// Mock returns a client of a registry in memory that nobody else uses.
func Mock() *Client {
	c := &Client{mock: schemastore.New(), schemas: map[int32]wire.Schema{}, ids: map[named]registered{}}
	c.ctx, c.end = context.WithCancel(context.Background())
	return c
}
