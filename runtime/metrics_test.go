package runtime_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	"github.com/streamgen/streamgen/internal/golden"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/metrics"
	"github.com/twmb/franz-go/pkg/kgo"
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

// What is left out is told by operator and reason.
func TestDropsAreToldByOperator(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "counted", Partitions: 1})
	app := start(t, rt.InterpretPlain(func(b *dsl.Builder) {
		s := b.Stream("words", dsl.String(), dsl.String()).
			TryFilter(func(_, v string) (bool, error) {
				if v == "bad" {
					return false, errors.New("bad")
				}
				return true, nil
			}, dsl.Name("only-good"), dsl.OnError(dsl.Skip()))
		s.GroupByKey().Count(dsl.Name("counts")).ToStream().To("counted", dsl.String(), dsl.Int64())
	}), c.config("app", rt.ExactlyOnce, t.TempDir()))
	if err := c.cl.ProduceSync(t.Context(), &kgo.Record{Topic: "words", Value: []byte("bad")}, &kgo.Record{Topic: "words", Value: []byte("x")},
		&kgo.Record{Topic: "words", Key: []byte("k")}, &kgo.Record{Topic: "words", Key: []byte("k"), Value: []byte("bad")}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^kafka_stream_task_metrics_dropped_records_total\{processor_node_id="([^"]+)",reason="([^"]+)",task_id="0_0",thread_id="[^"]+"\} (\d+)$`)
	eventually(t, "the drops", func() bool {
		w := httptest.NewRecorder()
		app.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		got := map[string]string{}
		for _, m := range line.FindAllStringSubmatch(w.Body.String(), -1) {
			got[m[1]+" "+m[2]] = m[3]
		}
		return maps.Equal(got, map[string]string{"only-good error_policy": "2", "counts null_key": "1", "counts null_value": "1"})
	})
}
