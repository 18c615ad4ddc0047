// Package killtest proves exactly-once against SIGKILL. It runs a stateful application
// (the app folder) in processes of their own against a broker in another process, kills
// them again and again in the middle of their work, and then compares everything that is
// left (outputs, changelogs, stores on disk) with a plain loop over the input.
//
// A kill counts only when the application had committed new output since the victim's
// last start, and it comes at a random moment after that. What a killed process leaves on
// disk is read at once, before the process comes back: a store that ran ahead of its
// changelog would show there and nowhere else.
package killtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Options say what a run does; every field is needed. A plain value.
type Options struct {
	Bootstrap string
	Binary    string // of the application
	Dir       string // for state folders and logs
	// Name begins the names of the topics and the application.id, so that runs can share a
	// broker.
	Name       string
	Seed       uint64
	Kills      int // that count
	Processes  int
	Workers    int // per process
	Partitions int
	Rate       int    // clicks per second
	Guarantee  string // processing.guarantee
	Log        func(format string, args ...any)
}

const (
	commitInterval = 100 * time.Millisecond
	// sessionTimeout is how long a killed member holds up the others.
	sessionTimeout = 2 * time.Second
	// patience is how long the application may take to commit something new, or to finish.
	patience = 90 * time.Second
	// backlog is how far the feed may run ahead of the committed output, in records.
	backlog = 20_000
)

// Report says what a run was like. A plain value.
type Report struct {
	Kills    int   // SIGKILLs after new committed output
	Early    int   // further SIGKILLs, while the process was starting or restoring
	Open     int   // of all, those that left a transaction open
	Starts   int   // of processes
	Lives    int   // of workers that have committed output
	Records  int64 // fed
	AfterAll int64 // of those, fed after the last kill
	Dumps    int   // stores read from disk
	Rows     int   // in those
	Elapsed  time.Duration
	// Differences from the truth; exactly once means none.
	Differences Differences
}

// String is the report in two lines, without the differences.
func (r Report) String() string {
	return fmt.Sprintf("%d kills (+%d early), %d left a transaction open, %d starts, %d worker lives with output, %d records (%d after the last kill)\n"+
		"%d stores with %d rows read from disk, %v, %d differences",
		r.Kills, r.Early, r.Open, r.Starts, r.Lives, r.Records, r.AfterAll, r.Dumps, r.Rows, r.Elapsed.Round(100*time.Millisecond), len(r.Differences))
}

// run is the state of Run.
type run struct {
	Options
	rng    *rand.Rand
	adm    *kadm.Client
	watch  *watch
	feed   *feed
	procs  []*process
	since  []int64 // committed increments at each process's last start
	dumps  []Dump
	report Report
	began  time.Time
}

// Run kills the application again and again, lets it finish and compares. An error means
// that the run does not count: something could not be started, ended by itself, or made no
// progress. Differences are no error; they are in the report.
func Run(ctx context.Context, o Options) (Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &run{Options: o, rng: rand.New(rand.NewPCG(o.Seed, 2)), procs: make([]*process, o.Processes), since: make([]int64, o.Processes), began: time.Now()}
	cl, err := kgo.NewClient(kgo.SeedBrokers(o.Bootstrap))
	if err != nil {
		return r.report, err
	}
	defer cl.Close()
	r.adm = kadm.NewClient(cl)
	defer func() {
		for _, p := range r.procs {
			if p != nil && !p.dead() {
				p.kill()
			}
		}
	}()
	err = r.run(ctx)
	r.report.Elapsed = time.Since(r.began)
	return r.report, err
}

func (r *run) prefix() string { return r.Name + "-" }

func (r *run) application() string { return r.Name + "-app" }

func (r *run) run(ctx context.Context) error {
	var topics []string
	for _, t := range []string{"clicks", "sums", "windows", "increments"} {
		topics = append(topics, r.prefix()+t)
	}
	created, err := r.adm.CreateTopics(ctx, int32(r.Partitions), 1, nil, topics...)
	if err = errors.Join(err, created.Error()); err != nil {
		return fmt.Errorf("topics: %w", err)
	}
	if r.watch, err = newWatch(ctx, r.Bootstrap, r.prefix()+"increments", r.prefix()+"windows"); err != nil {
		return err
	}
	if r.feed, err = startFeed(ctx, r.Bootstrap, r.prefix()+"clicks", r.Seed, r.Rate, func(fed int64) bool {
		return fed-r.committed() > backlog
	}); err != nil {
		return err
	}
	for i := range r.procs {
		if err := r.start(i); err != nil {
			return err
		}
	}
	for r.report.Kills < r.Kills {
		if err := r.killOne(ctx); err != nil {
			return err
		}
	}
	truth, err := r.finish(ctx)
	if err != nil {
		return err
	}
	seen, err := r.read(ctx)
	if err != nil {
		return err
	}
	r.report.Differences = Verify(truth, seen)
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
	cmd.Env = environment(map[string]string{
		"CLICKS_PREFIX":                            r.prefix(),
		"STREAMGEN_APPLICATION_ID":                 r.application(),
		"STREAMGEN_BOOTSTRAP_SERVERS":              r.Bootstrap,
		"STREAMGEN_STATE_DIR":                      r.stateDir(i),
		"STREAMGEN_HTTP_ADDRESS":                   "off",
		"STREAMGEN_PROCESSING_GUARANTEE":           r.Guarantee,
		"STREAMGEN_NUM_STREAM_THREADS":             strconv.Itoa(r.Workers),
		"STREAMGEN_COMMIT_INTERVAL_MS":             millis(commitInterval),
		"STREAMGEN_CONSUMER_SESSION_TIMEOUT_MS":    millis(sessionTimeout),
		"STREAMGEN_CONSUMER_HEARTBEAT_INTERVAL_MS": millis(sessionTimeout / 4),
	})
	p, err := start(cmd, filepath.Join(r.Dir, r.Name, fmt.Sprintf("process-%d.log", i)))
	if err != nil {
		return err
	}
	r.procs[i], r.since[i] = p, r.committed()
	r.report.Starts++
	r.Log("%v: start %d", time.Since(r.began).Round(time.Millisecond), r.report.Starts)
	return nil
}

// killOne kills one process once there is new committed output, reads what it left and
// starts it again. Sometimes the new life is killed early too.
func (r *run) killOne(ctx context.Context) error {
	i := r.rng.IntN(r.Processes)
	since := r.since[i]
	if err := r.until(ctx, fmt.Sprintf("new committed output after start %d", r.report.Starts), func() bool { return r.committed() > since }); err != nil {
		return err
	}
	if err := r.pause(ctx, time.Duration(r.rng.Int64N(int64(4*commitInterval)))); err != nil {
		return err
	}
	r.report.Kills++
	if err := r.kill(ctx, i, fmt.Sprintf("kill %d of process %d", r.report.Kills, i)); err != nil {
		return err
	}
	r.Log("%v: kill %d of process %d: %d increments committed, %d since its start, %d fed, %d transactions left open", time.Since(r.began).Round(time.Millisecond), r.report.Kills, i, r.committed(), r.committed()-since, r.feed.fed(), r.report.Open)
	if err := r.start(i); err != nil || r.rng.IntN(4) > 0 {
		return err
	}
	if err := r.pause(ctx, time.Duration(r.rng.Int64N(int64(sessionTimeout)))); err != nil {
		return err
	}
	r.report.Early++
	if err := r.kill(ctx, i, fmt.Sprintf("early kill %d of process %d", r.report.Early, i)); err != nil {
		return err
	}
	return r.start(i)
}

// kill kills process i and reads what it left behind.
func (r *run) kill(ctx context.Context, i int, when string) error {
	if err := r.procs[i].kill(); err != nil {
		return err
	}
	if open, err := r.open(ctx, i); err != nil {
		return err
	} else if open {
		r.report.Open++
	}
	return r.dump(i, when, false)
}

// open says whether the dead process i has left a transaction open.
func (r *run) open(ctx context.Context, i int) (bool, error) {
	var metadata struct{ ProcessID string }
	b, err := os.ReadFile(filepath.Join(r.stateDir(i), r.application(), "kafka-streams-process-metadata"))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil // killed before it had a state folder
	}
	if err = errors.Join(err, json.Unmarshal(b, &metadata)); err != nil {
		return false, fmt.Errorf("process metadata: %w", err)
	}
	all, err := r.adm.ListTransactions(ctx, nil, []string{"Ongoing"})
	if err != nil {
		return false, fmt.Errorf("list of transactions: %w", err)
	}
	for id := range all {
		if strings.HasPrefix(id, r.application()+"-"+metadata.ProcessID) {
			return true, nil
		}
	}
	return false, nil
}

// dump reads the stores that process i has on disk.
func (r *run) dump(i int, when string, final bool) error {
	dumps, err := dump(filepath.Join(r.stateDir(i), r.application()), r.application(), r.Dir, when)
	if err != nil {
		return fmt.Errorf("state after %s: %w", when, err)
	}
	for _, d := range dumps {
		d.Final = final
		r.dumps = append(r.dumps, d)
		r.report.Dumps++
		r.report.Rows += len(d.Rows)
	}
	return nil
}

// finish feeds a little more, lets the application come to the end of it and stops it
// cleanly.
func (r *run) finish(ctx context.Context) (*Truth, error) {
	last := r.feed.fed()
	if err := r.until(ctx, "input after the last kill", func() bool { return r.feed.fed() >= last+int64(r.Rate)/2 && r.committed() > last }); err != nil {
		return nil, err
	}
	truth, err := r.feed.halt()
	if err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	r.report.Records, r.report.AfterAll = truth.Records, truth.Records-last
	// A run that lost something never gets there; what it lost is told by the comparison.
	if err := r.until(ctx, "the end of the input", func() bool {
		w, _ := r.watch.count(r.prefix() + "windows")
		return r.committed() >= truth.Records && w >= truth.Records
	}); err != nil {
		r.Log("%v", err)
	}
	r.report.Lives = r.watch.lives()
	for i, p := range r.procs {
		if err := p.stop(30 * time.Second); err != nil {
			return nil, fmt.Errorf("process %d: %w", i, err)
		}
	}
	for i := range r.procs {
		if err := r.dump(i, fmt.Sprintf("the clean stop of process %d", i), true); err != nil {
			return nil, err
		}
	}
	return truth, nil
}

// read reads what the run left on the broker and adds what was on disk.
func (r *run) read(ctx context.Context) (*Seen, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	seen, err := read(ctx, r.Bootstrap, r.prefix(), r.application())
	if err != nil {
		return nil, err
	}
	seen.Dumps = r.dumps
	return seen, nil
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
			for _, p := range r.procs {
				if p.dead() {
					return fmt.Errorf("while waiting for %s: %w", what, p.ended())
				}
			}
		case <-late.C:
			return fmt.Errorf("%s does not come: %d increments committed of %d fed after %v\n%s", what, r.committed(), r.feed.fed(), patience, r.procs[0].tail())
		case <-ctx.Done():
			return fmt.Errorf("while waiting for %s: %w", what, ctx.Err())
		}
	}
}

// pause waits for a while.
func (r *run) pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
