package registry

import (
	"context"
	"errors"
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

// SetLevel sets the level of compatibility of a mock registry for all subjects, BACKWARD unless set: NONE, BACKWARD,
// FORWARD, FULL or one of them with _TRANSITIVE. The error says that the registry is no mock, or that there is no such level.
func (c *Client) SetLevel(level string) error {
	if c.mock == nil {
		return errors.New("the registry is no mock; set its level where it runs")
	}
	return c.mock.SetLevel("", level)
}
