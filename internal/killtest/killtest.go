// Package killtest proves exactly-once against SIGKILL. It runs a stateful application
// (the app folder) in processes of their own against a broker in another process, kills
// them again and again in the middle of their work, and then compares everything that is
// left (outputs, changelogs, stores on disk) with a plain loop over the input.
//
// A kill counts only when the application had committed new output since the victim's
// last start and the victim took part in the work, and it comes at a random moment after
// that. What a killed process leaves on
// disk is read at once, before the process comes back: a store that ran ahead of its
// changelog would show there and nowhere else.
package killtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/streamgen/streamgen/internal/clicks/judge"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Options say what a run does; every field but Standbys is needed. A plain value.
type Options struct {
	Bootstrap string
	Binary    string // of the application
	Dir       string // for state folders and logs
	// Name begins the names of the topics and the application.id, so that runs can share a
	// broker.
	Name  string
	Seed  uint64
	Kills int // that count
	// EarlyKills adds kills of processes that are joining the group or restoring. The embedded
	// broker takes up to half a minute to notice a member that died while it joined.
	EarlyKills bool
	Processes  int
	Workers    int // per process
	Partitions int
	Rate       int    // clicks per second
	Guarantee  string // processing.guarantee
	Standbys   int    // num.standby.replicas
	Log        func(format string, args ...any)
}

const (
	commitInterval = 100 * time.Millisecond
	// sessionTimeout is how long a killed member holds up the others.
	sessionTimeout = 2 * time.Second
	// rebalanceTimeout is how long a rebalance waits for a member that was killed while it
	// joined: the embedded broker arms no session timeout for it.
	rebalanceTimeout = 4 * time.Second
	// patience is how long the application may take to commit something new, or to finish.
	patience = 90 * time.Second
	// backlog is how far the feed may run ahead of the committed output, in records.
	backlog = 20_000
)

// run is the state of Run.
type run struct {
	Options
	rng   *rand.Rand
	adm   *kadm.Client
	watch *watch
	feed  *feed
	procs []*process
	// proxies are the networks of the processes; none when they reach the broker directly.
	proxies []*proxy
	since   []int64                    // committed increments at each process's last start
	last    kadm.DescribedTransactions // of processes when they were killed
	dumps   []judge.Dump
	down    int // the process that is down on purpose; -1 for none
	report  Report
	began   time.Time
}

// Run kills the application again and again, lets it finish and compares. An error means
// that the run does not count: something could not be started, ended by itself, or made no
// progress. Differences are no error; they are in the report.
func Run(ctx context.Context, o Options) (Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := newRun(o)
	if err != nil {
		return Report{}, err
	}
	defer r.close()
	err = r.run(ctx)
	r.report.Elapsed = time.Since(r.began)
	return r.report, err
}

func newRun(o Options) (*run, error) {
	r := &run{Options: o, rng: rand.New(rand.NewPCG(o.Seed, 2)), procs: make([]*process, o.Processes), since: make([]int64, o.Processes), last: kadm.DescribedTransactions{}, down: -1, began: time.Now()}
	cl, err := kgo.NewClient(kgo.SeedBrokers(o.Bootstrap))
	if err != nil {
		return nil, err
	}
	r.adm = kadm.NewClient(cl)
	return r, nil
}

// close ends the processes that still run.
func (r *run) close() {
	for _, p := range r.procs {
		if p != nil && !p.dead() {
			p.kill()
		}
	}
	r.adm.Close()
}

func (r *run) prefix() string { return r.Name + "-" }

func (r *run) application() string { return r.Name + "-app" }

func (r *run) run(ctx context.Context) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	for r.report.Kills < r.Kills {
		if err := r.killOne(ctx); err != nil {
			return err
		}
	}
	return r.end(ctx)
}

// begin creates the topics, feeds them and starts the processes.
func (r *run) begin(ctx context.Context) error {
	var topics []string
	for _, t := range []string{"clicks", "sums", "windows", "increments", "tallies", "pairs"} {
		topics = append(topics, r.prefix()+t)
	}
	created, err := r.adm.CreateTopics(ctx, int32(r.Partitions), 1, nil, topics...)
	if err = errors.Join(err, created.Error()); err != nil {
		return fmt.Errorf("topics: %w", err)
	}
	if r.watch, err = newWatch(ctx, r.Bootstrap, r.prefix()+"increments", r.prefix()+"windows"); err != nil {
		return err
	}
	if r.feed, err = startFeed(ctx, r.Bootstrap, r.prefix()+"clicks", judge.NewInput(r.Seed, r.began.UnixMilli()), r.Rate, func(fed int64) bool {
		return fed-r.committed() > backlog
	}); err != nil {
		return err
	}
	for i := range r.procs {
		if err := r.start(i); err != nil {
			return err
		}
	}
	return nil
}

// end lets the application finish and compares.
func (r *run) end(ctx context.Context) error {
	truth, err := r.finish(ctx)
	if err != nil {
		return err
	}
	seen, err := r.read(ctx)
	if err != nil {
		return err
	}
	r.report.Differences = judge.Verify(truth, seen)
	return nil
}

// committed is how many increments readers of committed records see.
func (r *run) committed() int64 {
	n, _ := r.watch.count(r.prefix() + "increments")
	return n
}

func (r *run) stateDir(i int) string { return filepath.Join(r.Dir, r.Name, fmt.Sprintf("state-%d", i)) }

// start starts process i over the state that its last life left.
func (r *run) start(i int) error {
	if err := os.MkdirAll(r.stateDir(i), 0o755); err != nil {
		return err
	}
	millis := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
	cmd := exec.Command(r.Binary)
	properties := map[string]string{
		"CLICKS_PREFIX":                            r.prefix(),
		"STREAMGEN_APPLICATION_ID":                 r.application(),
		"STREAMGEN_BOOTSTRAP_SERVERS":              r.Bootstrap,
		"STREAMGEN_STATE_DIR":                      r.stateDir(i),
		"STREAMGEN_HTTP_ADDRESS":                   "off",
		"STREAMGEN_PROCESSING_GUARANTEE":           r.Guarantee,
		"STREAMGEN_NUM_STREAM_THREADS":             strconv.Itoa(r.Workers),
		"STREAMGEN_NUM_STANDBY_REPLICAS":           strconv.Itoa(r.Standbys),
		"STREAMGEN_COMMIT_INTERVAL_MS":             millis(commitInterval),
		"STREAMGEN_CONSUMER_SESSION_TIMEOUT_MS":    millis(sessionTimeout),
		"STREAMGEN_CONSUMER_HEARTBEAT_INTERVAL_MS": millis(sessionTimeout / 4),
		"STREAMGEN_CONSUMER_MAX_POLL_INTERVAL_MS":  millis(rebalanceTimeout),
	}
	if len(r.proxies) > 0 {
		properties["CLICKS_PROXY"] = r.proxies[i].addr()
	}
	cmd.Env = environment(properties)
	p, err := start(cmd, filepath.Join(r.Dir, r.Name, fmt.Sprintf("process-%d.log", i)))
	if err != nil {
		return err
	}
	r.procs[i], r.since[i] = p, r.committed()
	r.report.Starts++
	r.note("start %d", r.report.Starts)
	return nil
}

// until waits for a condition over the committed output. It fails when that takes too
// long, or when a process or the feed ends by itself.
func (r *run) until(ctx context.Context, what string, holds func() bool) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		_, changed := r.watch.count("")
		if holds() {
			return nil
		}
		select {
		case <-changed:
		case <-tick.C:
			for i, p := range r.procs {
				if p.dead() && i != r.down {
					return fmt.Errorf("while waiting for %s: %w", what, p.ended())
				}
			}
		case <-late.C:
			return fmt.Errorf("%s does not come: %d increments committed of %d fed after %v\n%s\n%s", what, r.committed(), r.feed.fed(), patience, r.undecided(ctx), r.procs[0].tail())
		case <-ctx.Done():
			return fmt.Errorf("while waiting for %s: %w", what, ctx.Err())
		}
	}
}

// pause waits for a while.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
