package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/query"
	"github.com/twmb/franz-go/pkg/kgo"
)

// The pages show what has been counted.
func TestPages(t *testing.T) {
	b, err := broker.Start(broker.Options{Topics: []broker.Topic{{Name: "lines", Partitions: 2}, {Name: "word-counts", Partitions: 2}}})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	if err := cl.ProduceSync(t.Context(), &kgo.Record{Topic: "lines", Value: []byte("to be or not to be")}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	app, err := rt.New(NewWordCount(), rt.Config{ApplicationID: "wordcount", BootstrapServers: []string{b.Addr()}, StateDir: t.TempDir(),
		ProcessingGuarantee: rt.ExactlyOnce, HTTPAddress: "off"})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer app.Close(10 * time.Second)
	mux := http.NewServeMux()
	pages(app, mux)
	get := func(path string) string {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return strings.TrimSpace(w.Body.String())
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for get("/words/be") != "2" || get("/words?prefix=") != `{"be":2,"not":1,"or":1,"to":2}` {
		select {
		case <-ctx.Done():
			t.Fatal(get("/words/be"), get("/words?prefix="))
		case <-tick.C:
		}
	}
	if got := get("/words?prefix=o"); got != `{"or":1}` {
		t.Error(got)
	}
	if got := get("/words/nothing"); got != "0" {
		t.Error(got)
	}
	counts := NewWordCountStores(app).WordCounts()
	if n, err := counts.Count(t.Context(), query.Uncommitted()); err != nil || n != 4 {
		t.Error(n, err)
	}
	if v, ok, err := counts.GetTimestamped(t.Context(), "be"); err != nil || !ok || v.Value != 2 || v.Timestamp <= 0 {
		t.Error(v, ok, err)
	}
}
