package runtime

import (
	"runtime/debug"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/streamgen/streamgen/runtime/metrics"
)

// collector gives the counters Kafka Streams' metric names, as its JMX exporter writes
// them: group and metric name, joined and in snake case. Latencies under those names are in
// milliseconds, as there; names of our own say their unit.
type collector struct{ a *App }

// labels by group of metrics.
var (
	ofThread = []string{"thread_id"}
	ofTask   = []string{"thread_id", "task_id"}
	ofDrops  = []string{"thread_id", "task_id", "processor_node_id", "reason"}
	ofTopic  = []string{"thread_id", "task_id", "processor_node_id", "topic"}
	ofInput  = []string{"thread_id", "task_id", "topic", "partition"}
)

// exporter collects one answer.
type exporter struct {
	out   chan<- prometheus.Metric
	known map[string]*prometheus.Desc
}

func (e *exporter) emit(kind prometheus.ValueType, name, help string, labels []string, v float64, values ...string) {
	e.out <- prometheus.MustNewConstMetric(e.desc(name, help, labels), kind, v, values...)
}

func (e *exporter) desc(name, help string, labels []string) *prometheus.Desc {
	d := e.known[name]
	if d == nil {
		d = prometheus.NewDesc(name, help, labels, nil)
		e.known[name] = d
	}
	return d
}

const counter, gauge = prometheus.CounterValue, prometheus.GaugeValue

// Describe implements prometheus.Collector; the set depends on the threads.
func (c collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c collector) Collect(out chan<- prometheus.Metric) {
	e := &exporter{out, map[string]*prometheus.Desc{}}
	now := time.Now()
	e.client(c.a)
	e.restores(c.a.metrics.Restores.List())
	for _, t := range c.a.metrics.Threads() {
		e.thread(t, now)
		for _, task := range t.Tasks() {
			e.task(t.ID, &task)
		}
	}
}

func (e *exporter) client(a *App) {
	state := a.State()
	for i, name := range stateNames {
		v := 0.0
		if State(i) == state {
			v = 1
		}
		e.emit(gauge, "kafka_stream_metrics_state", "State of the application; 1 for the current one.", []string{"state"}, v, name)
	}
	e.emit(gauge, "kafka_stream_metrics_application_id", "Always 1; the label tells the application.", []string{"application_id"}, 1, a.cfg.ApplicationID)
	e.emit(gauge, "kafka_stream_metrics_version", "Always 1; the label tells the version of streamgen.", []string{"version"}, 1, moduleVersion())
	m, failed, alive := &a.metrics, int64(0), 0
	for _, t := range m.Threads() {
		failed += t.Failures.Load()
		if t.Alive.Load() {
			alive++
		}
	}
	e.emit(gauge, "kafka_stream_metrics_alive_stream_threads", "Workers that run.", nil, float64(alive))
	e.emit(gauge, "kafka_stream_metrics_failed_stream_threads", "Failures of workers, those that were replaced too.", nil, float64(failed))
	e.emit(counter, "kafka_stream_global_records_total", "Records read into global tables and stores.", nil, float64(m.GlobalRecords.Load()))
	help := "Records that global tables and stores left out, by reason."
	e.emit(counter, "kafka_stream_global_dropped_records_total", help, []string{"reason"}, float64(m.GlobalDroppedKey.Load()), "null_key")
	e.emit(counter, "kafka_stream_global_dropped_records_total", help, []string{"reason"}, float64(m.GlobalDroppedError.Load()), "error_policy")
	e.emit(gauge, "kafka_stream_standby_tasks", "Tasks whose changelogs are followed here, to take them over.", nil, float64(m.StandbyTasks.Load()))
	e.emit(gauge, "kafka_stream_standby_lag_records", "Changelog offsets that they are behind, all together, as far as is known.", nil, float64(m.StandbyLag.Load()))
	e.emit(counter, "kafka_stream_standby_records_total", "Changelog records read for them.", nil, float64(m.StandbyRecords.Load()))
	e.emit(counter, "kafka_stream_standby_promotions_total", "Of them, those that went on to run here.", nil, float64(m.Promotions.Load()))
	e.emit(counter, "kafka_stream_repartition_purges_total", "Deletions of consumed repartition records.", nil, float64(m.Purges.Load()))
}

// restores emits what the tasks being restored have still to read, all stores of one together.
func (e *exporter) restores(list []metrics.Restore) {
	type key struct{ thread, task string }
	left := map[key]int64{}
	for _, r := range list {
		left[key{r.Thread, r.Task}] += r.Remaining()
	}
	for k, n := range left {
		e.emit(gauge, "kafka_stream_task_metrics_restore_remaining_records_total", "Offsets of changelogs that a task being restored has still to read.", ofTask, float64(n), k.thread, k.task)
	}
}

// moduleVersion is the version of this module in the running program.
func moduleVersion() string {
	const path = "github.com/streamgen/streamgen"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, d := range info.Deps {
		if d.Path == path {
			return d.Version
		}
	}
	return info.Main.Version
}

// meter emits what Kafka Streams' threads and tasks have of whatever takes time: rate, total,
// latency, and for threads the share of their time.
func (e *exporter) meter(group, what string, labels []string, s metrics.Stats, total int64, values ...string) {
	name := "kafka_stream_" + group + "_metrics_" + what
	e.emit(counter, name+"_total", "How often: "+what+".", labels, float64(total), values...)
	e.emit(gauge, name+"_rate", "How often a second, lately: "+what+".", labels, s.Rate, values...)
	e.emit(gauge, name+"_latency_avg", "Mean time in milliseconds, lately: "+what+".", labels, s.Avg*1000, values...)
	e.emit(gauge, name+"_latency_max", "Longest time in milliseconds, lately: "+what+".", labels, s.Max*1000, values...)
	if group == "thread" {
		e.emit(gauge, name+"_ratio", "Share of the time, lately: "+what+".", labels, s.Share, values...)
	}
}

func (e *exporter) thread(t *metrics.Thread, now time.Time) {
	e.meter("thread", "process", ofThread, t.Process.Stats(now), t.Process.Total(), t.ID)
	e.meter("thread", "punctuate", ofThread, t.Punctuate.Stats(now), t.Punctuate.Total(), t.ID)
	e.meter("thread", "poll", ofThread, t.Poll.Stats(now), t.Poll.Total(), t.ID)
	e.meter("thread", "commit", ofThread, t.Commit.Stats(now), t.Commit.Total(), t.ID)
	for _, x := range []struct {
		kind       prometheus.ValueType
		name, help string
		v          float64
	}{
		{counter, "process_seconds_total", "Time spent processing.", t.Process.Time().Seconds()},
		{counter, "commit_seconds_total", "Time spent committing.", t.Commit.Time().Seconds()},
		{counter, "blocked_time_ns_total", "Nanoseconds that commits waited for the brokers to acknowledge records.", float64(t.Blocked.Load())},
		{counter, "poll_records_total", "Records polled.", float64(t.PollRecords.Load())},
		{counter, "transaction_aborts_total", "Transactions taken back.", float64(t.Aborts.Load())},
		{counter, "restarts_total", "Restarts of the worker from its last commit.", float64(t.Restarts.Load())},
		{counter, "task_failures_total", "Failures of a task that were waited out.", float64(t.TaskFailures.Load())},
		{counter, "task_created_total", "Tasks taken over.", float64(t.TaskCreated.Load())},
		{counter, "task_closed_total", "Tasks given up.", float64(t.TaskClosed.Load())},
		{gauge, "active_tasks", "Tasks assigned.", float64(t.ActiveTasks.Load())},
		{counter, "restore_records_total", "Records read from changelogs.", float64(t.Restored.Load())},
		{counter, "restore_bytes_total", "Bytes of their keys and values.", float64(t.RestoreBytes.Load())},
		{counter, "records_produced_total", "Records produced, changelogs included.", float64(t.RecordsOut.Load())},
		{counter, "bytes_produced_total", "Bytes of keys and values produced.", float64(t.BytesOut.Load())},
		{gauge, "cache_size_bytes", "Memory of the stores' caches.", float64(t.CacheBytes.Load())},
		{gauge, "cache_dirty_bytes", "Of that, after the last commit not committed.", float64(t.DirtyBytes.Load())},
		{counter, "spills_total", "Commits of a task whose changes did not fit into memory.", float64(t.Spills.Load())},
		{counter, "enforced_processing_total", "Runs processed although an input was empty, after max.task.idle.ms.", float64(t.Enforced.Load())},
		{gauge, "thread_start_time", "Start of the worker, epoch milliseconds.", float64(t.StartTime.Load())},
		{gauge, "thread_turn_time", "Last turn of the worker's loop, epoch milliseconds.", float64(t.Turned.Load())},
	} {
		e.emit(x.kind, "kafka_stream_thread_metrics_"+x.name, x.help, ofThread, x.v, t.ID)
	}
	for _, x := range []struct {
		reason string
		n      int64
	}{
		{"late", t.DroppedLate.Load()}, {"null_key", t.DroppedKey.Load()}, {"null_value", t.DroppedValue.Load()},
		{"error_policy", t.DroppedError.Load()}, {"negative_timestamp", t.DroppedTime.Load()},
	} {
		e.emit(counter, "kafka_stream_thread_metrics_dropped_records_total", "Records left out, by reason.", []string{"thread_id", "reason"}, float64(x.n), t.ID, x.reason)
	}
	buckets, n, sum := t.Latency.Read()
	e.out <- prometheus.MustNewConstHistogram(e.desc("kafka_stream_record_e2e_latency_seconds",
		"From the timestamp of a record to when it is handed to the producer, for topics that are not internal.", ofThread), n, sum, buckets, t.ID)
}

func (e *exporter) task(thread string, t *metrics.Task) {
	e.meter("task", "process", ofTask, t.Process, t.ProcessTotal, thread, t.ID)
	e.meter("task", "punctuate", ofTask, t.Punctuate, t.PunctuateTotal, thread, t.ID)
	buffered := 0
	for _, in := range t.Inputs {
		buffered += in.Buffered
	}
	for _, x := range []struct {
		kind       prometheus.ValueType
		name, help string
		v          float64
	}{
		{gauge, "record_lateness_avg", "How far behind stream time records are, in milliseconds, lately.", t.Lateness.Avg},
		{gauge, "record_lateness_max", "The furthest behind, in milliseconds, lately.", t.Lateness.Max},
		{counter, "enforced_processing_total", "Runs processed although an input was empty, after max.task.idle.ms.", float64(t.Enforced)},
		{gauge, "active_buffer_count", "Records that wait in the task.", float64(buffered)},
		{gauge, "cache_size_bytes_total", "Memory of the task's caches.", float64(t.CacheBytes)},
		{gauge, "state_size_bytes", "What the task's stores take on the disk.", float64(t.StateBytes)},
		{gauge, "stream_time", "Stream time of the task, epoch milliseconds; -1 before the first record.", float64(t.StreamTime)},
	} {
		e.emit(x.kind, "kafka_stream_task_metrics_"+x.name, x.help, ofTask, x.v, thread, t.ID)
	}
	const cache = "kafka_stream_record_cache_metrics_hit_ratio_"
	e.emit(gauge, cache+"avg", "Share of the caches' lookups that found an entry, lately.", ofTask, t.Hits.Avg, thread, t.ID)
	e.emit(gauge, cache+"min", "The smallest in any second, lately.", ofTask, t.Hits.Min, thread, t.ID)
	e.emit(gauge, cache+"max", "The largest in any second, lately.", ofTask, t.Hits.Max, thread, t.ID)
	for _, d := range t.Dropped {
		e.emit(counter, "kafka_stream_task_metrics_dropped_records_total", "Records left out, by operator and reason.", ofDrops, float64(d.N), thread, t.ID, d.Node, d.Reason)
	}
	for i := range t.Inputs {
		e.flow(thread, t.ID, &t.Inputs[i], "consumed")
	}
	for i := range t.Outputs {
		e.flow(thread, t.ID, &t.Outputs[i], "produced")
	}
	for _, in := range t.Inputs {
		if in.Lag >= 0 {
			e.emit(gauge, "kafka_consumer_fetch_manager_metrics_records_lag", "Records of an input that are not processed yet, as the last fetch told.",
				ofInput, float64(in.Lag), thread, t.ID, in.Topic, strconv.Itoa(int(in.Partition)))
		}
	}
}

func (e *exporter) flow(thread, task string, f *metrics.Flow, verb string) {
	const node, topic = "kafka_stream_processor_node_metrics_", "kafka_stream_topic_metrics_"
	e.emit(counter, topic+"records_"+verb+"_total", "Records "+verb+".", ofTopic, float64(f.Records), thread, task, f.Node, f.Topic)
	e.emit(counter, topic+"bytes_"+verb+"_total", "Bytes of keys and values "+verb+".", ofTopic, float64(f.Bytes), thread, task, f.Node, f.Topic)
	if f.Node == "" || verb == "produced" && f.Records == 0 {
		return
	}
	help := "Wall clock less timestamp of records that the task takes or makes, in milliseconds, lately: "
	e.emit(counter, node+"process_total", "Records that a source or a sink passed on.", ofTopic, float64(f.Records), thread, task, f.Node, f.Topic)
	e.emit(gauge, node+"record_e2e_latency_avg", help+"mean.", ofTopic, f.Latency.Avg, thread, task, f.Node, f.Topic)
	e.emit(gauge, node+"record_e2e_latency_min", help+"smallest.", ofTopic, f.Latency.Min, thread, task, f.Node, f.Topic)
	e.emit(gauge, node+"record_e2e_latency_max", help+"largest.", ofTopic, f.Latency.Max, thread, task, f.Node, f.Topic)
}
