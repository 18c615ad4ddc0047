package session

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"

	"github.com/streamgen/streamgen/internal/oracle/batch"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/shrink"
)

// show makes a case small, shows it with its differences, and keeps it.
func (s *session) show(ctx context.Context, b *batch.Batch, n int, c form.Case) error {
	fmt.Fprintf(s.Out, "a case differs; making it small\n")
	c, err := s.script(b, n, c)
	if err != nil {
		return err
	}
	for {
		less, err := s.topology(ctx, c)
		if err != nil {
			fmt.Fprintf(s.Out, "the topology stays as it is: %v\n", err)
			break
		}
		if less == nil {
			break
		}
		c = *less
	}
	one, err := batch.Build(ctx, s.Root, []form.Topology{c.Topology})
	if err != nil {
		return err
	}
	defer one.Close()
	found, err := s.differences(one, 0, c)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "%s\n", c)
	for _, f := range found {
		fmt.Fprintf(s.Out, "%s\n", f)
	}
	if s.Keep == "" || len(found) == 0 {
		return nil
	}
	h := fnv.New32a()
	h.Write([]byte(c.String()))
	file := filepath.Join(s.Keep, fmt.Sprintf("found_%08x.txt", h.Sum32()))
	if err := os.MkdirAll(s.Keep, 0o755); err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "kept as %s\n", file)
	return os.WriteFile(file, []byte(c.String()), 0o644)
}

// script drops the steps that the difference does not need.
func (s *session) script(b *batch.Batch, n int, c form.Case) (form.Case, error) {
	var err error
	c.Script, err = shrink.Script(c.Script, func(script []form.Step) (bool, error) {
		found, err := s.differences(b, n, form.Case{Topology: c.Topology, Script: script})
		return len(found) > 0, err
	})
	return c, err
}

// topology finds a smaller topology on which the case still differs, nil when there is none.
// All candidates are compiled at once.
func (s *session) topology(ctx context.Context, c form.Case) (*form.Case, error) {
	candidates := shrink.Topologies(c.Topology)
	if len(candidates) == 0 {
		return nil, nil
	}
	b, err := batch.Build(ctx, s.Root, candidates)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	for n, t := range candidates {
		less := form.Case{Topology: t, Script: shrink.Inputs(t, c.Script)}
		found, err := s.differences(b, n, less)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			less, err = s.script(b, n, less)
			return &less, err
		}
	}
	return nil, nil
}
