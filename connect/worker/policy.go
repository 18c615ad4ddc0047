package worker

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
)

// Stage is where a record failed, as dead-letter headers and logs name it.
type Stage string

// The stages.
const (
	StageHeader    Stage = "HEADER_CONVERTER"
	StageKey       Stage = "KEY_CONVERTER"
	StageValue     Stage = "VALUE_CONVERTER"
	StageTransform Stage = "TRANSFORMATION"
	StageProduce   Stage = "KAFKA_PRODUCE"
	StagePut       Stage = "TASK_PUT"
	StagePoll      Stage = "TASK_POLL"
)

// failure is a record that a stage gave up on.
type failure struct {
	stage    Stage
	class    string // of the plug-in that failed
	err      error
	attempts int
	raw      *rawRecord // the record as it was consumed; nil for sources
	source   *plugin.SourceRecord
}

// errorMetrics are task-error-metrics. Safe for concurrent use.
type errorMetrics struct {
	failures, errors, skipped, retries, logged, dlqRequests, dlqFailures, lastError atomic.Int64
}

// policy is what becomes of errors: RetryWithToleranceOperator. It belongs to a task; its methods are called from the
// task's goroutine, those that report from others too.
type policy struct {
	task         string // connector-task
	tolerateAll  bool
	retryTimeout time.Duration // negative: no end
	maxDelay     time.Duration
	logErrors    bool
	logRecords   bool
	log          *slog.Logger
	dlq          *deadLetters // nil for none
	metrics      errorMetrics
	breakers     *breakers
}

func newPolicy(task string, v config.Values, log *slog.Logger, b *breakers) *policy {
	return &policy{
		task: task, tolerateAll: v.Text("errors.tolerance") == "all",
		retryTimeout: millis(v, "errors.retry.timeout"), maxDelay: millis(v, "errors.retry.delay.max.ms"),
		logErrors: v.Bool("errors.log.enable"), logRecords: v.Bool("errors.log.include.messages"), log: log, breakers: b,
	}
}

// delay returns the pause after the n-th failed attempt: 300 ms, doubling, then random below the maximum.
func (p *policy) delay(n int) time.Duration {
	d := 300 * time.Millisecond << min(n-1, 20)
	if d > p.maxDelay {
		return time.Duration(rand.Int64N(int64(max(p.maxDelay, 1))))
	}
	return d
}

// retry repeats an operation that has failed once. A transport failure says nothing about the record, so it is retried
// until the way is open again, unless errors.retry.timeout sets an end; other retriable errors within that time alone.
// The context ends the waits.
func (p *policy) retry(ctx context.Context, first error, operation func() error) (err error, attempts int) {
	err, attempts = first, 1
	started := time.Now()
	for plugin.IsRetriable(err) && ctx.Err() == nil {
		system, transport := plugin.TransportOf(err)
		endless := p.retryTimeout < 0 || transport && p.retryTimeout == 0
		pause := p.delay(attempts)
		if transport {
			pause = max(pause, p.breakers.failed(system))
		}
		if !endless && time.Since(started)+pause > p.retryTimeout {
			break
		}
		p.metrics.retries.Add(1)
		select {
		case <-ctx.Done():
			return err, attempts
		case <-time.After(pause):
		}
		attempts++
		if err = operation(); err == nil {
			if transport {
				p.breakers.succeeded(system)
			}
			return nil, attempts
		}
	}
	return err, attempts
}

// give decides on a record that a stage gave up on: nil skips it, an error fails the task. Reporters hear of it in both
// cases, but never of a transport failure: the record is good.
func (p *policy) give(f failure) error {
	p.metrics.failures.Add(1)
	p.metrics.lastError.Store(time.Now().UnixMilli())
	_, transport := plugin.TransportOf(f.err)
	if !transport {
		if err := p.report(f); err != nil {
			return err
		}
	}
	if p.tolerateAll && !transport {
		p.metrics.skipped.Add(1)
		return nil
	}
	p.metrics.errors.Add(1)
	return &plugin.Error{Class: plugin.ConnectException, Message: "Tolerance exceeded in error handler", Cause: f.err}
}

// report tells the log and the dead-letter topic.
func (p *policy) report(f failure) error {
	if p.logErrors {
		p.metrics.logged.Add(1)
		attrs := []any{"task", p.task, "stage", string(f.stage), "class", f.class, "error", f.err}
		if f.raw != nil {
			attrs = append(attrs, "topic", f.raw.topic, "partition", f.raw.partition, "offset", f.raw.offset)
		}
		if p.logRecords && f.source != nil {
			attrs = append(attrs, "key", fmt.Sprint(f.source.Key), "value", fmt.Sprint(f.source.Value), "topic", f.source.Topic)
		}
		p.log.Error("Error encountered in task "+p.task, attrs...)
	}
	if p.dlq != nil {
		return p.dlq.send(f, p)
	}
	return nil
}
