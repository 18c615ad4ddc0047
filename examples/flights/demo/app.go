package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// build runs the generator and the Go compiler from the module's root.
func build(ctx context.Context, binary string) (string, error) {
	for _, args := range [][]string{
		{"run", "./cmd/streamgen", "gen", "./examples/flights"},
		{"build", "-o", binary, "./examples/flights"},
	} {
		cmd := exec.CommandContext(ctx, "go", args...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	return binary, nil
}

// app is the running application, a process of its own.
type app struct {
	cmd  *exec.Cmd
	log  string
	http string // host:port of its metrics
	done chan error
}

// start runs the application under exactly-once with its own state directory.
func start(ctx context.Context, binary, addr, stateDir, logPath string) (*app, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(logPath)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	a := &app{log: logPath, http: fmt.Sprintf("127.0.0.1:%d", port), done: make(chan error, 1)}
	a.cmd = exec.CommandContext(ctx, binary)
	a.cmd.Env = append(os.Environ(),
		"STREAMGEN_APPLICATION_ID=flights-demo",
		"STREAMGEN_BOOTSTRAP_SERVERS="+addr,
		"STREAMGEN_PROCESSING_GUARANTEE=exactly_once_v2",
		"STREAMGEN_NUM_STREAM_THREADS=2",
		"STREAMGEN_STATE_DIR="+stateDir,
		"STREAMGEN_HTTP_ADDRESS="+a.http,
	)
	a.cmd.Stdout, a.cmd.Stderr = log, log
	if err := a.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { a.done <- a.cmd.Wait() }()
	return a, nil
}

// exited returns an error that quotes the application's log when it has ended by itself.
func (a *app) exited() error {
	select {
	case err := <-a.done:
		a.done <- err
		log, readErr := os.ReadFile(a.log)
		return errors.Join(fmt.Errorf("the application ended early: %v\n%s", err, log), readErr)
	default:
		return nil
	}
}

// dropped reads the number of records dropped as late from the application's metrics.
func (a *app) dropped(ctx context.Context) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+a.http+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, fmt.Errorf("reading the application's metrics: %w", err)
	}
	defer resp.Body.Close()
	var sum int64
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		line := lines.Text()
		if !strings.HasPrefix(line, lateMetric) || !strings.Contains(line, `reason="late"`) {
			continue
		}
		v, err := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:], 64)
		if err != nil {
			return 0, fmt.Errorf("metric %q: %w", line, err)
		}
		sum += int64(v)
	}
	return sum, lines.Err()
}

// lateMetric counts the records that operators dropped.
const lateMetric = "kafka_stream_task_metrics_dropped_records_total"

// stop asks the application to close and waits for it.
func (a *app) stop() error {
	if err := a.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-a.done:
		a.done <- err
		if err != nil {
			return fmt.Errorf("closing the application: %w", err)
		}
		return nil
	case <-time.After(20 * time.Second):
		return errors.New("the application did not close within 20 s of SIGTERM")
	}
}

// kill ends the application if it still runs; the error of a process that is gone is of no interest.
func (a *app) kill() {
	select {
	case err := <-a.done:
		a.done <- err
	default:
		if a.cmd.Process.Kill() == nil {
			<-a.done
		}
	}
}
