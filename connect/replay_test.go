package connect_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/connect"
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/internal/broker"
)

// call is one recorded call. A $WORK in it stands for a scratch folder.
type call struct {
	Request struct {
		Method, Path string
		Headers      map[string]string
		Body         json.RawMessage
		Raw          *string `json:"body_raw"`
	}
	Response struct {
		Status  int
		Headers map[string]string
		Body    any
		Raw     *string `json:"body_raw"`
	}
}

// foreign is a plug-in that the recording worker had and we have not: it is listed, never run.
type foreign struct {
	info plugin.Info
	def  *config.Def
}

func (f *foreign) Info() plugin.Info   { return f.info }
func (f *foreign) Config() *config.Def { return f.def }

type (
	foreignSource    struct{ foreign }
	foreignSink      struct{ foreign }
	foreignTransform struct{ foreign }
	foreignPredicate struct{ foreign }
	foreignConverter struct{ foreign }
	foreignHeader    struct{ foreign }
)

func (foreign) Start(plugin.ConnectorContext, map[string]string) error  { return nil }
func (foreign) TaskConfigs(int) ([]map[string]string, error)            { return nil, nil }
func (foreign) Stop() error                                             { return nil }
func (*foreignSource) NewTask() plugin.SourceTask                       { return nil }
func (*foreignSink) NewTask() plugin.SinkTask                           { return nil }
func (*foreignTransform) Configure(map[string]string) error             { return nil }
func (*foreignTransform) Apply(*plugin.Record) (bool, error)            { return true, nil }
func (*foreignPredicate) Configure(map[string]string) error             { return nil }
func (*foreignPredicate) Test(*plugin.Record) (bool, error)             { return true, nil }
func (*foreignConverter) Configure(map[string]string, plugin.Use) error { return nil }
func (*foreignConverter) FromConnect(dst []byte, _ string, _ *[]plugin.RawHeader, _ *schema, _ any) ([]byte, error) {
	return dst, nil
}
func (*foreignConverter) ToConnect(string, []plugin.RawHeader, []byte) (*schema, any, error) {
	return nil, nil, nil
}
func (*foreignHeader) Configure(map[string]string, plugin.Use) error { return nil }
func (*foreignHeader) FromHeader(dst []byte, _, _ string, _ *schema, _ any) ([]byte, error) {
	return dst, nil
}
func (*foreignHeader) ToHeader(string, string, []byte) (*schema, any, error) { return nil, nil, nil }

// foreignPlugins are those of the recorded list that this binary lacks.
func foreignPlugins(t *testing.T, calls map[string]call) (constructors []plugin.Constructor) {
	t.Helper()
	own, err := plugin.NewSet(connect.BuiltIn()...)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]plugin.Kind{"sink": plugin.KindSink, "source": plugin.KindSource, "transformation": plugin.KindTransform,
		"predicate": plugin.KindPredicate, "converter": plugin.KindConverter, "header_converter": plugin.KindHeaderConverter}
	for _, one := range calls["009-plugins-all.json"].Response.Body.([]any) {
		listed := one.(map[string]any)
		kind := kinds[listed["type"].(string)]
		version, _ := listed["version"].(string)
		f := foreign{plugin.Info{Class: listed["class"].(string), Version: version}, config.New()}
		if _, there := own.Find(kind, f.info.Class); there {
			continue
		}
		constructors = append(constructors, func() plugin.Plugin {
			switch kind {
			case plugin.KindSink:
				return &foreignSink{f}
			case plugin.KindSource:
				return &foreignSource{f}
			case plugin.KindTransform:
				return &foreignTransform{f}
			case plugin.KindPredicate:
				return &foreignPredicate{f}
			case plugin.KindConverter:
				return &foreignConverter{f}
			}
			return &foreignHeader{f}
		})
	}
	return constructors
}

// volatile is what differs from run to run, or is of Java's machinery and not of Connect, with what takes its place.
var volatile = []struct {
	why  string
	text *regexp.Regexp
	by   string
}{
	{"a trace lists Java's stack; ours the causes", regexp.MustCompile(`(ConnectException: Couldn't find or create file '[^']*' for FileStreamSinkTask)(?s).*`), "$1"},
	{"the columns of the recorded text counted a scratch folder's name", regexp.MustCompile(`column: \d+`), "column: N"},
	{"where a plug-in lay: ours are all in the binary", regexp.MustCompile(`available connectors are: .*`), "available connectors are: …"},
	{"the file connectors lay on the recording worker's path twice", regexp.MustCompile(`available versions: \[4.3.1, 4.3.1\]`), "available versions: [4.3.1]"},
	{"a page of Java's HTTP server", regexp.MustCompile(`(?s)<html>.*Ambiguous URI path separator.*`), "ambiguous"},
}

// settle makes answers comparable.
func settle(v any, replace *strings.Replacer, known map[string]bool) any {
	switch v := v.(type) {
	case string:
		text := replace.Replace(v)
		for _, r := range volatile {
			text = r.text.ReplaceAllString(text, r.by)
		}
		return text
	case []any:
		// Plug-ins that this binary alone has are not in the recording.
		v = slices.DeleteFunc(v, func(one any) bool {
			m, ok := one.(map[string]any)
			if !ok || m["class"] == nil {
				return false
			}
			return !known[fmt.Sprint(m["class"])]
		})
		for i := range v {
			v[i] = settle(v[i], replace, known)
		}
		return v
	case map[string]any:
		for k := range v {
			v[k] = settle(v[k], replace, known)
			switch k {
			case "recommended_values": // plug-ins that lay on the path twice were offered twice
				list := slices.DeleteFunc(v[k].([]any), func(a any) bool {
					class, _ := a.(string)
					return strings.Contains(class, ".") && class != "4.3.1" && !known[class]
				})
				v[k] = slices.CompactFunc(list, func(a, b any) bool { return a == b })
			case "kafka_cluster_id":
				v[k] = "id"
			}
		}
	}
	return v
}

// unordered tells the calls whose list has no order: names come from a hash map in Java.
func unordered(path string) bool { return path == "/connectors" || path == "/connectors/" }

// Every call that was recorded of a Java worker gets the same status and the same JSON of ours. What happens in the
// background (tasks that start, offsets that are committed) is waited for: a reading call may be repeated until it is equal.
func TestRecordedCalls(t *testing.T) {
	index, err := os.ReadFile("testdata/calls/INDEX.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	calls := map[string]call{}
	for line := range strings.Lines(string(index)) {
		file, _, _ := strings.Cut(line, "\t")
		text, err := os.ReadFile(filepath.Join("testdata/calls", file))
		if err != nil {
			t.Fatal(err)
		}
		var c call
		if err := json.Unmarshal(text, &c); err != nil {
			t.Fatal(file, err)
		}
		files, calls[file] = append(files, file), c
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.txt"), []byte("one\ntwo\nthree\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	brokers := startBroker(t, broker.Topic{Name: "golden-lines", Partitions: 1})
	produceLines(t, brokers, "golden-lines", 18)
	w := start(t, connect.Config{Distributed: true, Options: []connect.Option{connect.With(foreignPlugins(t, calls)...)}, Props: map[string]string{
		"bootstrap.servers": brokers, "listeners": "http://127.0.0.1:0", "group.id": "recorded", "config.storage.topic": "c", "offset.storage.topic": "o", "status.storage.topic": "s",
		"config.storage.replication.factor": "1", "offset.storage.replication.factor": "1", "status.storage.replication.factor": "1", "offset.storage.partitions": "2", "status.storage.partitions": "2",
		"key.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter": "org.apache.kafka.connect.json.JsonConverter",
		"key.converter.schemas.enable": "false", "value.converter.schemas.enable": "false", "offset.flush.interval.ms": "100",
		"task.restart.max.attempts": "0", "scheduled.rebalance.max.delay.ms": "0",
	}})
	eventually(t, "healthy", func() bool { return get(t, w.URL()+"health", nil) == 200 })
	host := strings.TrimSuffix(strings.TrimPrefix(w.URL(), "http://"), "/")
	there := strings.NewReplacer("$WORK", dir, "127.0.0.1:8083", host)
	same := strings.NewReplacer()
	known := map[string]bool{}
	for _, one := range calls["009-plugins-all.json"].Response.Body.([]any) {
		known[one.(map[string]any)["class"].(string)] = true
	}
	equal := 0
	for _, file := range files {
		c := calls[file]
		if file == "165-offsets-sink-patch-200.json" {
			// The recording stopped the sink before this call and did not keep that call.
			send(t, w.URL(), "PUT", "connectors/file-snk/stop", nil, "")
		}
		body := ""
		switch {
		case c.Request.Raw != nil:
			body = *c.Request.Raw
		case c.Request.Body != nil:
			var line bytes.Buffer // the files are indented, what was sent was not
			if err := json.Compact(&line, c.Request.Body); err != nil {
				t.Fatal(file, err)
			}
			body = line.String()
		}
		want := c.Response.Body
		if c.Response.Raw != nil && *c.Response.Raw != "" {
			want = *c.Response.Raw
		}
		want = settle(want, there, known)
		var status int
		var got any
		attempt := func() bool {
			status, got = send(t, w.URL(), c.Request.Method, strings.TrimPrefix(c.Request.Path, "/"), c.Request.Headers, there.Replace(body))
			got = settle(got, same, known)
			if list, ok := got.([]any); ok && unordered(c.Request.Path) {
				byText := func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
				slices.SortFunc(list, byText)
				if listed, ok := want.([]any); ok {
					slices.SortFunc(listed, byText)
				}
			}
			return status == c.Response.Status && reflect.DeepEqual(got, want)
		}
		began := time.Now()
		ok := attempt()
		// A recorded read came some time after the write before it; a restart's answer shows what was running then.
		again := c.Request.Method == "GET" || strings.Contains(file, "restart") || strings.Contains(file, "offsets-")
		for deadline := time.Now().Add(10 * time.Second); !ok && again && time.Now().Before(deadline); ok = attempt() {
			<-time.After(20 * time.Millisecond)
		}
		if !ok {
			t.Errorf("%s: %s %s\n got %d %s\nwant %d %s", file, c.Request.Method, c.Request.Path, status, text(got), c.Response.Status, text(want))
			continue
		}
		equal++
		if took := time.Since(began); took > 300*time.Millisecond {
			t.Logf("%s took %v", file, took)
		}
	}
	t.Logf("%d of %d calls are equal", equal, len(files))
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// send makes a call and decodes the answer: JSON, or text when it is none.
func send(t *testing.T, url, method, path string, headers map[string]string, body string) (int, any) {
	t.Helper()
	request, err := http.NewRequest(method, url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range headers {
		request.Header.Set(k, v)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return response.StatusCode, nil
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return response.StatusCode, string(raw)
	}
	return response.StatusCode, v
}
