package connect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/rest"
	"github.com/streamgen/streamgen/connect/storage"
	"github.com/streamgen/streamgen/connect/transform"
	"github.com/streamgen/streamgen/connect/worker"
)

// Main runs a worker from the command line and exits: 0 after a signal, 1 when it cannot run, 2 for a wrong call, 3 when a
// connector of the command line is invalid.
func Main(options ...Option) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stderr, options...)
	stop()
	os.Exit(code)
}

const usage = `usage:
  standalone [worker.properties] connector.properties…   connectors from files, offsets in a file
  distributed [worker.properties]                        connectors by REST, everything else on topics
  plugins                                                what this binary can run

Files are Java properties, JSON (.json) or YAML (.yaml). Environment variables CONNECT_BOOTSTRAP_SERVERS and so on win
over the worker's file, and may take its place.
`

// run is Main without the process.
func run(ctx context.Context, args, environment []string, out io.Writer, options ...Option) int {
	fail := func(code int, err error) int {
		fmt.Fprintf(out, "%v\n", err)
		return code
	}
	if len(args) == 0 {
		fmt.Fprint(out, usage)
		return 2
	}
	set, err := pluginSet(options)
	if err != nil {
		return fail(1, err)
	}
	switch args[0] {
	case "plugins":
		for _, e := range set.Of(plugin.KindSource, plugin.KindSink, plugin.KindTransform, plugin.KindPredicate, plugin.KindConverter, plugin.KindHeaderConverter, plugin.KindConfigProvider) {
			fmt.Fprintf(out, "%-16s %s %s\n", e.Kind, e.Class, e.Version)
		}
		return 0
	case "standalone", "distributed":
	default:
		fmt.Fprint(out, usage)
		return 2
	}
	props, connectors, err := readArguments(args, environment)
	if err != nil {
		return fail(2, err)
	}
	s, err := Start(ctx, Config{Props: props, Distributed: args[0] == "distributed", Connectors: connectors, Log: out, plugins: set})
	var invalid *ConnectorError
	switch {
	case errors.As(err, &invalid):
		return fail(3, err)
	case err != nil:
		return fail(1, err)
	}
	fmt.Fprintf(out, "worker %s answers at %s\n", args[0], s.URL())
	<-ctx.Done()
	if err := s.Close(); err != nil {
		return fail(1, err)
	}
	return 0
}

// readArguments reads the files of the command line.
func readArguments(args, environment []string) (props map[string]string, connectors []Connector, err error) {
	files := args[1:]
	props = map[string]string{}
	if len(files) > 0 {
		if props, err = readFile(files[0]); err != nil {
			return nil, nil, err
		}
		files = files[1:]
	}
	fromEnvironment(props, environment)
	for _, path := range files {
		c, err := readConnector(path)
		if err != nil {
			return nil, nil, err
		}
		connectors = append(connectors, c)
	}
	return props, connectors, nil
}

// Connector is a connector of a standalone worker's command line. A plain value.
type Connector struct {
	Name  string
	State string // initial_state; empty runs
	Props map[string]string
}

// readConnector reads a flat configuration, or the form of the REST request with name and config.
func readConnector(path string) (Connector, error) {
	props, err := readFile(path)
	if err != nil {
		return Connector{}, err
	}
	if nested := prefixed(props, "config."); nested["connector.class"] != "" {
		c := Connector{props["name"], props["initial_state"], nested}
		c.Props["name"] = c.Name
		return c, nil
	}
	name := props["name"]
	if name == "" {
		return Connector{}, fmt.Errorf("%s has no name", filepath.Base(path))
	}
	return Connector{Name: name, Props: props}, nil
}

func prefixed(props map[string]string, prefix string) map[string]string {
	found := map[string]string{}
	for k, v := range props {
		if rest, ok := strings.CutPrefix(k, prefix); ok {
			found[rest] = v
		}
	}
	return found
}

// Config is what Start starts. A plain value.
type Config struct {
	Props       map[string]string // the worker's properties
	Distributed bool
	Connectors  []Connector // of a standalone worker
	Options     []Option
	Log         io.Writer // nil discards
	plugins     *plugin.Set
}

// ConnectorError says that a connector of a standalone worker's command line is invalid.
type ConnectorError struct {
	Name  string
	Cause error
}

// Error names the connector.
func (e *ConnectorError) Error() string { return "connector " + e.Name + ": " + e.Cause.Error() }

// Unwrap returns the cause.
func (e *ConnectorError) Unwrap() error { return e.Cause }

// Worker is a running worker with its REST interface. Its methods are safe for concurrent use.
type Worker struct {
	worker *worker.Worker
	rest   *rest.Server
}

// Start starts a worker and returns once it has read its stores and its connectors are made.
func Start(ctx context.Context, c Config) (*Worker, error) {
	if c.plugins == nil {
		var err error
		if c.plugins, err = pluginSet(c.Options); err != nil {
			return nil, err
		}
	}
	var running atomic.Pointer[worker.Worker]
	log := slog.New(slog.DiscardHandler)
	if c.Log != nil {
		log = slog.New(slog.NewTextHandler(c.Log, &slog.HandlerOptions{Level: level(func() slog.Level {
			if w := running.Load(); w != nil {
				return w.LogLevel()
			}
			return slog.LevelInfo
		})}))
	}
	server, err := rest.Listen(c.Props, log)
	if err != nil {
		return nil, err
	}
	w, err := worker.Start(ctx, worker.Settings{Props: c.Props, Distributed: c.Distributed, Plugins: c.plugins, Log: log, Advertised: server.Advertised(), AdvertisedURL: server.URL(), Lint: lint})
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	running.Store(w)
	server.Serve(w)
	started := &Worker{w, server}
	for _, one := range c.Connectors {
		state := map[string]storage.TargetState{"PAUSED": storage.Paused, "STOPPED": storage.Stopped}[strings.ToUpper(one.State)]
		if err := config.NoControls("name", one.Name); err != nil {
			return nil, errors.Join(&ConnectorError{one.Name, err}, started.Close())
		}
		if _, err := w.Create(ctx, one.Name, one.Props, state); err != nil {
			return nil, errors.Join(&ConnectorError{one.Name, err}, started.Close())
		}
	}
	return started, nil
}

// lint hands a task's transforms to the transforms' own lint.
func lint(steps []worker.Step, sink bool) []string {
	chain := transform.Chain{Sink: sink}
	for _, s := range steps {
		chain.Steps = append(chain.Steps, transform.Step(s))
	}
	return transform.Lint(chain)
}

// level makes a function a level that log handlers ask.
type level func() slog.Level

// Level asks.
func (l level) Level() slog.Level { return l() }

// URL is where the worker's REST interface answers.
func (s *Worker) URL() string { return s.rest.URL() }

// Close stops the connectors, leaves the group and ends the REST interface.
func (s *Worker) Close() error { return errors.Join(s.rest.Close(), s.worker.Close()) }
