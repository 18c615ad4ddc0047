// Package worker is the engine of Connect: it runs connectors and their tasks, keeps what was asked of it in a config,
// status and offset store, divides the work among the workers of a group, and answers what the REST layer asks. The same
// engine is the standalone worker (stores in memory and a file, no group) and the distributed one (stores on topics).
package worker

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
)

// Kafka's version whose behaviour this worker has, and the commit that its REST root names.
const (
	Version = "4.3.1"
	Commit  = "26b251a451ce941d"
)

// Settings is what a worker is started with. A plain value.
type Settings struct {
	Props         map[string]string // the worker's properties
	Distributed   bool
	Plugins       *plugin.Set
	Log           *slog.Logger // nil discards
	Advertised    string       // host:port of the REST listener, this worker's id
	AdvertisedURL string       // with the scheme, such as http://host:port/
	// Lint warns of chains of transforms that cannot work; nil warns of nothing. It is called when a task starts.
	Lint func(steps []Step, sink bool) []string
}

// Step is a configured transform of a task, for Lint. A plain value.
type Step struct {
	Alias     string
	Transform plugin.Transform
	Predicate plugin.Predicate // nil for none
	Negate    bool
}

// workerDef lists the worker's own keys.
func workerDef(distributed bool) *config.Def {
	ms := func(name string, def int64) config.Key {
		return config.Key{Name: name, Type: config.Long, Default: def, Validator: config.AtLeast(0)}
	}
	d := config.New(
		config.Key{Name: "bootstrap.servers", Type: config.List, Default: []string{"localhost:9092"}},
		config.Key{Name: "key.converter", Required: true},
		config.Key{Name: "value.converter", Required: true},
		config.Key{Name: "header.converter", Default: "org.apache.kafka.connect.storage.SimpleHeaderConverter"},
		ms("offset.flush.interval.ms", 60_000), ms("offset.flush.timeout.ms", 5_000), ms("task.shutdown.graceful.timeout.ms", 5_000),
		config.Key{Name: "connector.client.config.override.policy", Default: "All"},
		config.Key{Name: "connector.client.config.override.allowlist", Type: config.List, Default: []string{}},
		config.Key{Name: "topic.creation.enable", Type: config.Boolean, Default: true},
		config.Key{Name: "topic.tracking.enable", Type: config.Boolean, Default: true},
		config.Key{Name: "topic.tracking.allow.reset", Type: config.Boolean, Default: true},
		config.Key{Name: "config.providers", Type: config.List, Default: []string{}},
		// Ours: a failed task is started again this often, after a pause that doubles; 0 leaves it failed, as Java does.
		config.Key{Name: "task.restart.max.attempts", Type: config.Int, Default: int32(10), Validator: config.AtLeast(0)},
		ms("task.restart.backoff.ms", 1_000), ms("task.restart.backoff.max.ms", 60_000),
	)
	if !distributed {
		return d.Define(config.Key{Name: "offset.storage.file.filename", Required: true})
	}
	count := func(name string, def int32) config.Key {
		return config.Key{Name: name, Type: config.Int, Default: def, Validator: func(name string, v any) error {
			if n, _ := v.(int32); n < 1 && n != -1 {
				return config.Invalid(name, v, "Value must be at least 1, or -1 for the broker's default")
			}
			return nil
		}}
	}
	return d.Define(
		config.Key{Name: "group.id", Required: true, Validator: config.NonEmpty},
		config.Key{Name: "config.storage.topic", Required: true, Validator: config.NonEmpty},
		config.Key{Name: "offset.storage.topic", Required: true, Validator: config.NonEmpty},
		config.Key{Name: "status.storage.topic", Required: true, Validator: config.NonEmpty},
		count("config.storage.replication.factor", 3), count("offset.storage.replication.factor", 3), count("status.storage.replication.factor", 3),
		count("offset.storage.partitions", 25), count("status.storage.partitions", 5),
		ms("session.timeout.ms", 10_000), ms("heartbeat.interval.ms", 3_000), ms("rebalance.timeout.ms", 60_000),
		ms("scheduled.rebalance.max.delay.ms", 3_000), ms("worker.sync.timeout.ms", 3_000), ms("worker.unsync.backoff.ms", 300_000),
		config.Key{Name: "connect.protocol", Default: "sessioned", Validator: config.OneOfFold("eager", "compatible", "sessioned")},
		config.Key{Name: "exactly.once.source.support", Default: "disabled", Validator: config.OneOfFold("disabled", "preparing", "enabled")},
		config.Key{Name: "inter.worker.key.generation.algorithm", Default: "HmacSHA256"},
		config.Key{Name: "inter.worker.signature.algorithm", Default: "HmacSHA256"},
		config.Key{Name: "inter.worker.verification.algorithms", Type: config.List, Default: []string{"HmacSHA256"}},
		ms("inter.worker.key.ttl.ms", 3_600_000),
	)
}

// millis returns a value in milliseconds as a duration.
func millis(v config.Values, name string) time.Duration {
	return time.Duration(v.Int(name)) * time.Millisecond
}

// withPrefix returns the properties under a prefix, without it.
func withPrefix(props map[string]string, prefix string) map[string]string {
	found := map[string]string{}
	for k, v := range props {
		if rest, ok := strings.CutPrefix(k, prefix); ok {
			found[rest] = v
		}
	}
	return found
}

// lower brings values that are taken in any case to the one that the worker compares with.
func lower(v config.Values, names ...string) {
	for _, name := range names {
		if v.Has(name) {
			v[name] = strings.ToLower(v.Text(name))
		}
	}
}

// parseConnector returns a connector's values.
func parseConnector(d *config.Def, props map[string]string) (config.Values, error) {
	v, err := d.Parse(props)
	lower(v, "errors.tolerance", "exactly.once.support", "transaction.boundary")
	return v, err
}

// parseSettings checks the worker's properties.
func parseSettings(s Settings) (config.Values, error) {
	v, err := workerDef(s.Distributed).Parse(s.Props)
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	lower(v, "connect.protocol", "exactly.once.source.support")
	if s.Distributed {
		topics := []string{v.Text("config.storage.topic"), v.Text("offset.storage.topic"), v.Text("status.storage.topic")}
		slices.Sort(topics)
		if len(slices.Compact(topics)) < 3 {
			return nil, fmt.Errorf("worker: config.storage.topic, offset.storage.topic and status.storage.topic must be three different topics")
		}
	}
	for _, name := range []string{"key.converter", "value.converter"} {
		if _, ok := s.Plugins.Lookup(v.Text(name), plugin.KindConverter); !ok {
			return nil, fmt.Errorf("worker: %w", config.Invalid(name, v.Text(name), "Class "+v.Text(name)+" could not be found."))
		}
	}
	return v, nil
}
