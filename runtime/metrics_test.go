package runtime_test

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/streamgen/streamgen/internal/broker"
	"github.com/streamgen/streamgen/internal/golden"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/metrics"
)

// What /metrics says can be read by a parser of the format, and its names, types and labels
// are those of testdata/metrics.txt, which docs/RUNTIME.md explains.
func TestMetricsHaveTheirNames(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "counted", Partitions: 1})
	app := start(t, rt.InterpretPlain(counting), c.config("app", rt.ExactlyOnce, t.TempDir()))
	list, counts := words(500, 10)
	c.produce("words", list...)
	r := c.read("counted")
	r.until("counts", func() bool { return maps.Equal(r.counts(), counts) })
	app.Metrics().Restores.Set(metrics.Restore{Thread: "one", Task: "0_0", Store: "s", End: 1})
	lines := map[string]bool{}
	values := map[string]float64{}
	eventually(t, "all tasks told, with all records", func() bool {
		w := httptest.NewRecorder()
		app.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		parser := expfmt.NewTextParser(model.LegacyValidation)
		families, err := parser.TextToMetricFamilies(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		clear(lines)
		clear(values)
		for name, f := range families {
			if f.GetHelp() == "" {
				t.Errorf("%s has no help", name)
			}
			for _, m := range f.GetMetric() {
				var labels []string
				topic := ""
				for _, l := range m.GetLabel() {
					labels = append(labels, l.GetName())
					if l.GetName() == "topic" {
						topic = l.GetValue()
					}
				}
				slices.Sort(labels)
				lines[fmt.Sprintf("%s %s {%s}", name, strings.ToLower(f.GetType().String()), strings.Join(labels, ","))] = true
				values[name+" "+topic] += m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
		return values["kafka_stream_topic_metrics_records_consumed_total words"] == 500 &&
			values["kafka_stream_topic_metrics_records_consumed_total app-counts-repartition"] == 500 &&
			values["kafka_stream_record_e2e_latency_seconds "] >= 10
	})
	golden.Assert(t, "testdata/metrics.txt", strings.Join(slices.Sorted(maps.Keys(lines)), "\n")+"\n")
	bytes := 0.0
	for i, w := range list {
		bytes += float64(len(fmt.Sprintf("k%d", i%16)) + len(w))
	}
	for name, want := range map[string]float64{
		"kafka_stream_topic_metrics_records_produced_total app-counts-repartition": 500,
		"kafka_stream_topic_metrics_bytes_consumed_total words":                    bytes,
		"kafka_stream_thread_metrics_process_total ":                               1000,
		"kafka_stream_task_metrics_process_total ":                                 1000,
	} {
		if values[name] != want {
			t.Errorf("%s is %v, want %v", name, values[name], want)
		}
	}
}
