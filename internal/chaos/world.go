package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/streamgen/streamgen/internal/clicks/judge"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// partitions of each topic; two sub-topologies make twice as many tasks.
const partitions = 3

// patience is how long, in virtual time, the application may take to work off what is left
// once the trouble is over.
const patience = 3 * time.Minute

// world is everything of one seed.
type world struct {
	o          Options
	k          *kfake.Cluster
	net        *kfake.VirtualNetwork
	rng        *rand.Rand // of the goroutine of trouble
	trace      *trace
	cl         *kgo.Client // of the feed, and for looking on
	all        []*instance
	graves     sync.WaitGroup // of lives that come to their end
	generation int            // of the group, as last seen

	mu         sync.Mutex
	lots       *rand.Rand // of everybody else
	counts     Counts
	heard      map[string]time.Time // by member id
	objections differences
}

// Run plays one seed. It must be called in a bubble of testing/synctest, with a binary
// that was built with the tag synctests (the client's mutexes need it).
func Run(o Options) Result {
	w := &world{o: o, net: &kfake.VirtualNetwork{}, rng: rand.New(rand.NewPCG(o.Seed, 11)), lots: rand.New(rand.NewPCG(o.Seed, 12)),
		trace: &trace{began: time.Now()}, heard: map[string]time.Time{}}
	err := w.play()
	r := Result{Counts: w.counts}
	r.Seeds, r.Instances, r.Tasks, r.Elapsed = 1, o.Instances, 2*partitions, time.Since(w.trace.began)
	var d differences
	switch {
	case errors.As(err, &d):
		r.Differences = d
	case err != nil:
		r.Differences = []string{err.Error()}
	}
	r.Differences = append(r.Differences, w.objections...)
	if r.Failed() {
		r.Trace = w.trace.String()
	}
	return r
}

// differences carries a verdict through an error.
type differences []string

func (d differences) Error() string { return fmt.Sprintf("%d differences", len(d)) }

func (w *world) play() (err error) {
	ports := make([]int, w.o.Nodes)
	for i := range ports {
		ports[i] = 9092 + i
	}
	w.k, err = kfake.NewCluster(kfake.NumBrokers(w.o.Nodes), kfake.Ports(ports...), kfake.ListenFn(w.net.Listen),
		kfake.GroupMinSessionTimeout(time.Second), kfake.SeedTopics(partitions, "clicks", "sums", "windows", "increments", "tallies", "pairs"))
	if err != nil {
		return err
	}
	defer w.k.Close()
	w.watch()
	if w.cl, err = w.connect(); err != nil {
		return err
	}
	defer w.cl.Close()
	for i := range w.o.Instances {
		w.all = append(w.all, &instance{w: w, name: fmt.Sprintf("instance-%d", i), disk: store.NewMemDisk()})
	}
	defer func() {
		for _, i := range w.all { // after an error
			i.crash("for the end", 0)
		}
		w.graves.Wait() // a bubble ends with its last goroutine
	}()
	for _, i := range w.all {
		if err := i.start(); err != nil {
			return err
		}
	}
	feed := w.feed()
	if err := w.trouble(feed.done); err != nil {
		return err
	}
	truth, err := feed.truth()
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	w.counts.Records = int(truth.Records)
	if err := w.settle(kadm.NewClient(w.cl)); err != nil {
		return err
	}
	return w.judge(truth)
}

// connect makes a client that no trouble reaches, but that of the broker.
func (w *world) connect(opts ...kgo.Opt) (*kgo.Client, error) {
	return kgo.NewClient(append(opts, kgo.SeedBrokers(w.k.ListenAddrs()...), kgo.Dialer(w.net.DialContext), kgo.MetadataMinAge(50*time.Millisecond))...)
}

// settle lets everybody run in peace until all is consumed and no more tasks move, then
// stops them cleanly.
func (w *world) settle(adm *kadm.Client) error {
	w.trace.add("the trouble is over")
	for _, i := range w.all {
		i.peace()
	}
	calm := time.Now()
	for limit := time.Now().Add(patience); time.Since(calm) < 5*time.Second; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(limit) {
			return fmt.Errorf("the input was not consumed, or tasks moved, after %v of peace", patience)
		}
		generation := w.generation
		if err := w.supervise(true); err != nil {
			return err
		}
		if w.generation != generation || !w.whole() || !judge.Consumed(context.Background(), adm, "", application) {
			calm = time.Now()
		}
	}
	for _, i := range w.all {
		w.trace.add("%s knows of %+v", i.name, i.app.Instances())
	}
	var errs []error
	for _, i := range w.all {
		errs = append(errs, i.stop())
	}
	return errors.Join(errs...)
}

// whole says whether everybody runs, with all workers in the group. An app may run without
// them: the embedded broker forgets the answer to some joins, and the client asks again
// after 12 seconds only; until then its tasks are elsewhere and nobody is their standby.
func (w *world) whole() bool {
	workers := 0
	for _, i := range w.all {
		n, running := i.running()
		if !running {
			return false
		}
		workers += n
	}
	g := w.k.GroupInfo(application)
	return g != nil && g.State == "Stable" && len(g.Members) == workers
}

// supervise looks after every instance; now says not to wait for the end of a downtime.
func (w *world) supervise(now bool) error {
	for _, i := range w.all {
		if err := i.supervise(now); err != nil {
			return err
		}
	}
	w.expire()
	if g := w.k.GroupInfo(application); g != nil && int(g.Epoch) > w.generation {
		w.counts.Rebalances += int(g.Epoch) - w.generation
		w.generation = int(g.Epoch)
	}
	return nil
}

func (w *world) judge(truth *judge.Truth) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	seen, err := judge.Read(ctx, w.connect, "", application)
	if err != nil {
		return err
	}
	seen.Copies = 1 + w.o.Standbys
	for _, i := range w.all {
		dumps, err := judge.DumpDisk(i.disk, "state/"+application, application, "the clean stop of "+i.name)
		if err != nil {
			return fmt.Errorf("%s: its disk: %w", i.name, err)
		}
		for _, d := range dumps {
			d.Final = true
			seen.Dumps = append(seen.Dumps, d)
		}
	}
	if d := judge.Verify(truth, seen); len(d) > 0 {
		return differences(d)
	}
	return nil
}

// lot draws a number, for any goroutine.
func (w *world) lot() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lots.Uint64()
}

func (w *world) count(f func(*Counts)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(&w.counts)
}

// tally adds what an app's life came to.
func (w *world) tally(app *rt.App) {
	w.count(func(c *Counts) {
		for _, t := range app.Metrics().Threads() {
			c.Commits += int(t.Commit.Total())
			c.Aborts += int(t.Aborts.Load())
		}
		c.Promotions += int(app.Metrics().Promotions.Load())
	})
}
