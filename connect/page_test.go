package connect_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/connect"
	"github.com/streamgen/streamgen/internal/broker"
)

func page(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 200 {
		t.Fatal(response.Status, err)
	}
	return string(text)
}

// Metrics have Connect's names; a sink that is paused takes nothing until it is resumed, and misses nothing.
func TestMetricsAndPause(t *testing.T) {
	brokers, dir := startBroker(t, broker.Topic{Name: "watched", Partitions: 1}), t.TempDir()
	out := filepath.Join(dir, "out.txt")
	w := start(t, connect.Config{Props: standaloneProps(dir, brokers), Connectors: []connect.Connector{
		{Name: "snk", Props: map[string]string{"name": "snk", "connector.class": "FileStreamSink", "file": out, "topics": "watched"}}}})
	lines := func() int {
		text, _ := os.ReadFile(out)
		return strings.Count(string(text), "\n")
	}
	produceLines(t, brokers, "watched", 5)
	eventually(t, "five lines", func() bool { return lines() == 5 })
	metrics := page(t, w.URL()+"metrics")
	for _, want := range []string{
		`kafka_connect_sink_task_metrics_sink_record_send_total{connector="snk",task="0"} 5`, `kafka_connect_worker_metrics_task_count 1`,
		`kafka_connect_worker_metrics_connector_running_task_count{connector="snk"} 1`, `kafka_connect_task_error_metrics_total_record_failures{connector="snk",task="0"} 0`,
		`kafka_connect_sink_task_metrics_sink_record_lag_max{connector="snk",task="0"} 0`,
	} {
		if !strings.Contains(metrics, want+"\n") {
			t.Errorf("%s is not among\n%s", want, metrics)
		}
	}
	if !strings.Contains(page(t, w.URL()+"ui"), "<table>") || !strings.Contains(page(t, w.URL()+"ui/data"), `"snk"`) {
		t.Error("the status page is not there")
	}
	state := func(want string) func() bool {
		return func() bool {
			var s struct{ Tasks []struct{ State string } }
			get(t, w.URL()+"connectors/snk/status", &s)
			return len(s.Tasks) == 1 && s.Tasks[0].State == want
		}
	}
	send(t, w.URL(), "PUT", "connectors/snk/pause", nil, "")
	eventually(t, "paused", state("PAUSED"))
	produceLines(t, brokers, "watched", 3)
	send(t, w.URL(), "PUT", "connectors/snk/resume", nil, "")
	eventually(t, "resumed", state("RUNNING"))
	eventually(t, "eight lines", func() bool { return lines() == 8 })
}
