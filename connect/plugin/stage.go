package plugin

import (
	"context"
	"io"
	"time"

	"github.com/streamgen/streamgen/connect/data"
)

// Transform changes records one at a time, or drops them. A value belongs to one task; its methods are called from one
// goroutine. One that holds resources implements io.Closer too.
type Transform interface {
	Plugin
	// Configure takes the options, without the prefix transforms.<alias>.
	Configure(props map[string]string) error
	// Apply changes the record in place and reports whether it goes on; false drops it. Values that the record holds may
	// be shared: a transform that changes a struct, map or list makes a new one. After an error the record's content does
	// not matter any more.
	Apply(record *Record) (keep bool, err error)
}

// Predicate decides which records a transform sees. A value belongs to one task; its methods are called from one goroutine.
type Predicate interface {
	Plugin
	// Configure takes the options, without the prefix predicates.<alias>.
	Configure(props map[string]string) error
	// Test looks at a record without changing it.
	Test(record *Record) (bool, error)
}

// Use is what a converter is configured for.
type Use uint8

// The uses.
const (
	ForKey Use = iota
	ForValue
	ForHeader
)

// RawHeader is a header as Kafka has it. A plain value.
type RawHeader struct {
	Key   string
	Value []byte // nil is null
}

// Converter turns values into bytes and back. A value belongs to one task; its methods are called from one goroutine.
type Converter interface {
	Plugin
	// Configure takes the options, without a prefix such as value.converter.
	Configure(props map[string]string, use Use) error
	// FromConnect appends the value's bytes to dst and returns it; nil, not dst, stands for null. dst is never nil. Headers
	// may be added for converters that keep schema ids there.
	FromConnect(dst []byte, topic string, headers *[]RawHeader, schema *data.Schema, value any) ([]byte, error)
	// ToConnect reads a value; bytes are nil for null. What it returns may refer to the bytes, which nobody changes.
	ToConnect(topic string, headers []RawHeader, bytes []byte) (*data.Schema, any, error)
}

// HeaderConverter turns header values into bytes and back. A value belongs to one task; its methods are called from one
// goroutine.
type HeaderConverter interface {
	Plugin
	// Configure takes the options, without the prefix header.converter.
	Configure(props map[string]string, use Use) error
	// FromHeader appends the value's bytes to dst and returns it; nil, not dst, stands for null. dst is never nil.
	FromHeader(dst []byte, topic, key string, schema *data.Schema, value any) ([]byte, error)
	// ToHeader reads a value; bytes are nil for null.
	ToHeader(topic, key string, bytes []byte) (*data.Schema, any, error)
}

// ConfigProvider finds what stands for ${name:path:key} in configurations. It is safe for concurrent use.
type ConfigProvider interface {
	Plugin
	// Configure takes the options, without the prefix config.providers.<name>.param.
	Configure(props map[string]string) error
	// Lookup returns the values of the keys under a path; those that it has not are left out. The path is empty for
	// ${name:key}. A TTL above zero says when to ask again.
	Lookup(ctx context.Context, path string, keys []string) (values map[string]string, ttl time.Duration, err error)
}

// Close closes what a plug-in holds, if it holds anything.
func Close(p Plugin) error {
	if c, ok := p.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
