package killtest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	rt "github.com/streamgen/streamgen/runtime"
)

const windowSize = time.Second

// topology counts words twice, through repartition topics: each update is an increment,
// and coalesced per window.
func topology(b *dsl.Builder) {
	words := b.Stream("words", dsl.String(), dsl.String())
	words.GroupBy(byWord, dsl.String(), dsl.String()).
		Count(dsl.Name("totals"), dsl.EmitEveryUpdate()).
		ToStream().
		To("increments", dsl.String(), dsl.Int64())
	words.GroupBy(byWord, dsl.String(), dsl.String()).
		WindowedBy(dsl.Tumbling(windowSize).Grace(24*time.Hour)).
		Count(dsl.Name("windows")).
		ToStream(dsl.WindowedKey).
		To("windowed", dsl.TimeWindowed(dsl.String(), windowSize), dsl.Int64())
}

func byWord(_, word string) string { return word }

// The process that is killed is this test binary with the configuration in the environment.
const configEnv = "STREAMGEN_TEST_KILLTEST"

type childConfig struct {
	Addr    string
	Dir     string
	App     string
	Session time.Duration
}

func TestMain(m *testing.M) {
	if raw := os.Getenv(configEnv); raw != "" {
		if err := child(raw); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child runs the application until it is killed, or told to stop.
func child(raw string) error {
	var c childConfig
	if err := json.Unmarshal([]byte(raw), &c); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	cfg := rt.Config{
		ApplicationID: c.App, BootstrapServers: []string{c.Addr}, StateDir: c.Dir, ProcessingGuarantee: rt.ExactlyOnce,
		NumStreamThreads: 2, HTTPAddress: "off", Poll: 50 * time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: logLevel()})),
	}
	cfg.Consumer.SessionTimeout = c.Session
	cfg.Consumer.HeartbeatInterval = min(300*time.Millisecond, c.Session/3)
	// How long a rebalance waits for members that died while they joined.
	cfg.Consumer.MaxPollInterval = 2 * c.Session
	app, err := rt.New(rt.InterpretPlain(topology), cfg)
	if err != nil {
		return err
	}
	return app.Run(ctx)
}

// logLevel is what the killed process logs; STREAMGEN_TEST_LOG shows the client too.
func logLevel() slog.Level {
	if os.Getenv("STREAMGEN_TEST_LOG") != "" {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}
