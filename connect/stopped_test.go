package connect_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/streamgen/streamgen/connect"
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/internal/broker"
)

// A sink is stopped while it waits for a system that is down: the offsets of the batch that nobody took are not
// committed, and the next start delivers it.
func TestAStopCommitsNothingThatWasNotTaken(t *testing.T) {
	brokers, dir := startBroker(t, broker.Topic{Name: "waiting", Partitions: 1}), t.TempDir()
	var mu sync.Mutex
	down, asked, taken := true, 0, []string{}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if asked++; down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		taken = append(taken, string(body))
	}))
	defer api.Close()
	produceLines(t, brokers, "waiting", 5)
	c := connect.Config{Props: standaloneProps(dir, brokers), Connectors: []connect.Connector{{Name: "snk", Props: map[string]string{"name": "snk",
		"connector.class": "HttpSink", "http.url": api.URL, "topics": "waiting"}}}}
	w := start(t, c)
	eventually(t, "a request", func() bool { mu.Lock(); defer mu.Unlock(); return asked > 0 })
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	down = false
	mu.Unlock()
	start(t, c)
	eventually(t, "all five", func() bool { mu.Lock(); defer mu.Unlock(); return len(taken) >= 5 })
	want := []string{`"line 0"`, `"line 1"`, `"line 2"`, `"line 3"`, `"line 4"`}
	if !slices.Equal(taken, want) {
		t.Errorf("%q", taken)
	}
}

// eager asks for new task configurations before it has started.
type eager struct{ foreignSink }

func (*eager) Info() plugin.Info   { return plugin.Info{Class: "test.Eager", Version: "1"} }
func (*eager) Config() *config.Def { return config.New() }
func (*eager) Start(c plugin.ConnectorContext, _ map[string]string) error {
	c.Reconfigure()
	return nil
}
func (*eager) NewTask() plugin.SinkTask { return nil }

// A connector that asks to be configured again while it starts holds up nobody.
func TestAConnectorMayAskEarly(t *testing.T) {
	brokers := startBroker(t)
	w := start(t, connect.Config{Props: standaloneProps(t.TempDir(), brokers), Options: []connect.Option{connect.With(func() plugin.Plugin { return &eager{} })},
		Connectors: []connect.Connector{{Name: "eager", Props: map[string]string{"name": "eager", "connector.class": "test.Eager", "topics": "any"}}}})
	eventually(t, "running", func() bool {
		var s struct{ Connector struct{ State string } }
		return get(t, w.URL()+"connectors/eager/status", &s) == 200 && s.Connector.State == "RUNNING"
	})
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}
