package runtime

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Handler serves an App's /metrics, /healthz, /readyz, /status, and its stores below
// /streamgen/v1/, for programs with an HTTP server of their own. With a token
// (Config.HTTPTokenFile) all but the two health checks want it, as "Authorization: Bearer
// <token>". It is safe for concurrent use.
//
// /healthz is 200 while the App works or starts, 503 once it has failed or stopped and while a
// worker is stuck: what an orchestrator restarts by. /readyz is 200 while every task assigned
// here is processing. Both say why not. /status is Health as JSON, task by task.
func (a *App) Handler() http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collector{a})
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.guarded(promhttp.HandlerFor(reg, promhttp.HandlerOpts{})))
	mux.HandleFunc("GET /healthz", a.serveHealth(func(h Health) bool { return h.Healthy }))
	mux.HandleFunc("GET /readyz", a.serveHealth(func(h Health) bool { return h.Ready }))
	mux.Handle("GET /status", a.guarded(http.HandlerFunc(a.serveStatus)))
	a.answers.Register(mux, a.guarded)
	return mux
}

// guarded lets only those in who have the token, where there is one.
func (a *App) guarded(h http.Handler) http.Handler {
	token := a.answers.Token
	if token == "" {
		return h
	}
	want := sha256.Sum256([]byte(token))
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		given, _ := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
		if got := sha256.Sum256([]byte(given)); subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "this port asks for the token of http.token.file: Authorization: Bearer <token>", http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, req)
	})
}

// open says whether others than this machine reach an address.
func open(addr net.Addr) bool {
	t, ok := addr.(*net.TCPAddr)
	return ok && !t.IP.IsLoopback()
}

// serve opens http.address; closing the result ends it.
func (a *App) serve() (io.Closer, error) {
	if a.cfg.HTTPAddress == "off" {
		return io.NopCloser(strings.NewReader("")), nil
	}
	l, err := net.Listen("tcp", a.cfg.HTTPAddress)
	if err != nil {
		return nil, fmt.Errorf("http.address %s: %w; choose another address, or off", a.cfg.HTTPAddress, err)
	}
	if open(l.Addr()) && a.answers.Token == "" {
		a.cfg.Logger.Warn("the HTTP port can be reached from other machines and asks for no token; everybody there can read the stores: set http.token.file", "address", l.Addr().String())
	}
	mux := http.NewServeMux()
	mux.Handle("/", a.Handler())
	if a.cfg.Routes != nil {
		a.cfg.Routes(a, mux)
	}
	s := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		_ = s.Serve(l) // ends with Close
	}()
	a.cfg.Logger.Info("serving /metrics, /healthz, /readyz, /status and /streamgen/v1/", "address", l.Addr().String())
	return s, nil
}
