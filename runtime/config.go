package runtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/poll"
	"github.com/streamgen/streamgen/runtime/metrics"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/store"
)

// Guarantee is the value of processing.guarantee.
type Guarantee string

// The guarantees, under Kafka Streams' names.
const (
	AtLeastOnce Guarantee = "at_least_once"
	ExactlyOnce Guarantee = "exactly_once_v2"
)

// Compatibility is the value of streamgen.compatibility.
type Compatibility string

// The compatibilities.
const (
	// Improved is the default: docs/SEMANTICS.md as it stands.
	Improved Compatibility = "improved"
	// Kafka keeps the behaviour of Kafka Streams that SEMANTICS marks as a wart and mends, for
	// an application that moves from there and relies on it (S180).
	Kafka Compatibility = "kafka"
)

// Leaving is the value of streamgen.leave.group: what closing an instance does to its
// membership of the group. A plain value, safe for concurrent use.
type Leaving string

// The choices. Kafka Streams never leaves unless asked, so that a scale-in waits for the
// session timeout.
const (
	// LeaveDynamic leaves unless the instance has a group.instance.id: one that has is expected
	// back under it, and finds its tasks again without a rebalance.
	LeaveDynamic Leaving = "dynamic"
	LeaveAlways  Leaving = "always"
)

var leavings = map[Leaving]poll.Leaving{LeaveDynamic: poll.LeaveDynamic, LeaveAlways: poll.LeaveAlways}

// Config configures an App. Its zero value, plus ApplicationID and BootstrapServers, is
// usable: EnsureDefaults fills in what is empty. Every field has a property under Kafka
// Streams' name, see Properties. A plain value; do not change it while others read it
// concurrently.
type Config struct {
	ApplicationID    string   // application.id: group id, prefix of topics, folder of the state
	BootstrapServers []string // bootstrap.servers
	ClientID         string   // client.id; default: the application id and the process id
	StateDir         string   // state.dir; default: the user's state folder, never a temporary one

	NumStreamThreads    int       // num.stream.threads, default 1
	ProcessingGuarantee Guarantee // processing.guarantee, default at_least_once
	// Compatibility is streamgen.compatibility, default improved.
	Compatibility Compatibility
	// OnFailure is streamgen.on.failure when it always answers the same: see FailureHandler.
	// Nil is ShutdownClient.
	OnFailure FailureHandler
	// CommitInterval is commit.interval.ms: by default 30 s, or 100 ms under exactly_once_v2.
	CommitInterval time.Duration
	// MemoryMaxBytes is streamgen.memory.max.bytes: the memory that the whole process may take. By
	// default it follows GOMEMLIMIT, the control group or the machine; see docs/RUNTIME.md.
	MemoryMaxBytes int64
	// CacheMaxBytes is statestore.cache.max.bytes, shared by the stores of all workers.
	// Kafka Streams' default is 10 MiB beside RocksDB's own caches; here it is a share of
	// MemoryMaxBytes, 64 MiB unless that is set or small.
	// -1 keeps no clean entries and coalesces within one commit only.
	CacheMaxBytes               int64
	Poll                        time.Duration // poll.ms, default 100 ms
	MaxTaskIdle                 time.Duration // max.task.idle.ms; negative: never wait
	IdlePartition               time.Duration // streamgen.idle.partition.ms, default 0: stream time never moves without a record (S234)
	BufferedRecordsPerPartition int           // buffered.records.per.partition, default 1000
	ReplicationFactor           int           // replication.factor of internal topics; -1, the default, is the broker's
	TaskTimeout                 time.Duration // task.timeout.ms, default 5 min: how long an unreachable broker is tried
	MetadataMaxAge              time.Duration // metadata.max.age.ms, default 5 min: when clients look at the topics again; 10 ms to 1 h
	// RepartitionPurgeInterval is repartition.purge.interval.ms, default 30 s.
	RepartitionPurgeInterval time.Duration
	// StateCleanupDelay is state.cleanup.delay.ms, default 10 min: how long the state of a task that
	// runs elsewhere, and is not followed here, stays on disk.
	StateCleanupDelay time.Duration
	// WindowAdditionalRetention is windowstore.changelog.additional.retention.ms, default 24 h.
	WindowAdditionalRetention time.Duration

	// ApplicationServer is application.server: host:port where other instances reach this
	// one's queries. Empty, the default, is none.
	ApplicationServer string
	// NumStandbyReplicas is num.standby.replicas: how many other instances follow the state of
	// each task that has some. Default 0.
	NumStandbyReplicas int
	// AcceptableRecoveryLag is acceptable.recovery.lag: with how many changelog records to go a
	// task with state may start on an instance, rather than stay where it is while the
	// instance warms up. Default 10,000; -1 for none at all.
	AcceptableRecoveryLag int64
	// MaxWarmupReplicas is max.warmup.replicas, default 2: how many tasks warm up at once.
	MaxWarmupReplicas int
	// ProbingRebalanceInterval is probing.rebalance.interval.ms, default 10 min: how long a plan
	// with warm-ups stands at most. An instance that has warmed up says so earlier.
	ProbingRebalanceInterval time.Duration

	// LeaveGroup is streamgen.leave.group: whether a close leaves the group, so that others take
	// the tasks over at once. Default dynamic.
	LeaveGroup Leaving

	Security Security
	// Registry is the Schema Registry of Avro codecs: schema.registry.url, auto.register.schemas and more.
	Registry RegistryConfig
	Consumer ConsumerConfig
	Producer ProducerConfig
	// Topic holds configs of internal topics ("topic." prefix), over Kafka Streams' own.
	Topic map[string]string

	// HTTPAddress is http.address, where Main serves /metrics, /healthz, /readyz, /status and the stores;
	// default 127.0.0.1:8080, "off" serves nothing.
	HTTPAddress string
	// HTTPTokenFile is http.token.file: a file with the token that the port asks for, and that
	// instances give each other. Empty, the default, asks for none.
	HTTPTokenFile string
	// Routes adds pages of the program's own to those that Main serves at http.address, for
	// example such as ask the App's stores. They ask for no token.
	Routes func(app *App, mux *http.ServeMux)

	Logger *slog.Logger // default slog.Default()
	// OnState is told every change of state, one at a time, on the goroutine that made it;
	// it must not call the App's methods that wait.
	OnState func(from, to State)

	// OnRestore is told when a store begins to come back from its changelog, how far it is, and
	// when it has ended or was given up: Kafka Streams' StateRestoreListener. It is called on
	// the goroutine that restores, one for each worker, so concurrently, and holds up the
	// restore until it returns. Standby tasks and global tables are not told.
	OnRestore func(metrics.Restore)

	// Dial replaces how clients reach the brokers' addresses, for a proxy, a tunnel or a network
	// in memory; TLS is spoken over what it returns where Security asks for it. Nil dials
	// with a timeout of 10 s. It is called concurrently.
	Dial func(ctx context.Context, network, host string) (net.Conn, error)
	// Schemas replaces the client of the Schema Registry; the owner closes it.
	Schemas wire.Schemas
	// Disk holds the state; nil is the machine's file system. store.NewMemDisk makes one in
	// memory for tests, which can crash and come back.
	Disk *store.Disk

	state store.Options // of tests
}

// ConsumerConfig holds the consumer properties that map to the client. A plain value,
// safe for concurrent use while nobody changes it.
type ConsumerConfig struct {
	AutoOffsetReset string // auto.offset.reset: earliest (default) or latest
	// GroupInstanceID is group.instance.id, to which each worker adds its number: static
	// membership. It must be another one for each instance, and the same after a restart.
	GroupInstanceID        string
	SessionTimeout         time.Duration // session.timeout.ms, default 45 s
	HeartbeatInterval      time.Duration // heartbeat.interval.ms, default 3 s
	MaxPollInterval        time.Duration // max.poll.interval.ms, default 5 min: how long a rebalance waits for a worker
	FetchMaxBytes          int           // fetch.max.bytes, default 50 MiB
	MaxPartitionFetchBytes int           // max.partition.fetch.bytes, default 1 MiB
	FetchMaxWait           time.Duration // fetch.max.wait.ms, default 500 ms
}

// ProducerConfig holds the producer properties that map to the client. A plain value,
// safe for concurrent use while nobody changes it.
type ProducerConfig struct {
	Linger             time.Duration // linger.ms, default 0: a commit flushes at once
	Compression        string        // compression.type: none, gzip, snappy, lz4 (default), zstd
	MaxRequestSize     int           // max.request.size: largest batch in bytes, default 1 MiB
	TransactionTimeout time.Duration // transaction.timeout.ms, default 10 s
}

// EnsureDefaults fills in every empty field and returns c for chaining.
func (c *Config) EnsureDefaults() *Config {
	def(&c.NumStreamThreads, 1)
	def(&c.ProcessingGuarantee, AtLeastOnce)
	def(&c.Compatibility, Improved)
	if c.ProcessingGuarantee == ExactlyOnce {
		def(&c.CommitInterval, 100*time.Millisecond)
	}
	def(&c.CommitInterval, 30*time.Second)
	def(&c.CacheMaxBytes, 64<<20)
	def(&c.Poll, 100*time.Millisecond)
	def(&c.BufferedRecordsPerPartition, 1000)
	def(&c.ReplicationFactor, -1)
	def(&c.TaskTimeout, 5*time.Minute)
	def(&c.MetadataMaxAge, 5*time.Minute)
	def(&c.RepartitionPurgeInterval, 30*time.Second)
	def(&c.StateCleanupDelay, 10*time.Minute)
	def(&c.WindowAdditionalRetention, 24*time.Hour)
	def(&c.AcceptableRecoveryLag, 10_000)
	def(&c.MaxWarmupReplicas, 2)
	def(&c.ProbingRebalanceInterval, 10*time.Minute)
	def(&c.LeaveGroup, LeaveDynamic)
	def(&c.StateDir, defaultStateDir())
	def(&c.HTTPAddress, "127.0.0.1:8080")
	def(&c.Consumer.AutoOffsetReset, "earliest")
	def(&c.Consumer.SessionTimeout, 45*time.Second)
	def(&c.Consumer.HeartbeatInterval, min(3*time.Second, c.Consumer.SessionTimeout/3))
	def(&c.Consumer.MaxPollInterval, 5*time.Minute)
	def(&c.Consumer.FetchMaxBytes, 50<<20)
	def(&c.Consumer.MaxPartitionFetchBytes, 1<<20)
	def(&c.Consumer.FetchMaxWait, 500*time.Millisecond)
	def(&c.Producer.Compression, "lz4")
	def(&c.Producer.MaxRequestSize, 1<<20)
	def(&c.Producer.TransactionTimeout, max(10*time.Second, c.CommitInterval))
	def(&c.Security.Protocol, "PLAINTEXT")
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}

func def[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// defaultStateDir is where a service manager or the XDG convention puts state. Kafka
// Streams defaults to the temporary folder, which a reboot empties.
func defaultStateDir() string {
	if d := os.Getenv("STATE_DIRECTORY"); d != "" {
		return strings.Split(d, ":")[0]
	}
	if d := os.Getenv("XDG_STATE_HOME"); d != "" {
		return filepath.Join(d, "streamgen")
	}
	if home, err := os.UserHomeDir(); err == nil {
		return filepath.Join(home, ".local", "state", "streamgen")
	}
	return "streamgen-state"
}

// Validate reports everything that is wrong with c, each with its property name.
func (c *Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	switch {
	case c.ApplicationID == "":
		bad("application.id is not set; it names the consumer group, the internal topics and the state folder")
	case strings.Trim(c.ApplicationID, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != "" || c.ApplicationID == "." || c.ApplicationID == "..":
		bad("application.id %q has characters that topic names may not have; use letters, digits, '.', '_' and '-'", c.ApplicationID)
	}
	if len(c.BootstrapServers) == 0 {
		bad("bootstrap.servers is not set; give at least one host:port of the cluster")
	}
	for _, s := range c.BootstrapServers {
		if !strings.Contains(s, ":") {
			bad("bootstrap.servers: %q has no port; write host:port, such as %s:9092", s, s)
		}
	}
	if c.ProcessingGuarantee != AtLeastOnce && c.ProcessingGuarantee != ExactlyOnce {
		bad("processing.guarantee is %q; it must be %s or %s", c.ProcessingGuarantee, AtLeastOnce, ExactlyOnce)
	}
	if c.Compatibility != Improved && c.Compatibility != Kafka {
		bad("streamgen.compatibility is %q; it must be %s or %s", c.Compatibility, Improved, Kafka)
	}
	if _, ok := leavings[c.LeaveGroup]; !ok {
		bad("streamgen.leave.group is %q; it must be %s or %s", c.LeaveGroup, LeaveDynamic, LeaveAlways)
	}
	for _, n := range []struct {
		name string
		v    int64
		min  int64
	}{
		{"num.stream.threads", int64(c.NumStreamThreads), 1},
		{"commit.interval.ms", c.CommitInterval.Milliseconds(), 1},
		{"streamgen.memory.max.bytes", c.MemoryMaxBytes, 0},
		{"statestore.cache.max.bytes", c.CacheMaxBytes, -1},
		{"poll.ms", c.Poll.Milliseconds(), 1},
		{"streamgen.idle.partition.ms", c.IdlePartition.Milliseconds(), 0},
		{"buffered.records.per.partition", int64(c.BufferedRecordsPerPartition), 1},
		{"replication.factor", int64(c.ReplicationFactor), -1},
		{"task.timeout.ms", c.TaskTimeout.Milliseconds(), 1},
		{"metadata.max.age.ms", c.MetadataMaxAge.Milliseconds(), 10},
		{"repartition.purge.interval.ms", c.RepartitionPurgeInterval.Milliseconds(), 1},
		{"state.cleanup.delay.ms", c.StateCleanupDelay.Milliseconds(), 1},
		{"windowstore.changelog.additional.retention.ms", c.WindowAdditionalRetention.Milliseconds(), 0},
		{"num.standby.replicas", int64(c.NumStandbyReplicas), 0},
		{"acceptable.recovery.lag", c.AcceptableRecoveryLag, -1},
		{"max.warmup.replicas", int64(c.MaxWarmupReplicas), 1},
		{"probing.rebalance.interval.ms", c.ProbingRebalanceInterval.Milliseconds(), 1},
		{"consumer.session.timeout.ms", c.Consumer.SessionTimeout.Milliseconds(), 1},
		{"consumer.heartbeat.interval.ms", c.Consumer.HeartbeatInterval.Milliseconds(), 1},
		{"consumer.max.poll.interval.ms", c.Consumer.MaxPollInterval.Milliseconds(), 1},
		{"consumer.fetch.max.bytes", int64(c.Consumer.FetchMaxBytes), 1024},
		{"consumer.max.partition.fetch.bytes", int64(c.Consumer.MaxPartitionFetchBytes), 1024},
		{"producer.linger.ms", c.Producer.Linger.Milliseconds(), 0},
		{"producer.max.request.size", int64(c.Producer.MaxRequestSize), 1024},
	} {
		if n.v < n.min {
			bad("%s is %d; it must be at least %d", n.name, n.v, n.min)
		}
	}
	if c.MetadataMaxAge > time.Hour {
		bad("metadata.max.age.ms is %d; it must be at most 3600000", c.MetadataMaxAge.Milliseconds())
	}
	if c.ProcessingGuarantee == ExactlyOnce && c.Producer.TransactionTimeout < c.CommitInterval {
		bad("producer.transaction.timeout.ms is %d, below commit.interval.ms %d: the broker would abort transactions before they are committed",
			c.Producer.TransactionTimeout.Milliseconds(), c.CommitInterval.Milliseconds())
	}
	if c.Consumer.HeartbeatInterval >= c.Consumer.SessionTimeout {
		bad("consumer.heartbeat.interval.ms is %d, not below consumer.session.timeout.ms %d: the member would be thrown out between heartbeats",
			c.Consumer.HeartbeatInterval.Milliseconds(), c.Consumer.SessionTimeout.Milliseconds())
	}
	if r := c.Consumer.AutoOffsetReset; r != "earliest" && r != "latest" {
		bad("consumer.auto.offset.reset is %q; it must be earliest or latest", r)
	}
	if !poll.Compression(c.Producer.Compression) {
		bad("producer.compression.type is %q; it must be none, gzip, snappy, lz4 or zstd", c.Producer.Compression)
	}
	if c.ApplicationServer != "" {
		if host, port, err := net.SplitHostPort(c.ApplicationServer); err != nil || host == "" || port == "" {
			bad("application.server is %q; write host:port, as other instances reach this one", c.ApplicationServer)
		}
	}
	errs = append(errs, c.Security.validate()...)
	if err := c.Registry.validate(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// token reads the token that the HTTP port asks for.
func (c *Config) token() (string, error) {
	if c.HTTPTokenFile == "" {
		return "", nil
	}
	b, err := os.ReadFile(c.HTTPTokenFile)
	if err != nil {
		return "", fmt.Errorf("http.token.file: %w", err)
	}
	token := strings.TrimSpace(string(b))
	if token == "" {
		return "", fmt.Errorf("http.token.file: %s is empty; write a token into it, or leave the property out", c.HTTPTokenFile)
	}
	return token, nil
}
