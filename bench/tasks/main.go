// Command tasks measures what many tasks cost one process: on a real broker, a process of its own for each number of tasks,
// first without input and then under a steady one that reaches every task.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/streamgen/streamgen/bench/proc"
	"github.com/streamgen/streamgen/dsl"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := error(nil)
	if topic := os.Getenv("BENCH_TASKS"); topic != "" {
		err = application(ctx, topic)
	} else {
		err = drive(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tasks:", err)
		os.Exit(1)
	}
}

// application counts by key: a task with a store for each partition of the topic. On standard output it says when it runs,
// and at its end what it took.
func application(ctx context.Context, topic string) error {
	running := make(chan struct{})
	cfg := rt.Config{
		ApplicationID: topic + "-app", BootstrapServers: []string{os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")}, StateDir: os.Getenv("BENCH_STATE"),
		NumStreamThreads: 2, ProcessingGuarantee: rt.ExactlyOnce, HTTPAddress: "off",
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		OnState: func(_, to rt.State) {
			if to == rt.Running {
				select {
				case <-running:
				default:
					close(running)
				}
			}
		},
	}
	count := func(b *dsl.Builder) {
		b.Stream(topic, dsl.String(), dsl.Bytes()).GroupByKey().Count(dsl.Name("counts")).ToStream().To("tasks-out", dsl.String(), dsl.Int64())
	}
	app, err := rt.New(rt.InterpretPlain(count), cfg)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := app.Start(ctx); err != nil {
		return err
	}
	defer app.Close(time.Minute)
	select {
	case <-running:
	case <-app.Done():
		return app.Close(time.Minute)
	case <-ctx.Done():
		return ctx.Err()
	}
	fmt.Printf("running %d\n", time.Since(began).Milliseconds())
	most := 0
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		select {
		case <-tick.C:
			most = max(most, runtime.NumGoroutine())
			continue
		case <-app.Done():
			return app.Close(time.Minute)
		case <-ctx.Done():
		}
		break
	}
	var commits int64
	var mean, longest time.Duration
	for _, t := range app.Metrics().Threads() {
		commits += t.Commit.Total()
		mean += t.Commit.Time()
		longest = max(longest, t.Commit.Max())
	}
	fmt.Printf("goroutines %d\ncommits %d\nmean %d\nlongest %d\n", most, commits, (mean / time.Duration(max(commits, 1))).Microseconds(), longest.Microseconds())
	return nil
}

func drive(ctx context.Context) error {
	numbers := flag.String("tasks", "4 50 200", "numbers of tasks")
	rate := flag.Int("rate", 20_000, "records a second")
	length := flag.Duration("length", 20*time.Second, "of the time without input and of that with")
	flag.Parse()
	bootstrap := os.Getenv("STREAMGEN_KAFKA_BOOTSTRAP")
	if bootstrap == "" {
		return errors.New("STREAMGEN_KAFKA_BOOTSTRAP is not set: run under scripts/with-kafka.sh")
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(bootstrap))
	if err != nil {
		return err
	}
	defer cl.Close()
	if _, err := kadm.NewClient(cl).CreateTopic(ctx, 4, 1, nil, "tasks-out"); err != nil {
		return err
	}
	fmt.Println("| tasks | until RUNNING | goroutines | peak resident | CPU s per minute, idle | CPU s per million | commits | mean commit | longest |\n|---|---|---|---|---|---|---|---|---|")
	for _, text := range strings.Fields(*numbers) {
		n, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		topic := "tasks-" + text
		if _, err := kadm.NewClient(cl).CreateTopic(ctx, int32(n), 1, nil, topic); err != nil {
			return err
		}
		m, err := run(ctx, cl, topic, *rate, *length)
		if err != nil {
			return err
		}
		fmt.Printf("| %d | %.1f s | %d | %d MiB | %.2f | %.2f | %d | %.1f ms | %.0f ms |\n", n, float64(m.said["running"])/1e3, m.said["goroutines"], m.peak>>20,
			m.idle.Seconds()*60/length.Seconds(), m.busy.Seconds()*1e6/float64(m.records), m.said["commits"], float64(m.said["mean"])/1e3, float64(m.said["longest"])/1e3)
	}
	return nil
}

// measured is what a run came to.
type measured struct {
	said       map[string]int64 // by the application
	peak       int64            // resident bytes
	idle, busy time.Duration    // of CPU
	records    int
}

func run(ctx context.Context, cl *kgo.Client, topic string, rate int, length time.Duration) (m measured, err error) {
	dir, err := os.MkdirTemp("", "streamgen-tasks.")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return m, err
	}
	var out lines
	out.seen = make(chan struct{})
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), "BENCH_TASKS="+topic, "BENCH_STATE="+dir)
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Start(); err != nil {
		return m, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-out.seen:
	case err := <-ended:
		return m, fmt.Errorf("it ended before it ran: %w", err)
	case <-time.After(5 * time.Minute):
		return m, errors.Join(errors.New("it does not run after five minutes"), cmd.Process.Kill(), <-ended)
	}
	err = m.watch(ctx, cl, topic, rate, length, cmd.Process.Pid)
	err = errors.Join(err, cmd.Process.Signal(syscall.SIGTERM), <-ended)
	m.said = map[string]int64{}
	for _, line := range strings.Split(out.String(), "\n") {
		if name, number, ok := strings.Cut(line, " "); ok {
			m.said[name], _ = strconv.ParseInt(number, 10, 64)
		}
	}
	return m, err
}

// watch lets the process be, feeds it, and notes the CPU time of both.
func (m *measured) watch(ctx context.Context, cl *kgo.Client, topic string, rate int, length time.Duration, pid int) error {
	at, err := proc.CPU(pid)
	if err != nil {
		return err
	}
	time.Sleep(length)
	rested, err := proc.CPU(pid)
	if err != nil {
		return err
	}
	m.idle = rested - at
	const slices = 20 // a second
	tick := time.NewTicker(time.Second / slices)
	defer tick.Stop()
	for end := time.Now().Add(length); time.Now().Before(end); <-tick.C {
		for range rate / slices {
			cl.Produce(ctx, &kgo.Record{Topic: topic, Key: fmt.Appendf(nil, "k%06d", m.records*7919%100_000), Value: []byte("v")}, nil)
			m.records++
		}
	}
	if err := cl.Flush(ctx); err != nil {
		return err
	}
	time.Sleep(2 * time.Second)
	done, err := proc.CPU(pid)
	if err != nil {
		return err
	}
	m.busy = done - rested
	m.peak, err = proc.Peak(pid)
	return err
}

// lines keeps what the application says, and tells of its first line. One goroutine of
// package exec writes; it is read once that has ended.
type lines struct {
	strings.Builder
	seen chan struct{}
}

func (l *lines) Write(b []byte) (int, error) {
	if l.Len() == 0 && len(b) > 0 {
		close(l.seen)
	}
	return l.Builder.Write(b)
}
