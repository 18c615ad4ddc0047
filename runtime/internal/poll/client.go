package poll

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// compressions are the values of producer.compression.type.
var compressions = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

// Compression says whether a codec of this name exists.
func Compression(name string) bool { _, ok := compressions[name]; return ok }

// options returns what every client of the application shares. role ends its client id.
func (s *Settings) options(role string) []kgo.Opt {
	opts := []kgo.Opt{
		kgo.SeedBrokers(s.Seeds...),
		kgo.ClientID(s.ClientID + "-" + role),
		kgo.WithLogger(clientLog{s.Log.With("client", role), s.sparse}),
		kgo.RetryTimeout(s.TaskTimeout),
		// A connection that ends before its first answer may be a broker without the TLS that was asked
		// for; it may also be a network that was cut or a broker that restarts. Time tells, and the error says both.
		kgo.AlwaysRetryEOF(),
		kgo.MetadataMaxAge(s.MetadataMaxAge),
		// How long a partition whose leader moved may be asked for in vain: Kafka's clients back off
		// for up to a second between two requests, this one for five by default.
		kgo.MetadataMinAge(min(500*time.Millisecond, s.MetadataMaxAge)),
		kgo.MaxDecompressBatchBytes(256 << 20),
		// All clients that read: a fetch that waits for records of some partitions keeps one that
		// was added meanwhile waiting, and the client's default is five seconds.
		kgo.FetchMaxWait(s.FetchMaxWait),
	}
	c := s.Credentials
	switch {
	case s.Dial != nil && c.TLS != nil:
		opts = append(opts, kgo.Dialer(func(ctx context.Context, network, host string) (net.Conn, error) {
			return secured(ctx, s.Dial, c.TLS, network, host)
		}))
	case s.Dial != nil:
		opts = append(opts, kgo.Dialer(s.Dial))
	case c.TLS != nil:
		opts = append(opts, kgo.DialTLSConfig(c.TLS))
	}
	switch c.Mechanism {
	case "PLAIN":
		opts = append(opts, kgo.SASL(plain.Auth{User: c.Username, Pass: c.Password}.AsMechanism()))
	case "SCRAM-SHA-256":
		opts = append(opts, kgo.SASL(scram.Auth{User: c.Username, Pass: c.Password}.AsSha256Mechanism()))
	case "SCRAM-SHA-512":
		opts = append(opts, kgo.SASL(scram.Auth{User: c.Username, Pass: c.Password}.AsSha512Mechanism()))
	case "OAUTHBEARER":
		opts = append(opts, kgo.SASL(oauth.Oauth(func(ctx context.Context) (oauth.Auth, error) {
			token, err := c.Token(ctx)
			return oauth.Auth{Token: token}, err
		})))
	}
	return opts
}

// secured speaks TLS over what dial returns, with the name of the host unless the
// configuration has one, as crypto/tls's own dialer does.
func secured(ctx context.Context, dial func(ctx context.Context, network, host string) (net.Conn, error), cfg *tls.Config, network, host string) (net.Conn, error) {
	conn, err := dial(ctx, network, host)
	if err != nil {
		return nil, err
	}
	if cfg.ServerName == "" {
		name, _, err := net.SplitHostPort(host)
		if err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		cfg = cfg.Clone()
		cfg.ServerName = name
	}
	tc := tls.Client(conn, cfg)
	if err := tc.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return tc, nil
}

// isolation is what consumers of input and changelog topics read.
func (s *Settings) isolation() kgo.Opt {
	if s.ExactlyOnce {
		return kgo.FetchIsolationLevel(kgo.ReadCommitted())
	}
	return kgo.FetchIsolationLevel(kgo.ReadUncommitted())
}

// workerOptions returns the client options of worker n: its group membership, and its
// producer, transactional under exactly-once. Offsets are committed by hand and
// rebalances wait for the gate.
func (w *worker) options() []kgo.Opt {
	s := w.g.s
	start := kgo.NewOffset().AtStart()
	if s.Latest {
		start = kgo.NewOffset().AtEnd()
	}
	opts := append(s.options(fmt.Sprintf("worker-%d", w.n)), s.isolation(),
		kgo.ConsumerGroup(s.Application),
		kgo.ConsumeTopics(w.topics.subscribed()...),
		kgo.Balancers(w.word.balancers()...),
		kgo.AdjustFetchOffsetsFn(w.adjust),
		kgo.ConsumeResetOffset(start),
		kgo.DisableAutoCommit(),
		// Positions move past transaction markers too: else a partition that ends with one
		// would never look read.
		kgo.KeepControlRecords(),
		// Else a topic that is deleted under the application would look silent for ever.
		kgo.KeepRetryableFetchErrors(),
		kgo.BlockRebalanceOnPoll(),
		kgo.SessionTimeout(s.SessionTimeout),
		kgo.HeartbeatInterval(s.HeartbeatInterval),
		kgo.RebalanceTimeout(s.RebalanceTimeout),
		kgo.FetchMaxBytes(s.FetchMaxBytes),
		kgo.FetchMaxPartitionBytes(s.MaxPartitionFetchBytes),
		kgo.OnPartitionsAssigned(w.members.assigned),
		kgo.OnPartitionsRevoked(w.members.revoked),
		kgo.OnPartitionsLost(w.members.lost),
		kgo.OnPartitionsCallbackBlocked(w.members.blocked),

		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerLinger(s.Linger),
		kgo.ProducerBatchCompression(compressions[s.Compression]),
		kgo.ProducerBatchMaxBytes(s.MaxBatchBytes),
		kgo.MaxBufferedRecords(maxBufferedRecords),
		kgo.MaxBufferedBytes(int(max(s.shares.Produce, 2*int64(s.MaxBatchBytes)))),
	)
	if id := w.instance(); id != "" {
		opts = append(opts, kgo.InstanceID(id))
	}
	if s.ExactlyOnce {
		return append(opts, kgo.TransactionalID(w.transactionalID()), kgo.TransactionTimeout(s.TransactionTimeout))
	}
	// No delivery timeout: the client measures it from the record's timestamp, which is
	// event time here. Settle bounds the wait instead.
	return opts
}

// transactionalID is Kafka Streams' (KIP-447): stable over restarts, so that a new
// process fences its predecessor and ends its open transaction.
func (w *worker) transactionalID() string {
	return fmt.Sprintf("%s-%s-%d", w.g.s.Application, w.g.s.State.ID(), w.n)
}

// clientLog passes the client's log on. Its levels speak of requests, ours of the
// application, so they shift by one: what the client calls info is debug here.
type clientLog struct {
	log    *slog.Logger
	sparse *sparse
}

func (l clientLog) Level() kgo.LogLevel {
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		return kgo.LogLevelInfo
	}
	return kgo.LogLevelWarn
}

func (l clientLog) Log(level kgo.LogLevel, msg string, keyvals ...any) {
	to := slog.LevelDebug
	if level <= kgo.LogLevelWarn && l.sparse.allow(msg) {
		to = slog.LevelInfo
	}
	l.log.Log(context.Background(), to, "kafka client: "+msg, keyvals...)
}

// sparse thins out what repeats while a broker is away: each kind of line comes at once,
// then at most every ten seconds. It is safe for concurrent use.
type sparse struct {
	now  func() time.Time
	mu   sync.Mutex
	last map[string]time.Time
}

func newSparse(now func() time.Time) *sparse { return &sparse{now: now, last: map[string]time.Time{}} }

// allow says whether a line of this kind is due. The kinds are few: texts of this program.
func (s *sparse) allow(kind string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if last, ok := s.last[kind]; ok && now.Sub(last) < 10*time.Second {
		return false
	}
	s.last[kind] = now
	return true
}

// reach makes sure that one of the bootstrap addresses answers. Until ctx ends it asks again, unless the
// answer is a refusal: brokers restart, and networks come back.
func (s *Settings) reach(ctx context.Context, cl *kgo.Client) error {
	var last error
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		err := cl.Ping(ctx)
		if err == nil {
			return nil
		}
		for _, addr := range s.Seeds {
			if _, _, e := net.SplitHostPort(addr); e != nil {
				return fmt.Errorf("bootstrap.servers: %q is no host:port: %w", addr, e)
			}
		}
		if last == nil {
			s.Log.Warn("no broker answers yet", "bootstrap.servers", s.Seeds, "error", err)
		}
		if last == nil || ctx.Err() == nil {
			last = err // what a broker said, rather than that the time was up while one was asked again
		}
		var code *kerr.Error
		var certificate *tls.CertificateVerificationError
		if !errors.As(err, &code) && !errors.As(err, &certificate) {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
				continue
			case <-ctx.Done():
				timer.Stop()
			}
		}
		return fmt.Errorf("no broker answers at bootstrap.servers %q: %w; check the address, security.protocol and sasl.* settings, and that the broker runs", s.Seeds, last)
	}
}
