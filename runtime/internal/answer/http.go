package answer

import (
	"context"
	"encoding/json/v2"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/streamgen/streamgen/runtime/query"
)

// Limits of the HTTP service.
const (
	maxQuestion    = 1 << 20          // bytes of a question that another instance passes on
	defaultTimeout = 10 * time.Second // of a question over HTTP that says nothing else
	longestTimeout = 5 * time.Minute
	slowReader     = 30 * time.Second // for taking a page: an answer that is not read holds a snapshot
	defaultRows    = 1000
)

// Register adds the service to a mux, below /streamgen/v1/.
func (s *Service) Register(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	for pattern, f := range map[string]http.HandlerFunc{
		"GET /streamgen/v1/stores":                    s.serveStores,
		"GET /streamgen/v1/stores/{store}":            s.serveStore,
		"GET /streamgen/v1/stores/{store}/rows":       s.serveRows,
		"GET /streamgen/v1/stores/{store}/keys/{key}": s.serveKey,
		"GET /streamgen/v1/instances":                 s.serveInstances,
		"POST " + queryPath:                           s.servePassedOn,
	} {
		mux.Handle(pattern, guard(f))
	}
}

// statusOf is the status of an error, and whether trying again may help.
func statusOf(err error) (status int, again bool) {
	var e *query.Error
	if !errors.As(err, &e) {
		if errors.Is(err, context.DeadlineExceeded) {
			return http.StatusGatewayTimeout, true
		}
		return http.StatusInternalServerError, false
	}
	switch e.Code {
	case query.DoesNotExist:
		return http.StatusNotFound, false
	case query.NotPresent, query.NotUpToBound:
		return http.StatusServiceUnavailable, true
	case query.Unsupported:
		return http.StatusBadRequest, false
	case query.Refused:
		return http.StatusBadGateway, false
	}
	return http.StatusInternalServerError, false
}

// failure is an error as the body of an answer.
type failure struct {
	Error query.Error `json:"error"`
}

func asFailure(store string, err error) failure {
	var e *query.Error
	if errors.As(err, &e) {
		return failure{*e}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return failure{*query.Errorf(query.NotPresent, store, "there was no answer in time; try again, or raise timeout")}
	}
	return failure{*query.Errorf(query.Failed, store, "%v", err)}
}

func fail(w http.ResponseWriter, store string, err error) {
	status, again := statusOf(err)
	if again {
		w.Header().Set("Retry-After", "1")
	}
	write(w, status, asFailure(store, err))
}

func write(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // who asked has gone
}

// servePassedOn answers another instance with what is here.
func (s *Service) servePassedOn(w http.ResponseWriter, req *http.Request) {
	b, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxQuestion))
	var r query.Request
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	if err != nil {
		fail(w, r.Store, query.Errorf(query.Unsupported, r.Store, "the question cannot be read: %v", err))
		return
	}
	r.Local = true // whoever asks has passed it on already
	timeout := longestTimeout
	if d, err := time.ParseDuration(req.Header.Get("Streamgen-Timeout")); err == nil {
		timeout = min(timeout, d)
	}
	ctx, cancel := context.WithTimeout(req.Context(), timeout)
	defer cancel()
	cur, err := s.Query(ctx, r)
	if err != nil {
		fail(w, r.Store, err)
		return
	}
	defer cur.Close()
	s.stream(ctx, w, r, cur)
}

// stream writes an answer in frames, a page at a time.
func (s *Service) stream(ctx context.Context, w http.ResponseWriter, r query.Request, cur query.Cursor) {
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", rowsType)
	var buf []byte
	for {
		rows, err := cur.Next(ctx)
		buf = buf[:0]
		if err == nil {
			buf, err = appendJSON(buf, frameInfo, cur.Info())
		}
		for _, row := range rows {
			buf = appendRow(buf, row)
		}
		if err != nil {
			if buf, err = appendJSON(buf[:0], frameError, asFailure(r.Store, err).Error); err != nil {
				return // an answer without an end is an error
			}
		} else if len(rows) == 0 {
			buf = append(buf, frameEnd)
		}
		_ = out.SetWriteDeadline(time.Now().Add(slowReader)) // not every ResponseWriter has one
		if _, err := w.Write(buf); err != nil {
			return
		}
		if err != nil || len(rows) == 0 {
			return
		}
		_ = out.Flush() // as above
	}
}
