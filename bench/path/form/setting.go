package form

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Setting is what the driver tells a contestant, in environment variables that begin with BENCH_. All contestants
// understand the same ones; those in other languages read them by themselves.
type Setting struct {
	Bootstrap   string        // address of the broker
	Workload    string        // bytes, json, count, tumbling or join
	Application string        // group, and prefix of internal topics
	Input       string        // topic
	Table       string        // topic of the table side of join
	Output      string        // topic
	State       string        // folder for stores
	ExactlyOnce bool          // or at least once
	Threads     int           // that process records
	Commit      time.Duration // between commits
	Linger      time.Duration // of the producer
	BatchBytes  int           // largest produce batch
	Compression string        // of produced batches
}

// Environ returns the setting as environment variables.
func (s Setting) Environ() []string {
	guarantee := "at_least_once"
	if s.ExactlyOnce {
		guarantee = "exactly_once_v2"
	}
	return []string{
		"BENCH_BOOTSTRAP=" + s.Bootstrap, "BENCH_WORKLOAD=" + s.Workload, "BENCH_APPLICATION=" + s.Application,
		"BENCH_INPUT=" + s.Input, "BENCH_TABLE=" + s.Table, "BENCH_OUTPUT=" + s.Output, "BENCH_STATE=" + s.State,
		"BENCH_GUARANTEE=" + guarantee, "BENCH_THREADS=" + strconv.Itoa(s.Threads),
		"BENCH_COMMIT_MS=" + strconv.FormatInt(s.Commit.Milliseconds(), 10),
		"BENCH_LINGER_MS=" + strconv.FormatInt(s.Linger.Milliseconds(), 10),
		"BENCH_BATCH_BYTES=" + strconv.Itoa(s.BatchBytes), "BENCH_COMPRESSION=" + s.Compression,
	}
}

// FromEnviron reads the process's setting. Its error names every variable that is missing or no number.
func FromEnviron() (Setting, error) {
	var wrong []string
	text := func(name string) string {
		v := os.Getenv("BENCH_" + name)
		if v == "" {
			wrong = append(wrong, "BENCH_"+name)
		}
		return v
	}
	number := func(name string) int {
		n, err := strconv.Atoi(text(name))
		if err != nil {
			wrong = append(wrong, "BENCH_"+name)
		}
		return n
	}
	s := Setting{
		Bootstrap: text("BOOTSTRAP"), Workload: text("WORKLOAD"), Application: text("APPLICATION"),
		Input: text("INPUT"), Table: os.Getenv("BENCH_TABLE"), Output: text("OUTPUT"), State: text("STATE"),
		ExactlyOnce: text("GUARANTEE") == "exactly_once_v2", Threads: number("THREADS"),
		Commit:     time.Duration(number("COMMIT_MS")) * time.Millisecond,
		Linger:     time.Duration(number("LINGER_MS")) * time.Millisecond,
		BatchBytes: number("BATCH_BYTES"), Compression: text("COMPRESSION"),
	}
	if len(wrong) > 0 {
		return s, fmt.Errorf("missing or no number in the environment: %s; bench/path starts this program", strings.Join(wrong, ", "))
	}
	return s, nil
}

// Running tells the driver that the contestant's partitions are assigned and that it begins to consume.
func Running() { fmt.Println("running") }
