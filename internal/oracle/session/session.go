// Package session runs the conformance oracle: it draws topologies and scripts, has both
// sides play them, and makes what differs small.
package session

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"github.com/streamgen/streamgen/internal/oracle/batch"
	"github.com/streamgen/streamgen/internal/oracle/draw"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/judge"
	"github.com/streamgen/streamgen/internal/oracle/operator"
	"github.com/streamgen/streamgen/internal/oracle/peer"
	"github.com/streamgen/streamgen/internal/oracle/rule"
)

// Options say what to run. A plain value.
type Options struct {
	Root   string // the repository
	Cases  int
	Shapes int // topologies that the cases are spread over
	Seed   uint64
	Wanted [][]string // operators that each topology has; the topologies take turns with these lists
	Keep   string     // folder for what differs, made small; "" only shows it
	Out    io.Writer
}

// maxFound is how many differences are made small: the rest are mostly the same ones.
const maxFound = 3

// session is one run.
type session struct {
	Options
	java  *peer.Peer
	found int
	// tally counts, by number of rule, the cases with a difference that it predicted.
	tally     map[string]int
	explained int
}

// Run plays random cases and returns how many of them differ.
func Run(ctx context.Context, o Options) (differing int, err error) {
	s := &session{Options: o, tally: map[string]int{}}
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
		found, err := s.count(b, n, c)
		if err != nil {
			return differing, err
		}
		if !found {
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
	fmt.Fprintf(o.Out, "%d shapes with %d operators, %d cases, in both modes and compatibilities, %v\n", len(topologies), operators(topologies), o.Cases, time.Since(start).Round(time.Millisecond))
	fmt.Fprintf(o.Out, "differences that a rule explains: %d", s.explained)
	for i, number := range slices.Sorted(maps.Keys(s.tally)) {
		sep := ", "
		if i == 0 {
			sep = " ("
		}
		fmt.Fprintf(o.Out, "%s%s %d", sep, number, s.tally[number])
	}
	if len(s.tally) > 0 {
		fmt.Fprint(o.Out, ")")
	}
	fmt.Fprintf(o.Out, "\ndifferences that none explains: %d\n", differing)
	return differing, nil
}

// operators is how many different operators the topologies have.
func operators(topologies []form.Topology) int {
	seen := map[string]bool{}
	for _, t := range topologies {
		for _, l := range t {
			seen[l.Op] = true
		}
	}
	return len(seen)
}

// Java starts the Java side. The repository may be given as a relative path.
func Java(root string) (*peer.Peer, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	return peer.Start(root, filepath.Join(root, "scripts", "oracle-java.sh"))
}

// Draw draws topologies that have the wanted operators: each those of one list, in turns.
func Draw(r *rand.Rand, n int, wanted [][]string) (out []form.Topology, err error) {
	if len(wanted) == 0 {
		wanted = [][]string{nil}
	}
	for _, name := range slices.Concat(wanted...) {
		if _, ok := operator.Named(name); !ok {
			return nil, fmt.Errorf("there is no operator %q", name)
		}
	}
	seen := map[string]bool{}
	for try := 0; len(out) < n; try++ {
		next := wanted[len(out)%len(wanted)]
		if try > 1000*n {
			return nil, fmt.Errorf("no random topology has all of %v", next)
		}
		if t := operator.Draw(r, 1+r.IntN(9), next...); t != nil && !seen[t.String()] {
			seen[t.String()] = true
			out = append(out, t)
		}
	}
	return out, nil
}

// count plays a case and says whether it differs; what rules explain it notes.
func (s *session) count(b *batch.Batch, n int, c form.Case) (differs bool, err error) {
	v, err := judge.Ask(s.java, c)
	if err != nil {
		return false, err
	}
	found, explained, err := v.Compare(func(mode string, kafka bool) (string, error) { return b.Play(n, mode, kafka, c.Script) })
	if err != nil || !explained {
		return len(found) > 0, err
	}
	s.explained++
	for _, number := range rule.Concerned(c, v.Kafka) {
		s.tally[number]++
	}
	return false, nil
}

// differences plays a case of the batch's topology n on both sides.
func (s *session) differences(b *batch.Batch, n int, c form.Case) ([]judge.Finding, error) {
	v, err := judge.Ask(s.java, c)
	if err != nil {
		return nil, err
	}
	found, _, err := v.Compare(func(mode string, kafka bool) (string, error) { return b.Play(n, mode, kafka, c.Script) })
	return found, err
}
