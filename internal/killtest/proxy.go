package killtest

import (
	"io"
	"net"
	"sync"
)

// proxy is the network between one process and the broker, which can be cut. It is safe for
// concurrent use.
type proxy struct {
	l      net.Listener
	target string

	mu     sync.Mutex
	closed bool
	refuse bool          // connections are closed, new ones at once
	held   chan struct{} // closed when bytes may pass; replaced by a hold
	conns  map[net.Conn]bool
}

// newProxy listens on a loopback port of its own.
func newProxy(target string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{l: l, target: target, held: make(chan struct{}), conns: map[net.Conn]bool{}}
	close(p.held)
	go p.accept()
	return p, nil
}

func (p *proxy) addr() string { return p.l.Addr().String() }

func (p *proxy) accept() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return // closed
		}
		go p.serve(c)
	}
}

func (p *proxy) serve(c net.Conn) {
	defer c.Close()
	if !p.keep(c) {
		return
	}
	defer p.drop(c)
	b, err := net.Dial("tcp", p.target)
	if err != nil {
		return // the broker is away; the client tries again
	}
	defer b.Close()
	if !p.keep(b) {
		return
	}
	defer p.drop(b)
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{c, b}, {b, c}} {
		go func() {
			p.pass(way[1], way[0])
			ended <- struct{}{}
		}()
	}
	<-ended
}

// pass copies bytes while nothing holds them back.
func (p *proxy) pass(to, from net.Conn) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		p.mu.Lock()
		held := p.held
		p.mu.Unlock()
		<-held
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			if err == io.EOF {
				if t, ok := to.(*net.TCPConn); ok {
					t.CloseWrite()
				}
			}
			return
		}
	}
}

func (p *proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.refuse {
		return false
	}
	p.conns[c] = true
	return true
}

func (p *proxy) drop(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

// cut ends all connections and refuses new ones, or, when silent, lets nothing through and
// says nothing, as a network does that loses packets.
func (p *proxy) cut(silent bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if silent {
		p.held = make(chan struct{})
		return
	}
	p.refuse = true
	for c := range p.conns {
		c.Close()
	}
}

// heal ends a cut.
func (p *proxy) heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = false
	select {
	case <-p.held:
	default:
		close(p.held)
	}
}

func (p *proxy) close() error {
	err := p.l.Close()
	p.heal()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for c := range p.conns {
		c.Close()
	}
	return err
}
