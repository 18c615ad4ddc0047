package chaos

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/streamgen/streamgen/internal/clicks"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/store"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	application = "chaos"
	// The times are those of the kill tests: a dead member is noticed after the session, a
	// rebalance waits for the second, and readers for a dead transaction for the third.
	sessionTimeout     = 3 * time.Second
	rebalanceTimeout   = 2 * time.Second
	transactionTimeout = 5 * time.Second
	commitInterval     = 100 * time.Millisecond
)

// instance is one machine on which the application lives, dies and lives again. It is safe
// for concurrent use; one goroutine starts and supervises.
type instance struct {
	w    *world
	name string

	mu      sync.Mutex
	disk    *store.Disk
	wire    *wire
	app     *rt.App       // nil while it is down
	workers int           // of app
	back    time.Time     // when it comes back
	grave   chan struct{} // closed once the last life has ended; nil before
}

// start begins a life over whatever is on the disk.
func (i *instance) start() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.wire = newWire(i.w.net.DialContext)
	cfg := rt.Config{
		ApplicationID: application, BootstrapServers: i.w.k.ListenAddrs(), StateDir: "state", Disk: i.disk, Dial: i.wire.dial,
		NumStreamThreads: 1 + i.w.rng.IntN(2), ProcessingGuarantee: rt.ExactlyOnce, CommitInterval: commitInterval,
		Poll: 20 * time.Millisecond, HTTPAddress: "off", TaskTimeout: 20 * time.Second, Logger: i.w.trace.logger(i.name),
		MetadataMaxAge: 2 * time.Second, RepartitionPurgeInterval: 3 * time.Second, ReplicationFactor: 1,
	}
	cfg.Consumer.SessionTimeout, cfg.Consumer.HeartbeatInterval = sessionTimeout, sessionTimeout/10
	cfg.Consumer.MaxPollInterval, cfg.Consumer.FetchMaxWait = rebalanceTimeout, 200*time.Millisecond
	cfg.Producer.TransactionTimeout = transactionTimeout
	cfg.NumStandbyReplicas, cfg.AcceptableRecoveryLag, cfg.MaxWarmupReplicas = i.w.o.Standbys, i.w.o.AcceptableLag, 2
	app, err := rt.New(clicks.NewClicks(clicks.Config{}), cfg)
	if err != nil {
		return err
	}
	i.app, i.workers = app, cfg.NumStreamThreads
	i.w.trace.add("%s starts with %d workers", i.name, cfg.NumStreamThreads)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		// What keeps it from starting ends the app; the supervisor sees that.
		if err := app.Start(ctx); err != nil {
			i.w.trace.add("%s does not start: %v", i.name, err)
		}
	}()
	return nil
}

// crash takes the power: connections go, and of the disk is left what was synced, with
// half of the rest. What the process's goroutines still do reaches neither broker nor disk.
// It reports whether there was something to crash. It comes back after the downtime.
func (i *instance) crash(why string, down time.Duration) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.app == nil {
		return false
	}
	i.w.trace.add("%s crashes %s, for %v", i.name, why, down)
	i.wire.cut()
	i.disk = i.disk.Crash(i.w.lot())
	i.w.count(func(c *Counts) { c.Crashes++ })
	i.bury(down, time.Millisecond)
	return true
}

// leave stops it cleanly for a while, as a deployment does.
func (i *instance) leave(down time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.app == nil {
		return
	}
	i.w.trace.add("%s stops, for %v", i.name, down)
	i.w.count(func(c *Counts) { c.Stops++ })
	i.bury(down, 20*time.Second)
}

// bury ends the app on a goroutine of its own; the lock is held. A crashed one has no
// network to commit over, so it ends at once and without effect.
func (i *instance) bury(down, patience time.Duration) {
	app := i.app
	i.app, i.back = nil, time.Now().Add(down)
	i.grave = make(chan struct{})
	i.w.graves.Add(1)
	go func(grave chan struct{}) {
		defer i.w.graves.Done()
		defer close(grave)
		_ = i.end(app, patience) // it is in the trace
	}(i.grave)
}

// end ends a life and counts what it came to.
func (i *instance) end(app *rt.App, patience time.Duration) error {
	err := app.Close(patience)
	i.w.tally(app)
	i.w.trace.add("%s has ended: %v", i.name, err)
	return err
}

// supervise starts the app when its time has come, as an orchestrator would: also when it
// ended by itself. The disk is free once a clean stop has come to its end; that of a crash
// is another one.
func (i *instance) supervise(now bool) error {
	i.mu.Lock()
	if i.app != nil {
		select {
		case <-i.app.Done():
			i.w.count(func(c *Counts) { c.Restarts++ })
			i.bury(time.Second, time.Second)
		default:
		}
	}
	down, grave := i.app == nil && (now || !time.Now().Before(i.back)), i.grave
	i.mu.Unlock()
	if !down {
		return nil
	}
	if grave != nil {
		<-grave
	}
	return i.start()
}

// trap acts on the next request of a kind; lose, stall and replace are as they say.
func (i *instance) trap(key kmsg.Key, when moment, do func()) {
	i.w.trace.add("%s has a trap at %s, %v", i.name, kmsg.NameForKey(int16(key)), when)
	if w := i.network(); w != nil {
		w.set(&trap{key, when, do})
	}
}

func (i *instance) lose() {
	if w := i.network(); w != nil {
		w.drop()
		i.w.fault()
	}
}

func (i *instance) stall(d time.Duration) {
	if w := i.network(); w != nil {
		w.stall(d)
		i.w.fault()
	}
}

// peace ends what was prepared for it.
func (i *instance) peace() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.wire.peace()
	i.disk.Fail(nil)
}

// running returns how many workers it has, and whether it runs.
func (i *instance) running() (workers int, running bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.workers, i.app != nil && i.app.State() == rt.Running
}

func (i *instance) network() *wire {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.app == nil {
		return nil
	}
	return i.wire
}

func (i *instance) replace(d *store.Disk) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.disk = d
}

// stop stops it cleanly at the end.
func (i *instance) stop() error {
	i.mu.Lock()
	app := i.app
	i.app = nil
	i.mu.Unlock()
	if app == nil {
		return nil
	}
	if err := i.end(app, 30*time.Second); err != nil {
		return fmt.Errorf("%s: stop: %w", i.name, err)
	}
	return nil
}
