// Package peer talks to the programs that play cases for the conformance oracle, the Java
// side and batches of compiled topologies: blocks of lines, each closed by "end".
package peer

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Peer is a child process. It belongs to one goroutine.
type Peer struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Start starts a program; what it writes to standard error is shown.
func Start(dir, name string, args ...string) (*Peer, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	return &Peer{cmd: cmd, in: in, out: bufio.NewReaderSize(out, 1<<20)}, nil
}

// Ask sends a block and returns the answer.
func (p *Peer) Ask(block string) (string, error) {
	if _, err := io.WriteString(p.in, block+"end\n"); err != nil {
		return "", fmt.Errorf("%s does not listen any more: %w", p.cmd.Path, err)
	}
	var s strings.Builder
	for {
		line, err := p.out.ReadString('\n')
		if err != nil {
			return "", fmt.Errorf("%s ended in the middle of an answer: %w; after %s", p.cmd.Path, err, s.String())
		}
		if line == "end\n" {
			return s.String(), nil
		}
		s.WriteString(line)
	}
}

// Close ends the process and waits for it.
func (p *Peer) Close() error {
	p.in.Close()
	return p.cmd.Wait()
}
