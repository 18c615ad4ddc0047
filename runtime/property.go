package runtime

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// property is one configuration key: how it is read and what it is for.
type property struct {
	help   string
	set    func(c *Config, value string) error
	secret bool // of files only: neither flags nor logs show it
}

// properties are the keys under Kafka Streams' names; the last three groups carry its
// prefixes for the clients.
var properties = map[string]property{
	"application.id":                                {help: "group id, prefix of internal topics, name of the state folder", set: text(func(c *Config) *string { return &c.ApplicationID })},
	"bootstrap.servers":                             {help: "brokers to start from, host:port[,host:port…]", set: setBootstrap},
	"client.id":                                     {help: "name in broker logs and quotas", set: text(func(c *Config) *string { return &c.ClientID })},
	"state.dir":                                     {help: "folder of the stores", set: text(func(c *Config) *string { return &c.StateDir })},
	"num.stream.threads":                            {help: "workers of this process", set: number(func(c *Config) *int { return &c.NumStreamThreads })},
	"processing.guarantee":                          {help: "at_least_once or exactly_once_v2", set: text(func(c *Config) *Guarantee { return &c.ProcessingGuarantee })},
	"streamgen.compatibility":                       {help: "improved, or kafka for Kafka Streams' own behaviour in everything that is mended here", set: text(func(c *Config) *Compatibility { return &c.Compatibility })},
	"streamgen.idle.partition.ms":                   {help: "after how long without a record stream time follows the wall clock; 0 never", set: millis(func(c *Config) *time.Duration { return &c.IdlePartition })},
	"streamgen.on.failure":                          {help: "shutdown_client, replace_thread or shutdown_application", set: setOnFailure},
	"commit.interval.ms":                            {help: "time between commits", set: millis(func(c *Config) *time.Duration { return &c.CommitInterval })},
	"streamgen.memory.max.bytes":                    {help: "memory that the whole process may take", set: number(func(c *Config) *int64 { return &c.MemoryMaxBytes })},
	"statestore.cache.max.bytes":                    {help: "memory for entries of all stores; half of it dirty commits early", set: number(func(c *Config) *int64 { return &c.CacheMaxBytes })},
	"poll.ms":                                       {help: "how long a poll waits for records", set: millis(func(c *Config) *time.Duration { return &c.Poll })},
	"max.task.idle.ms":                              {help: "how long a task waits for its empty partitions; -1 never waits", set: millis(func(c *Config) *time.Duration { return &c.MaxTaskIdle })},
	"buffered.records.per.partition":                {help: "records waiting in a task before the partition is paused", set: number(func(c *Config) *int { return &c.BufferedRecordsPerPartition })},
	"replication.factor":                            {help: "of internal topics; -1 is the broker's default", set: number(func(c *Config) *int { return &c.ReplicationFactor })},
	"task.timeout.ms":                               {help: "how long an unreachable broker is tried", set: millis(func(c *Config) *time.Duration { return &c.TaskTimeout })},
	"metadata.max.age.ms":                           {help: "when the clients look at the topics again, for new partitions", set: millis(func(c *Config) *time.Duration { return &c.MetadataMaxAge })},
	"repartition.purge.interval.ms":                 {help: "time between deletions of consumed repartition records", set: millis(func(c *Config) *time.Duration { return &c.RepartitionPurgeInterval })},
	"state.cleanup.delay.ms":                        {help: "how long the state of tasks that run elsewhere stays on disk", set: millis(func(c *Config) *time.Duration { return &c.StateCleanupDelay })},
	"windowstore.changelog.additional.retention.ms": {help: "added to a window store's retention for its changelog", set: millis(func(c *Config) *time.Duration { return &c.WindowAdditionalRetention })},
	"streamgen.leave.group":                         {help: "whether a close leaves the group: dynamic (unless there is a group.instance.id) or always", set: text(func(c *Config) *Leaving { return &c.LeaveGroup })},
	"application.server":                            {help: "host:port where other instances reach this one's queries", set: text(func(c *Config) *string { return &c.ApplicationServer })},
	"num.standby.replicas":                          {help: "how many other instances follow the state of each task", set: number(func(c *Config) *int { return &c.NumStandbyReplicas })},
	"acceptable.recovery.lag":                       {help: "changelog records to go with which a task may move to an instance without a warm-up", set: setLag},
	"max.warmup.replicas":                           {help: "how many tasks warm up at once before they move", set: number(func(c *Config) *int { return &c.MaxWarmupReplicas })},
	"probing.rebalance.interval.ms":                 {help: "how long a plan with warm-ups stands at most", set: millis(func(c *Config) *time.Duration { return &c.ProbingRebalanceInterval })},
	"http.address":                                  {help: "host:port of /metrics, /healthz, /readyz and the stores, or off", set: text(func(c *Config) *string { return &c.HTTPAddress })},
	"http.token.file":                               {help: "file with the token that the HTTP port asks for", set: text(func(c *Config) *string { return &c.HTTPTokenFile })},

	"security.protocol":           {help: "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL", set: text(func(c *Config) *string { return &c.Security.Protocol })},
	"sasl.mechanism":              {help: "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER", set: text(func(c *Config) *string { return &c.Security.Mechanism })},
	"sasl.username":               {help: "user of PLAIN and SCRAM", set: text(func(c *Config) *string { return &c.Security.Username })},
	"sasl.password":               {help: "password of PLAIN and SCRAM; prefer sasl.password.file", secret: true, set: text(func(c *Config) *string { return &c.Security.Password })},
	"sasl.password.file":          {help: "file that holds the password", set: text(func(c *Config) *string { return &c.Security.PasswordFile })},
	"sasl.oauthbearer.token":      {help: "token of OAUTHBEARER; prefer sasl.oauthbearer.token.file", secret: true, set: text(func(c *Config) *string { return &c.Security.Token })},
	"sasl.oauthbearer.token.file": {help: "file that holds the token; read again for every connection", set: text(func(c *Config) *string { return &c.Security.TokenFile })},
	"sasl.jaas.config":            {help: "Kafka's login line; username and password are taken from it", secret: true, set: setJAAS},
	"ssl.truststore.location":     {help: "PEM file of the authorities to trust; default: the system's", set: text(func(c *Config) *string { return &c.Security.CAFile })},
	"ssl.truststore.type":         {help: "PEM", set: onlyPEM},
	"ssl.keystore.location":       {help: "PEM file with this client's certificate (and key)", set: text(func(c *Config) *string { return &c.Security.CertFile })},
	"ssl.keystore.type":           {help: "PEM", set: onlyPEM},
	"ssl.keystore.key.location":   {help: "PEM file with this client's key, when it is not beside the certificate", set: text(func(c *Config) *string { return &c.Security.KeyFile })},

	"schema.registry.url":                       {help: "Schema Registries to try in turn, http://host:port[,…]; mock://name has one in memory; may hold user:password@", secret: true, set: setRegistryURL},
	"auto.register.schemas":                     {help: "whether schemas are registered when they are first written; default true", set: setBool(func(c *Config) *bool { return &c.Registry.LookUpOnly }, false)},
	"use.latest.version":                        {help: "whether values are written with the subject's latest schema; takes auto.register.schemas=false", set: setBool(func(c *Config) *bool { return &c.Registry.UseLatest }, true)},
	"normalize.schemas":                         {help: "whether the registry compares schemas by their meaning", set: setBool(func(c *Config) *bool { return &c.Registry.Normalize }, true)},
	"key.subject.name.strategy":                 {help: "TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy", set: text(func(c *Config) *string { return &c.Registry.KeySubject })},
	"value.subject.name.strategy":               {help: "TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy", set: text(func(c *Config) *string { return &c.Registry.ValueSubject })},
	"basic.auth.credentials.source":             {help: "URL or USER_INFO", set: text(func(c *Config) *string { return &c.Registry.CredentialsSource })},
	"basic.auth.user.info":                      {help: "user:password at the registry; prefer basic.auth.user.info.file", secret: true, set: text(func(c *Config) *string { return &c.Registry.UserInfo })},
	"basic.auth.user.info.file":                 {help: "file that holds user:password", set: text(func(c *Config) *string { return &c.Registry.UserInfoFile })},
	"bearer.auth.credentials.source":            {help: "STATIC_TOKEN", set: setBearer},
	"bearer.auth.token":                         {help: "token at the registry; prefer bearer.auth.token.file", secret: true, set: text(func(c *Config) *string { return &c.Registry.Token })},
	"bearer.auth.token.file":                    {help: "file that holds the token; read again for every request", set: text(func(c *Config) *string { return &c.Registry.TokenFile })},
	"schema.registry.ssl.truststore.location":   {help: "PEM file of the authorities to trust; default: the system's", set: text(func(c *Config) *string { return &c.Registry.CAFile })},
	"schema.registry.ssl.truststore.type":       {help: "PEM", set: onlyPEM},
	"schema.registry.ssl.keystore.location":     {help: "PEM file with this client's certificate (and key)", set: text(func(c *Config) *string { return &c.Registry.CertFile })},
	"schema.registry.ssl.keystore.type":         {help: "PEM", set: onlyPEM},
	"schema.registry.ssl.keystore.key.location": {help: "PEM file with this client's key, when it is not beside the certificate", set: text(func(c *Config) *string { return &c.Registry.KeyFile })},
	"schema.registry.timeout.ms":                {help: "how long the registry is tried before the worker starts anew", set: millis(func(c *Config) *time.Duration { return &c.Registry.Timeout })},
	"retries.wait.ms":                           {help: "pause before the registry is tried again; it doubles", set: millis(func(c *Config) *time.Duration { return &c.Registry.Wait })},
	"retries.max.wait.ms":                       {help: "longest pause between tries of the registry", set: millis(func(c *Config) *time.Duration { return &c.Registry.MaxWait })},

	"consumer.auto.offset.reset":         {help: "earliest or latest, for partitions without a committed offset", set: text(func(c *Config) *string { return &c.Consumer.AutoOffsetReset })},
	"consumer.group.instance.id":         {help: "name of this instance as a static member of the group", set: text(func(c *Config) *string { return &c.Consumer.GroupInstanceID })},
	"consumer.session.timeout.ms":        {help: "after how long a silent member is dead", set: millis(func(c *Config) *time.Duration { return &c.Consumer.SessionTimeout })},
	"consumer.heartbeat.interval.ms":     {help: "time between heartbeats", set: millis(func(c *Config) *time.Duration { return &c.Consumer.HeartbeatInterval })},
	"consumer.max.poll.interval.ms":      {help: "how long a rebalance waits for this member", set: millis(func(c *Config) *time.Duration { return &c.Consumer.MaxPollInterval })},
	"consumer.fetch.max.bytes":           {help: "largest answer of one broker", set: number(func(c *Config) *int { return &c.Consumer.FetchMaxBytes })},
	"consumer.max.partition.fetch.bytes": {help: "largest answer for one partition", set: number(func(c *Config) *int { return &c.Consumer.MaxPartitionFetchBytes })},
	"consumer.fetch.max.wait.ms":         {help: "how long a broker waits for new records", set: millis(func(c *Config) *time.Duration { return &c.Consumer.FetchMaxWait })},

	"producer.linger.ms":              {help: "how long records wait for company", set: millis(func(c *Config) *time.Duration { return &c.Producer.Linger })},
	"producer.compression.type":       {help: "none, gzip, snappy, lz4 or zstd", set: text(func(c *Config) *string { return &c.Producer.Compression })},
	"producer.max.request.size":       {help: "largest batch", set: number(func(c *Config) *int { return &c.Producer.MaxRequestSize })},
	"producer.transaction.timeout.ms": {help: "after how long the broker aborts a dead worker's transaction", set: millis(func(c *Config) *time.Duration { return &c.Producer.TransactionTimeout })},
}

// noZero are the numbers of which zero is refused rather than taken for "not given", and
// what to write instead. In Kafka Streams a cache of zero bytes changes what is emitted,
// so passing over it in silence would change an application's output.
var noZero = map[string]string{
	"num.stream.threads":                            "it takes a worker to run tasks",
	"commit.interval.ms":                            "the shortest interval is 1",
	"statestore.cache.max.bytes":                    "-1 keeps nothing between commits; to emit every update, give the table dsl.EmitEveryUpdate()",
	"streamgen.memory.max.bytes":                    "leave it out to have the memory found",
	"state.cleanup.delay.ms":                        "the shortest delay is 1",
	"poll.ms":                                       "the shortest poll is 1",
	"buffered.records.per.partition":                "a task needs at least 1",
	"replication.factor":                            "-1 is the broker's default",
	"task.timeout.ms":                               "the shortest timeout is 1",
	"metadata.max.age.ms":                           "the shortest age is 10",
	"repartition.purge.interval.ms":                 "the shortest interval is 1",
	"windowstore.changelog.additional.retention.ms": "the shortest is 1",
	"max.warmup.replicas":                           "tasks with state could not move",
	"probing.rebalance.interval.ms":                 "the shortest interval is 1",
	"consumer.session.timeout.ms":                   "the broker sets the bounds",
	"consumer.heartbeat.interval.ms":                "take a third of the session timeout",
	"consumer.max.poll.interval.ms":                 "a rebalance has to wait for its members",
	"consumer.fetch.max.bytes":                      "nothing could be read",
	"consumer.max.partition.fetch.bytes":            "nothing could be read",
	"consumer.fetch.max.wait.ms":                    "the shortest wait is 1",
	"producer.max.request.size":                     "nothing could be written",
	"producer.transaction.timeout.ms":               "no transaction could commit",
}

// aliases are other names that Kafka Streams users write.
var aliases = map[string]string{
	"cache.max.bytes.buffering": "statestore.cache.max.bytes",
	"auto.offset.reset":         "consumer.auto.offset.reset",
	"group.instance.id":         "consumer.group.instance.id",
}

const noSerde = "there is no default serde: name the codec where a topic, store or grouping is declared"
const onError = "give the operator dsl.OnError(dsl.Skip()) or dsl.OnError(dsl.DeadLetter(topic)) in the topology"
const fixed = "the runtime decides it; remove the line"

// refused are Kafka Streams' keys that have no meaning here, with the reason.
var refused = map[string]string{
	"rocksdb.config.setter":                     "stores lie in Pebble, which sizes its caches from statestore.cache.max.bytes; remove the line",
	"dsl.store.suppliers.class":                 "store kinds are chosen in the topology; remove the line",
	"default.dsl.store":                         "store kinds are chosen in the topology; remove the line",
	"default.key.serde":                         noSerde,
	"default.value.serde":                       noSerde,
	"default.timestamp.extractor":               "each source has its own: dsl.TimestampExtractor, dsl.WallclockTimestamp and others; remove the line",
	"deserialization.exception.handler":         onError,
	"default.deserialization.exception.handler": onError,
	"processing.exception.handler":              onError,
	"production.exception.handler":              onError,
	"topology.optimization":                     "the compiler plans the topology; remove the line",
	"group.protocol":                            "the group protocol is classic, with this runtime's own assignor; remove the line",
	"task.assignor.class":                       "the assignor is built in; remove the line",
	"consumer.enable.auto.commit":               fixed,
	"consumer.isolation.level":                  "it follows processing.guarantee; remove the line",
	"max.retries":                               "schema.registry.timeout.ms bounds how long the registry is tried; set that",
	"consumer.group.id":                         "it is the application.id; remove the line",
	"producer.delivery.timeout.ms":              "task.timeout.ms bounds how long records are tried; set that",
	"producer.acks":                             "it is always all; remove the line",
	"producer.enable.idempotence":               "it is always on; remove the line",
	"producer.transactional.id":                 "it is made of the application id, the process id and the worker's number; remove the line",
}

// Properties lists the property names, sorted.
func Properties() []string { return slices.Sorted(maps.Keys(properties)) }

// Set sets a property by its Kafka Streams name. An unknown name is an error that
// suggests the nearest one.
func (c *Config) Set(name, value string) error {
	if full, ok := aliases[name]; ok {
		name = full
	}
	if p, ok := properties[name]; ok {
		if why, ok := noZero[name]; ok && strings.Trim(value, " 0") == "" && value != "" {
			return fmt.Errorf("%s cannot be 0: %s", name, why)
		}
		if err := p.set(c, value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	if why, ok := refused[name]; ok {
		return fmt.Errorf("%s cannot be set: %s", name, why)
	}
	if key, ok := strings.CutPrefix(name, "topic."); ok && key != "" {
		if c.Topic == nil {
			c.Topic = map[string]string{}
		} else {
			c.Topic = maps.Clone(c.Topic)
		}
		c.Topic[key] = value
		return nil
	}
	if near := nearest(name, Properties()); near != "" {
		return fmt.Errorf("unknown property %q; did you mean %s?", name, near)
	}
	return fmt.Errorf("unknown property %q; -help lists the known ones", name)
}

func text[S ~string](field func(*Config) *S) func(*Config, string) error {
	return func(c *Config, v string) error { *field(c) = S(v); return nil }
}

func number[N int | int64](field func(*Config) *N) func(*Config, string) error {
	return func(c *Config, v string) error {
		n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
		if err != nil || int64(N(n)) != n {
			return fmt.Errorf("%q is not a whole number", v)
		}
		*field(c) = N(n)
		return nil
	}
}

func millis(field func(*Config) *time.Duration) func(*Config, string) error {
	return func(c *Config, v string) error {
		n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
		if err != nil || n > int64(1<<63-1)/int64(time.Millisecond) {
			return fmt.Errorf("%q is not a number of milliseconds", v)
		}
		*field(c) = time.Duration(n) * time.Millisecond
		return nil
	}
}

// setLag takes 0 for what it says; in the struct it stands for the default.
func setLag(c *Config, v string) error {
	var n int64
	if err := number(func(*Config) *int64 { return &n })(c, v); err != nil {
		return err
	}
	if c.AcceptableRecoveryLag = n; n == 0 {
		c.AcceptableRecoveryLag = -1
	}
	return nil
}

func setBootstrap(c *Config, v string) error {
	c.BootstrapServers = nil
	for s := range strings.SplitSeq(v, ",") {
		if s = strings.TrimSpace(s); s != "" {
			c.BootstrapServers = append(c.BootstrapServers, s)
		}
	}
	return nil
}

func onlyPEM(_ *Config, v string) error {
	if !strings.EqualFold(v, "PEM") {
		return fmt.Errorf("%s is a format of the JVM; convert the store to PEM", v)
	}
	return nil
}

// readSecret returns value, or the trimmed content of file when value is empty.
func readSecret(value, file string) (string, error) {
	if value != "" || file == "" {
		return value, nil
	}
	b, err := os.ReadFile(file)
	return strings.TrimSpace(string(b)), err
}
