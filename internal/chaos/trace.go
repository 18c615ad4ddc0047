package chaos

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"
)

// trace keeps a line for every event, for the case that the seed fails. It is safe for
// concurrent use.
type trace struct {
	began time.Time
	mu    sync.Mutex
	lines []string
}

func (t *trace) add(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, fmt.Sprintf("%8.3f ", time.Since(t.began).Seconds())+fmt.Sprintf(format, args...))
}

func (t *trace) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n") + "\n"
}

// logger makes an instance's log a part of the trace. Errors are counted by the supervisor,
// not here: an instance that dies by a fault is part of the game.
func (t *trace) logger(who string) *slog.Logger { return slog.New(traced{t, who, ""}) }

type traced struct {
	t     *trace
	who   string
	attrs string
}

func (h traced) Enabled(_ context.Context, l slog.Level) bool {
	return l >= slog.LevelInfo || os.Getenv("STREAMGEN_TEST_LOG") != ""
}

func (h traced) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	r.Attrs(func(a slog.Attr) bool {
		fmt.Fprintf(&b, " %s=%v", a.Key, a.Value)
		return true
	})
	h.t.add("%s %s %s%s%s", h.who, r.Level, r.Message, h.attrs, b.String())
	return nil
}

func (h traced) WithAttrs(as []slog.Attr) slog.Handler {
	for _, a := range as {
		if a.Key != "application" {
			h.attrs += fmt.Sprintf(" %s=%v", a.Key, a.Value)
		}
	}
	return h
}

func (h traced) WithGroup(string) slog.Handler { return h }
