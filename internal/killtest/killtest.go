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

// Report says what a run was like. A plain value.
type Report struct {
	Kills    int   // SIGKILLs after new committed output
	Early    int   // further SIGKILLs, while the process was starting or restoring
	Stops    int   // clean ones between the kills
	Open     int   // of all SIGKILLs, those that left a transaction open
	Starts   int   // of processes
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
	return fmt.Sprintf("%d kills (+%d early), %d left a transaction open, %d clean stops, %d starts, %d records (%d after the last kill)\n"+
		"%d stores with %d rows read from disk, %v, %d differences",
		r.Kills, r.Early, r.Open, r.Stops, r.Starts, r.Records, r.AfterAll, r.Dumps, r.Rows, r.Elapsed.Round(100*time.Millisecond), len(r.Differences))
}

// run is the state of Run.
type run struct {
	Options
	rng    *rand.Rand
	adm    *kadm.Client
	watch  *watch
	feed   *feed
	procs  []*process
	since  []int64                    // committed increments at each process's last start
	last   kadm.DescribedTransactions // of processes when they were killed
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
	r := &run{Options: o, rng: rand.New(rand.NewPCG(o.Seed, 2)), procs: make([]*process, o.Processes), since: make([]int64, o.Processes), last: kadm.DescribedTransactions{}, began: time.Now()}
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
	if r.feed, err = startFeed(ctx, r.Bootstrap, r.prefix()+"clicks", NewInput(r.Seed, r.began.UnixMilli()), r.Rate, func(fed int64) bool {
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
		"STREAMGEN_CONSUMER_MAX_POLL_INTERVAL_MS":  millis(rebalanceTimeout),
	})
	p, err := start(cmd, filepath.Join(r.Dir, r.Name, fmt.Sprintf("process-%d.log", i)))
	if err != nil {
		return err
	}
	r.procs[i], r.since[i] = p, r.committed()
	r.report.Starts++
	r.note("start %d", r.report.Starts)
	return nil
}

// note logs with the time since the run began.
func (r *run) note(format string, args ...any) {
	r.Log("%7.3f "+format, append([]any{time.Since(r.began).Seconds()}, args...)...)
}

// killOne kills one process once there is new committed output, reads what it left and
// starts it again. After every third kill the new life is killed while it starts, after
// every third it is stopped cleanly once: a clean stop puts its stores on disk, so that
// later kills fall on stores with rows in them and not on changelogs alone.
func (r *run) killOne(ctx context.Context) error {
	i := r.rng.IntN(r.Processes)
	since := r.since[i]
	if err := r.working(ctx, i); err != nil {
		return err
	}
	r.report.Kills++
	if err := r.kill(ctx, i, fmt.Sprintf("kill %d of process %d", r.report.Kills, i)); err != nil {
		return err
	}
	r.note("kill %d of process %d: %d increments committed, %d since its start, %d fed, %d transactions left open",
		r.report.Kills, i, r.committed(), r.committed()-since, r.feed.fed(), r.report.Open)
	if err := r.start(i); err != nil {
		return err
	}
	switch r.report.Kills % 3 {
	case 1:
		if err := r.working(ctx, i); err != nil {
			return err
		}
		if err := r.procs[i].stop(patience); err != nil {
			return err
		}
		r.report.Stops++
		if err := r.dump(i, fmt.Sprintf("clean stop %d of process %d", r.report.Stops, i), false); err != nil {
			return err
		}
		return r.start(i)
	case 2:
		if !r.EarlyKills {
			return nil
		}
		if err := pause(ctx, time.Duration(r.rng.Int64N(int64(sessionTimeout)))); err != nil {
			return err
		}
		r.report.Early++
		if err := r.kill(ctx, i, fmt.Sprintf("early kill %d of process %d", r.report.Early, i)); err != nil {
			return err
		}
		return r.start(i)
	}
	return nil
}

// working waits until there is committed output since the start of process i and the
// process has begun work of its own, and then for a random moment.
func (r *run) working(ctx context.Context, i int) error {
	since := r.since[i]
	if err := r.until(ctx, fmt.Sprintf("new committed output after start %d", r.report.Starts), func() bool { return r.committed() > since && r.busy(ctx, i) }); err != nil {
		return err
	}
	return pause(ctx, time.Duration(r.rng.Int64N(int64(4*commitInterval))))
}

// kill kills process i and reads what it left behind.
func (r *run) kill(ctx context.Context, i int, when string) error {
	if err := r.procs[i].kill(); err != nil {
		return err
	}
	left, err := r.transactions(ctx, i)
	if err != nil {
		return err
	}
	open := false
	for id, t := range left {
		r.last[id] = t
		open = open || t.State == "Ongoing"
	}
	if open {
		r.report.Open++
	}
	return r.dump(i, when, false)
}

// transactions returns what the broker knows of the transactional ids of process i.
func (r *run) transactions(ctx context.Context, i int) (kadm.DescribedTransactions, error) {
	var metadata struct{ ProcessID string }
	b, err := os.ReadFile(filepath.Join(r.stateDir(i), r.application(), "kafka-streams-process-metadata"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil // killed before it had a state folder
	}
	if err = errors.Join(err, json.Unmarshal(b, &metadata)); err != nil {
		return nil, fmt.Errorf("process metadata: %w", err)
	}
	all, err := r.adm.ListTransactions(ctx, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("list of transactions: %w", err)
	}
	var ids []string
	for id := range all {
		if strings.HasPrefix(id, r.application()+"-"+metadata.ProcessID) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	described, err := r.adm.DescribeTransactions(ctx, ids...)
	if err != nil {
		return nil, fmt.Errorf("transactions: %w", err)
	}
	return described, nil
}

// busy says whether process i itself has committed or begun a transaction since its start:
// the broker has one of a later epoch than the process's last life had at its end. Without
// transactions it cannot be known, and output by any process will do.
func (r *run) busy(ctx context.Context, i int) bool {
	if r.Guarantee != "exactly_once_v2" {
		return true
	}
	all, err := r.transactions(ctx, i)
	if err != nil {
		return false
	}
	for id, now := range all {
		last, known := r.last[id]
		if known && now.ProducerID == last.ProducerID && now.ProducerEpoch <= last.ProducerEpoch {
			continue
		}
		switch now.State {
		case "Ongoing", "PrepareCommit", "CompleteCommit":
			return true
		}
	}
	return false
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
	r.note("end of the input")
	truth, err := r.feed.halt()
	if err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	r.report.Records, r.report.AfterAll = truth.Records, truth.Records-last
	// Counting outputs would end too early when some are there twice, and never when some
	// are lost. What is not consumed at the end of patience, the comparison tells.
	if err := r.until(ctx, "the end of the input", func() bool { return r.consumed(ctx) }); err != nil {
		r.note("%v", err)
	}
	r.note("finished")
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

// consumed says whether the application has committed all of its input and of its
// repartition topic.
func (r *run) consumed(ctx context.Context) bool {
	ends, err := r.adm.ListEndOffsets(ctx, r.prefix()+"clicks", r.application()+"-by-user-repartition")
	if err = errors.Join(err, ends.Error()); err != nil {
		return false
	}
	committed, err := r.adm.FetchOffsets(ctx, r.application())
	if err != nil {
		return false
	}
	all := true
	ends.Each(func(e kadm.ListedOffset) {
		c, ok := committed.Lookup(e.Topic, e.Partition)
		all = all && (e.Offset == 0 || ok && c.Err == nil && c.At >= e.Offset)
	})
	return all
}

// read reads what the run left on the broker and adds what was on disk.
func (r *run) read(ctx context.Context) (*Seen, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r.note("stopped")
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
