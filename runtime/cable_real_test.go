//go:build real

package runtime_test

import (
	"context"
	"errors"
	"net"
	"sync"
)

// cable is an instance's way to the brokers, which can be cut.
type cable struct {
	mu    sync.Mutex
	gone  bool
	conns []net.Conn
}

func (l *cable) dial(ctx context.Context, network, host string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, host)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil && l.gone {
		return nil, errors.Join(errors.New("the cable is cut"), conn.Close())
	}
	l.conns = append(l.conns, conn)
	return conn, err
}

// cut ends all connections, and those to come.
func (l *cable) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gone = true
	for _, c := range l.conns {
		if c != nil {
			c.Close()
		}
	}
}
