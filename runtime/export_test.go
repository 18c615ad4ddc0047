package runtime

import (
	"context"
	"io"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/store"
)

// SetState replaces how the state directory is used.
func SetState(c *Config, o store.Options) { c.state = o }

// Load completes a configuration as Main does.
func Load(cfg *Config, args, environ []string, out io.Writer) error {
	_, err := load(cfg, "app", args, environ, out)
	return err
}

// RunMain is Main without the process.
func RunMain(ctx context.Context, t *gen.Topology, cfg Config, args, environ []string, stdout, stderr io.Writer) int {
	return run(ctx, context.Background(), t, cfg, args, environ, stdout, stderr)
}

// RunHurried is RunMain with a second signal: the end of hurry.
func RunHurried(ctx, hurry context.Context, t *gen.Topology, cfg Config, stderr io.Writer) int {
	return run(ctx, hurry, t, cfg, []string{"app"}, nil, io.Discard, stderr)
}
