//go:build linux

package killtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Soak is Run with all kinds of trouble that processes and machines meet, for a length of
// time: kills, stops, processes frozen for longer than their session, a network that is cut, a
// broker that stops or is killed, a disk that fills up. Linux, root (for the disks).
type Soak struct {
	Options
	Length time.Duration
	Kafka  Kafka
}

// Kafka is a real broker that can be stopped and started again. A plain value.
type Kafka struct {
	Scripts string // folder of start-kafka.sh and stop-kafka.sh
	Dir     string // the broker's
	Port    string
}

// diskSize is the size of a process's disk in MiB.
const diskSize = 1024

// trouble is one kind of what may happen to process i.
type trouble struct {
	name   string
	weight int // how often it comes
	meet   func(s *soaking, ctx context.Context, i int) error
}

var troubles = []trouble{
	{"kill -9", 12, (*soaking).killed},
	{"clean stop", 2, (*soaking).stopped},
	{"freeze", 2, (*soaking).frozen},
	{"cut", 2, (*soaking).cutOff},
	{"silent network", 2, (*soaking).silenced},
	{"full disk", 1, (*soaking).filled},
	{"broker stop", 1, (*soaking).brokerStopped},
	{"broker kill -9", 1, (*soaking).brokerKilled},
}

// soaking is the state of a soak.
type soaking struct {
	*run
	kafka Kafka
	disks []*disk
	met   map[string]int
}

// Run runs the soak. Every kind of trouble comes at least once, however short it is. Errors and
// differences are as with Run.
func (o Soak) Run(ctx context.Context) (r Report, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	base, err := newRun(o.Options)
	if err != nil {
		return Report{}, err
	}
	s := &soaking{run: base, kafka: o.Kafka, met: map[string]int{}}
	defer func() {
		s.close()
		for _, d := range s.disks {
			err = errors.Join(err, d.unmount())
		}
		for _, p := range s.proxies {
			err = errors.Join(err, p.close())
		}
	}()
	for i := range o.Processes {
		d, err := mount(s.stateDir(i), diskSize)
		if err != nil {
			return Report{}, err
		}
		s.disks = append(s.disks, d)
		p, err := newProxy(o.Bootstrap)
		if err != nil {
			return Report{}, err
		}
		s.proxies = append(s.proxies, p)
	}
	if err := s.begin(ctx); err != nil {
		return s.told(), err
	}
	for time.Since(s.began) < o.Length || len(s.met) < len(troubles) {
		if err := s.meet(ctx); err != nil {
			return s.told(), err
		}
	}
	err = s.end(ctx)
	return s.told(), err
}

// told is the report so far.
func (s *soaking) told() Report {
	s.report.Elapsed = time.Since(s.began)
	s.report.Troubles = maps.Clone(s.met)
	return s.report
}

// meet waits until a process works and lets something happen to it.
func (s *soaking) meet(ctx context.Context) error {
	i := s.rng.IntN(s.Processes)
	if err := s.working(ctx, i); err != nil {
		return err
	}
	t := troubles[s.draw()]
	s.note("%s of process %d: %d increments committed, %d fed; so far %v", t.name, i, s.committed(), s.feed.fed(), s.met)
	s.met[t.name]++
	if err := t.meet(s, ctx, i); err != nil {
		return fmt.Errorf("%s of process %d: %w", t.name, i, err)
	}
	return nil
}

// draw draws a trouble: one that has not come yet, once the one drawn came some times.
func (s *soaking) draw() int {
	sum := 0
	for _, t := range troubles {
		sum += t.weight
	}
	n := s.rng.IntN(sum)
	for k, t := range troubles {
		if n -= t.weight; n < 0 {
			if s.met[t.name] > 3 {
				if missing := slices.IndexFunc(troubles, func(t trouble) bool { return s.met[t.name] == 0 }); missing >= 0 {
					return missing
				}
			}
			return k
		}
	}
	return 0
}

func (s *soaking) killed(ctx context.Context, i int) error {
	s.report.Kills++
	if err := s.kill(ctx, i, fmt.Sprintf("kill %d of process %d", s.report.Kills, i)); err != nil {
		return err
	}
	if err := s.away(ctx, i, sessionTimeout); err != nil {
		return err
	}
	return s.start(i)
}

func (s *soaking) stopped(ctx context.Context, i int) error {
	if err := s.procs[i].stop(patience); err != nil {
		return err
	}
	s.report.Stops++
	if err := s.dump(i, fmt.Sprintf("clean stop %d of process %d", s.report.Stops, i), false); err != nil {
		return err
	}
	if err := s.away(ctx, i, sessionTimeout); err != nil {
		return err
	}
	return s.start(i)
}

// away lets process i be down for a while.
func (s *soaking) away(ctx context.Context, i int, most time.Duration) error {
	s.down = i
	defer func() { s.down = -1 }()
	return pause(ctx, time.Duration(s.rng.Int64N(int64(most))))
}

// frozen stops a process until the others have taken over: what it wakes up with is not its
// own any more.
func (s *soaking) frozen(ctx context.Context, i int) error {
	if err := s.procs[i].cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	err := pause(ctx, sessionTimeout+rebalanceTimeout+time.Duration(s.rng.Int64N(int64(sessionTimeout))))
	if err == nil {
		err = s.others(ctx, i)
	}
	return errors.Join(err, s.procs[i].cmd.Process.Signal(syscall.SIGCONT))
}

// others waits for output of the others while process i is away.
func (s *soaking) others(ctx context.Context, i int) error {
	s.down = i
	defer func() { s.down = -1 }()
	n := s.committed()
	return s.until(ctx, "output of the others", func() bool { return s.committed() > n })
}

func (s *soaking) cutOff(ctx context.Context, i int) error   { return s.unplug(ctx, i, false) }
func (s *soaking) silenced(ctx context.Context, i int) error { return s.unplug(ctx, i, true) }

// unplug cuts a process's network for less or more than its session.
func (s *soaking) unplug(ctx context.Context, i int, silent bool) error {
	s.proxies[i].cut(silent)
	defer s.proxies[i].heal()
	return pause(ctx, time.Duration(s.rng.Int64N(int64(3*sessionTimeout))))
}

// filled fills the disk of a process, which then ends by itself or is asked to, and starts it
// without space: it has to say why it cannot. With space again it comes back to its state.
func (s *soaking) filled(ctx context.Context, i int) error {
	if err := s.disks[i].fill(); err != nil {
		return err
	}
	s.down = i
	defer func() { s.down = -1 }()
	if err := s.endsFull(ctx, i, 5*time.Second); err != nil {
		return err
	}
	if err := s.start(i); err != nil {
		return err
	}
	if err := s.endsFull(ctx, i, patience); err != nil {
		return err
	}
	if err := s.disks[i].free(); err != nil {
		return err
	}
	return s.start(i)
}

// endsFull waits until process i has ended because of its full disk; what has nothing to write
// does not notice, and is stopped after a while.
func (s *soaking) endsFull(ctx context.Context, i int, most time.Duration) error {
	p := s.procs[i]
	late := time.NewTimer(most)
	defer late.Stop()
	select {
	case <-p.done:
	case <-late.C:
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !p.dead() {
			return err
		}
		select {
		case <-p.done:
		case <-time.After(patience):
			return fmt.Errorf("it still runs %v after SIGTERM, with a full disk\n%s", patience, p.tail())
		}
	case <-ctx.Done():
		return ctx.Err()
	}
	switch code := p.cmd.ProcessState.ExitCode(); {
	case code == 0:
	case code == 1 && strings.Contains(p.tail(), "no space left on device"):
		s.report.Full++
	default:
		return p.ended()
	}
	return nil
}

// brokerStopped stops the broker cleanly while transactions are open, but none is about to end: the processes
// are frozen meanwhile. Apache Kafka 4.3.1 as the only broker, which has nobody to hand its partitions to, now and
// then calls such a transaction complete though its markers reached no partition; readers hang there for ever. A
// broker that is killed takes ends by surprise, and does not.
func (s *soaking) brokerStopped(ctx context.Context, _ int) (err error) {
	for _, p := range s.procs {
		if e := p.cmd.Process.Signal(syscall.SIGSTOP); e != nil && !p.dead() {
			return e
		}
	}
	err = pause(ctx, 500*time.Millisecond) // what was asked of the broker is done
	if err == nil {
		var out []byte
		if out, err = exec.CommandContext(ctx, filepath.Join(s.kafka.Scripts, "stop-kafka.sh"), s.kafka.Dir).CombinedOutput(); err != nil {
			err = fmt.Errorf("%w\n%s", err, out)
		}
	}
	for _, p := range s.procs {
		if e := p.cmd.Process.Signal(syscall.SIGCONT); e != nil && !p.dead() {
			err = errors.Join(err, e)
		}
	}
	if err != nil {
		return err
	}
	return s.brokerStarts(ctx)
}

func (s *soaking) brokerKilled(ctx context.Context, _ int) error {
	b, err := os.ReadFile(filepath.Join(s.kafka.Dir, "kafka.pid"))
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return err
	}
	for syscall.Kill(pid, 0) == nil {
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	return s.brokerStarts(ctx)
}

func (s *soaking) brokerStarts(ctx context.Context) error {
	if err := pause(ctx, time.Duration(s.rng.Int64N(int64(sessionTimeout)))); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.kafka.Scripts, "start-kafka.sh"), s.kafka.Dir, s.kafka.Port)
	log, err := os.Create(filepath.Join(s.kafka.Dir, "start.out")) // the broker inherits what the script writes to
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	return cmd.Run()
}
