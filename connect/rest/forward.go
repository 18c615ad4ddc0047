package rest

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/streamgen/streamgen/connect/worker"
)

// forward sends a request on to the worker that has to answer it: at most twice, since who that is may have changed.
func (s *Server) forward(rw http.ResponseWriter, q *query, to *worker.NotLeader) {
	hop := q.URL.Query().Get("forward")
	if hop == "false" {
		s.fail(rw, &worker.StatusError{Code: http.StatusConflict, Message: "Cannot complete request because of a conflicting operation (e.g. worker rebalance)"})
		return
	}
	if to.URL == "" {
		s.fail(rw, &worker.StatusError{Code: http.StatusConflict, Message: to.Error()})
		return
	}
	target := strings.TrimSuffix(to.URL, "/") + q.URL.EscapedPath()
	params := q.URL.Query()
	if hop == "" {
		params.Set("forward", "true")
	} else {
		params.Set("forward", "false")
	}
	request, err := http.NewRequestWithContext(q.Context(), q.Method, target+"?"+params.Encode(), bytes.NewReader(q.body))
	if err != nil {
		s.fail(rw, err)
		return
	}
	for _, name := range []string{"Content-Type", "Accept", "Authorization", worker.SignatureHeader, worker.AlgorithmHeader} {
		if v := q.Header.Get(name); v != "" {
			request.Header.Set(name, v)
		}
	}
	response, err := s.client.Do(request)
	if err != nil {
		s.fail(rw, &worker.StatusError{Code: http.StatusInternalServerError, Message: "IO Error trying to forward REST request: " + err.Error()})
		return
	}
	defer response.Body.Close()
	for _, name := range []string{"Content-Type", "Location", "Retry-After"} {
		if v := response.Header.Get(name); v != "" {
			rw.Header().Set(name, v)
		}
	}
	rw.WriteHeader(response.StatusCode)
	if _, err := io.Copy(rw, response.Body); err != nil {
		s.log.Debug("a forwarded answer was not sent", "error", err)
	}
}

// location is the URL of a connector that was made.
func (s *Server) location(name string) string {
	escaped := url.PathEscape(name)
	return strings.TrimSuffix(s.URL(), "/") + "/connectors/" + escaped
}
