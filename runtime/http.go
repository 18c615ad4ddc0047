package runtime

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Handler serves an App's /metrics, /healthz, /readyz and /status, for programs with an HTTP
// server of their own. It is safe for concurrent use.
//
// /healthz is 200 while the App works or starts, 503 once it has failed or stopped and while a
// worker is stuck: what an orchestrator restarts by. /readyz is 200 while every task assigned
// here is processing. Both say why not. /status is Health as JSON, task by task.
func (a *App) Handler() http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collector{a})
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", a.serveHealth(func(h Health) bool { return h.Healthy }))
	mux.HandleFunc("GET /readyz", a.serveHealth(func(h Health) bool { return h.Ready }))
	mux.HandleFunc("GET /status", a.serveStatus)
	return mux
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
	s := &http.Server{Handler: a.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		_ = s.Serve(l) // ends with Close
	}()
	a.cfg.Logger.Info("serving /metrics, /healthz, /readyz and /status", "address", l.Addr().String())
	return s, nil
}
