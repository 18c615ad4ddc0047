package killtest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// Build compiles a command of this module into dir and returns the path of the binary.
func Build(ctx context.Context, dir, pkg string) (string, error) {
	binary := filepath.Join(dir, filepath.Base(pkg))
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, pkg)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return binary, nil
}

// Broker is `streamgen broker` in a process of its own. It belongs to one goroutine.
type Broker struct {
	Addr string
	p    *process
}

// StartBroker starts the binary's embedded broker with its data under dir.
func StartBroker(ctx context.Context, binary, dir string) (*Broker, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	cmd := exec.Command(binary, "broker", "-port", "0", "-data", filepath.Join(dir, "broker"))
	cmd.Stdout = w
	p, err := start(cmd, filepath.Join(dir, "broker.log"))
	w.Close()
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { r.SetReadDeadline(time.Now()) })
	defer stop()
	line, err := bufio.NewReader(r).ReadString('\n')
	m := regexp.MustCompile(`ready on (\S+)`).FindStringSubmatch(line)
	if m == nil {
		return nil, errors.Join(fmt.Errorf("the broker said %q: %v\n%s", line, err, p.tail()), p.kill())
	}
	return &Broker{m[1], p}, nil
}

// Stop ends the broker cleanly.
func (b *Broker) Stop() error { return b.p.stop(30 * time.Second) }

// process is a running child. It belongs to one goroutine.
type process struct {
	cmd  *exec.Cmd
	log  string
	done chan struct{} // closed when it has ended
	err  error         // of its end; valid after done
}

// start starts cmd with its errors appended to a log file, and its output too unless cmd
// has a place for it.
func start(cmd *exec.Cmd, log string) (*process, error) {
	f, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	cmd.Stderr = f
	if cmd.Stdout == nil {
		cmd.Stdout = f
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, log: log, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// dead says whether the process has ended.
func (p *process) dead() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// kill sends SIGKILL and waits for the end. It fails when the process ended before.
func (p *process) kill() error {
	if p.dead() {
		return p.ended()
	}
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	<-p.done
	if s, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signal() != syscall.SIGKILL {
		return p.ended()
	}
	return nil
}

// stop sends SIGTERM and waits for a clean end.
func (p *process) stop(patience time.Duration) error {
	if p.dead() {
		return p.ended()
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-p.done:
		if p.err != nil {
			return fmt.Errorf("after SIGTERM: %w\n%s", p.err, p.tail())
		}
		return nil
	case <-late.C:
		return errors.Join(fmt.Errorf("process %d still runs %v after SIGTERM\n%s", p.cmd.Process.Pid, patience, p.tail()), p.kill())
	}
}

// ended is the error of a process that ended by itself.
func (p *process) ended() error {
	return fmt.Errorf("process %d ended by itself: %v\n%s", p.cmd.Process.Pid, p.err, p.tail())
}

// tail is the end of the log.
func (p *process) tail() string {
	b, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(b), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-25):], []byte("\n")))
}

// environment is this process's without the properties of streamgen, plus what is given.
func environment(properties map[string]string) []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "STREAMGEN_") {
			env = append(env, kv)
		}
	}
	for name, value := range properties {
		env = append(env, name+"="+value)
	}
	return env
}
