// Package batch turns random topologies into a running program: Go source, the code that the
// compiler generates for it, go build, a child process that plays scripts.
package batch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/streamgen/streamgen/codegen"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/peer"
	"github.com/streamgen/streamgen/internal/oracle/source"
)

// Batch is a set of compiled topologies. It belongs to one goroutine.
type Batch struct {
	program *peer.Peer
	dir     string
}

// Build compiles topologies in a temporary folder of the module and starts the program.
func Build(ctx context.Context, root string, topologies []form.Topology) (b *Batch, err error) {
	// The Go command leaves out folders that begin with "_" unless they are named.
	if root, err = filepath.Abs(root); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(filepath.Join(root, "internal", "oracle"), "_batch-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	if err := Write(ctx, dir, "main", "", topologies); err != nil {
		return nil, err
	}
	main, err := source.Main()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), main, 0o644); err != nil {
		return nil, err
	}
	program := filepath.Join(dir, "batch")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./"+filepath.Base(dir))
	build.Dir = filepath.Dir(dir)
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("what was generated does not build: %w\n%s", err, out)
	}
	p, err := peer.Start(dir, program)
	if err != nil {
		return nil, err
	}
	return &Batch{program: p, dir: dir}, nil
}

// Write writes the package of some topologies to a folder: topology.go, entries.go, and the
// file that the compiler generates for them.
func Write(ctx context.Context, dir, pkg, doc string, topologies []form.Topology) error {
	text, err := source.Topologies(pkg, doc, topologies)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "topology.go"), text, 0o644); err != nil {
		return err
	}
	result, err := codegen.Generate(ctx, codegen.Options{Dir: dir})
	if err != nil {
		return err
	}
	var problems []string
	for _, d := range result.Diagnostics {
		if d.Severity == diag.Error {
			problems = append(problems, d.Text(dir, result.Source))
		}
	}
	if len(problems) > 0 {
		return errors.New("the compiler refuses the topologies:\n" + strings.Join(problems, ""))
	}
	for _, f := range result.Files {
		if err := os.WriteFile(f.Path, f.Content, 0o644); err != nil {
			return err
		}
	}
	if text, err = source.Entries(pkg, topologies); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "entries.go"), text, 0o644)
}

// Play plays a script on a topology of the batch, in a mode of package play.
func (b *Batch) Play(topology int, mode string, kafka bool, script []form.Step) (string, error) {
	var s strings.Builder
	fmt.Fprintf(&s, "play %d %s %t\n", topology, mode, kafka)
	for _, step := range script {
		s.WriteString(step.String() + "\n")
	}
	return b.program.Ask(s.String())
}

// Close ends the program and removes its folder.
func (b *Batch) Close() error {
	return errors.Join(b.program.Close(), os.RemoveAll(b.dir))
}
