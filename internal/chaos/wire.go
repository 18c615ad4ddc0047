package chaos

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// wire is the network of one life of an instance. It can be cut, for good, as when the
// process dies; lose what is under way; hold everything back; and act when a request of a
// kind goes by. It is safe for concurrent use.
type wire struct {
	dialer func(ctx context.Context, network, host string) (net.Conn, error)
	mu     sync.Mutex
	dead   bool
	conns  map[*wired]bool
	until  time.Time // nothing goes through before
	trap   *trap
}

// trap acts once, at a request of its kind.
type trap struct {
	key  kmsg.Key
	when moment
	do   func()
}

var errCut = errors.New("the network was cut")

func newWire(dialer func(ctx context.Context, network, host string) (net.Conn, error)) *wire {
	return &wire{dialer: dialer, conns: map[*wired]bool{}}
}

func (w *wire) dial(ctx context.Context, network, host string) (net.Conn, error) {
	w.wait()
	w.mu.Lock()
	dead := w.dead
	w.mu.Unlock()
	if dead {
		return nil, errCut
	}
	c, err := w.dialer(ctx, network, host)
	if err != nil {
		return nil, err
	}
	conn := &wired{Conn: c, w: w}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return nil, errors.Join(errCut, c.Close())
	}
	w.conns[conn] = true
	return conn, nil
}

// drop closes every connection: what was sent may have arrived, and its answer is lost.
func (w *wire) drop() {
	w.mu.Lock()
	conns := w.conns
	w.conns = map[*wired]bool{}
	w.mu.Unlock()
	for c := range conns {
		c.Conn.Close()
	}
}

// cut is drop, for good.
func (w *wire) cut() {
	w.mu.Lock()
	w.dead, w.until = true, time.Time{}
	w.mu.Unlock()
	w.drop()
}

// stall holds everything back for a while: it is late then, not lost.
func (w *wire) stall(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.until = time.Now().Add(d)
}

// wait waits as long as the wire is stalled.
func (w *wire) wait() {
	w.mu.Lock()
	until := w.until
	w.mu.Unlock()
	if d := time.Until(until); d > 0 {
		time.Sleep(d)
	}
}

// peace disarms it.
func (w *wire) peace() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trap, w.until = nil, time.Time{}
}

func (w *wire) set(t *trap) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trap = t
}

// sprung takes the trap for a request, if it is one for it.
func (w *wire) sprung(key kmsg.Key) *trap {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.trap
	if t == nil || t.key != key {
		return nil
	}
	w.trap = nil
	return t
}

// wired is one connection. The client writes from one goroutine and reads from another.
type wired struct {
	net.Conn
	w *wire

	mu      sync.Mutex
	pending *trap // closes with the next answer
}

// Write sends requests; the client hands over each in one piece.
func (c *wired) Write(b []byte) (int, error) {
	c.w.wait()
	if len(b) >= 6 {
		if t := c.w.sprung(kmsg.Key(binary.BigEndian.Uint16(b[4:]))); t != nil {
			if t.when == before {
				t.do()
				return 0, errCut
			}
			c.mu.Lock()
			c.pending = t
			c.mu.Unlock()
		}
	}
	return c.Conn.Write(b)
}

// Read receives answers.
func (c *wired) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.w.wait()
	c.mu.Lock()
	t := c.pending
	c.pending = nil
	c.mu.Unlock()
	if t != nil && err == nil {
		t.do()
		return 0, errCut
	}
	return n, err
}

// Close implements net.Conn.
func (c *wired) Close() error {
	c.w.mu.Lock()
	delete(c.w.conns, c)
	c.w.mu.Unlock()
	return c.Conn.Close()
}
