package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/streamgen/streamgen/bench/path/form"
)

// process is a contestant under way.
type process struct {
	cmd     *exec.Cmd
	running chan struct{} // closed once its partitions are assigned
	since   time.Time     // when that was; after running is closed
	ended   chan struct{} // closed once it is no more
	err     error         // how it ended; after ended is closed
	errors  tail
}

// start starts a contestant. A context that ends kills it.
func (w workshop) start(ctx context.Context, c contestant, s form.Setting) (*process, error) {
	p := &process{cmd: w.expand(ctx, c.command), running: make(chan struct{}), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), s.Environ()...)
	p.cmd.Stderr = &p.errors
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.cmd.Stdout = write
	err = p.cmd.Start()
	write.Close() // the process has its own
	if err != nil {
		read.Close()
		return nil, fmt.Errorf("starting %s: %w", c.name, err)
	}
	go p.listen(read)
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

func (p *process) listen(out io.ReadCloser) {
	defer out.Close()
	told := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "running" && !told {
			told, p.since = true, time.Now()
			close(p.running)
		}
	}
}

// stop ends the process gracefully and returns the CPU time of its whole life, as the kernel counted it.
func (p *process) stop(limit time.Duration) (time.Duration, error) {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return 0, err
	}
	select {
	case <-p.ended:
	case <-time.After(limit):
		return 0, fmt.Errorf("it did not end within %v of SIGTERM%s", limit, p.errors.text())
	}
	if p.err != nil {
		return 0, fmt.Errorf("%w%s", p.err, p.errors.text())
	}
	state := p.cmd.ProcessState
	return state.UserTime() + state.SystemTime(), nil
}

// tail keeps the last that a process said.
type tail struct {
	mu   sync.Mutex
	said []byte
}

// Write keeps the last 4 KiB.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.said = append(t.said, b...)
	if over := len(t.said) - 4096; over > 0 {
		t.said = append(t.said[:0], t.said[over:]...)
	}
	return len(b), nil
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.said) == 0 {
		return ""
	}
	return "; it said:\n" + string(t.said)
}
