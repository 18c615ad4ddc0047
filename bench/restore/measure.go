package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/streamgen/streamgen/bench/proc"
)

// result is one restore.
type result struct {
	took    time.Duration // from the first store's start to the last one's end
	running time.Duration // from the start of the process to RUNNING
	cpu     time.Duration // of the process, in took
	broker  time.Duration // CPU of the broker meanwhile
	peak    int64         // resident bytes
}

// command is a contestant's process.
func command(ctx context.Context, name string) (*exec.Cmd, error) {
	switch name {
	case "streamgen":
		self, err := os.Executable()
		return exec.CommandContext(ctx, self), err
	case "kstreams":
		if out, err := exec.CommandContext(ctx, "scripts/build-java.sh", "bench/kstreams").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("building it: %w\n%s", err, out)
		}
		java := "java"
		if home := os.Getenv("JAVA_HOME"); home != "" {
			java = filepath.Join(home, "bin", "java")
		}
		return exec.CommandContext(ctx, java, "-cp", "bench/kstreams/target/classes:bench/kstreams/target/lib/*", "path.Main"), nil
	}
	return nil, fmt.Errorf("no contestant of this name")
}

// measure runs a contestant from an empty state folder until it is RUNNING.
func measure(ctx context.Context, o options, name string) (r result, err error) {
	dir, err := os.MkdirTemp("", "streamgen-restore.")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	cmd, err := command(ctx, name)
	if err != nil {
		return r, err
	}
	cmd.Env = append(os.Environ(), "BENCH_WORKLOAD="+workload, "BENCH_BOOTSTRAP="+o.bootstrap, "BENCH_APPLICATION="+application,
		"BENCH_INPUT="+inputTopic, "BENCH_OUTPUT=unused", "BENCH_STATE="+dir, "BENCH_THREADS="+strconv.Itoa(o.workers), "BENCH_GUARANTEE="+o.guarantee,
		"BENCH_COMMIT_MS=30000", "BENCH_LINGER_MS=5", "BENCH_BATCH_BYTES=1048576", "BENCH_COMPRESSION=none")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return r, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return r, err
	}
	pid, broker := cmd.Process.Pid, brokerPid()
	var began time.Time
	for lines := bufio.NewScanner(out); r.running == 0 && lines.Scan(); {
		switch lines.Text() {
		case "restoring":
			began, r.cpu, r.broker = time.Now(), cpu(pid), cpu(broker)
		case "restored":
			r.took, r.cpu, r.broker = time.Since(began), cpu(pid)-r.cpu, cpu(broker)-r.broker
		case "running":
			r.running = time.Since(start)
		}
	}
	r.peak, err = proc.Peak(pid)
	err = errors.Join(err, cmd.Process.Signal(syscall.SIGTERM), cmd.Wait())
	if err != nil || r.running == 0 || r.took == 0 {
		return r, fmt.Errorf("it did not restore (%w); it said:\n%s", err, said.Bytes())
	}
	if os.Getenv("BENCH_VERBOSE") != "" {
		os.Stderr.Write(said.Bytes())
	}
	return r, nil
}

func brokerPid() int {
	data, err := os.ReadFile(filepath.Join(os.Getenv("STREAMGEN_KAFKA_DIR"), "kafka.pid"))
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(data))) // 0 is no process: its CPU reads as 0
	return pid
}

// cpu is what a process has used so far; of one that is not there, nothing.
func cpu(pid int) time.Duration {
	used, _ := proc.CPU(pid)
	return used
}
