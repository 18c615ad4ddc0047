// Package broker is the embedded broker: franz-go's kfake as one Kafka node on a port, with an optional folder that keeps
// topics, groups and transactions over clean restarts. The demo, the tests and `streamgen broker` start it, so that
// everything runs with no installation.
//
// It is no replacement for Apache Kafka. A broker that is stopped by Close (SIGTERM, interrupt) comes back with all it
// held and exactly-once survives that; one that is killed (SIGKILL, power) does not: records that it acknowledged may be
// gone and committed transactions half there. Tests that kill brokers use the real one (scripts/with-kafka.sh).
package broker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// DefaultHost is where a broker listens unless told otherwise: nobody outside the machine reaches it.
const DefaultHost = "127.0.0.1"

// rebalanceTimeoutMillis bounds how long a rebalance waits for members. A member whose process is killed while it waits
// for the answer to its join stays in the group without a session that could expire, so the next rebalance waits for it
// all of its rebalance timeout, by default the 5 minutes of max.poll.interval.ms.
const rebalanceTimeoutMillis = 10_000

// Options says what Start starts. The zero value is a broker in memory, without topics, on a free port of the loopback
// address. It is a plain value; no goroutine changes it.
type Options struct {
	Host    string  // address to listen on and to advertise; empty is DefaultHost
	Port    int     // zero takes a free one
	DataDir string  // folder that keeps all state over clean restarts; empty keeps it in memory
	Topics  []Topic // created when they do not exist yet
}

// Topic is a topic to create. It is a plain value; no goroutine changes it.
type Topic struct {
	Name       string
	Partitions int
}

// ParseTopic reads "name:partitions", or "name" alone for one partition.
func ParseTopic(s string) (Topic, error) {
	name, count, found := strings.Cut(s, ":")
	if name == "" {
		return Topic{}, fmt.Errorf("topic %q has no name: write name:partitions, such as orders:4", s)
	}
	if !found {
		return Topic{Name: name, Partitions: 1}, nil
	}
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 {
		return Topic{}, fmt.Errorf("topic %q: %q is not a number of partitions: write name:partitions, such as orders:4", s, count)
	}
	return Topic{Name: name, Partitions: n}, nil
}

// Broker is a running broker. Its methods are safe for concurrent use; the one who started it closes it.
type Broker struct {
	cluster *kfake.Cluster
	lock    *dirLock
	faults  *faultLog
	addr    string
	once    sync.Once
	err     error
}

// Start starts a broker and returns once it answers. It fails when the port is taken, when the data folder cannot be read
// or is in use by another broker, and when a topic exists with another number of partitions.
func Start(o Options) (*Broker, error) {
	if o.Host == "" {
		o.Host = DefaultHost
	}
	if ip := net.ParseIP(o.Host); ip != nil && ip.IsUnspecified() {
		return nil, fmt.Errorf("broker: host %s cannot be advertised to clients: name the one address that they dial", o.Host)
	}
	b := &Broker{faults: new(faultLog)}
	// One node: a second would say nothing about an application's correctness and triples the connections. Session
	// timeouts may go below Kafka's floor of 6 s, because a demo that loses a member should not wait that long.
	opts := []kfake.Opt{
		kfake.Ports(o.Port),
		kfake.ListenFn(func(network, address string) (net.Listener, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return net.Listen(network, net.JoinHostPort(o.Host, port))
		}),
		kfake.GroupMinSessionTimeout(time.Second),
		kfake.WithLogger(b.faults),
	}
	if o.DataDir != "" {
		if err := os.MkdirAll(o.DataDir, 0o755); err != nil {
			return nil, fmt.Errorf("broker: data folder: %w", err)
		}
		lock, err := lockDir(o.DataDir)
		if err != nil {
			return nil, fmt.Errorf("broker: %w", err)
		}
		b.lock = lock
		opts = append(opts, kfake.DataDir(o.DataDir))
	}
	cluster, err := kfake.NewCluster(opts...)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("broker: cannot start on %s: %w", net.JoinHostPort(o.Host, strconv.Itoa(o.Port)), err), b.lock.release())
	}
	cluster.ControlKey(int16(kmsg.JoinGroup), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		j := req.(*kmsg.JoinGroupRequest)
		j.RebalanceTimeoutMillis = min(j.RebalanceTimeoutMillis, rebalanceTimeoutMillis)
		return nil, nil, false
	})
	b.cluster, b.addr = cluster, cluster.ListenAddrs()[0]
	for _, t := range o.Topics {
		if err := b.createTopic(t); err != nil {
			return nil, errors.Join(err, b.Close())
		}
	}
	return b, nil
}

// Addr returns the host and port that clients bootstrap from.
func (b *Broker) Addr() string { return b.addr }

// createTopic makes sure that a topic exists. A topic of a previous run is left as it is, unless its number of partitions
// differs: then keys would be looked for where they are not.
func (b *Broker) createTopic(t Topic) error {
	if info := b.cluster.TopicInfo(t.Name); info != nil {
		if have := len(b.cluster.PartitionInfos(t.Name)); have != t.Partitions {
			return fmt.Errorf("broker: topic %q exists in the data folder with %d partitions, not %d: ask for %[2]d, or start from an empty folder", t.Name, have, t.Partitions)
		}
		return nil
	}
	if err := b.cluster.CreateTopic(t.Name, int32(t.Partitions), nil); err != nil {
		return fmt.Errorf("broker: cannot create topic %q with %d partitions: %w", t.Name, t.Partitions, err)
	}
	return nil
}

// Close stops the broker and, with a data folder, writes everything to it. An error means that the folder may not hold
// the last state. Further calls do nothing and return the same.
func (b *Broker) Close() error {
	b.once.Do(func() {
		b.cluster.Close()
		b.err = errors.Join(b.faults.saving(), b.lock.release())
	})
	return b.err
}

// Run starts a broker, calls ready once with its address, and closes it when the context ends.
func Run(ctx context.Context, o Options, ready func(addr string)) error {
	b, err := Start(o)
	if err != nil {
		return err
	}
	ready(b.Addr())
	<-ctx.Done()
	return b.Close()
}

// faultLog keeps what kfake reports as an error while saving, which it tells to its logger alone. It is safe for
// concurrent use.
type faultLog struct {
	mu   sync.Mutex
	errs []error
}

// Logf takes kfake's log lines and keeps those about a failed save.
func (l *faultLog) Logf(level kfake.LogLevel, format string, args ...any) {
	if level != kfake.LogLevelError || !strings.Contains(format, "persist") && !strings.Contains(format, "save") {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errs = append(l.errs, fmt.Errorf("broker: "+format, args...))
}

// saving returns what went wrong with saving so far.
func (l *faultLog) saving() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.errs...)
}
