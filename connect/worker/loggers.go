package worker

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// loggers are the levels of loggers by name, as /admin/loggers shows and sets them. Safe for concurrent use.
type loggers struct {
	mu     sync.Mutex
	levels map[string]LoggerLevel
}

// LoggerLevel is a logger's level. A plain value.
type LoggerLevel struct {
	Level    string `json:"level"`
	Modified *int64 `json:"last_modified"` // milliseconds since 1970; nil when never set
}

func newLoggers() *loggers { return &loggers{levels: map[string]LoggerLevel{"root": {Level: "INFO"}}} }

// logLevels are the names of Log4j's levels.
var logLevels = []string{"OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"}

// set gives a name space of loggers a level and returns those that it changed.
func (l *loggers) set(namespace, level string, now time.Time) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	level = strings.ToUpper(level)
	changed := []string{}
	if _, there := l.levels[namespace]; !there {
		l.levels[namespace] = LoggerLevel{}
	}
	at := now.UnixMilli()
	for name, old := range l.levels {
		inside := namespace == "root" || name == namespace || strings.HasPrefix(name, namespace+".")
		if inside && old.Level != level {
			l.levels[name] = LoggerLevel{level, &at}
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	return changed
}

// Loggers returns all loggers with a level of their own.
func (w *Worker) Loggers() map[string]LoggerLevel {
	w.loggers.mu.Lock()
	defer w.loggers.mu.Unlock()
	all := map[string]LoggerLevel{}
	for name, l := range w.loggers.levels {
		if name == "root" || l.Modified != nil {
			all[name] = l
		}
	}
	return all
}

// Logger returns one logger's level.
func (w *Worker) Logger(name string) (LoggerLevel, error) {
	if l, ok := w.Loggers()[name]; ok {
		return l, nil
	}
	return LoggerLevel{}, refuse(404, "Logger %s not found.", name)
}

// SetLogger sets the level of a name space on this worker and returns the loggers that changed.
func (w *Worker) SetLogger(namespace, level string) ([]string, error) {
	if err := checkLevel(level); err != nil {
		return nil, err
	}
	return w.loggers.set(namespace, level, time.Now()), nil
}

// SetClusterLogger sets it on all workers.
func (w *Worker) SetClusterLogger(ctx context.Context, namespace, level string) error {
	if err := checkLevel(level); err != nil {
		return err
	}
	return w.configLog.Put(ctx, loggerRecord(namespace, level))
}

func checkLevel(level string) error {
	if level == "" {
		return refuse(400, "Desired 'level' parameter was not specified in request.")
	}
	if !slices.Contains(logLevels, strings.ToUpper(level)) {
		return refuse(404, "invalid log level '%s'.", level)
	}
	return nil
}

// LogLevel is the level of the worker's own log, which follows the logger root.
func (w *Worker) LogLevel() slog.Level {
	l, _ := w.Logger("root")
	switch l.Level {
	case "TRACE", "DEBUG":
		return slog.LevelDebug
	case "WARN":
		return slog.LevelWarn
	case "ERROR", "FATAL", "OFF":
		return slog.LevelError
	}
	return slog.LevelInfo
}
