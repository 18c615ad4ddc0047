package killtest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// kills returns how often the process is killed: STREAMGEN_KILLS, or KILLS, or n.
func kills(t *testing.T, n int) int {
	for _, name := range []string{"STREAMGEN_KILLS", "KILLS"} {
		if s := os.Getenv(name); s != "" {
			v, err := strconv.Atoi(s)
			if err != nil || v < 0 {
				t.Fatalf("%s=%q is no number of kills", name, s)
			}
			return v
		}
	}
	return n
}

// embedded starts `streamgen broker` in another process and returns its address.
func embedded(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "streamgen")
	build := exec.Command("go", "build", "-o", bin, "github.com/streamgen/streamgen/cmd/streamgen")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := exec.Command(bin, "broker", "-port", "0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(line, "ready on ")
	addr, _, ok := strings.Cut(rest, " ")
	if !ok {
		t.Fatalf("the broker says %q", line)
	}
	return addr
}

// trial is one run of the kill test.
type trial struct {
	t       *testing.T
	cfg     childConfig
	cl      *kgo.Client
	random  *rand.Rand
	mu      sync.Mutex
	words   []string // produced so far, in order
	base    time.Time
	halt    chan struct{}
	stopped sync.WaitGroup
}

// run kills the application n times while input arrives, then compares.
func run(t *testing.T, addr string, n int, session time.Duration) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("%d kills, seed %d", n, seed)
	suffix := strconv.FormatUint(seed, 36)
	tr := &trial{t: t, random: rand.New(rand.NewPCG(seed, 0)), halt: make(chan struct{}), base: time.Now().Truncate(time.Second),
		cfg: childConfig{Addr: addr, Dir: t.TempDir(), App: "killtest-" + suffix, Session: session}}
	var err error
	if tr.cl, err = kgo.NewClient(kgo.SeedBrokers(addr), kgo.RecordPartitioner(kgo.RoundRobinPartitioner())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.cl.Close)
	tr.createTopics()
	tr.stopped.Add(1)
	go tr.produce()

	for i := range n {
		p := tr.start()
		if i%3 != 2 { // most kills hit it at work, the others wherever it is
			tr.awaitProgress(p)
		}
		tr.sleep(time.Duration(tr.random.IntN(500)) * time.Millisecond)
		p.kill()
	}
	close(tr.halt)
	tr.stopped.Wait()
	t.Logf("produced %d records", len(tr.words))
	tr.finish()
}

func (tr *trial) createTopics() {
	adm := kadm.NewClient(tr.cl)
	if _, err := adm.DeleteTopics(context.Background(), "words", "increments", "windowed"); err != nil {
		tr.t.Fatal(err)
	}
	deadline := time.Now().Add(time.Minute)
	for {
		r, err := adm.CreateTopics(context.Background(), 3, 1, nil, "words", "increments", "windowed")
		if err == nil {
			err = r.Error()
		}
		if err == nil {
			return
		}
		if time.Now().After(deadline) { // deletion of an earlier trial's takes a moment
			tr.t.Fatal(err)
		}
		tr.sleep(100 * time.Millisecond)
	}
}

// produce sends words, 200 every 20 ms, until the kills are done.
func (tr *trial) produce() {
	defer tr.stopped.Done()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	r := rand.New(rand.NewPCG(1, 1))
	for {
		recs := make([]*kgo.Record, 200)
		for i := range recs {
			w := fmt.Sprintf("w%d", r.IntN(500))
			recs[i] = &kgo.Record{Topic: "words", Value: []byte(w), Timestamp: tr.at(len(tr.words))}
			tr.words = append(tr.words, w)
		}
		if err := tr.cl.ProduceSync(context.Background(), recs...).FirstErr(); err != nil {
			tr.t.Error(err)
			return
		}
		select {
		case <-tr.halt:
			return
		case <-tick.C:
		}
	}
}

// at is the timestamp of the n-th word: ten windows in 10,000 words. It lies near the
// wall clock, because a broker deletes window changelogs by it.
func (tr *trial) at(n int) time.Time { return tr.base.Add(time.Duration(n) * time.Millisecond) }

func (tr *trial) sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	<-t.C
}

// process is the application.
type process struct {
	tr  *trial
	cmd *exec.Cmd
	log bytes.Buffer
	end chan error
}

func (tr *trial) start() *process {
	exe, err := os.Executable()
	if err != nil {
		tr.t.Fatal(err)
	}
	raw, err := json.Marshal(tr.cfg)
	if err != nil {
		tr.t.Fatal(err)
	}
	p := &process{tr: tr, cmd: exec.Command(exe), end: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), configEnv+"="+string(raw))
	p.cmd.Stderr = &p.log
	if err := p.cmd.Start(); err != nil {
		tr.t.Fatal(err)
	}
	go func() { p.end <- p.cmd.Wait() }()
	tr.t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

func (p *process) kill() {
	if err := p.cmd.Process.Kill(); err != nil {
		p.tr.t.Fatalf("it has ended already: %v\n%s", <-p.end, p.log.String())
	}
	<-p.end
}

// awaitProgress waits until the process has written something.
func (tr *trial) awaitProgress(p *process) {
	before, deadline := tr.written(), time.Now().Add(90*time.Second)
	for tr.written() == before {
		select {
		case err := <-p.end:
			tr.t.Fatalf("the application ended: %v\n%s", err, p.log.String())
		default:
		}
		if time.Now().After(deadline) {
			_ = p.cmd.Process.Kill()
			<-p.end
			tr.t.Fatalf("no progress for 90 s\n%s", p.log.String())
		}
		tr.sleep(20 * time.Millisecond)
	}
}

func (tr *trial) written() (sum int64) {
	ends, err := kadm.NewClient(tr.cl).ListEndOffsets(context.Background(), "increments")
	if err != nil {
		tr.t.Fatal(err)
	}
	ends.Each(func(o kadm.ListedOffset) { sum += o.Offset })
	return sum
}

// finish lets the application work off the rest undisturbed and compares everything with
// a plain loop.
func (tr *trial) finish() {
	t := tr.t
	totals, windows := map[string]int64{}, map[string]int64{}
	for i, w := range tr.words {
		totals[w]++
		start := tr.at(i).UnixMilli() / windowSize.Milliseconds() * windowSize.Milliseconds()
		windows[string(binary.BigEndian.AppendUint64([]byte(w), uint64(start)))]++
	}
	p := tr.start()
	increments := tr.read("increments")
	deadline := time.Now().Add(2 * time.Minute)
	for increments.n < len(tr.words) || !maps.Equal(increments.last, totals) {
		if increments.n > len(tr.words) || time.Now().After(deadline) {
			break
		}
		increments.poll()
	}
	windowed := tr.read("windowed")
	for !maps.Equal(windowed.last, windows) && time.Now().Before(deadline) {
		windowed.poll()
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-p.end; err != nil {
		t.Errorf("the application ended with %v\n%s", err, p.log.String())
	}
	for range 3 { // records that should not be there have had time to arrive
		increments.poll()
	}
	if increments.n != len(tr.words) {
		t.Errorf("%d increments of %d words", increments.n, len(tr.words))
	}
	if increments.gaps > 0 {
		t.Errorf("%d increments do not follow their predecessor by one", increments.gaps)
	}
	compare(t, "totals", increments.last, totals)
	compare(t, "windows", windowed.last, windows)
	tr.compareStores(totals, windows)
}

func compare(t *testing.T, what string, got, want map[string]int64) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	wrong := 0
	for k, v := range want {
		if got[k] != v {
			if wrong++; wrong <= 5 {
				t.Errorf("%s: %q is %d, want %d", what, k, got[k], v)
			}
		}
	}
	t.Errorf("%s: %d of %d are wrong, %d are there", what, wrong, len(want), len(got))
}

// reader folds a topic of int64 values, read committed.
type reader struct {
	cl   *kgo.Client
	n    int
	gaps int
	last map[string]int64
}

func (tr *trial) read(topic string) *reader {
	cl, err := kgo.NewClient(kgo.SeedBrokers(tr.cfg.Addr), kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeStartOffset(kgo.NewOffset().AtStart()), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(200*time.Millisecond))
	if err != nil {
		tr.t.Fatal(err)
	}
	tr.t.Cleanup(cl.Close)
	return &reader{cl: cl, last: map[string]int64{}}
}

func (r *reader) poll() (n int) {
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	r.cl.PollFetches(ctx).EachRecord(func(rec *kgo.Record) {
		n++
		r.n++
		v := int64(binary.BigEndian.Uint64(rec.Value))
		if v != r.last[string(rec.Key)]+1 {
			r.gaps++
		}
		r.last[string(rec.Key)] = v
	})
	return n
}

// compareStores looks at what is left: the changelogs, folded, and the stores on disk.
func (tr *trial) compareStores(totals, windows map[string]int64) {
	t := tr.t
	rows := map[string]int64{} // as a window store has them: with a sequence number
	for k, v := range windows {
		rows[k+"\x00\x00\x00\x00"] = v
	}
	want := map[string]map[string]int64{"totals": totals, "windows": rows}
	for name, w := range want {
		r := tr.read(tr.cfg.App + "-" + name + "-changelog")
		for quiet := 0; quiet < 3; {
			if r.poll() == 0 {
				quiet++
			}
			if maps.Equal(r.last, w) {
				break
			}
		}
		compare(t, name+" changelog", r.last, w)
	}
	dir, err := store.OpenProcess(filepath.Join(tr.cfg.Dir, tr.cfg.App), store.Options{Application: tr.cfg.App})
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	on := map[string]map[string]int64{"totals": {}, "windows": {}}
	for _, sub := range rt.InterpretPlain(topology).Subtopologies {
		for p := range 3 {
			if len(sub.Stores) == 0 {
				continue
			}
			task, err := dir.OpenTask(fmt.Sprintf("%d_%d", sub.ID, p), sub.Stores)
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range sub.Stores {
				err := task.Backend(i).Scan(nil, nil, func(key, value []byte) bool {
					on[s.Name][string(key)] = int64(binary.BigEndian.Uint64(value[len(value)-8:]))
					return true
				})
				if err != nil {
					t.Error(err)
				}
			}
			if err := task.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	for name, w := range want {
		compare(t, name+" on disk", on[name], w)
	}
}
