// Package rest is the HTTP interface of a worker: Kafka Connect's REST API, path by path and text by text, with metrics
// for Prometheus and a status page beside it.
package rest

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/worker"
)

// Server answers for one worker. Its handlers are safe for concurrent use.
type Server struct {
	worker     *worker.Worker
	log        *slog.Logger
	client     *http.Client // forwards to other workers
	users      map[string]string
	origins    []string
	methods    string
	headers    []string
	listener   net.Listener
	scheme     string
	http       *http.Server
	advertised string
}

// Listen opens the listener of a worker's properties, before there is a worker: its address is the worker's id.
func Listen(props map[string]string, log *slog.Logger) (*Server, error) {
	s := &Server{log: log, client: &http.Client{Timeout: 90 * time.Second}, scheme: "http"}
	address := "127.0.0.1:8083"
	if text := strings.TrimSpace(props["listeners"]); text != "" {
		first := config.SplitList(text)[0]
		u, err := url.Parse(first)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" {
			return nil, fmt.Errorf("listeners: %q is no http:// or https:// address", first)
		}
		s.scheme = u.Scheme
		address = u.Host
		if u.Hostname() == "" {
			address = net.JoinHostPort("", u.Port())
		}
	}
	if err := s.configure(props); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listeners: %w", err)
	}
	if s.scheme == "https" {
		secured := map[string]string{}
		for k, v := range props {
			secured[strings.TrimPrefix(k, "listeners.https.")] = v
		}
		c, err := worker.TLSConfig(secured)
		if err != nil {
			return nil, errors.Join(err, l.Close())
		}
		if len(c.Certificates) == 0 {
			return nil, errors.Join(errors.New("listeners: https needs ssl.keystore.location, a PEM file with a certificate chain and key"), l.Close())
		}
		switch secured["ssl.client.auth"] {
		case "required":
			c.ClientAuth = tls.RequireAndVerifyClientCert
		case "requested":
			c.ClientAuth = tls.VerifyClientCertIfGiven
		}
		s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.RootCAs, Certificates: c.Certificates}}
		l = tls.NewListener(l, c)
	}
	s.listener = l
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	if name := props["rest.advertised.host.name"]; name != "" {
		host = name
	} else if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		if host, err = os.Hostname(); err != nil {
			return nil, errors.Join(err, l.Close())
		}
	}
	if p := props["rest.advertised.port"]; p != "" {
		port = p
	}
	s.advertised = net.JoinHostPort(host, port)
	return s, nil
}

// configure reads what does not concern the listener.
func (s *Server) configure(props map[string]string) error {
	if origin := props["access.control.allow.origin"]; origin != "" {
		s.origins, s.methods = config.SplitList(origin), props["access.control.allow.methods"]
	}
	if text := props["response.http.headers.config"]; text != "" {
		s.headers = config.SplitList(text)
	}
	if strings.Contains(props["rest.extension.classes"], "BasicAuthSecurityRestExtension") {
		path := props["rest.basic.auth.credentials.file"]
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("rest.extension.classes asks for basic auth, which needs rest.basic.auth.credentials.file with a line user:password for each user: %w", err)
		}
		s.users = map[string]string{}
		for line := range strings.Lines(string(text)) {
			if user, password, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && !strings.HasPrefix(user, "#") {
				s.users[user] = password
			}
		}
	}
	return nil
}

// Advertised returns the host and port by which other workers reach this one.
func (s *Server) Advertised() string { return s.advertised }

// URL returns the same as a URL.
func (s *Server) URL() string { return s.scheme + "://" + s.advertised + "/" }

// Serve answers for a worker until Close.
func (s *Server) Serve(w *worker.Worker) {
	s.worker = w
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := s.http.Serve(s.listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("the REST listener ended", "error", err)
		}
	}()
}

// Close ends the listener; requests that are being answered get a moment.
func (s *Server) Close() error {
	if s.http == nil {
		return s.listener.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		return s.http.Close()
	}
	return nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	s.decorate(rw, r)
	if strings.Contains(strings.ToUpper(r.URL.EscapedPath()), "%2F") {
		// Java's HTTP server refuses names with a slash before Connect sees them, with a page of its own.
		rw.Header().Set("Content-Type", "text/html;charset=iso-8859-1")
		rw.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(rw, "<html><head><title>Error 400 Ambiguous URI path separator</title></head><body><h2>HTTP ERROR 400 Ambiguous URI path separator</h2></body></html>\n")
		return
	}
	if s.preflight(rw, r) {
		return
	}
	if s.foreign(r) {
		s.fail(rw, &worker.StatusError{Code: http.StatusForbidden, Message: "The request comes from a page of another site, whose origin access.control.allow.origin does not list."})
		return
	}
	if !s.allowed(r) {
		rw.Header().Set("WWW-Authenticate", "Basic")
		s.fail(rw, &worker.StatusError{Code: http.StatusUnauthorized, Message: "User cannot access the resource."})
		return
	}
	path := strings.Trim(r.URL.Path, "/")
	var segments []string
	if path != "" {
		segments = strings.Split(path, "/")
	}
	if s.page(rw, r, segments) {
		return
	}
	h, status := s.route(r.Method, segments)
	if h == nil {
		s.fail(rw, &worker.StatusError{Code: status, Message: fmt.Sprintf("HTTP %d %s", status, http.StatusText(status))})
		return
	}
	if accept := r.Header.Get("Accept"); accept != "" && !acceptable(accept) {
		s.fail(rw, &worker.StatusError{Code: 406, Message: "HTTP 406 Not Acceptable"})
		return
	}
	if kind := r.Header.Get("Content-Type"); kind != "" && r.ContentLength != 0 && !strings.HasPrefix(strings.ToLower(kind), "application/json") {
		s.fail(rw, &worker.StatusError{Code: 415, Message: "HTTP 415 Unsupported Media Type"})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 90*time.Second)
	defer cancel()
	q := &query{Request: r.WithContext(ctx), segments: segments, server: s, out: rw.Header()}
	status, body, err := h(q)
	var other *worker.NotLeader
	if errors.As(err, &other) {
		s.forward(rw, q, other)
		return
	}
	if err != nil {
		s.fail(rw, err)
		return
	}
	s.answer(rw, status, body)
}

func acceptable(accept string) bool {
	return slices.ContainsFunc(strings.Split(accept, ","), func(one string) bool {
		kind, _, _ := strings.Cut(strings.TrimSpace(one), ";")
		return kind == "*/*" || kind == "application/*" || kind == "application/json"
	})
}

// decorate adds the headers of response.http.headers.config and of CORS.
func (s *Server) decorate(rw http.ResponseWriter, r *http.Request) {
	for _, h := range s.headers {
		// [set|add|setDate|addDate] name: value
		action, rest, _ := strings.Cut(strings.Trim(h, `"`), " ")
		name, value, ok := strings.Cut(rest, ":")
		if !ok {
			continue
		}
		if strings.HasPrefix(action, "set") {
			rw.Header().Set(strings.TrimSpace(name), strings.TrimSpace(value))
		} else {
			rw.Header().Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	if origin := r.Header.Get("Origin"); s.trusts(origin) {
		rw.Header().Set("Access-Control-Allow-Origin", origin)
		rw.Header().Add("Vary", "Origin")
	}
}

// trusts tells whether access.control.allow.origin lists an origin.
func (s *Server) trusts(origin string) bool {
	return origin != "" && (slices.Contains(s.origins, "*") || slices.Contains(s.origins, origin))
}

// foreign tells a request that changes something and that a browser sends for a page of another site. It comes from
// inside the user's network, and a POST without a body comes without a preflight.
func (s *Server) foreign(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions || s.trusts(origin):
		return false
	case r.Header.Get("Sec-Fetch-Site") == "cross-site" || r.Header.Get("Sec-Fetch-Site") == "same-site":
		return true
	case origin == "":
		return false // no browser
	}
	// The host alone is compared: where TLS ends before the worker, the scheme is not the listener's.
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host)
}

// preflight answers the question that browsers ask before a call from another site.
func (s *Server) preflight(rw http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" || len(s.origins) == 0 {
		return false
	}
	methods := s.methods
	if methods == "" {
		methods = "GET,POST,HEAD"
	}
	rw.Header().Set("Access-Control-Allow-Methods", methods)
	rw.Header().Set("Access-Control-Allow-Headers", "X-Requested-With,Content-Type,Accept,Origin")
	rw.WriteHeader(http.StatusOK)
	return true
}

// allowed checks basic auth. Workers sign what they send each other, so that needs no user.
func (s *Server) allowed(r *http.Request) bool {
	if s.users == nil || internal(r) {
		return true
	}
	user, password, ok := r.BasicAuth()
	known, there := s.users[user]
	return ok && subtle.ConstantTimeCompare([]byte(known), []byte(password)) == 1 && there
}

// internal tells the two requests that workers send each other.
func internal(r *http.Request) bool {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	return len(parts) == 3 && parts[0] == "connectors" && (r.Method == http.MethodPost && parts[2] == "tasks" || r.Method == http.MethodPut && parts[2] == "fence")
}

// answer writes a body as JSON, or nothing.
func (s *Server) answer(rw http.ResponseWriter, status int, body any) {
	if body == nil {
		rw.WriteHeader(status)
		return
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	e := json.NewEncoder(rw)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		s.log.Debug("an answer was not sent", "error", err)
	}
}

// fail writes an error as Connect does: what has no status of its own is 500.
func (s *Server) fail(rw http.ResponseWriter, err error) {
	code := http.StatusInternalServerError
	var known *worker.StatusError
	if errors.As(err, &known) {
		code = known.Code
	}
	if code == http.StatusConflict || code == http.StatusServiceUnavailable {
		rw.Header().Set("Retry-After", "1")
	}
	s.answer(rw, code, map[string]any{"error_code": code, "message": err.Error()})
}
