package rest

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/connect/worker"
)

// metrics answers with all metrics in Prometheus' text form, under names made of Connect's: the type and the attribute.
func (s *Server) metrics(rw http.ResponseWriter) {
	all := s.worker.Metrics()
	slices.SortStableFunc(all, func(a, b worker.Metric) int { return strings.Compare(metricName(a), metricName(b)) })
	rw.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	var b strings.Builder
	last := ""
	for _, m := range all {
		name := metricName(m)
		if name != last {
			kind := "gauge"
			if strings.HasSuffix(name, "_total") {
				kind = "counter"
			}
			fmt.Fprintf(&b, "# HELP %s kafka.connect:type=%s attribute %s\n# TYPE %s %s\n", name, m.Group, m.Name, name, kind)
			last = name
		}
		b.WriteString(name)
		for i, l := range m.Labels {
			b.WriteByte("{,"[min(i, 1)])
			fmt.Fprintf(&b, "%s=%s", l.Name, labelValue(l.Value))
		}
		if len(m.Labels) > 0 {
			b.WriteByte('}')
		}
		v := m.Value
		if math.IsNaN(v) {
			v = 0
		}
		b.WriteString(" " + strconv.FormatFloat(v, 'g', -1, 64) + "\n")
	}
	if _, err := rw.Write([]byte(b.String())); err != nil {
		s.log.Debug("metrics were not sent", "error", err)
	}
}

// metricName is kafka_connect_<type>_<attribute>.
func metricName(m worker.Metric) string {
	return "kafka_connect_" + strings.ReplaceAll(strings.TrimPrefix(m.Group, "connect-")+"_"+m.Name, "-", "_")
}

// labelValue quotes a label's value as Prometheus wants it.
func labelValue(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
