package runtime_test

import (
	"maps"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
)

func TestHTTPShowsStateAndMetrics(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "counted", Partitions: 1})
	app, err := rt.New(rt.InterpretPlain(counting), c.config("app", rt.ExactlyOnce, t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) (int, string) {
		w := httptest.NewRecorder()
		app.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code, w.Body.String()
	}
	if code, _ := get("/healthz"); code != 200 {
		t.Error(code)
	}
	if code, body := get("/readyz"); code != 503 || body != "CREATED\n" {
		t.Error(code, body)
	}
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, counts := words(500, 10)
	c.produce("words", list...)
	r := c.read("counted")
	r.until("counts", func() bool { return maps.Equal(r.counts(), counts) })
	eventually(t, "readiness", func() bool { code, _ := get("/readyz"); return code == 200 })
	_, body := get("/metrics")
	for _, want := range []string{
		`kafka_stream_metrics_state{state="RUNNING"} 1`, "kafka_stream_metrics_alive_stream_threads 1",
		"-StreamThread-1\"} 1000", "kafka_stream_thread_metrics_process_total{", "kafka_stream_task_metrics_dropped_records_total{",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	if err := app.Close(patience); err != nil {
		t.Fatal(err)
	}
	if code, _ := get("/healthz"); code != 503 {
		t.Error(code)
	}
}
