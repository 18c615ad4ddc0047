package rest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
	"github.com/streamgen/streamgen/connect/worker"
)

// query is one request on its way through a handler.
type query struct {
	*http.Request
	segments []string
	server   *Server
	out      http.Header
	body     []byte
}

// handler answers with a status and a body, nil for none.
type handler func(*query) (int, any, error)

// entry is one path with what answers each method; "*" stands for any segment.
type entry struct {
	path    []string
	methods map[string]handler
}

func path(text string, methods map[string]handler) entry {
	var segments []string
	if text != "" {
		segments = strings.Split(text, "/")
	}
	return entry{segments, methods}
}

var table = []entry{
	path("", map[string]handler{"GET": root}),
	path("health", map[string]handler{"GET": health}),
	path("connectors", map[string]handler{"GET": list, "POST": create}),
	path("connectors/*", map[string]handler{"GET": info, "DELETE": remove}),
	path("connectors/*/config", map[string]handler{"GET": configuration, "PUT": put, "PATCH": patch}),
	path("connectors/*/status", map[string]handler{"GET": status}),
	path("connectors/*/restart", map[string]handler{"POST": restart}),
	path("connectors/*/pause", map[string]handler{"PUT": target(storage.Paused, http.StatusAccepted)}),
	path("connectors/*/resume", map[string]handler{"PUT": target(storage.Started, http.StatusAccepted)}),
	path("connectors/*/stop", map[string]handler{"PUT": target(storage.Stopped, http.StatusNoContent)}),
	path("connectors/*/tasks", map[string]handler{"GET": tasks, "POST": storeTasks}),
	path("connectors/*/fence", map[string]handler{"PUT": fence}),
	path("connectors/*/tasks/*/status", map[string]handler{"GET": taskStatus}),
	path("connectors/*/tasks/*/restart", map[string]handler{"POST": restartTask}),
	path("connectors/*/offsets", map[string]handler{"GET": offsets, "PATCH": alterOffsets, "DELETE": resetOffsets}),
	path("connectors/*/topics", map[string]handler{"GET": topics}),
	path("connectors/*/topics/reset", map[string]handler{"PUT": resetTopics}),
	path("connector-plugins", map[string]handler{"GET": plugins}),
	path("connector-plugins/*/config", map[string]handler{"GET": pluginConfig}),
	path("connector-plugins/*/config/validate", map[string]handler{"PUT": validate}),
	path("admin/loggers", map[string]handler{"GET": allLoggers}),
	path("admin/loggers/*", map[string]handler{"GET": oneLogger, "PUT": setLogger}),
}

// route finds what answers a path, or the status of the refusal.
func (s *Server) route(method string, segments []string) (handler, int) {
	for _, e := range table {
		if len(e.path) != len(segments) || !slices.EqualFunc(e.path, segments, func(a, b string) bool { return a == "*" || a == b }) {
			continue
		}
		if h := e.methods[method]; h != nil {
			return h, 0
		}
		return nil, http.StatusMethodNotAllowed
	}
	return nil, http.StatusNotFound
}

func (q *query) name() string { return q.segments[1] }

// flag reads a query parameter as Java's Boolean.valueOf does.
func (q *query) flag(name string, standard bool) bool {
	if text := q.URL.Query().Get(name); text != "" {
		return strings.EqualFold(text, "true")
	}
	return standard
}

func root(q *query) (int, any, error) { return 200, q.server.worker.Info(), nil }

func health(q *query) (int, any, error) {
	type answer struct {
		Status  string `json:"status"`
		Message string `json:"message"`
	}
	if !q.server.worker.Ready() {
		return 503, answer{"starting", "Worker is still starting up."}, nil
	}
	return 200, answer{"healthy", "Worker has completed startup and is ready to handle requests."}, nil
}

func list(q *query) (int, any, error) {
	expand, asked := q.URL.Query()["expand"]
	w := q.server.worker
	if !asked {
		names := w.Connectors()
		if names == nil {
			names = []string{}
		}
		return 200, names, nil
	}
	all := map[string]map[string]any{}
	for _, name := range w.Connectors() {
		one := map[string]any{}
		for _, what := range expand {
			switch what {
			case "status":
				if s, err := w.Status(name); err == nil {
					one["status"] = s
				}
			case "info":
				if i, err := w.Connector(name); err == nil {
					one["info"] = i
				}
			}
		}
		all[name] = one
	}
	return 200, all, nil
}

func info(q *query) (int, any, error) {
	i, err := q.server.worker.Connector(q.name())
	return 200, i, err
}

func configuration(q *query) (int, any, error) {
	i, err := q.server.worker.Connector(q.name())
	return 200, i.Config, err
}

func status(q *query) (int, any, error) {
	s, err := q.server.worker.Status(q.name())
	return 200, s, err
}

func tasks(q *query) (int, any, error) {
	t, err := q.server.worker.Tasks(q.name())
	return 200, t, err
}

// taskID reads a task's path; what is no number is no path.
func (q *query) taskID() (storage.TaskID, error) {
	n, err := strconv.ParseInt(q.segments[3], 10, 32)
	if err != nil {
		return storage.TaskID{}, &worker.StatusError{Code: 404, Message: "HTTP 404 Not Found"}
	}
	return storage.TaskID{Connector: q.name(), Task: int(n)}, nil
}

func taskStatus(q *query) (int, any, error) {
	id, err := q.taskID()
	if err != nil {
		return 0, nil, err
	}
	s, err := q.server.worker.TaskStatus(id)
	return 200, s, err
}

func restartTask(q *query) (int, any, error) {
	id, err := q.taskID()
	if err != nil {
		return 0, nil, err
	}
	return 204, nil, q.server.worker.RestartTask(q.Context(), id)
}

func restart(q *query) (int, any, error) {
	includeTasks, onlyFailed := q.flag("includeTasks", false), q.flag("onlyFailed", false)
	if !includeTasks && !onlyFailed {
		return 204, nil, q.server.worker.RestartConnector(q.Context(), q.name())
	}
	s, err := q.server.worker.Restart(q.Context(), q.name(), includeTasks, onlyFailed)
	return 202, s, err
}

func target(state storage.TargetState, code int) handler {
	return func(q *query) (int, any, error) {
		return code, nil, q.server.worker.SetTarget(q.Context(), q.name(), state)
	}
}

func remove(q *query) (int, any, error) {
	return 204, nil, q.server.worker.Delete(q.Context(), q.name())
}

func topics(q *query) (int, any, error) {
	t, err := q.server.worker.Topics(q.name())
	return 200, map[string]any{q.name(): map[string]any{"topics": t}}, err
}

func resetTopics(q *query) (int, any, error) {
	return 202, nil, q.server.worker.ResetTopics(q.Context(), q.name())
}

func offsets(q *query) (int, any, error) {
	o, err := q.server.worker.Offsets(q.Context(), q.name())
	return 200, map[string]any{"offsets": o}, err
}

func resetOffsets(q *query) (int, any, error) {
	message, err := q.server.worker.ResetOffsets(q.Context(), q.name())
	return 200, map[string]string{"message": message}, err
}

func plugins(q *query) (int, any, error) {
	type one struct {
		Class   string `json:"class"`
		Type    string `json:"type"`
		Version string `json:"version,omitempty"`
	}
	kinds := []plugin.Kind{plugin.KindSink, plugin.KindSource}
	if !q.flag("connectorsOnly", true) {
		kinds = append(kinds, plugin.KindTransform, plugin.KindPredicate, plugin.KindConverter, plugin.KindHeaderConverter)
	}
	all := []one{}
	for _, e := range q.server.worker.Plugins().Of(kinds...) {
		all = append(all, one{e.Class, e.Kind.String(), e.Version})
	}
	return 200, all, nil
}

func pluginConfig(q *query) (int, any, error) {
	keys, err := q.server.worker.PluginConfig(q.name(), q.URL.Query().Get("version"))
	return 200, keys, err
}

func allLoggers(q *query) (int, any, error) { return 200, q.server.worker.Loggers(), nil }

func oneLogger(q *query) (int, any, error) {
	l, err := q.server.worker.Logger(q.segments[2])
	return 200, l, err
}
