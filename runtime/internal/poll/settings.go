package poll

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/clock"
	"github.com/streamgen/streamgen/runtime/metrics"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/store"
)

// Settings is the configuration of a Group, complete and validated by its owner. A plain
// value; nobody changes it while a Group uses it concurrently.
type Settings struct {
	Topology    *gen.Topology
	Application string
	ClientID    string
	Seeds       []string
	Credentials Credentials
	// Dial replaces the client's dialer; nil is the network.
	Dial func(ctx context.Context, network, host string) (net.Conn, error)

	Workers        int
	ExactlyOnce    bool
	Kafka          bool // streamgen.compatibility=kafka
	CommitInterval time.Duration
	CacheBytes     int64
	Poll           time.Duration
	MaxTaskIdle    time.Duration
	Buffered       int // records per partition
	// IdlePartition is after how long without a record stream time follows the wall clock; 0 never.
	IdlePartition     time.Duration
	ReplicationFactor int16
	TaskTimeout       time.Duration
	MetadataMaxAge    time.Duration
	PurgeInterval     time.Duration
	CleanupDelay      time.Duration // of the state of tasks that run elsewhere
	// WindowRetention is added to the retention of window stores' changelogs.
	WindowRetention time.Duration
	TopicConfigs    map[string]string

	Endpoint      string // host:port where other instances ask this one; empty for none
	Instance      string // group.instance.id, to which each worker adds its number; empty for dynamic members
	Leave         Leaving
	Standbys      int   // per task with state
	Warmups       int   // at once, in the whole group
	AcceptableLag int64 // changelog records that a task may still have to restore when it moves
	ProbeInterval time.Duration

	Latest                 bool // where partitions without a committed offset start; else earliest
	SessionTimeout         time.Duration
	HeartbeatInterval      time.Duration
	RebalanceTimeout       time.Duration
	FetchMaxBytes          int32
	MaxPartitionFetchBytes int32
	FetchMaxWait           time.Duration
	Linger                 time.Duration
	Compression            string
	MaxBatchBytes          int32
	TransactionTimeout     time.Duration

	Schemas wire.Schemas // of the Schema Registry, nil without one
	State   *store.Process
	Metrics *metrics.App
	Log     *slog.Logger
	Clock   clock.Clock
	// OnWorker is told when a worker starts to rebalance, runs, or has stopped; it is
	// called on that worker's goroutine.
	OnWorker func(worker int, s WorkerState, err error)
	// OnFailure decides about a failure of a task or a worker; nil ends the instance. It is
	// called on the worker's goroutine.
	OnFailure func(Failure) Response
	// OnRestore is told how restores go, on goroutines of their own, one for each worker; nil
	// tells nobody.
	OnRestore func(metrics.Restore)
	// Memory is divided once the number of tasks is known; CacheBytes and FetchMaxBytes above
	// are then what Memory says.
	Memory Memory

	sparse *sparse // made by Open
	shares Shares
}

// Credentials are what the broker asks for. A plain value, safe for concurrent use.
type Credentials struct {
	TLS       *tls.Config
	Mechanism string // empty: none
	Username  string
	Password  string
	Token     func(ctx context.Context) (string, error)
}

// WorkerState says what a worker is about.
type WorkerState uint8

// The states of a worker.
const (
	Starting    WorkerState = iota
	Rebalancing             // joins, or restores tasks
	Running                 // every task assigned to it is processing
	Stopped                 // for good; with an error when it failed
)
