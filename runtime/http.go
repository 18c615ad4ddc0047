package runtime

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Handler serves an App's /metrics, /healthz and /readyz, for programs with an HTTP
// server of their own. It is safe for concurrent use.
//
// /healthz is 200 while the App works or starts, 503 once it has failed or stopped: what
// an orchestrator restarts by. /readyz is 200 while every task assigned here is processing;
// until then it says how far the stores are that are being restored.
func (a *App) Handler() http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collector{a})
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		s := a.State()
		respond(w, s == Created || s.Live(), s)
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		s := a.State()
		respond(w, s == Running, s)
		for _, r := range a.metrics.Restores.List() {
			fmt.Fprintf(w, "restoring task %s, store %s: %d of %d offsets, %d records in %v\n", r.Task, r.Store, r.Position-r.From, r.End-r.From, r.Records, r.Took.Round(time.Millisecond))
		}
	})
	return mux
}

func respond(w http.ResponseWriter, ok bool, s State) {
	if !ok {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	fmt.Fprintln(w, s)
}

// serve opens http.address; closing the result ends it.
func (a *App) serve() (io.Closer, error) {
	if a.cfg.HTTPAddress == "off" {
		return io.NopCloser(strings.NewReader("")), nil
	}
	l, err := net.Listen("tcp", a.cfg.HTTPAddress)
	if err != nil {
		return nil, fmt.Errorf("http.address %s: %w; choose another address, or off", a.cfg.HTTPAddress, err)
	}
	s := &http.Server{Handler: a.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		_ = s.Serve(l) // ends with Close
	}()
	a.cfg.Logger.Info("serving /metrics, /healthz and /readyz", "address", l.Addr().String())
	return s, nil
}

// collector gives the counters Kafka Streams' metric names, as its JMX exporter writes
// them: group and metric name, joined and in snake case.
type collector struct{ a *App }

var (
	threadLabels  = []string{"thread_id"}
	dropLabels    = []string{"thread_id", "reason"}
	stateDesc     = prometheus.NewDesc("kafka_stream_metrics_state", "State of the application; 1 for the current one.", []string{"state"}, nil)
	aliveDesc     = prometheus.NewDesc("kafka_stream_metrics_alive_stream_threads", "Workers that run.", nil, nil)
	failedDesc    = prometheus.NewDesc("kafka_stream_metrics_failed_stream_threads", "Workers that stopped with an error.", nil, nil)
	globalDesc    = prometheus.NewDesc("kafka_stream_global_records_total", "Records read into global tables and stores.", nil, nil)
	globalDrops   = prometheus.NewDesc("kafka_stream_global_dropped_records_total", "Records that global tables and stores left out, by reason.", []string{"reason"}, nil)
	purgeDesc     = prometheus.NewDesc("kafka_stream_repartition_purges_total", "Deletions of consumed repartition records.", nil, nil)
	remainingDesc = prometheus.NewDesc("kafka_stream_task_metrics_restore_remaining_records_total", "Offsets of changelogs that a task being restored has still to read.", []string{"thread_id", "task_id"}, nil)
	droppedDesc   = prometheus.NewDesc("kafka_stream_task_metrics_dropped_records_total", "Records left out, by reason.", dropLabels, nil)
)

func threadDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("kafka_stream_thread_metrics_"+name, help, threadLabels, nil)
}

var (
	processTotal   = threadDesc("process_total", "Records processed.")
	processTime    = threadDesc("process_seconds_total", "Time spent processing.")
	punctuateTotal = threadDesc("punctuate_total", "Punctuations.")
	pollTotal      = threadDesc("poll_total", "Polls.")
	pollRecords    = threadDesc("poll_records_total", "Records polled.")
	commitTotal    = threadDesc("commit_total", "Commits.")
	commitTime     = threadDesc("commit_seconds_total", "Time spent committing.")
	commitMax      = threadDesc("commit_latency_max_seconds", "Longest commit.")
	aborts         = threadDesc("transaction_aborts_total", "Transactions taken back.")
	restarts       = threadDesc("restarts_total", "Restarts of the worker from its last commit.")
	taskCreated    = threadDesc("task_created_total", "Tasks taken over.")
	taskClosed     = threadDesc("task_closed_total", "Tasks given up.")
	activeTasks    = threadDesc("active_tasks", "Tasks assigned.")
	restored       = threadDesc("restore_records_total", "Records read from changelogs.")
	restoredBytes  = threadDesc("restore_bytes_total", "Bytes of their keys and values.")
	recordsOut     = threadDesc("records_produced_total", "Records produced, changelogs included.")
	bytesOut       = threadDesc("bytes_produced_total", "Bytes of keys and values produced.")
	cacheBytes     = threadDesc("cache_size_bytes", "Memory of the stores' caches.")
	dirtyBytes     = threadDesc("cache_dirty_bytes", "Of that, after the last commit not committed.")
	spills         = threadDesc("spills_total", "Commits of a task whose changes did not fit into memory.")
	enforced       = threadDesc("enforced_processing_total", "Runs processed although an input was empty, after max.task.idle.ms.")
	startTime      = threadDesc("thread_start_time", "Start of the worker, epoch milliseconds.")
)

// Describe implements prometheus.Collector; the set depends on the threads.
func (c collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c collector) Collect(out chan<- prometheus.Metric) {
	emit := func(d *prometheus.Desc, kind prometheus.ValueType, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, kind, v, labels...)
	}
	counter, gauge := prometheus.CounterValue, prometheus.GaugeValue
	state, alive := c.a.State(), 0
	for i, name := range stateNames {
		v := 0.0
		if State(i) == state {
			v = 1
		}
		emit(stateDesc, gauge, v, name)
	}
	m := &c.a.metrics
	threads, failed := m.Threads(), int64(0)
	for _, t := range threads {
		failed += t.Failures.Load()
		if t.Alive.Load() {
			alive++
		}
	}
	emit(aliveDesc, gauge, float64(alive))
	emit(failedDesc, gauge, float64(failed))
	emit(globalDesc, counter, float64(m.GlobalRecords.Load()))
	emit(globalDrops, counter, float64(m.GlobalDroppedKey.Load()), "null_key")
	emit(globalDrops, counter, float64(m.GlobalDroppedError.Load()), "error_policy")
	emit(purgeDesc, counter, float64(m.Purges.Load()))
	remaining := map[[2]string]int64{}
	for _, r := range m.Restores.List() {
		remaining[[2]string{r.Thread, r.Task}] += r.Remaining()
	}
	for of, n := range remaining {
		emit(remainingDesc, gauge, float64(n), of[0], of[1])
	}
	for _, t := range threads {
		for _, x := range []struct {
			d    *prometheus.Desc
			kind prometheus.ValueType
			v    float64
		}{
			{processTotal, counter, float64(t.Process.Total())},
			{processTime, counter, t.Process.Time().Seconds()},
			{punctuateTotal, counter, float64(t.Punctuate.Total())},
			{pollTotal, counter, float64(t.Poll.Total())},
			{pollRecords, counter, float64(t.PollRecords.Load())},
			{commitTotal, counter, float64(t.Commit.Total())},
			{commitTime, counter, t.Commit.Time().Seconds()},
			{commitMax, gauge, t.Commit.Max().Seconds()},
			{aborts, counter, float64(t.Aborts.Load())},
			{restarts, counter, float64(t.Restarts.Load())},
			{taskCreated, counter, float64(t.TaskCreated.Load())},
			{taskClosed, counter, float64(t.TaskClosed.Load())},
			{activeTasks, gauge, float64(t.ActiveTasks.Load())},
			{restored, counter, float64(t.Restored.Load())},
			{restoredBytes, counter, float64(t.RestoreBytes.Load())},
			{recordsOut, counter, float64(t.RecordsOut.Load())},
			{bytesOut, counter, float64(t.BytesOut.Load())},
			{cacheBytes, gauge, float64(t.CacheBytes.Load())},
			{dirtyBytes, gauge, float64(t.DirtyBytes.Load())},
			{spills, counter, float64(t.Spills.Load())},
			{enforced, counter, float64(t.Enforced.Load())},
			{startTime, gauge, float64(t.StartTime.Load())},
		} {
			emit(x.d, x.kind, x.v, t.ID)
		}
		emit(droppedDesc, counter, float64(t.DroppedLate.Load()), t.ID, "late")
		emit(droppedDesc, counter, float64(t.DroppedKey.Load()), t.ID, "null_key")
		emit(droppedDesc, counter, float64(t.DroppedValue.Load()), t.ID, "null_value")
		emit(droppedDesc, counter, float64(t.DroppedError.Load()), t.ID, "error_policy")
		emit(droppedDesc, counter, float64(t.DroppedTime.Load()), t.ID, "negative_timestamp")
	}
}
