package http_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/streamgen/streamgen/connect/conformance"
	connector "github.com/streamgen/streamgen/connect/connector/http"
	"github.com/streamgen/streamgen/connect/plugin"
)

// api serves items 1 to 5, from the one after since on, two at a time.
func api(rw http.ResponseWriter, r *http.Request) {
	since, _ := strconv.Atoi(r.URL.Query().Get("since"))
	fmt.Fprint(rw, `{"page":{"items":[`)
	for i := since + 1; i <= min(since+2, 5); i++ {
		if i > since+1 {
			fmt.Fprint(rw, ",")
		}
		fmt.Fprintf(rw, `{"id":%d}`, i)
	}
	fmt.Fprint(rw, `]}}`)
}

func TestSourceConformance(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(api))
	defer server.Close()
	conformance.Source{New: connector.NewSource, Props: map[string]string{"http.url": server.URL, "topic": "t", "http.items.pointer": "/page/items",
		"http.offset.field": "id", "http.key.field": "id", "http.poll.interval.ms": "1"},
		Want: []string{`{"id":1}`, `{"id":2}`, `{"id":3}`, `{"id":4}`, `{"id":5}`}}.Test(t)
}

// inbox takes what is posted.
type inbox struct {
	mu   sync.Mutex
	got  []string
	code int
}

func (i *inbox) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if i.code != 0 && string(body) != "fine" {
		rw.WriteHeader(i.code)
		return
	}
	i.got = append(i.got, string(body))
}

func (i *inbox) read() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]string(nil), i.got...)
}

func TestSinkConformance(t *testing.T) {
	box := &inbox{}
	server := httptest.NewServer(box)
	defer server.Close()
	conformance.Sink{New: connector.NewSink, Props: map[string]string{"http.url": server.URL}, Read: box.read, Reset: func() { box.got = nil }}.Test(t)
}

// A redirect takes nothing: followed, most turn into a GET without the body whose 200 says nothing about the record.
func TestSinkRefusesRedirects(t *testing.T) {
	for _, code := range []int{301, 302, 303, 307, 308} {
		server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/login" {
				http.Redirect(rw, r, "/login", code)
			}
		}))
		task := connector.NewSink().(plugin.SinkConnector).NewTask()
		if err := task.Start(nil, map[string]string{"http.url": server.URL}); err != nil {
			t.Fatal(err)
		}
		bad, ok := plugin.Rejections(task.Put(t.Context(), []plugin.SinkRecord{{Record: plugin.Record{Value: "v"}}}))
		if !ok || len(bad) != 1 || !strings.Contains(bad[0].Cause.Error(), `Location "/login"`) {
			t.Errorf("%d: %v", code, bad)
		}
		server.Close()
	}
}

// What is the way's fault is tried again, what is the record's fault is refused, and the rest of the batch arrives.
func TestSinkTellsRecordsFromTheWay(t *testing.T) {
	box := &inbox{}
	server := httptest.NewServer(box)
	defer server.Close()
	task := connector.NewSink().(plugin.SinkConnector).NewTask()
	if err := task.Start(nil, map[string]string{"http.url": server.URL}); err != nil {
		t.Fatal(err)
	}
	batch := []plugin.SinkRecord{{Record: plugin.Record{Value: "fine"}}, {Record: plugin.Record{Value: "bad"}}, {Record: plugin.Record{Value: "fine"}}}
	box.code = 400
	bad, ok := plugin.Rejections(task.Put(t.Context(), batch))
	if !ok || len(bad) != 1 || bad[0].Index != 1 || len(box.read()) != 2 {
		t.Errorf("%v, arrived %v", bad, box.read())
	}
	for _, code := range []int{429, 500, 503} {
		box.code = code
		err := task.Put(t.Context(), batch)
		if _, transport := plugin.TransportOf(err); !transport || !plugin.IsRetriable(err) {
			t.Errorf("%d: %v", code, err)
		}
	}
	server.Close()
	if _, transport := plugin.TransportOf(task.Put(t.Context(), batch)); !transport {
		t.Error("a refused connection is the way's fault")
	}
	if errors.Is(task.Stop(), io.EOF) {
		t.Error("stop")
	}
}
