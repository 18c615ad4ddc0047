package runtime_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	"github.com/streamgen/streamgen/internal/registry"
	rt "github.com/streamgen/streamgen/runtime"
)

// spelled is what a word becomes.
type spelled struct {
	Text string `avro:"text"`
	N    int64  `avro:"n"`
}

// spelling counts words as Avro: the store, its changelog and the output need the registry.
func spelling(b *dsl.Builder) {
	b.Stream("words", dsl.String(), dsl.String()).
		GroupByKey().
		Aggregate(func() spelled { return spelled{} }, func(_, word string, s spelled) spelled { return spelled{word, s.N + 1} },
			dsl.Avro[spelled](), dsl.Name("spelled")).
		ToStream().
		To("spelt", dsl.String(), dsl.Avro[spelled]())
}

// TestRegistryOutageLosesNothing: while the registry is down the worker starts anew from its last commit, over and over;
// when it is back every record is counted once. S242.
func TestRegistryOutageLosesNothing(t *testing.T) {
	h, err := registry.New("", "")
	if err != nil {
		t.Fatal(err)
	}
	var down atomic.Bool
	var refused atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			refused.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		h.ServeHTTP(w, r)
	}))
	defer s.Close()
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "spelt", Partitions: 1})
	cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
	cfg.Registry.URLs = []string{s.URL}
	cfg.Registry.Timeout, cfg.Registry.Wait, cfg.Registry.MaxWait = 50*time.Millisecond, 5*time.Millisecond, 10*time.Millisecond

	down.Store(true)
	app := start(t, rt.InterpretPlain(spelling), cfg)
	list, _ := words(320, 7)
	c.produce("words", list...)
	// Longer than one request is tried: the worker must have given up, and begun again.
	eventually(t, "the worker to start anew", func() bool {
		th := app.Metrics().Threads()[0]
		return th.Restarts.Load()+th.Aborts.Load() > 1
	})
	if refused.Load() == 0 {
		t.Error("nobody asked the registry")
	}
	down.Store(false)
	r := c.read("spelt")
	r.until("all words", func() bool {
		done := 0
		for _, v := range r.last {
			if len(v) > 0 && v[len(v)-1] == 2*20 { // 320 words of 16 keys: 20 each, as Avro's long
				done++
			}
		}
		return done == 16
	})
	for _, v := range r.last {
		if v[len(v)-1] != 40 {
			t.Errorf("a word was counted %d times, want 20", v[len(v)-1]/2)
		}
	}
	if err := app.Close(patience); err != nil {
		t.Error(err)
	}
}

// TestRegistryThatStaysAwayEndsTheApplication: the outage is told as one of a broker is, with what to check. S242.
func TestRegistryThatStaysAwayEndsTheApplication(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "spelt", Partitions: 1})
	cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
	cfg.Registry.URLs = []string{"http://127.0.0.1:1"}
	cfg.Registry.Timeout, cfg.Registry.Wait = 20*time.Millisecond, 5*time.Millisecond
	cfg.TaskTimeout = 500 * time.Millisecond
	app, err := rt.New(rt.InterpretPlain(spelling), cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.produce("words", "a")
	err = app.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "the Schema Registry did not answer") || !strings.Contains(err.Error(), "500ms") {
		t.Fatalf("it ended with %v", err)
	}
}
