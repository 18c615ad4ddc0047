// Package session runs the conformance oracle: it draws topologies and scripts, has both
// sides play them, and makes what differs small.
package session

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/streamgen/streamgen/internal/oracle/batch"
	"github.com/streamgen/streamgen/internal/oracle/draw"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/judge"
	"github.com/streamgen/streamgen/internal/oracle/operator"
	"github.com/streamgen/streamgen/internal/oracle/peer"
)

// Options say what to run. A plain value.
type Options struct {
	Root   string // the repository
	Cases  int
	Shapes int // topologies that the cases are spread over
	Seed   uint64
	Wanted []string // operators that each topology has
	Keep   string   // folder for what differs, made small; "" only shows it
	Out    io.Writer
}

// maxFound is how many differences are made small: the rest are mostly the same ones.
const maxFound = 3

// session is one run.
type session struct {
	Options
	java  *peer.Peer
	found int
}

// Run plays random cases and returns how many of them differ.
func Run(ctx context.Context, o Options) (differing int, err error) {
	s := &session{Options: o}
	if s.java, err = Java(o.Root); err != nil {
		return 0, err
	}
	defer s.java.Close()
	r := rand.New(rand.NewPCG(o.Seed, 1))
	fmt.Fprintf(o.Out, "seed %d\n", o.Seed)
	topologies, err := Draw(r, o.Shapes, o.Wanted)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	b, err := batch.Build(ctx, o.Root, topologies)
	if err != nil {
		return 0, err
	}
	defer b.Close()
	fmt.Fprintf(o.Out, "%d topologies compiled in %v\n", len(topologies), time.Since(start).Round(time.Millisecond))
	broken := map[int]bool{} // topologies with a difference shown already
	for i := range o.Cases {
		n := i % len(topologies)
		c := form.Case{Topology: topologies[n], Script: draw.Script(r, topologies[n], 10+r.IntN(30))}
		found, err := s.differences(b, n, c)
		if err != nil {
			return differing, err
		}
		if len(found) == 0 {
			continue
		}
		differing++
		if s.found < maxFound && !broken[n] {
			broken[n] = true
			s.found++
			if err := s.show(ctx, b, n, c); err != nil {
				return differing, err
			}
		}
	}
	fmt.Fprintf(o.Out, "%d of %d cases over %d topologies differ, %v\n", differing, o.Cases, len(topologies), time.Since(start).Round(time.Millisecond))
	return differing, nil
}

// Java starts the Java side. The repository may be given as a relative path.
func Java(root string) (*peer.Peer, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	return peer.Start(root, filepath.Join(root, "scripts", "oracle-java.sh"))
}

// Draw draws topologies that have the wanted operators.
func Draw(r *rand.Rand, n int, wanted []string) (out []form.Topology, err error) {
	for _, name := range wanted {
		if _, ok := operator.Named(name); !ok {
			return nil, fmt.Errorf("there is no operator %q", name)
		}
	}
	seen := map[string]bool{}
	for try := 0; len(out) < n; try++ {
		if try > 1000*n {
			return nil, fmt.Errorf("no random topology has all of %v", wanted)
		}
		if t := operator.Draw(r, 1+r.IntN(9), wanted...); t != nil && !seen[t.String()] {
			seen[t.String()] = true
			out = append(out, t)
		}
	}
	return out, nil
}

// differences plays a case of the batch's topology n on both sides.
func (s *session) differences(b *batch.Batch, n int, c form.Case) ([]judge.Finding, error) {
	v, err := judge.Ask(s.java, c)
	if err != nil {
		return nil, err
	}
	return v.Compare(func(mode string, kafka bool) (string, error) { return b.Play(n, mode, kafka, c.Script) })
}
