package rest

import (
	_ "embed"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

//go:embed page.html
var pageHTML []byte

// page answers what Java's worker has not: metrics, the status page and its data. It reports whether it did.
func (s *Server) page(rw http.ResponseWriter, r *http.Request, segments []string) bool {
	if r.Method != http.MethodGet || len(segments) == 0 || len(segments) > 2 {
		return false
	}
	switch strings.Join(segments, "/") {
	case "metrics":
		s.metrics(rw)
	case "ui":
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.Header().Set("Content-Security-Policy", "default-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'")
		if _, err := rw.Write(pageHTML); err != nil {
			s.log.Debug("the page was not sent", "error", err)
		}
	case "ui/data":
		s.answer(rw, http.StatusOK, s.pageData())
	default:
		return false
	}
	return true
}

// pageData is what the status page shows of a connector beside its status: the lag of a sink's partitions that this
// worker has, and the counts of its tasks here.
func (s *Server) pageData() map[string]any {
	data := map[string]any{}
	for _, name := range s.worker.Connectors() {
		lags := []string{}
		total := int64(0)
		for tp, lag := range s.worker.Lags(name) {
			lags = append(lags, fmt.Sprintf("%s-%d: %d", tp.Topic, tp.Partition, lag))
			total += lag
		}
		slices.Sort(lags)
		data[name] = map[string]any{"lag": total, "lags": lags}
	}
	for _, m := range s.worker.Metrics() {
		if len(m.Labels) != 2 {
			continue
		}
		one, ok := data[m.Labels[0].Value].(map[string]any)
		if !ok {
			continue
		}
		switch m.Name {
		case "source-record-write-total", "sink-record-send-total", "total-records-skipped", "total-retries", "deadletterqueue-produce-requests":
			n, _ := one[m.Name].(float64)
			one[m.Name] = n + m.Value
		}
	}
	return data
}
