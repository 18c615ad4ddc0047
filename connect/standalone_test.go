package connect_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/connect"
	"github.com/streamgen/streamgen/internal/broker"
)

// startBroker starts an embedded broker for the test.
func startBroker(t *testing.T, topics ...broker.Topic) string {
	t.Helper()
	b, err := broker.Start(broker.Options{Topics: topics})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b.Addr()
}

// logs is the test's log.
type logs struct{ t *testing.T }

func (l logs) Write(b []byte) (int, error) {
	if testing.Verbose() {
		os.Stderr.Write(b)
	}
	return len(b), nil
}

func start(t *testing.T, c connect.Config) *connect.Worker {
	t.Helper()
	c.Log = logs{t}
	w, err := connect.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; {
		if condition() {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("never came true: %s", what)
		}
		<-time.After(20 * time.Millisecond)
	}
}

func get(t *testing.T, url string, into any) int {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatalf("%s: %v: %s", url, err, text)
		}
	}
	return response.StatusCode
}

func standaloneProps(dir, brokers string) map[string]string {
	return map[string]string{
		"bootstrap.servers": brokers, "listeners": "http://127.0.0.1:0", "offset.storage.file.filename": filepath.Join(dir, "offsets"),
		"key.converter": "org.apache.kafka.connect.storage.StringConverter", "value.converter": "org.apache.kafka.connect.storage.StringConverter",
		"offset.flush.interval.ms": "100",
	}
}

// A file goes through a topic into another file, a restart goes on where the offsets say, and REST tells of it.
func TestStandaloneFileToFile(t *testing.T) {
	brokers, dir := startBroker(t, broker.Topic{Name: "lines", Partitions: 1}), t.TempDir()
	in, out := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt")
	write := func(text string) {
		t.Helper()
		f, err := os.OpenFile(in, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	config := connect.Config{Props: standaloneProps(dir, brokers), Connectors: []connect.Connector{
		{Name: "src", Props: map[string]string{"name": "src", "connector.class": "FileStreamSource", "file": in, "topic": "lines"}},
		{Name: "snk", Props: map[string]string{"name": "snk", "connector.class": "FileStreamSink", "file": out, "topics": "lines"}},
	}}
	write("one\ntwo\r\nthree\rfo")
	w := start(t, config)
	holds := func(want string) func() bool {
		return func() bool {
			got, _ := os.ReadFile(out)
			return string(got) == want
		}
	}
	eventually(t, "three lines", holds("one\ntwo\nthree\n"))
	write("ur\n")
	eventually(t, "the line that was cut", holds("one\ntwo\nthree\nfour\n"))
	var status struct {
		Connector struct{ State string }
		Tasks     []struct{ State string }
	}
	eventually(t, "running", func() bool {
		return get(t, w.URL()+"connectors/src/status", &status) == 200 && status.Connector.State == "RUNNING" && len(status.Tasks) == 1 && status.Tasks[0].State == "RUNNING"
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	write("five\n")
	start(t, config)
	eventually(t, "no line again, none left out", holds("one\ntwo\nthree\nfour\nfive\n"))
	offsets, _ := os.ReadFile(filepath.Join(dir, "offsets"))
	if !strings.Contains(string(offsets), `"position"`) {
		t.Errorf("offset file: %s", offsets)
	}
}
